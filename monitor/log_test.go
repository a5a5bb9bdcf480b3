package monitor

import (
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
)

func TestLinesOfTheLog(t *testing.T) {
	at := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	down := alert.Alert{
		ID: "01", Target: "api", State: alert.Firing, Severity: alert.Critical, Started: at.Add(-time.Hour),
		Findings: []checker.Finding{{What: "status", Status: checker.Down, Text: "503, want 200"}},
	}
	with := func(set func(*alert.Alert)) alert.Alert {
		a := down
		set(&a)
		return a
	}
	silence := &alert.Silence{ID: "s3", Match: alert.Matcher{{"name": {"api"}}}, Until: at.Add(time.Hour), Reason: "deploy"}
	for _, c := range []struct {
		event  alert.Event
		status checker.Status
		text   string // "" is none
	}{
		{alert.Event{Kind: alert.KindFired, Alert: down}, checker.Down, "critical: 503, want 200"},
		{alert.Event{Kind: alert.KindFired, Alert: with(func(a *alert.Alert) { a.SilencedBy = "s3" })}, checker.Down, "critical: 503, want 200 (silenced by s3)"},
		{alert.Event{Kind: alert.KindWorse, Alert: with(func(a *alert.Alert) { a.Maintenance, a.SilencedBy = "s4", "s3" })}, checker.Down, "critical: 503, want 200 (maintenance s4)"},
		{alert.Event{Kind: alert.KindReopened, Alert: with(func(a *alert.Alert) { a.Inhibited = "gate" })}, checker.Down, "critical: 503, want 200 (explained: gate is down)"},
		{alert.Event{Kind: alert.KindFired, Alert: with(func(a *alert.Alert) { a.Waiting = "gate" })}, checker.Down, "critical: 503, want 200 (gate is asked first)"},
		{alert.Event{Kind: alert.KindFired, Alert: with(func(a *alert.Alert) { a.Settling = true })}, checker.Down, "critical: 503, want 200 (told once the first round is over)"},
		{alert.Event{Kind: alert.KindResolved, Text: "moved away", Alert: with(func(a *alert.Alert) {
			a.State, a.Resolved, a.Ending = alert.Resolved, at, "by hand"
		})}, checker.Up, "after 1h, by hand: moved away"},
		{alert.Event{Kind: alert.KindFlapping, Alert: down}, checker.Down, "flaps between good and bad: better and resolved wait until it is steady"},
		{alert.Event{Kind: alert.KindSteady, Alert: down}, checker.Down, "flaps no more"},
		{alert.Event{Kind: alert.KindSteady, Alert: with(func(a *alert.Alert) { a.State = alert.Recovering })}, checker.Up, "flaps no more"},
		{alert.Event{Kind: alert.KindStale, Alert: alert.Alert{Target: "api"}}, checker.Unknown, "no result since a while: what was believed stays"},
		{alert.Event{Kind: alert.KindFresh, Alert: alert.Alert{Target: "api"}}, checker.Unknown, "gives results again"},
		{alert.Event{Kind: alert.KindInhibited, Alert: down, Text: "gate"}, checker.Unknown, "gate is down, and explains it"},
		{alert.Event{Kind: alert.KindFreed, Alert: down, Text: "gate"}, checker.Unknown, "gate does not explain it any more"},
		{alert.Event{Kind: alert.KindStillAcked, By: "ana", Alert: with(func(a *alert.Alert) {
			a.Ack = &alert.Ack{At: at.Add(-2 * time.Hour)}
		})}, checker.Unknown, "ana acknowledged it 2h ago, and it goes on"},
		{alert.Event{Kind: alert.KindFailover, Receiver: "pager", Text: "sms is told of all instead"}, checker.Degraded, "pager does not accept: sms is told of all instead"},
		{alert.Event{Kind: alert.KindMended, Receiver: "pager", Text: "accepts again"}, checker.Up, "pager accepts again"},
		{alert.Event{Kind: alert.KindStorm, Text: "all"}, checker.Degraded, "too many new alerts to tell each: route all sends a digest, the board has them all"},
		{alert.Event{Kind: alert.KindSilenced, Silence: silence}, checker.Unknown, "s3 " + silence.Match.String() + " until 2026-11-25 04:00Z, deploy"},
		{alert.Event{Kind: alert.KindUnsilenced, Silence: silence}, checker.Unknown, "s3 " + silence.Match.String() + " ended"},
		{alert.Event{Kind: alert.KindRecovering, Alert: down}, checker.Unknown, ""},
	} {
		c.event.At = at
		line, ok := lineOf(c.event)
		if ok != (c.text != "") || line.Text != c.text || line.Status != c.status {
			t.Errorf("%s: %v %q, want %v %q", c.event.Kind, line.Status, line.Text, c.status, c.text)
		}
		if c.event.Receiver != line.Receiver || ok && c.event.Alert.Target != line.Target {
			t.Errorf("%s: receiver %q, target %q", c.event.Kind, line.Receiver, line.Target)
		}
	}
}

func TestLinesOfDeliveries(t *testing.T) {
	at := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	db := alert.Alert{ID: "01", Target: "db"}
	notice := func(n alert.Notice) *alert.Notice {
		n.Operator, n.From = "ana", at
		return &n
	}
	for _, c := range []struct {
		sent                alert.Notification
		target, alert, text string
	}{
		{alert.Notification{Reason: alert.First, Alerts: []alert.Alert{db, {ID: "02"}}, More: 1}, "db", "01", "first (and 2 more)"},
		{alert.Notification{Reason: alert.Escalated, Alerts: []alert.Alert{db}, Step: 2}, "db", "01", "step 2"},
		{alert.Notification{Reason: alert.Escalated, Alerts: []alert.Alert{db}}, "db", "01", "escalated"},
		{alert.Notification{Reason: alert.First, Group: "all{}"}, "all{}", "", "first"},
		{alert.Notification{Reason: alert.Handover, Alerts: []alert.Alert{db}, Notice: notice(alert.Notice{Kind: "ahead", Schedule: "primary"})}, "", "", "on call for primary from 2026-11-25 03:00Z"},
		{alert.Notification{Reason: alert.Handover, Alerts: []alert.Alert{db}, Notice: notice(alert.Notice{Kind: "on", Schedule: "primary"})}, "", "", "on call for primary"},
		{alert.Notification{Reason: alert.Handover, Notice: notice(alert.Notice{Kind: "off", Schedule: "primary"})}, "", "", "off call for primary"},
		{alert.Notification{Reason: alert.Handover, Alerts: []alert.Alert{db}, Notice: notice(alert.Notice{Kind: "stillack"})}, "", "", "what ana acknowledged goes on"},
	} {
		c.sent.Receiver = "ana via pager"
		line := deliveryLine(alert.Delivery{Notification: c.sent, At: at, Outcome: alert.Accepted, Took: 20 * time.Millisecond})
		if want := "ana via pager: " + c.text + ", accepted in 20ms"; line.Text != want || line.Target != c.target || line.Alert != c.alert || line.Receiver != "ana via pager" {
			t.Errorf("%+v, want %q about %q", line, want, c.target)
		}
	}
}
