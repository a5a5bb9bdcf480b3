package checker

import (
	"regexp"
	"time"

	"sitrep/safe"
)

// DialOptions say how a probe reaches its target.
type DialOptions struct {
	IP             string   // "any" (v6 and v4, first that connects), "v4", "v6"; "" is any
	Resolve        string   // dial this address instead of resolving the name; Host and SNI keep the name
	Resolver       string   // "1.1.1.1:53"; "" is the system's
	Source         string   // local address; "" is any
	ExpectIP       []string // addresses or prefixes that every resolved address must lie in; finding "address"
	AllowLinkLocal bool     // 169.254/16, fe80::/10 and the clouds' metadata addresses are refused otherwise
}

// TLSOptions say what a certificate and a handshake must be like.
type TLSOptions struct {
	Insecure          bool          // verify = false
	CA                []byte        // PEM, besides the system's roots
	Cert, Key         []byte        // PEM of the client certificate; both or neither
	ServerName        string        // SNI and the name checked; "" is the URL's host
	MinVersion        uint16        // tls.VersionTLS12 …; 0 is 1.2
	ExpiresWithin     time.Duration // finding "expiry", degraded; 0 is never
	ExpectFingerprint string        // SHA-256 of the leaf, hex, colons allowed; "" is any
}

// Header is one request header; its value may be a secret.
type Header struct {
	Name  string
	Value safe.Secret
}

// Comparison is what a value must be like: all that is set must hold.
type Comparison struct {
	Eq, Ne                any      // string, bool, int64 or float64; nil is not asked; equal means of the same type too
	Lt, Le, Gt, Ge        *float64 // of a number
	In, NotIn             []any
	Contains, NotContains string // of a string, or an element of a list; "" is not asked
	Matches, NotMatches   *regexp.Regexp
	Present               *bool
	Len                   *Comparison // of the length of a string, list or table
	Severity              Status      // of the finding: Degraded or Down; 0 is Down
	Optional              bool        // absent is fine
}

// Expect binds a comparison to the header name, or JSON path, that it is about.
type Expect struct {
	Name string // header name, or a JSON path: a.b[0].c, a[*].ok, ["odd.key"]
	Want Comparison
}

// StatusRange is a range of HTTP status codes, both ends included.
type StatusRange struct{ From, To int }

// HTTPOptions describe a probe by HTTP/1.1 or HTTP/2.
type HTTPOptions struct {
	URL           string // http or https
	Method        string // upper case; "" is GET
	Headers       []Header
	Body          []byte
	Bearer        safe.Secret
	BasicUser     string
	BasicPassword safe.Secret
	Dial          DialOptions
	TLS           TLSOptions
	Redirects     int           // followed at most; 0 makes the 3xx the answer
	Version       string        // "any", "1.1", "2"; "" is any
	KeepAlive     bool          // measure a warm connection, of methods that may be repeated; others dial anew
	MaxBody       int64         // bytes read of the decompressed body; 0 is 1 MiB; finding "size" if the rest would matter
	ExpectStatus  []StatusRange // nil is 200–299
	RetryStatus   []StatusRange // these count as transient
	ExpectText    []string
	RejectText    []string
	ExpectMatch   []*regexp.Regexp
	RejectMatch   []*regexp.Regexp
	ExpectHeader  []Expect
	ExpectJSON    []Expect
}

// TCPOptions describe a probe that connects, and may talk.
type TCPOptions struct {
	Addr   string         // host:port
	Send   string         // sent after connecting; "" is nothing
	Expect *regexp.Regexp // matched against one line of at most 4 KiB; nil is nothing
	Dial   DialOptions
}

// TLSProbeOptions describe a probe that does a handshake and looks at the chain.
type TLSProbeOptions struct {
	Addr string // host:port
	Dial DialOptions
	TLS  TLSOptions
}

// DNSOptions describe a question to a name server.
type DNSOptions struct {
	Server       string       // host:port; "" asks the system's first resolver
	Name         string       // without the final dot
	Type         string       // "A", "AAAA", "MX", "TXT", … ; "" is A
	Transport    string       // "udp" (tcp on truncation), "tcp"; "" is udp
	ExpectRcode  string       // "NOERROR", "NXDOMAIN", …; "" is NOERROR
	ExpectAnswer []Comparison // each must hold for at least one answer, given as text
	NoRecursion  bool
	Dial         DialOptions // IP, Source and AllowLinkLocal apply to the server's address
}
