package notify

import (
	"time"

	"sitrep/alert"
	"sitrep/checker"
)

// samples are notifications of every reason, with all there can be in one and
// with next to nothing: what a template is tried on.
func samples() []alert.Notification {
	at := time.Date(2026, 4, 12, 3, 41, 8, 0, time.UTC)
	full := alert.Alert{
		ID: "01JRMZ4Q0M6Y5V0T3W8X9K2B7C", Target: "search-api", Group: "shops", Runbook: "https://runbooks.example.com/search-api",
		Labels: map[string]string{"name": "search-api", "kind": "http", "group": "shops"},
		State:  alert.Firing, Severity: alert.Critical, Worst: alert.Critical,
		Started: at.Add(-12 * time.Minute), Detected: at.Add(-11 * time.Minute),
		Ack: &alert.Ack{At: at, By: "ana", Note: "on it"}, Flapping: true, Stale: true, Behind: 12, Bad: 3, Reopens: 1, Seq: 4,
		Findings: []checker.Finding{
			{What: "status", Status: checker.Down, Text: "503, want 200"}, {What: "slow", Status: checker.Degraded, Text: "1.4 s, slower than 300 ms"},
		},
	}
	bare := alert.Alert{ID: "01JRMZ4Q0M6Y5V0T3W8X9K2B7D", Target: "cart", State: alert.Firing, Severity: alert.Warning, Started: at}
	over := full
	over.State, over.Resolved, over.Confirmed = alert.Resolved, at.Add(-time.Minute), at
	var all []alert.Notification
	for reason := alert.First; reason <= alert.Over; reason++ {
		alerts := []alert.Alert{full, bare}
		if reason == alert.Missed || reason == alert.Over {
			alerts = []alert.Alert{over}
		}
		n := alert.Notification{
			Key: "4b1dfeed", Group: "all{group=shops}", Route: "all", Labels: map[string]string{"group": "shops"}, Receiver: "chat",
			At: at, Attempt: 2, Reason: reason, Alerts: alerts, Active: len(alerts), For: "pager", Since: at.Add(-time.Hour), Repeat: true,
		}
		all = append(all, n)
		n.Alerts, n.Active, n.Labels, n.For, n.Since = []alert.Alert{bare}, 1, nil, "", time.Time{}
		all = append(all, n)
	}
	for _, kind := range []string{"ahead", "on", "off", "stillack"} {
		n := all[0]
		n.Reason, n.Receiver, n.Step, n.OnCall = alert.Handover, "ana via mail:ana@example.org", 2, []string{"ana", "bo"}
		n.Notice = &alert.Notice{Kind: kind, Schedule: "primary", Operator: "ana", Other: "bo", From: at, To: at.Add(24 * time.Hour), Accept: true}
		all = append(all, n)
		n.Alerts = nil
		all = append(all, n)
	}
	storm := all[0]
	storm.Storm, storm.More = true, 50
	storm.Counts, storm.Shared = map[alert.Severity]int{alert.Critical: 40, alert.Warning: 12}, map[string]string{"group": "shops"}
	test := all[1]
	test.Test = true
	nothing := all[1]
	nothing.Alerts = nil
	return append(all, storm, test, nothing)
}
