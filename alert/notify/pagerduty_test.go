package notify

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func farPagerDuty(t *testing.T) far {
	f := farHTTP(t, func(url string) (Notifier, error) {
		return pagerDutyAt(url)
	}, func(r *http.Request, payload []byte) []arrival {
		var e pagerDutyEvent
		if err := json.Unmarshal(payload, &e); err != nil || r.URL.Path != "/v2/enqueue" || e.RoutingKey != canary {
			t.Errorf("%s: %v: %s", r.URL, err, payload)
		}
		return []arrival{{key: e.DedupKey, text: wordsOfJSON(t, payload)}}
	}, map[behaviour]http.HandlerFunc{
		takes: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) },
		refuses: func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"status":"invalid event","errors":["routing_key `+canary+`"]}`, http.StatusBadRequest)
		},
	})
	f.apart = true
	return f
}

// pagerDutyAt returns a notifier that waits for no rate.
func pagerDutyAt(url string) (Notifier, error) {
	to, err := NewPagerDuty(PagerDutyOptions{Key: safe.NewSecret(canary), URL: url, BaseURL: "https://sitrep.test"})
	if err == nil {
		to.(*pagerDuty).every = time.Microsecond
	}
	return to, err
}

// integration is a PagerDuty that answers with the next of its codes, else 202.
type integration struct {
	*httptest.Server
	mu    sync.Mutex
	codes []int
	got   []string // "trigger ID: summary", "resolve ID"
}

func openIntegration(t *testing.T, codes ...int) (*integration, Notifier) {
	i := &integration{codes: codes}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		code := http.StatusAccepted
		if len(i.codes) > 0 {
			code, i.codes = i.codes[0], i.codes[1:]
		}
		var e pagerDutyEvent
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		if code == http.StatusAccepted {
			s := e.Action + " " + e.DedupKey
			if e.Payload != nil {
				title, _, _ := strings.Cut(e.Payload.Summary, " (")
				s += ": " + e.Payload.Severity + " " + title
			}
			i.got = append(i.got, s)
		} else {
			w.Header().Set("Retry-After", "7")
		}
		w.WriteHeader(code)
		io.WriteString(w, `{"message":"…"}`)
	}))
	t.Cleanup(i.Close)
	to, err := pagerDutyAt(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	return i, to
}

func (i *integration) expect(t *testing.T, want ...string) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if diff := cmp.Diff(want, i.got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	i.got = nil
}

func TestPagerDutyIsToldEachAlertByItsID(t *testing.T) {
	a, b := bad("a", alert.Critical, "refused"), bad("b", alert.Warning, "slow")
	missed := told(alert.Missed, 0, ended(a, ""))
	missed.Alerts[0].Worst = alert.Critical
	test := outage(a)
	test.Test = true
	storm := told(alert.First, 1000, a, b)
	storm.Storm, storm.More, storm.Counts = true, 998, map[alert.Severity]int{alert.Critical: 600, alert.Warning: 400}
	key := digestKey(storm)
	for name, c := range map[string]struct {
		n    alert.Notification
		want []string
	}{
		"first":    {told(alert.First, 2, a, b), []string{"trigger 01Ja: critical DOWN a: refused", "trigger 01Jb: warning WARN b: slow"}},
		"reminder": {told(alert.Remind, 1, a), []string{"trigger 01Ja: critical STILL DOWN a for 5m: refused"}},
		"worse":    {told(alert.Worse, 1, a), []string{"trigger 01Ja: critical WORSE: DOWN a: refused"}},
		"flapping": {told(alert.Flaps, 1, a), []string{"trigger 01Ja: critical STEADY AGAIN: DOWN a: refused"}},
		"over":     {told(alert.Over, 1, ended(a, "")), []string{"resolve 01Ja"}},
		"the last": {told(alert.Over, 0, ended(a, "")), []string{"resolve 01Ja", "resolve " + key}},
		"missed":   {missed, []string{"trigger 01Ja: critical MISSED: DOWN a for 12m 4s", "resolve 01Ja"}},
		"a test":   {test, []string{"trigger sitrep-test-4b1dfeed: info TEST: sitrep reaches receiver chat", "resolve sitrep-test-4b1dfeed"}},
		"a storm":  {storm, []string{"trigger " + key + ": critical STORM: 600 DOWN, 400 WARN in shops: a, b and 998 more"}},
		"too many": {func() alert.Notification { n := told(alert.Remind, 9, a); n.More = 8; return n }(), []string{"trigger " + key + ": critical STILL 9 alerts"}},
	} {
		i, to := openIntegration(t)
		if d := attempt(t.Context(), t, to, c.n); d.Outcome != alert.Accepted {
			t.Errorf("%s: %v: %s", name, d.Outcome, d.Err)
		}
		t.Log(name)
		i.expect(t, c.want...)
	}
}

// What was taken before a fault is not sent again for the same content.
func TestPagerDutyGoesOnWhereItBroke(t *testing.T) {
	a, b, c := bad("a", alert.Critical), bad("b", alert.Critical), bad("c", alert.Critical)
	for _, code := range []int{429, 503, 500} {
		i, to := openIntegration(t, 202, code)
		d := attempt(t.Context(), t, to, outage(a, b, c))
		if d.Outcome != alert.Again || d.RetryAfter != 7*time.Second || !strings.HasPrefix(d.Err, "event 2 of 3: ") {
			t.Errorf("%d: %v after %v: %s", code, d.Outcome, d.RetryAfter, d.Err)
		}
		i.expect(t, "trigger 01Ja: critical DOWN a")
		if d := attempt(t.Context(), t, to, outage(a, b, c)); d.Outcome != alert.Accepted {
			t.Errorf("%v: %s", d.Outcome, d.Err)
		}
		i.expect(t, "trigger 01Jb: critical DOWN b", "trigger 01Jc: critical DOWN c")
		if d := attempt(t.Context(), t, to, outage(a)); d.Outcome != alert.Accepted { // all had it: the next time is new
			t.Errorf("%v: %s", d.Outcome, d.Err)
		}
		i.expect(t, "trigger 01Ja: critical DOWN a")
	}
}

// An end does not list all of many: those that are not are closed all the same.
func TestPagerDutyLeavesNothingOpen(t *testing.T) {
	i, to := openIntegration(t)
	a, b, c := bad("a", alert.Critical), bad("b", alert.Critical), bad("c", alert.Critical)
	elsewhere := outage(bad("d", alert.Critical))
	elsewhere.Group, elsewhere.Key = "other", "x"
	some, all := told(alert.Over, 1, ended(b, "")), told(alert.Over, 0, ended(a, ""))
	some.Key, all.Key, all.More = "y", "z", 1
	for _, n := range []alert.Notification{outage(a, b, c), elsewhere, some, all} {
		if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
			t.Errorf("%v: %s", d.Outcome, d.Err)
		}
	}
	i.expect(t, "trigger 01Ja: critical DOWN a", "trigger 01Jb: critical DOWN b", "trigger 01Jc: critical DOWN c", "trigger 01Jd: critical DOWN d",
		"resolve 01Jb", "resolve 01Ja", "resolve 01Jc", "resolve "+digestKey(all))
	var o opened
	for i := range maxOpened + 10 {
		o.note("g", fmt.Sprint(i), true)
	}
	if got := o.of("g"); len(got) != maxOpened || got[0] != "10" {
		t.Errorf("%d are remembered, from %s on", len(got), got[0])
	}
}

func TestPagerDutyRefusals(t *testing.T) {
	a, b, c := bad("a", alert.Critical), bad("b", alert.Critical), bad("c", alert.Critical)
	i, to := openIntegration(t, 202, 400)
	if d := attempt(t.Context(), t, to, outage(a, b, c)); d.Outcome != alert.Dead || !strings.HasPrefix(d.Err, "event 2 of 3: 400") {
		t.Errorf("%v: %s", d.Outcome, d.Err)
	}
	i.expect(t, "trigger 01Ja: critical DOWN a", "trigger 01Jc: critical DOWN c")
	i, to = openIntegration(t, 400)
	if d := attempt(t.Context(), t, to, outage(a, b, c)); d.Outcome != alert.Dead {
		t.Errorf("%v: %s", d.Outcome, d.Err)
	}
	i.expect(t) // with a key that is wrong, one call is enough
}

func TestPagerDutyEvent(t *testing.T) {
	down := bad("db", alert.Critical, "refused")
	down.Runbook = "https://wiki.test/db"
	down.Ack = &alert.Ack{By: "ana"}
	to, err := pagerDutyAt("https://pd.test")
	if err != nil {
		t.Fatal(err)
	}
	got, err := encode(to.(*pagerDuty).events(outage(down))[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"routing_key":"` + canary + `","event_action":"trigger","dedup_key":"01Jdb","client":"sitrep","client_url":"https://sitrep.test",` +
		`"links":[{"href":"https://wiki.test/db","text":"runbook of db"}],` +
		`"payload":{"summary":"DOWN db: refused (since 2026-04-12 03:29:04Z)","source":"db","severity":"critical",` +
		`"timestamp":"2026-04-12T03:29:04Z","component":"db","group":"shops","class":"status",` +
		`"custom_details":{"text":"DOWN db since 2026-04-12 03:29:04Z (5m)\n  status: refused\n  acknowledged by ana\n  runbook: https://wiki.test/db",` +
		`"findings":["status: refused"],"labels":{"group":"shops","kind":"http","name":"db"},"acked_by":"ana",` +
		`"reason":"first","route":"all","receiver":"chat","active":1}}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// 120 events a minute, whoever sends them, and the first at once.
func TestPagerDutyRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := mustNotifier(t)(NewPagerDuty(PagerDutyOptions{Key: safe.NewSecret(canary)})).(*pagerDuty)
		to.client.Transport = always(http.StatusAccepted)
		start := time.Now()
		for round := range 3 {
			n := outage(bad("a", alert.Critical), bad("b", alert.Critical))
			n.Key = fmt.Sprint(round)
			if d := Attempt(t.Context(), to, n); d.Outcome != alert.Accepted {
				t.Fatalf("%v: %s", d.Outcome, d.Err)
			}
		}
		if took := time.Since(start); took != 5*pagerDutyEvery {
			t.Errorf("six events took %v", took)
		}
		if got := paceOf("x", to); got.width != 1 || got.every != pagerDutyEvery || strings.Contains(got.lane, canary) {
			t.Errorf("pace %+v", got)
		}
	})
}

// always is a server without a network: it answers with its code.
type always int

func (a always) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: int(a), Body: http.NoBody}, nil
}
