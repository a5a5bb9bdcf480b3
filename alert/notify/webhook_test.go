package notify

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

// The example of Standard Webhooks 1.0.
func TestSignatureIsThatOfStandardWebhooks(t *testing.T) {
	key, err := signingKey(safe.NewSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
	if err != nil {
		t.Fatal(err)
	}
	got := sign([]byte(key.Reveal()), "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// received runs one attempt against a server and returns the request.
func received(t *testing.T, o WebhookOptions, n alert.Notification) (*http.Request, []byte) {
	t.Helper()
	var req *http.Request
	var payload []byte
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		req = r
		payload, _ = io.ReadAll(r.Body)
	}))
	defer srv.Close()
	raw := o.URL.Reveal()
	o.URL = safe.NewSecret(strings.Replace(raw, "SERVER", strings.TrimPrefix(srv.URL, "http://"), 1))
	if d := attempt(t.Context(), t, mustNotifier(t)(NewWebhook(o)), n); d.Outcome != alert.Accepted {
		t.Fatalf("got %v: %s", d.Outcome, d.Err)
	}
	return req, payload
}

func TestWebhookRequest(t *testing.T) {
	r, payload := received(t, WebhookOptions{
		URL:    safe.NewSecret("http://bot:p%40ss%3Aw%2Frd@SERVER/hook?a=b"),
		Method: "put",
		Secret: safe.NewSecret(`a"b\c $HOME`),
		Headers: []Header{
			{"X-Team", safe.NewSecret("qu$HOMEer7 100%s")}, {"Content-Type", safe.NewSecret("application/x-own")},
			{"Idempotency-Key", safe.NewSecret("mine")}, {"Host", safe.NewSecret("alerts.test")},
		},
	}, outage(bad("db", alert.Critical, "refused")))
	user, password, _ := r.BasicAuth()
	got := map[string]string{
		"method": r.Method, "path": r.RequestURI, "user": user, "password": password, "host": r.Host,
		"team": r.Header.Get("X-Team"), "type": r.Header.Get("Content-Type"), "agent": r.UserAgent(),
		"id": r.Header.Get("Webhook-Id"), "keys": strings.Join(r.Header.Values("Idempotency-Key"), ","),
		"signature": r.Header.Get("Webhook-Signature"),
	}
	want := map[string]string{
		"method": "PUT", "path": "/hook?a=b", "user": "bot", "password": "p@ss:w/rd", "host": "alerts.test",
		"team": "qu$HOMEer7 100%s", "type": "application/x-own", "agent": "sitrep",
		"id": "4b1dfeed", "keys": "4b1dfeed",
		"signature": sign([]byte(`a"b\c $HOME`), "4b1dfeed", r.Header.Get("Webhook-Timestamp"), payload),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestWebhookWithoutSecretIsUnsigned(t *testing.T) {
	r, _ := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER")}, outage(bad("db", alert.Critical, "refused")))
	if got, ok := r.Header["Webhook-Signature"]; ok {
		t.Errorf("signature %v", got)
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s of %s", r.Method, r.Header.Get("Content-Type"))
	}
}

// What reads Alertmanager's webhooks must find every field of version 4.
func TestWebhookPayload(t *testing.T) {
	gone := bad("pay", alert.Critical, "reset")
	gone.State, gone.Resolved, gone.Confirmed = alert.Resolved, began.Add(4*time.Minute), began.Add(5*time.Minute)
	warn := bad("cart", alert.Warning, "slow & <b>")
	warn.Ack = &alert.Ack{By: "ana"}
	n := outage(warn, gone)
	n.Reason, n.Attempt, n.Active = alert.New, 3, 7
	_, payload := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER"), BaseURL: "https://sitrep.test"}, n)
	want := `{
	 "version": "4", "groupKey": "all{group=shops}", "truncatedAlerts": 0, "status": "firing", "receiver": "chat",
	 "groupLabels": {"group": "shops"}, "commonLabels": {"group": "shops", "kind": "http"}, "commonAnnotations": {},
	 "externalURL": "https://sitrep.test",
	 "alerts": [
	  {"status": "firing", "startsAt": "2026-04-12T03:29:04Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "",
	   "fingerprint": "` + webhookAlertOf(ours, &warn, n).Fingerprint + `",
	   "labels": {"alertname": "SitrepDegraded", "severity": "warning", "target": "cart", "name": "cart", "kind": "http", "group": "shops"},
	   "annotations": {"summary": "WARN cart: slow & <b> (since 2026-04-12 03:29:04Z)",
	    "description": "WARN cart since 2026-04-12 03:29:04Z (5m)\n  status: slow & <b>\n  acknowledged by ana"}},
	  {"status": "resolved", "startsAt": "2026-04-12T03:29:04Z", "endsAt": "2026-04-12T03:33:04Z", "generatorURL": "",
	   "fingerprint": "` + webhookAlertOf(ours, &gone, n).Fingerprint + `",
	   "labels": {"alertname": "SitrepDown", "severity": "critical", "target": "pay", "name": "pay", "kind": "http", "group": "shops"},
	   "annotations": {"summary": "RESOLVED pay after 4m (2026-04-12 03:29:04Z to 2026-04-12 03:33:04Z)",
	    "description": "RESOLVED pay after 4m (2026-04-12 03:29:04Z to 2026-04-12 03:33:04Z)\n  last: reset"}}
	 ],
	 "sitrep": {
	  "text": "1 WARN, 1 RESOLVED in shops: cart, pay", "reason": "new", "receiver": "chat", "route": "all",
	  "group": "all{group=shops}", "key": "4b1dfeed", "attempt": 3, "active": 7,
	  "alerts": [
	   {"id": "01Jcart", "target": "cart", "labels": {"name": "cart", "kind": "http", "group": "shops"},
	    "severity": "warning", "state": "firing", "since": "2026-04-12T03:29:04Z", "detected": "2026-04-12T03:29:34Z",
	    "findings": [{"kind": "status", "severity": "down", "text": "slow & <b>"}], "acked_by": "ana"},
	   {"id": "01Jpay", "target": "pay", "labels": {"name": "pay", "kind": "http", "group": "shops"},
	    "severity": "critical", "state": "resolved", "since": "2026-04-12T03:29:04Z", "detected": "2026-04-12T03:29:34Z",
	    "resolved": "2026-04-12T03:33:04Z", "findings": [{"kind": "status", "severity": "down", "text": "reset"}]}
	  ]}
	}`
	var wantJSON, gotJSON any
	if err := json.Unmarshal([]byte(want), &wantJSON); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &gotJSON); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantJSON, gotJSON); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestWebhookFingerprintOutlivesTheSeverity(t *testing.T) {
	n := outage()
	worse, over := bad("db", alert.Critical, "refused"), bad("db", alert.Critical)
	over.State = alert.Resolved
	first := bad("db", alert.Warning, "slow")
	want := webhookAlertOf(ours, &first, n).Fingerprint
	if got := webhookAlertOf(ours, &worse, n).Fingerprint; got != want {
		t.Errorf("worse: %s, want %s", got, want)
	}
	if got := webhookAlertOf(ours, &over, n).Fingerprint; got != want {
		t.Errorf("resolved: %s, want %s", got, want)
	}
	other := bad("db2", alert.Warning, "slow")
	if got := webhookAlertOf(ours, &other, n).Fingerprint; got == want {
		t.Error("two targets share one")
	}
}

func TestWebhookCountsWhatItLeavesOut(t *testing.T) {
	n := outage(make([]alert.Alert, maxWebhookAlerts+3)...)
	b := webhookBodyOf(ours.say(n), "")
	if len(b.Alerts) != maxWebhookAlerts || len(noticeOf(ours.say(n), maxWebhookAlerts).Alerts) != maxWebhookAlerts || b.TruncatedAlerts != 3 {
		t.Errorf("%d and %d alerts, %d left out", len(b.Alerts), len(noticeOf(ours.say(n), maxWebhookAlerts).Alerts), b.TruncatedAlerts)
	}
}

func TestWebhookOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]WebhookOptions{
		"a method without a body":   {Method: "GET"},
		"a header with a blank":     {Headers: []Header{{"X Team", safe.NewSecret("a")}}},
		"a value with a line break": {Headers: []Header{{"X-Team", safe.NewSecret(canary + "\r\nX: y")}}},
		"a key that is no base64":   {Secret: safe.NewSecret("whsec_" + canary)},
		"a key that is empty":       {Secret: safe.NewSecret("whsec_")},
	} {
		o.URL = safe.NewSecret("https://h.test/")
		if _, err := NewWebhook(o); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// While readers change over, each of them can make one of the two signatures.
func TestWebhookSignsWithBothSecrets(t *testing.T) {
	r, payload := received(t, WebhookOptions{
		URL: safe.NewSecret("http://SERVER"), Secret: safe.NewSecret("new"), Second: safe.NewSecret("whsec_b2xk"),
	}, outage(bad("db", alert.Critical, "refused")))
	at := r.Header.Get("Webhook-Timestamp")
	want := sign([]byte("new"), "4b1dfeed", at, payload) + " " + sign([]byte("old"), "4b1dfeed", at, payload)
	if got := r.Header.Get("Webhook-Signature"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := NewWebhook(WebhookOptions{URL: safe.NewSecret("http://h.test"), Second: safe.NewSecret("whsec_" + canary)}); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a second secret that is no base64: %v", err)
	}
}

func TestWebhookFormats(t *testing.T) {
	for format, want := range map[string][]string{
		"":             {"version", "groupKey", "alerts", "sitrep"},
		"alertmanager": {"version", "groupKey", "alerts"},
		"sitrep":       {"text", "reason", "key", "alerts"},
	} {
		_, payload := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER"), Format: format}, outage(bad("db", alert.Critical, "refused")))
		var got map[string]any
		if err := json.Unmarshal(payload, &got); err != nil {
			t.Fatal(err)
		}
		for _, k := range want {
			if got[k] == nil {
				t.Errorf("%q has no %s: %s", format, k, payload)
			}
		}
		if _, has := got["sitrep"]; has != (format == "") {
			t.Errorf("%q has a sitrep object: %v", format, has)
		}
	}
	if _, err := NewWebhook(WebhookOptions{URL: safe.NewSecret("http://h.test"), Format: "xml"}); err == nil {
		t.Error("any format is taken")
	}
}

func TestWebhookBodyOfATemplate(t *testing.T) {
	body := func(source string) *Body {
		b, err := ParseBody(source)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	n := outage(bad("d\"b", alert.Critical, hostile))
	for name, c := range map[string]struct{ source, want, kind string }{
		"JSON":           {`{"t": {{json .Title}}, "n": {{.Active}}}`, `{"t": "DOWN d\"b: ` + strings.ReplaceAll(hostile, `"`, `\"`) + ` (since 2026-04-12 03:29:04Z)", "n": 1}`, "application/json"},
		"text":           {"down: {{join \" \" .Targets}}\x1b[0m", "down: d\"b", "text/plain; charset=utf-8"},
		"one that fails": {"{{if eq .Key `4b1dfeed`}}{{if eq .Attempt 1}}{{index .Targets 9}}{{end}}{{end}}", "", "application/json"},
	} {
		r, payload := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER"), Secret: safe.NewSecret("k"), Body: body(c.source)}, n)
		if c.want != "" && string(payload) != c.want || r.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s: %s of %s", name, payload, r.Header.Get("Content-Type"))
		}
		if c.want == "" && !strings.Contains(string(payload), "template failed") {
			t.Errorf("%s: it does not say so: %s", name, payload)
		}
		if want := sign([]byte("k"), "4b1dfeed", r.Header.Get("Webhook-Timestamp"), payload); r.Header.Get("Webhook-Signature") != want {
			t.Errorf("%s: the signature is of something else", name)
		}
	}
}

func TestWebhookSaysWhatWasMissed(t *testing.T) {
	a := ended(bad("db", alert.Critical, "refused"), "")
	a.Runbook = "https://wiki.test/db"
	n := because(alert.Missed, a)
	n.Since = began.Add(-time.Minute)
	d := noticeOf(ours.say(n), 10)
	if d.MissedBy != (2*time.Hour+5*time.Minute-30*time.Second).Seconds() || !d.OutSince.Equal(n.Since) || d.Alerts[0].Runbook != a.Runbook {
		t.Errorf("%+v", d)
	}
}
