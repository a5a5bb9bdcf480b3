package notify

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func farNtfy(t *testing.T) far {
	return farHTTP(t, func(url string) (Notifier, error) {
		return NewNtfy(NtfyOptions{URL: safe.NewSecret(url + "/base/" + canary), Token: safe.NewSecret("tk_" + canary)})
	}, func(r *http.Request, payload []byte) []arrival {
		var m ntfyMessage
		if err := json.Unmarshal(payload, &m); err != nil {
			t.Error(err)
		}
		if r.URL.Path != "/base/" || r.Header.Get("Authorization") != "Bearer tk_"+canary {
			t.Errorf("%s with %q", r.URL, r.Header.Get("Authorization"))
		}
		return []arrival{{text: "to " + m.Topic + "\n" + m.Title + "\n" + m.Message}}
	}, nil)
}

func ntfyOf(t *testing.T, url string, priority int) *ntfy {
	t.Helper()
	return mustNotifier(t)(NewNtfy(NtfyOptions{URL: safe.NewSecret(url), Priority: priority})).(*ntfy)
}

func TestNtfyMessage(t *testing.T) {
	down := bad("db", alert.Critical, "refused")
	down.Runbook = "https://wiki.test/db?a=<b>"
	got := ntfyOf(t, "https://ntfy.test/ops", 0).message(outage(down))
	want := ntfyMessage{
		Topic: "ops", Title: "DOWN db: refused (since 2026-04-12 03:29:04Z)", Priority: 5, Tags: []string{"rotating_light"},
		Message: "DOWN db since 2026-04-12 03:29:04Z (5m)\n  status: refused\n  runbook: https://wiki.test/db?a=%3Cb%3E\n\n" +
			"sitrep: first, all{group=shops}, receiver chat, 1 active",
		Actions: []ntfyAction{{"view", "Runbook db", "https://wiki.test/db?a=%3Cb%3E"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestNtfyPriority(t *testing.T) {
	test := outage(bad("db", alert.Critical))
	test.Test = true
	calm := told(alert.Over, 0, ended(bad("db", alert.Critical), ""))
	calm.Storm, calm.More, calm.Counts = true, 29, map[alert.Severity]int{alert.Critical: 30}
	for name, c := range map[string]struct {
		n            alert.Notification
		usual, with2 int
		tag          string
	}{
		"critical": {outage(bad("db", alert.Critical)), 5, 2, "rotating_light"},
		"warning":  {outage(bad("db", alert.Warning)), 3, 2, "warning"},
		"over":     {outage(ended(bad("db", alert.Critical), "")), 3, 3, "white_check_mark"},
		"all over": {calm, 3, 3, "white_check_mark"},
		"test":     {test, 3, 2, "test_tube"},
	} {
		usual, with2 := ntfyOf(t, "https://ntfy.test/ops", 0).message(c.n), ntfyOf(t, "https://ntfy.test/ops", 2).message(c.n)
		if usual.Priority != c.usual || with2.Priority != c.with2 || usual.Tags[0] != c.tag {
			t.Errorf("%s: %d and %d, %v", name, usual.Priority, with2.Priority, usual.Tags)
		}
	}
}

func TestNtfyKeepsItsLimit(t *testing.T) {
	var alerts []alert.Alert
	for range 50 {
		alerts = append(alerts, bad(strings.Repeat("界", 30), alert.Critical, strings.Repeat("x", 200), strings.Repeat("y", 200)))
	}
	m := ntfyOf(t, "https://ntfy.test/ops", 0).message(outage(alerts...))
	if len(m.Message) > 4096 || !strings.Contains(m.Message, " more\n\nsitrep:") {
		t.Errorf("%d bytes: …%s", len(m.Message), m.Message[len(m.Message)-100:])
	}
}

func TestNtfyOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]NtfyOptions{
		"no topic":        {URL: safe.NewSecret("https://ntfy.test/")},
		"no host":         {URL: safe.NewSecret(canary)},
		"a priority of 6": {URL: safe.NewSecret("https://ntfy.test/" + canary), Priority: 6},
		"a token in two":  {URL: safe.NewSecret("https://ntfy.test/" + canary), Token: safe.NewSecret("a b")},
	} {
		if _, err := NewNtfy(o); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
