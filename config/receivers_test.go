package config

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func TestEveryKindOfReceiverIsBuilt(t *testing.T) {
	for kind, text := range map[string]string{
		"log":          `log = "stderr"`,
		"slack":        `slack = "https://hooks.slack.com/x"`,
		"slack bot":    "slack = \"xoxb-1\"\nchannel = \"#ops\"",
		"email":        "email = \"a@example.com\"\nsmtp = \"smtp://mail.example.com\"",
		"webhook":      "webhook = \"https://example.com\"\nsecret = [\"a\", \"b\"]\nbody = '{\"text\": {{json .Title}}}'",
		"sitrep":       "webhook = \"https://example.com\"\nsecret = \"a\"\nbody = \"sitrep\"",
		"pagerduty":    "pagerduty = \"key\"\nurl = \"https://events.eu.pagerduty.com\"",
		"alertmanager": "alertmanager = [\"http://a:9093\", \"http://b:9093\"]\nbearer = \"t\"",
		"am basic":     "alertmanager = \"http://a:9093\"\nbasic = { user = \"u\", password = \"p\" }",
		"ntfy":         "ntfy = \"https://ntfy.sh/topic\"\ntoken = \"tk_x\"\npriority = 4",
		"exec":         "exec = [\"./tell\", \"\", \"-v\"]",
	} {
		c := load(t, "[target]\na = \"tcp://h:1\"\n[receiver.x]\n"+text+"\nsubject = \"{{.Title}}\"\nzone = \"Europe/Berlin\"\n")
		if c.Receivers["x"] == nil || len(c.Policy.Receivers) != 1 {
			t.Errorf("%s: not built", kind)
		}
	}
}

func TestWhatTheAlertsKnowOfAReceiver(t *testing.T) {
	usual := map[alert.Reason]bool{
		alert.First: true, alert.New: true, alert.Worse: true, alert.Flaps: true, alert.Remind: true,
		alert.Escalated: true, alert.Handover: true, alert.Over: true,
	}
	and := func(reasons ...alert.Reason) map[alert.Reason]bool {
		tell := maps.Clone(usual)
		for _, r := range reasons {
			tell[r] = true
		}
		return tell
	}
	without := func(tell map[alert.Reason]bool, reason alert.Reason) map[alert.Reason]bool {
		delete(tell, reason)
		return tell
	}
	const hour = time.Hour
	for name, c := range map[string]struct {
		text string
		want alert.Receiver
	}{
		"quiet": {`log = "stderr"`, alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour,
		}},
		"paging by kind": {`pagerduty = "k"`, alert.Receiver{
			Paging: true, TellMissed: true, Tell: without(and(alert.Missed), alert.Handover),
			Remind: 4 * hour, RemindCritical: hour / 2, RemindFlapping: hour / 2, GiveUp: 24 * hour,
		}},
		"a pager that does not page": {"ntfy = \"https://ntfy.sh/x\"\npaging = false", alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour,
		}},
		"paging, and asked for less": {"slack = \"https://x\"\npaging = true\ntell_missed = false\nremind = \"10m\"\nremind_flapping = \"1h\"", alert.Receiver{
			Paging: true, Tell: usual, Remind: hour / 6, RemindCritical: hour / 6, RemindFlapping: hour, GiveUp: 24 * hour,
		}},
		"never again": {"pagerduty = \"k\"\nremind = \"0s\"", alert.Receiver{
			Paging: true, TellMissed: true, Tell: without(and(alert.Missed), alert.Handover), RemindFlapping: hour / 2, GiveUp: 24 * hour,
		}},
		"alertmanager": {`alertmanager = "http://a:9093"`, alert.Receiver{
			Tell: without(without(and(alert.Better), alert.Handover), alert.Escalated), Remind: hour / 60, RemindCritical: hour / 60, RemindFlapping: hour / 60, GiveUp: 6 * hour,
			Most: 10_000, Keepalive: true,
		}},
		"a webhook": {`webhook = "https://example.com"`, alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour, Most: 1000,
		}},
		"a webhook with a format": {"webhook = \"https://example.com\"\nbody = \"sitrep\"", alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour, Most: 1000,
		}},
		"a webhook in words": {"webhook = \"https://example.com\"\nbody = \"{{.Title}}\"", alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour,
		}},
		"a command": {`exec = "./tell"`, alert.Receiver{
			Tell: usual, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour, Most: 1000,
		}},
		"a pager that is not told of the end": {"pagerduty = \"k\"\ntell = [\"first\", \"worse\"]", alert.Receiver{
			Paging: true, TellMissed: true, Tell: map[alert.Reason]bool{alert.First: true, alert.Worse: true, alert.Missed: true},
			Remind: 4 * hour, RemindCritical: hour / 2, RemindFlapping: hour / 2, GiveUp: 24 * hour,
		}},
		"one that hears of nothing": {"log = \"stderr\"\ntell = []", alert.Receiver{
			Tell: map[alert.Reason]bool{}, Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour,
		}},
		"a few reasons, and somebody behind": {"log = \"stderr\"\ntell = [\"first\", \"better\"]\ntell_missed = true\nfallback = \"y\"", alert.Receiver{
			Tell: map[alert.Reason]bool{alert.First: true, alert.Better: true, alert.Missed: true}, TellMissed: true, Fallback: "y",
			Remind: 4 * hour, RemindCritical: 4 * hour, RemindFlapping: hour / 2, GiveUp: 6 * hour,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			conf := load(t, "[target]\na = \"tcp://h:1\"\n[receiver.x]\n"+c.text+"\n[receiver.y]\nlog = \"y.log\"\n")
			c.want.Name = "x"
			if diff := cmp.Diff(c.want, conf.Policy.Receivers[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSeverityGoesByBothItsWords(t *testing.T) {
	for word, want := range map[string][3]bool{
		"critical": {alert.Critical: true}, "down": {alert.Critical: true}, "warning": {alert.Warning: true}, "degraded": {alert.Warning: true},
		"!critical": {alert.Info: true, alert.Warning: true}, "!down": {alert.Info: true, alert.Warning: true},
	} {
		c := load(t, "[target]\na = \"tcp://h:1\"\n[receiver.x]\nlog = \"stderr\"\n[route.r]\nto = \"x\"\nmatch = { severity = \""+word+"\" }\n")
		for _, severity := range []alert.Severity{alert.Info, alert.Warning, alert.Critical} {
			if got := c.Policy.Routes[0].Match.Match(c.Targets[0].Labels, severity, nil); got != want[severity] {
				t.Errorf("%s: matches %v is %v, want %v", word, severity, got, want[severity])
			}
		}
	}
}

func TestAlertingAsWritten(t *testing.T) {
	usual := load(t, "[target]\na = \"tcp://h:1\"\n")
	want := alert.Policy{ReopenWithin: 10 * time.Minute, Settle: 30 * time.Second, DepGrace: 15 * time.Second, StaleAfter: 3}
	if diff := cmp.Diff(want, usual.Policy); diff != "" {
		t.Errorf("defaults: -want +got:\n%s", diff)
	}
	c := load(t, "[target]\na = \"tcp://h:1\"\n[alerting]\nflap_high = 50\nflap_low = 50\nreopen_within = \"0s\"\nsettle = \"1m\"\ndep_grace = \"0s\"\nstale_after = 5\n")
	want = alert.Policy{ReopenWithin: 1, Settle: time.Minute, DepGrace: 1, StaleAfter: 5} // 0 would be the default
	if diff := cmp.Diff(want, c.Policy); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if x := c.Targets[0]; x.FlapHigh != 50 || x.FlapLow != 50 {
		t.Errorf("flapping from %v to %v, want 50 each", x.FlapHigh, x.FlapLow)
	}
}

func TestConnectivityAsWritten(t *testing.T) {
	c := load(t, "[target]\na = \"tcp://h:1\"\n")
	if diff := cmp.Diff(Connectivity{Interval: 15 * time.Second}, c.Connectivity); diff != "" {
		t.Errorf("off: -want +got:\n%s", diff)
	}
	for anchors, want := range map[string]string{
		`"tcp://192.0.2.1:443"`: "1 of [tcp://192.0.2.1:443] each 5s",
		`["tcp://192.0.2.1:443", "https://u:p@example.com/", "tls://example.com", "dns://192.0.2.1/example.com"]`: "3 of " +
			"[tcp://192.0.2.1:443 https://example.com/ tls://example.com:443 dns://192.0.2.1/example.com] each 5s",
		"[\"tcp://192.0.2.1:443\", \"tcp://192.0.2.2:443\"]\nneed = 1": "1 of [tcp://192.0.2.1:443 tcp://192.0.2.2:443] each 5s",
	} {
		c := load(t, "[target]\na = \"tcp://h:1\"\n[connectivity]\ninterval = \"5s\"\nanchors = "+anchors+"\n").Connectivity
		var shown []string
		for _, a := range c.Anchors {
			shown = append(shown, a.Name)
			if a.Probe == nil {
				t.Errorf("%s has no probe", a.Name)
			}
		}
		if got := fmt.Sprintf("%d of %v each %v", c.Need, shown, c.Interval); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestFilesAreLookedAtEveryFiveSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 5 * time.Second, "[server]\nwatch = \"1m\"\n": time.Minute, "[server]\nwatch = \"0s\"\n": 0,
	} {
		if got := load(t, text).Watch; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestWarningsTakeNoMistakesPlace has more warnings than are shown before the
// one mistake.
func TestWarningsTakeNoMistakesPlace(t *testing.T) {
	var b strings.Builder
	b.WriteString("[target]\n")
	for i := range 30 {
		fmt.Fprintf(&b, "t%02d = \"env:NONE\"\n", i)
	}
	b.WriteString("last = \"htps://x\"\n")
	_, err := Load(write(t, b.String()), Options{LookupEnv: environment(nil)})
	problems, _ := err.(Problems)
	lines := strings.Split(problems.Error(), "\n")
	if len(lines) != 22 || !strings.Contains(lines[20], "target.last.url") || lines[21] != "… and 10 more warnings" {
		t.Errorf("%d lines, the last two %q", len(lines), lines[max(len(lines)-2, 0):])
	}
	if m := problems.Mistakes(); len(m) != 1 || m[0].Line != 32 {
		t.Errorf("mistakes: %v", m)
	}
}
