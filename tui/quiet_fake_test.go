package tui

import (
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/monitor"
)

// newQuietNight is the night with everything that keeps an alert quiet, with
// routes and receivers of which one fails and one refuses, and with windows of
// maintenance.
func newQuietNight(t *testing.T) *desk {
	t.Helper()
	d := newNight(t)
	var targets []*monitor.TargetStatus
	for _, s := range d.snap.Targets() {
		targets = append(targets, s)
	}
	targets = append(targets, quietTargets()...)
	d.snap.Policy = quietPolicy()
	d.snap.Silences = quietSilences()
	d.snap.Accounts = quietAccounts()
	for _, l := range d.snap.Accounts {
		if l.Pending != nil || !l.First.IsZero() || len(l.Refused) > 0 {
			d.snap.Owed = append(d.snap.Owed, l)
		}
	}
	d.snap.Told = quietTold()
	d.snap.Config = monitor.Config{File: "config.toml", Loaded: at("02:14:00"), Checked: at("03:47:10")}
	d.show(d.snap.Order+1, targets, append(nightEvents(), quietEvents()...))
	return d
}

// quietTargets are children of gate, which is down, and others that something
// keeps quiet.
func quietTargets() []*monitor.TargetStatus {
	firing := func(name string, started string, hold func(*alert.Alert)) *monitor.TargetStatus {
		s := nightTarget(name, checker.Down)
		s.InRow, s.Last.Code = 9, 502
		s.Last.Findings = []checker.Finding{{What: "status", Status: checker.Down, Text: "502, want 200"}}
		s.Alert = &alert.Alert{
			ID: "a-" + name, Target: name, Labels: s.Target.Labels, State: alert.Firing, Severity: alert.Critical,
			Started: at(started), Detected: at(started), Findings: s.Last.Findings,
		}
		hold(s.Alert)
		history(s, len(name))
		return s
	}
	return []*monitor.TargetStatus{
		firing("gate", "03:40:00", func(a *alert.Alert) {
			a.Ack = &alert.Ack{At: at("03:41:00"), By: "bo", Note: "carrier called", Until: at("05:00:00")}
		}),
		firing("shop-eu", "03:40:02", func(a *alert.Alert) { a.Inhibited = "gate" }),
		firing("shop-us", "03:47:02", func(a *alert.Alert) { a.Waiting = "gate" }),
		firing("batch", "03:20:00", func(a *alert.Alert) { a.Maintenance = "s14" }),
		firing("late", "03:46:50", func(a *alert.Alert) { a.Settling = true }),
		firing("jittery", "03:30:00", func(a *alert.Alert) { a.Flapping = true }),
		firing("mute", "03:10:00", func(a *alert.Alert) { a.Stale = true }),
		firing("many-holds", "03:15:00", func(a *alert.Alert) {
			a.SilencedBy, a.Maintenance, a.Inhibited, a.Flapping = "s13", "s15", "gate", true
		}),
	}
}

func quietSilences() []alert.Silence {
	named := func(name string) alert.Matcher { return alert.Matcher{{"name": {name}}} }
	return []alert.Silence{
		{ID: "s12", Match: named("reports"), From: at("02:58:11"), Until: at("04:30:00"), By: "chen", Reason: "nightly batch"},
		{ID: "s13", Match: named("many-*"), From: at("03:10:00"), By: "ana", Reason: "deploy of 4.18"},
		{ID: "s14", Match: named("batch"), From: at("03:00:00"), Until: at("05:00:00"), Maintenance: true, Window: "nightly", Reason: "index rebuild"},
		{ID: "s15", Match: alert.Matcher{{"team": {"web"}, "name": {"m*"}}}, From: at("03:00:00"), Until: night.Add(30 * time.Hour), Maintenance: true, By: "bo", Reason: "move to the new rack"},
	}
}

// newYork is a zone of the rules as of now, without the system's database.
var newYork = time.FixedZone("EDT", -4*3600)

func quietPolicy() alert.Policy {
	all := map[alert.Reason]bool{alert.First: true, alert.New: true, alert.Worse: true, alert.Over: true, alert.Remind: true}
	return alert.Policy{
		Routes: []alert.Route{
			{Name: "everything", To: []string{"chat", "log"}, GroupBy: []string{"group"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute},
			{Name: "pages", Match: alert.Matcher{{"severity": {"critical"}}}, To: []string{"pager"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute},
		},
		Receivers: []alert.Receiver{
			{Name: "pager", Paging: true, Tell: all, RemindCritical: 30 * time.Minute, Fallback: "mail"},
			{Name: "chat", Tell: all, Remind: 4 * time.Hour},
			{Name: "mail", Tell: all},
			{Name: "log", Tell: all},
		},
		Maintenance: []alert.Window{
			{Name: "nightly", Match: alert.Matcher{{"name": {"batch"}}}, Why: "index rebuild", When: civil.Recurrence{
				Days: 0x7f, At: 23 * time.Hour, For: 2 * time.Hour, Zone: newYork,
			}},
			{Name: "patch-day", Match: alert.Matcher{{"team": {"web"}}}, When: civil.Recurrence{
				Once: civil.Span{From: at("22:00:00"), Until: at("23:30:00")},
			}},
		},
	}
}

func quietAccounts() []alert.Ledger {
	search := map[string]string{"group": "search"}
	none := map[string]string{"group": ""}
	firing := alert.Word{Firing: true, Severity: alert.Critical, Seq: 1}
	return []alert.Ledger{
		{
			Group: "everything{group=}", Route: "everything", Labels: none, Receiver: "chat", Accepted: at("03:41:05"), Failing: at("03:44:00"),
			Told: map[string]alert.Word{"a-gate": firing, "a-jittery": firing},
			Pending: &alert.Attempt{
				Key: "k-mute", Reason: alert.New, Number: 3, Since: at("03:44:00"), Due: at("03:47:24"),
				Words: map[string]alert.Word{"a-mute": firing},
			},
		},
		{
			Group: "everything{group=search}", Route: "everything", Labels: search, Receiver: "chat", Accepted: at("03:46:00"), First: at("03:46:30"), Next: at("03:48:00"),
			Told: map[string]alert.Word{"a-search-api": {Firing: true, Severity: alert.Warning}, "a-recommend-api": {Firing: true, Severity: alert.Warning}},
		},
		{Group: "everything{group=search}", Route: "everything", Labels: search, Receiver: "log", Accepted: at("03:46:00"), Told: map[string]alert.Word{"a-search-api": firing}},
		{
			Group: "pages", Route: "pages", Receiver: "mail", Accepted: at("03:42:40"), Told: map[string]alert.Word{"a-gate": firing},
		},
		{
			Group: "pages", Route: "pages", Receiver: "pager", First: at("03:41:40"), Failing: at("03:41:40"), FailedOver: true, NotBefore: at("04:41:41"),
			Refused: map[string]alert.Attempt{"k-gate": {
				Key: "k-gate", Reason: alert.First, Number: 1, Since: at("03:41:40"), Due: at("04:41:41"), Dead: true,
				Words: map[string]alert.Word{"a-gate": firing, "a-search-api": firing},
			}},
		},
	}
}

func quietTold() []alert.Delivery {
	gate := alert.Alert{ID: "a-gate", Target: "gate", Severity: alert.Critical}
	mute := alert.Alert{ID: "a-mute", Target: "mute", Severity: alert.Critical}
	search := alert.Alert{ID: "a-search-api", Target: "search-api", Severity: alert.Critical}
	told := func(clock, receiver, group, key string, r alert.Reason, attempt int, o alert.Outcome, err string, as ...alert.Alert) alert.Delivery {
		return alert.Delivery{
			Notification: alert.Notification{Key: key, Group: group, Receiver: receiver, Attempt: attempt, Reason: r, Alerts: as},
			At:           at(clock), Took: 1100 * time.Millisecond, Outcome: o, Err: err,
		}
	}
	all := []alert.Delivery{
		told("03:29:24", "log", "everything{group=search}", "k-search-log", alert.First, 1, alert.Accepted, "", search),
		told("03:41:05", "chat", "everything{group=}", "k-gate-chat", alert.First, 1, alert.Accepted, "", gate),
		told("03:41:41", "pager", "pages", "k-gate", alert.First, 1, alert.Dead, "403 Forbidden: the routing key is unknown", gate, search),
		told("03:42:40", "mail", "pages", "k-gate-mail", alert.First, 1, alert.Accepted, "", gate),
		told("03:44:00", "chat", "everything{group=}", "k-mute", alert.New, 1, alert.Again, "503 Service Unavailable", mute),
		told("03:44:02", "chat", "everything{group=}", "k-mute", alert.New, 2, alert.Ambiguous, "timeout after 10s", mute),
		told("03:45:10", "chat", "everything{group=}", "k-mute", alert.New, 3, alert.Again, "429 Too Many Requests", mute),
	}
	all[3].Notification.For = "pager"
	all[6].RetryAfter = 2*time.Minute + 14*time.Second
	return all
}

// quietEvents are lines of the kinds that go with it.
func quietEvents() []monitor.Event {
	events := []monitor.Event{
		{At: at("03:47:00"), Kind: "flapping", Status: checker.Down, Target: "jittery", Alert: "a-jittery", Text: "38.1% of its results change"},
		{At: at("03:47:01"), Kind: "inhibited", Status: checker.Down, Target: "shop-eu", Alert: "a-shop-eu", Text: "gate is down"},
		{At: at("03:47:02"), Kind: "stale", Status: checker.Down, Target: "mute", Alert: "a-mute"},
		{At: at("03:47:03"), Kind: "failover", Receiver: "pager", Text: "mail is told instead of pager"},
		{At: at("03:47:04"), Kind: "storm", Text: "everything"},
		{At: at("03:47:05"), Kind: "config", Text: "+3 targets, 1 changed (api: timeout 10s → 5s)"},
	}
	for i := range events {
		events[i].Seq = uint64(len(nightEvents()) + i + 1)
	}
	return events
}
