package config

import (
	"reflect"
	"regexp"
	"time"

	"sitrep/alert"
	"sitrep/checker"
)

// Every key of the file, in the order in which config show prints them. A
// struct is filled with the built-in defaults before a table is bound to it.

// fileKeys are the top of a file.
type fileKeys struct {
	_ struct{} `noun:"file" later:"template keys"`

	Include []string `key:"include"`
	Version int      `key:"version" min:"1"`

	Defaults     *value            `key:"defaults"`
	Group        map[string]*value `key:"group"`
	Target       map[string]*value `key:"target"`
	Receiver     map[string]*value `key:"receiver"`
	Route        map[string]*value `key:"route"`
	Maintenance  map[string]*value `key:"maintenance"`
	Operator     map[string]*value `key:"operator"`
	Schedule     map[string]*value `key:"schedule"`
	Escalation   map[string]*value `key:"escalation"`
	Incident     *value            `key:"incident"`
	Connectivity *value            `key:"connectivity"`
	Alerting     *value            `key:"alerting"`
	Storage      *value            `key:"storage"`
	Screen       *value            `key:"screen"`
	Keys         *value            `key:"keys"`
	View         map[string]*value `key:"view"`
	Log          *value            `key:"log"`
	Server       *value            `key:"server"`
}

var (
	fileType   = reflect.TypeFor[fileKeys]()
	targetType = reflect.TypeFor[targetKeys]()
)

// targetKeys are those of a target, of [defaults] and of a group.
type targetKeys struct {
	_ struct{} `noun:"target" later:"exec heartbeat for_each use invert slo slo_window vantage order"`
	_ struct{} `later:"proxy oauth2 traceparent talk starttls dnssec count gap size ttl expect_loss service metadata"`
	_ struct{} `later:"api_key nodes detail_interval checks queue_limit raft_lag grpc search query degraded down no_data"`
	_ struct{} `later:"dir env output grace zone max_runtime token input"`

	URL     secret `key:"url" only:"target"`
	Group   string `key:"group" only:"target"`
	Title   string `key:"title"`
	Note    string `key:"note"`
	Runbook webURL `key:"runbook"`
	Labels  labels `key:"labels"`
	Paused  bool   `key:"paused"`

	DependsOn dependsOn `key:"depends_on"`

	Interval      time.Duration `key:"interval" min:"1s" max:"1d"`
	Timeout       time.Duration `key:"timeout" min:"1ms" max:"1d"`
	Attempts      int           `key:"attempts" min:"1" max:"10"`
	Backoff       time.Duration `key:"backoff" min:"1ms" max:"5s" zero:"ok"`
	Slow          time.Duration `key:"slow" min:"1ms" max:"1d" zero:"ok"`
	FailAfter     int           `key:"fail_after" min:"1" max:"100"`
	RecoverAfter  int           `key:"recover_after" min:"1" max:"100"`
	RetryInterval time.Duration `key:"retry_interval" min:"1s" max:"1d"`
	Severity      severities    `key:"severity"`
	Worst         string        `key:"worst" oneof:"down degraded"`

	IP             string   `key:"ip" oneof:"any v4 v6" later:"each"`
	Resolve        address  `key:"resolve" kinds:"http tcp tls"`
	Resolver       server   `key:"resolver"`
	Source         address  `key:"source"`
	ExpectIP       prefixes `key:"expect_ip" kinds:"http tcp tls"`
	AllowLinkLocal bool     `key:"allow_link_local"`
	TLS            tlsKeys  `key:"tls" kinds:"http tls"`

	Method       string      `key:"method" kinds:"http" oneof:"GET HEAD POST PUT PATCH DELETE OPTIONS"`
	Headers      headers     `key:"headers" kinds:"http"`
	Body         string      `key:"body" kinds:"http"`
	BodyFile     content     `key:"body_file" kinds:"http"`
	Bearer       secret      `key:"bearer" kinds:"http"`
	Basic        basicKeys   `key:"basic" kinds:"http"`
	Redirects    int         `key:"redirects" kinds:"http" min:"0" max:"20"`
	HTTPVersion  string      `key:"http_version" kinds:"http" oneof:"any 1.1 2" later:"3"`
	KeepAlive    bool        `key:"keep_alive" kinds:"http"`
	MaxBody      size        `key:"max_body" kinds:"http" max:"67108864"`
	ExpectStatus statusCodes `key:"expect_status" kinds:"http"`
	RetryStatus  statusCodes `key:"retry_status" kinds:"http"`
	ExpectText   []string    `key:"expect_text" kinds:"http"`
	RejectText   []string    `key:"reject_text" kinds:"http"`
	ExpectMatch  regexps     `key:"expect_match" kinds:"http"`
	RejectMatch  regexps     `key:"reject_match" kinds:"http"`
	ExpectHeader headerRules `key:"expect_header" kinds:"http"`
	ExpectJSON   jsonRules   `key:"expect_json" kinds:"http"`

	Send   string  `key:"send" kinds:"tcp"`
	Expect pattern `key:"expect" kinds:"tcp"`

	Transport    string      `key:"transport" kinds:"dns" oneof:"udp tcp" later:"tls https"`
	ExpectRcode  rcode       `key:"expect_rcode" kinds:"dns"`
	ExpectAnswer answerRules `key:"expect_answer" kinds:"dns"`
	Recursion    bool        `key:"recursion" kinds:"dns"`
}

// tlsKeys are the table "tls" of a target.
type tlsKeys struct {
	_ struct{} `noun:"tls table"`

	Verify            bool          `key:"verify"`
	CA                content       `key:"ca"`
	Cert              content       `key:"cert"`
	Key               content       `key:"key"`
	ServerName        string        `key:"server_name"`
	MinVersion        string        `key:"min_version" oneof:"1.0 1.1 1.2 1.3"`
	ExpiresWithin     time.Duration `key:"expires_within" zero:"ok"`
	ExpectFingerprint string        `key:"expect_fingerprint"`
}

// basicKeys are the table "basic" of a target.
type basicKeys struct {
	_ struct{} `noun:"basic table"`

	User     string `key:"user"`
	Password secret `key:"password"`
}

// newTargetKeys returns the built-in defaults.
func newTargetKeys() *targetKeys {
	return &targetKeys{
		Interval: 30 * time.Second, Timeout: 10 * time.Second, Slow: 3 * time.Second,
		Attempts: 2, Backoff: 200 * time.Millisecond, FailAfter: 2, RecoverAfter: 2,
		Worst: "down", IP: "any", Method: "GET", Redirects: 5, HTTPVersion: "any", MaxBody: 1 << 20,
		ExpectStatus: statusCodes{{From: 200, To: 299}}, Transport: "udp", ExpectRcode: "NOERROR", Recursion: true,
		TLS: tlsKeys{Verify: true, MinVersion: "1.2", ExpiresWithin: 14 * 24 * time.Hour},
	}
}

type incidentKeys struct {
	_ struct{} `noun:"incident table"`

	Declare      declare       `key:"declare"`
	DeclareAfter time.Duration `key:"declare_after" zero:"ok"`
	JoinWithin   time.Duration `key:"join_within" zero:"ok"`
	Severities   meanings      `key:"severities"`
	Template     string        `key:"template" oneof:"full challenge google pagerduty"`
	ID           string        `key:"id"`
}

type alertingKeys struct {
	_ struct{} `noun:"alerting table"`

	FlapHigh     int           `key:"flap_high" min:"1" max:"100"`
	FlapLow      int           `key:"flap_low" min:"1" max:"100"`
	ReopenWithin time.Duration `key:"reopen_within" zero:"ok" max:"1d"`
	Settle       time.Duration `key:"settle" zero:"ok" max:"1h"`
	DepGrace     time.Duration `key:"dep_grace" zero:"ok" max:"10m"`
	StaleAfter   int           `key:"stale_after" min:"1" max:"1000"`
}

type connectivityKeys struct {
	_ struct{} `noun:"connectivity table"`

	Anchors  anchors       `key:"anchors"`
	Need     int           `key:"need" min:"1" max:"16"`
	Interval time.Duration `key:"interval" min:"1s" max:"1h"`
}

type storageKeys struct {
	_ struct{} `noun:"storage table" later:"path backup backups"`

	Results time.Duration `key:"results" min:"1d"`
	Rollups time.Duration `key:"rollups" min:"1d"`
	MaxSize size          `key:"max_size" min:"16777216"`
}

type screenKeys struct {
	_ struct{} `noun:"screen table"`

	Theme   string   `key:"theme" oneof:"auto dark light none"`
	Colors  string   `key:"colors" oneof:"auto 16 256 true"`
	Glyphs  string   `key:"glyphs" oneof:"auto ascii"`
	Start   string   `key:"start" oneof:"board alerts incidents on-call"`
	GroupBy string   `key:"group_by"`
	Order   string   `key:"order" oneof:"problems name latency group"`
	Columns []string `key:"columns" oneof:"state flags target kind group for now p95 spark why address labels"`
	Bell    bool     `key:"bell"`
	Title   bool     `key:"title"`
	Notify  string   `key:"notify" oneof:"off osc9 osc777"`
	Mouse   bool     `key:"mouse"`
	Cursor  bool     `key:"cursor"`
	Zone    zone     `key:"zone"`
}

type viewKeys struct {
	_ struct{} `noun:"view"`

	Filter  string `key:"filter"`
	Order   string `key:"order" oneof:"problems name latency group"`
	GroupBy string `key:"group_by"`
}

type logKeys struct {
	_ struct{} `noun:"log table"`

	Level   string `key:"level" oneof:"debug info warn error"`
	Format  string `key:"format" oneof:"json text"`
	Results string `key:"results" oneof:"changes all none"`
	File    string `key:"file"`
}

type serverKeys struct {
	_ struct{} `noun:"server table" later:"ssh host_key http http_tls http_tokens ping_secret base_url max_sessions idle"`

	Probes int           `key:"probes" min:"1" max:"65536"`
	Watch  time.Duration `key:"watch" min:"1s" max:"1h" zero:"ok"`

	DeadMan secret `key:"dead_man"`
}

// Types that read more than a plain value; their bind methods say what.
type (
	secret  struct{ text, broken string } // broken says why it cannot be had
	content struct {
		data   []byte
		broken string
	}
	headers     []header
	labels      map[string]string
	meanings    map[string]string
	severities  map[string]checker.Status
	statusCodes []checker.StatusRange
	pattern     struct{ re *regexp.Regexp }
	regexps     []*regexp.Regexp
	headerRules []checker.Expect
	jsonRules   []checker.Expect
	answerRules []checker.Comparison
	matcher     struct{ m alert.Matcher }
	webURL      string
	address     string
	server      string
	prefixes    []string
	size        int64
	rcode       string
	zone        struct{ loc *time.Location }
)

// header is one request header with its secret value.
type header struct {
	name  string
	value secret
}
