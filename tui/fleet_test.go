package tui

import (
	"fmt"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// newNight is the scripted incident in a whole fleet, with a log: every class of
// target is there once at least.
func newNight(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	var targets []*monitor.TargetStatus
	for _, s := range d.snap.Targets() {
		targets = append(targets, s)
	}
	targets = append(targets, unknownTarget(), silencedTarget(), freshTarget(), pausedTarget())
	for i, name := range []string{
		"cdn-edge-ams", "cdn-edge-fra", "checkout-api", "checkout-grpc", "dns-ns1", "dns-ns2", "mail-smtp", "orders-db",
		"payments", "status-page", "vpn-gw", "weaviate-eu1-grpc", "suggest", "static-assets", "sessions", "shipping",
	} {
		s := nightTarget(name, checker.Up)
		s.Since = night.Add(-time.Duration(i+1) * 9 * time.Hour)
		s.Last.Took = time.Duration(11+i*i*7) * time.Millisecond
		targets = append(targets, s)
	}
	for i, s := range targets {
		history(s, i)
	}
	d.show(1, targets, nightEvents())
	return d
}

func unknownTarget() *monitor.TargetStatus {
	s := nightTarget("gw-fra", checker.Up)
	s.Last.Status = checker.Unknown
	s.Last.Findings = []checker.Finding{{What: "connect", Status: checker.Unknown, Text: "no route to host: our own link"}}
	return s
}

func silencedTarget() *monitor.TargetStatus {
	s := nightTarget("reports", checker.Down)
	s.Last.Code, s.InRow = 502, 240
	s.Last.Findings = []checker.Finding{{What: "status", Status: checker.Down, Text: "502, want 200"}}
	s.Alert = &alert.Alert{
		ID: "a-reports", Target: "reports", State: alert.Firing, Severity: alert.Critical, SilencedBy: "s12",
		Started: at("03:06:00"), Detected: at("03:06:10"), Findings: s.Last.Findings,
	}
	return s
}

func freshTarget() *monitor.TargetStatus {
	s := nightTarget("new-one", checker.Unknown)
	s.Last, s.Since, s.Minutes = checker.Result{}, time.Time{}, nil
	return s
}

func pausedTarget() *monitor.TargetStatus {
	s := nightTarget("old-api", checker.Unknown)
	s.Target.Paused, s.Since, s.Minutes, s.Last = true, time.Time{}, nil, checker.Result{}
	return s
}

// history gives a target two hours of minutes that go with its state: an alert
// shows from its start, and one minute in a while was retried or slow.
func history(s *monitor.TargetStatus, i int) {
	if s.Last.At.IsZero() {
		return
	}
	s.Target.Timeout, s.Target.Where = 5*time.Second, fmt.Sprintf("config.toml:%d", 10+3*i)
	s.Minutes = nil
	base := s.Target.Slow / time.Duration(4+i%13*3)
	for k := -120; k < 0; k++ {
		start := night.Truncate(time.Minute).Add(time.Duration(k) * time.Minute)
		b := store.Bucket{Start: start, Passed: 6, Median: base + base*time.Duration((k*k+i)%7)/9}
		b.P95, b.Max = b.Median*2, b.Median*3
		if (k+i)%37 == 0 {
			b.Retried = 1
		}
		if a := s.Alert; a != nil && !start.Before(a.Started.Truncate(time.Minute)) {
			if a.Severity == alert.Critical {
				b.Passed, b.Failed = 0, 6
				if k%11 == 0 {
					b.Passed, b.Failed = 2, 4
				}
			} else {
				b.Median, b.Slow = s.Target.Slow*3/2, 6
			}
		}
		if s.Last.Status == checker.Unknown && k > -5 {
			b = store.Bucket{Start: start, Unknown: 6}
		}
		s.Minutes = append(s.Minutes, b)
	}
	s.Minute = s.Minutes[len(s.Minutes)-1]
	s.Minute.Start = night.Truncate(time.Minute)
	for k := range 60 {
		when := s.Last.At.Add(time.Duration(k-59) * 10 * time.Second)
		p := monitor.Sample{At: when.UnixMilli(), Took: uint32((base + base*time.Duration((k*k+i)%11)/8).Microseconds()), Attempt: 1, Status: uint8(checker.Up)}
		switch a := s.Alert; {
		case a != nil && when.Before(a.Started):
		case a != nil && a.Severity == alert.Warning:
			p.Status, p.Took = uint8(checker.Degraded), uint32((s.Target.Slow * 3 / 2).Microseconds())
		case a != nil, s.Last.Status == checker.Unknown && k > 50, k == 59:
			p.Status = uint8(s.Last.Status)
		case (k+i)%29 == 0:
			p.Attempt = 2
		}
		s.Samples = append(s.Samples, p)
	}
	s.Last.Phases = []checker.Phase{
		{Name: "resolve", Took: 2 * time.Millisecond}, {Name: "connect", Took: 11 * time.Millisecond},
		{Name: "handshake", Took: 38 * time.Millisecond}, {Name: "first byte", Took: 187 * time.Millisecond}, {Name: "body", Took: time.Millisecond},
	}
	s.Last.NotAfter = night.Add(61 * 24 * time.Hour)
	s.Last.Facts = []checker.Fact{{Name: "issuer", Text: "R11"}, {Name: "http", Text: "HTTP/2"}}
	for k := range min(s.InRow, 16) {
		s.Failures = append(s.Failures, monitor.Failure{
			At: s.Last.At.Add(-time.Duration(k) * 10 * time.Second), Took: 187 * time.Millisecond, Status: checker.Down, Code: 503,
			Peer: "10.4.1.7:443", Text: "503 Service Unavailable, want 200", Body: `{"status":"unavailable","db":"weaviate-eu1: no quorum"}`,
		})
	}
}

// nightEvents is the log of the night.
func nightEvents() []monitor.Event {
	events := []monitor.Event{
		{At: at("02:14:20").AddDate(0, 0, -1), Kind: "resolved", Status: checker.Up, Target: "payments", Alert: "a-payments", Text: "after 3m10s"},
		{At: at("02:58:11"), Kind: "silence", Target: "reports", By: "chen", Text: "s12 name=reports until 2026-04-12 04:30Z, nightly batch"},
		{At: at("03:06:10"), Kind: "fired", Status: checker.Down, Target: "reports", Alert: "a-reports", Text: "critical: 502, want 200"},
		{At: at("03:29:14"), Kind: "fired", Status: checker.Down, Target: "search-api", Alert: "a-search-api", Text: "critical: 503, want 200"},
		{At: at("03:29:16"), Kind: "fired", Status: checker.Down, Target: "weaviate-eu1", Alert: "a-weaviate-eu1", Text: "critical: 2/3 nodes"},
		{At: at("03:29:19"), Kind: "paged", Status: checker.Up, Target: "search-api", Alert: "a-search-api", Receiver: "pagerduty", Text: "pagerduty: first (and 1 more), accepted in 1.1s"},
		{At: at("03:31:40"), Kind: "ack", Target: "weaviate-eu1", Alert: "a-weaviate-eu1", By: "ana", Text: "looking at node 2"},
		{At: at("03:36:12"), Kind: "fired", Status: checker.Degraded, Target: "recommend-api", Alert: "a-recommend-api", Text: "warning: 2.41s > 1.50s"},
		{At: at("03:38:50"), Kind: "declare", Incident: "inc-0412", By: "ana", Text: "SEV2 search 503 in eu1"},
		{At: at("03:41:02"), Kind: "fired", Status: checker.Down, Target: "ingest-worker", Alert: "a-ingest-worker", Text: "critical: lag 48211"},
		{At: at("03:41:15"), Kind: "failed", Status: checker.Degraded, Target: "ingest-worker", Alert: "a-ingest-worker", Receiver: "slack", Text: "slack: first, again: 503"},
		{At: at("03:41:21"), Kind: "paged", Status: checker.Up, Target: "ingest-worker", Alert: "a-ingest-worker", Receiver: "slack", Text: "slack: first, accepted in 0.4s, attempt 2"},
		{At: at("03:46:31"), Kind: "note", Target: "search-api", By: "ana", Text: "PVC on weaviate-2 is full (91%), node went read-only, then OOM"},
		{At: at("03:46:58"), Kind: "soft", Status: checker.Down, Target: "billing-db", Text: "timeout 5s"},
	}
	for i := range events {
		events[i].Seq = uint64(i + 1)
	}
	return events
}

// show publishes a fleet and a log; order is Snapshot.Order.
func (d *desk) show(order uint64, targets []*monitor.TargetStatus, events []monitor.Event) {
	s := monitor.Snapshot{
		Seq: d.snap.Seq + 1, At: night, Order: order, Incidents: d.snap.Incidents, Drafts: d.snap.Drafts,
		Silences: []alert.Silence{{ID: "s12", From: at("02:58:11"), Until: at("04:30:00"), By: "chen", Reason: "nightly batch"}},
		Health:   monitor.Health{Started: night.Add(-time.Hour), Saved: night},
		Policy:   d.snap.Policy, Accounts: d.snap.Accounts, Owed: d.snap.Owed, Told: d.snap.Told, Config: d.snap.Config,
	}
	if len(d.snap.Policy.Routes) > 0 {
		s.Silences = d.snap.Silences
	}
	countFleet(&s, targets)
	d.snap = monitor.NewSnapshot(monitor.Parts{Snapshot: s, Targets: targets, Events: events})
}

// countFleet fills Counts and Alerts from the targets.
func countFleet(s *monitor.Snapshot, targets []*monitor.TargetStatus) {
	s.Counts, s.Alerts = monitor.Counts{}, nil
	for _, t := range targets {
		switch a := t.Alert; classOf(t) {
		case classPaused:
			s.Counts.Paused++
		case classHeld:
			s.Counts.Silenced++
		case classNew:
			s.Counts.Fresh++
		case classUnknown:
			s.Counts.Unknown++
		case classSoft:
			s.Counts.Soft++
		case classUp:
			s.Counts.Up++
		default:
			if a.Severity == alert.Critical {
				s.Counts.Down++
			} else {
				s.Counts.Degraded++
			}
		}
		if t.Alert != nil {
			s.Alerts = append(s.Alerts, *t.Alert)
			if unackedAlert(t.Alert) {
				s.Counts.Unacked++
			}
		}
	}
}
