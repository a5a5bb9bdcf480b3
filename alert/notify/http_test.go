package notify

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// farHTTP is a web server that plays all ways to take or refuse a request. It
// keeps what read makes of what it took, and answers by says where that is not
// what most servers do.
func farHTTP(t *testing.T, create func(url string) (Notifier, error), read func(*http.Request, []byte) []arrival, says map[behaviour]http.HandlerFunc) far {
	var plays atomic.Int32
	var got arrivals
	mum := make(chan struct{}, 8)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, _ := io.ReadAll(r.Body)
		echo := fmt.Sprint(r.URL, r.Header, "\x1b[2J", string(payload)) // the worst answer: what it was asked, and more
		b := behaviour(plays.Load())
		if b == takes {
			for _, a := range read(r, payload) {
				got.add(a)
			}
		}
		if say := says[b]; say != nil {
			say(w, r)
			return
		}
		switch b {
		case isBusy:
			http.Error(w, echo, http.StatusServiceUnavailable)
		case asksPause:
			w.Header().Set("Retry-After", "120")
			http.Error(w, echo, http.StatusTooManyRequests)
		case refuses:
			http.Error(w, echo, http.StatusNotFound)
		case keepsMum:
			mum <- struct{}{}
			<-r.Context().Done()
		case hangsUp:
			panic(http.ErrAbortHandler)
		case floods, refusesAtLength:
			if b == refusesAtLength {
				w.WriteHeader(http.StatusBadRequest)
			}
			if flood(w) {
				t.Error("50 MB were read")
			}
		case redirects:
			http.Redirect(w, r, "/elsewhere", http.StatusPermanentRedirect)
		}
	}))
	t.Cleanup(srv.Close)
	to, err := create(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	return far{
		meet: func(_ *testing.T, b behaviour) Notifier {
			plays.Store(int32(b))
			return to
		},
		arrived: got.list,
		mum:     mum,
	}
}

// flood writes 50 MB, and tells whether all of it was read.
func flood(w io.Writer) bool {
	piece := []byte(strings.Repeat("x", 1<<20))
	for range 50 {
		if _, err := w.Write(piece); err != nil {
			return false
		}
	}
	return true
}

func farWebhook(t *testing.T) far {
	return farHTTP(t, func(url string) (Notifier, error) {
		return NewWebhook(WebhookOptions{
			URL: safe.NewSecret(url + "/services/" + canary + "?token=" + canary), Secret: safe.NewSecret(canary), Second: safe.NewSecret(canary + "2"),
			Headers: []Header{{"Authorization", safe.NewSecret("Bearer " + canary)}},
		})
	}, func(r *http.Request, payload []byte) []arrival {
		if r.Header.Get("Idempotency-Key") != r.Header.Get("Webhook-Id") {
			t.Errorf("two keys in one request: %v", r.Header)
		}
		return []arrival{{key: r.Header.Get("Webhook-Id"), text: wordsOfJSON(t, payload)}}
	}, nil)
}

func farSlack(t *testing.T) far {
	return farHTTP(t, func(url string) (Notifier, error) {
		return NewSlack(SlackOptions{URL: safe.NewSecret(url + "/services/" + canary)})
	}, func(_ *http.Request, payload []byte) []arrival {
		return []arrival{{text: slackDecoded.Replace(wordsOfJSON(t, payload))}}
	}, nil)
}

// slackDecoded is Slack's text as a reader sees it.
var slackDecoded = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func wordsOfJSON(t *testing.T, payload []byte) string {
	var v any
	if err := json.Unmarshal(payload, &v); err != nil {
		t.Errorf("%v in %s", err, payload)
	}
	return wordsOf(v)
}

func TestStatusClasses(t *testing.T) {
	for code := 200; code <= 599; code++ {
		want := alert.Dead
		switch {
		case code <= 299:
			want = alert.Accepted
		case code == 408, code == 425, code == 429, code >= 500:
			want = alert.Again
		}
		h := http.Header{"Retry-After": {"7"}}
		d := classifyStatus(code, h, began)
		if d.Outcome != want || (d.RetryAfter != 0) != (want == alert.Again) {
			t.Errorf("%d: %v after %v, want %v", code, d.Outcome, d.RetryAfter, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for v, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		" 120 ":                          2 * time.Minute,
		"-5":                             0,
		"soon":                           0,
		"1.5":                            0,
		"86400":                          maxRetryAfter,
		"99999999999999999999999":        maxRetryAfter,
		"Sun, 12 Apr 2026 03:30:04 GMT":  time.Minute,
		"Sun, 12 Apr 2026 03:00:00 GMT":  0,
		"Sun, 12 Apr 2027 03:00:00 GMT":  maxRetryAfter,
		"Sunday, 12-Apr-26 03:30:04 GMT": time.Minute,
	} {
		if got := retryAfter(v, began); got != want {
			t.Errorf("%q: %v, want %v", v, got, want)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var followed atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/there" {
			followed.Store(true)
		}
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	d := attempt(t.Context(), t, webhookTo(t, srv.URL+"/here"), outage(bad("db", alert.Critical, "refused")))
	if d.Outcome != alert.Dead || !strings.Contains(d.Err, "redirects are not followed") {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	if followed.Load() {
		t.Error("it was followed")
	}
}

func webhookTo(t *testing.T, url string) Notifier {
	t.Helper()
	return mustNotifier(t)(NewWebhook(WebhookOptions{URL: safe.NewSecret(url)}))
}

func TestNoNotificationGoesToMetadata(t *testing.T) {
	for _, host := range []string{
		"169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1%25lo]", "[fd00:ec2::254]",
		"100.100.100.200", "168.63.129.16", "[::ffff:168.63.129.16]",
	} {
		d := attempt(t.Context(), t, webhookTo(t, "http://"+host+"/latest"), outage(bad("db", alert.Critical, "refused")))
		if d.Outcome != alert.Dead || !strings.Contains(d.Err, "are refused") {
			t.Errorf("%s: %v: %s", host, d.Outcome, d.Err)
		}
	}
	for _, address := range []string{"10.0.0.1:80", "192.168.1.1:443", "127.0.0.1:1", "[fd00::1]:80", "[2001:db8::1]:80", "169.253.0.1:80"} {
		if err := checkAddress(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A variable in the environment of the process, meant for something else, must
// not carry alerts elsewhere.
func TestNoProxyFromTheEnvironment(t *testing.T) {
	if newHTTPClient().Transport.(*http.Transport).Proxy != nil {
		t.Error("the client asks for a proxy")
	}
}

// A connection that was used before and breaks after the request is what
// net/http sends again by itself, if it takes a request for one that may be.
func TestOneAttemptIsOneRequest(t *testing.T) {
	var calls atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if calls.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
	}))
	defer srv.Close()
	to := webhookTo(t, srv.URL)
	n := outage(bad("db", alert.Critical, "refused"))
	if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
		t.Fatalf("got %v: %s", d.Outcome, d.Err)
	}
	if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Ambiguous {
		t.Errorf("got %v: %s, want ambiguous", d.Outcome, d.Err)
	}
	if got := calls.Load(); got != 2 {
		t.Errorf("two attempts made %d requests", got)
	}
}

func TestNobodyListensIsAgain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	d := attempt(t.Context(), t, webhookTo(t, "http://"+l.Addr().String()+"/"+canary), outage(bad("db", alert.Critical, "refused")))
	if d.Outcome != alert.Again || !strings.Contains(d.Err, "refused") {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
}

func TestTLSThatDoesNotHoldIsDead(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	n := outage(bad("db", alert.Critical, "refused"))
	d := attempt(t.Context(), t, webhookTo(t, srv.URL), n)
	if d.Outcome != alert.Dead || !strings.Contains(d.Err, "certificate") {
		t.Errorf("unknown authority: %v: %s", d.Outcome, d.Err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	d = attempt(t.Context(), t, webhookTo(t, strings.Replace(plain.URL, "http:", "https:", 1)), n)
	if d.Outcome != alert.Dead {
		t.Errorf("https to an http server: %v: %s", d.Outcome, d.Err)
	}
}

func TestURLsAreRefusedWithoutBeingShown(t *testing.T) {
	for _, raw := range []string{
		"https://bot:p@ss:w/" + canary + "@h.test/", "ftp://h.test/" + canary, "h.test/" + canary, "https:///" + canary,
		"https://h.test/%zz" + canary, canary, "",
	} {
		_, err := NewWebhook(WebhookOptions{URL: safe.NewSecret(raw)})
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", raw, err)
		}
		if _, err := NewSlack(SlackOptions{URL: safe.NewSecret(raw)}); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// loopbackTLS returns a certificate for 127.0.0.1 and the pool that trusts it.
func loopbackTLS(t *testing.T) (*httptest.Server, *x509.CertPool) {
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	return srv, pool
}

// An answer that never ends costs the attempt's time and nothing else: the
// status has said what came of it.
func TestAnswerThatNeverEnds(t *testing.T) {
	for code, want := range map[int]alert.Outcome{200: alert.Accepted, 503: alert.Again, 400: alert.Dead} {
		begun := make(chan struct{}, 1)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(code)
			io.WriteString(w, "and")
			w.(http.Flusher).Flush()
			begun <- struct{}{}
			<-r.Context().Done()
		}))
		ctx, cancel := contextEndedBy(t, begun)
		d := attempt(ctx, t, webhookTo(t, srv.URL), oneDown)
		if d.Outcome != want && d.Outcome != alert.Ambiguous { // the status may be on its way still
			t.Errorf("%d: %v: %s, want %v", code, d.Outcome, d.Err, want)
		}
		cancel()
		srv.Close()
	}
}

func TestRequestsSayWhoAsks(t *testing.T) {
	var agent string
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() }))
	defer srv.Close()
	attempt(t.Context(), t, mustNotifier(t)(NewSlack(SlackOptions{URL: safe.NewSecret(srv.URL)})), oneDown)
	if agent != userAgent() || !strings.HasPrefix(agent, "sitrep") {
		t.Errorf("agent %q", agent)
	}
}
