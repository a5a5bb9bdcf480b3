package monitor

import (
	"slices"

	"sitrep/alert"
	"sitrep/oncall"
	"sitrep/store"
)

// weight counts what must not be lost.
func weight(b *store.Batch) int {
	return len(b.Events) + len(b.Alerts) + len(b.Silences) + len(b.Ledgers) + len(b.Deliveries) +
		len(b.Entries) + len(b.Escalations) + len(b.OnCall.Overrides) + len(b.OnCall.Revisions) + len(b.OnCall.Accepted) +
		len(b.Drafts) + len(b.Audit)
}

func empty(b *store.Batch) bool {
	return weight(b)+len(b.Results)+len(b.Notifications) == 0 && b.Heartbeat.IsZero()
}

// merge appends what came later.
func merge(b *store.Batch, later store.Batch) {
	b.Results = append(b.Results, later.Results...)
	b.Events = append(b.Events, later.Events...)
	b.Alerts = append(b.Alerts, later.Alerts...)
	b.Silences = append(b.Silences, later.Silences...)
	b.Ledgers = append(b.Ledgers, later.Ledgers...)
	b.Notifications = append(b.Notifications, later.Notifications...)
	b.Deliveries = append(b.Deliveries, later.Deliveries...)
	b.Entries = append(b.Entries, later.Entries...)
	b.Escalations = append(b.Escalations, later.Escalations...)
	mergeOnCall(&b.OnCall, later.OnCall)
	b.Drafts = append(b.Drafts, later.Drafts...)
	b.Audit = append(b.Audit, later.Audit...)
	if !later.Heartbeat.IsZero() {
		b.Heartbeat = later.Heartbeat
	}
}

// compact drops what a later value of the same thing makes needless.
func compact(b *store.Batch) {
	b.Alerts = latest(b.Alerts, func(a *alert.Alert) string { return a.ID })
	b.Silences = latest(b.Silences, func(s *alert.Silence) string { return s.ID })
	b.Ledgers = latest(b.Ledgers, func(l *alert.Ledger) [2]string { return [2]string{l.Group, l.Receiver} })
	b.Escalations = latest(b.Escalations, func(e *alert.Escalation) [2]string { return [2]string{e.Group, e.Route} })
	b.OnCall = latestOnCall(b.OnCall)
	b.Drafts = latest(b.Drafts, func(d *store.Draft) DraftKey { return DraftKey{d.By, d.Place} })
}

// mergeOnCall appends what came later of who is on call.
func mergeOnCall(s *oncall.Saved, later oncall.Saved) {
	s.Overrides = append(s.Overrides, later.Overrides...)
	s.Revisions = append(s.Revisions, later.Revisions...)
	s.Accepted = append(s.Accepted, later.Accepted...)
}

// revisionKey and acceptanceKey name what is saved of a roster; times are Unix
// nanoseconds.
type (
	revisionKey struct {
		schedule string
		place    int
		from     int64
	}
	acceptanceKey struct {
		schedule, operator string
		from               int64
	}
)

// latestOnCall drops what a later value of the same thing makes needless.
func latestOnCall(s oncall.Saved) oncall.Saved {
	return oncall.Saved{
		Overrides: latest(s.Overrides, func(o *oncall.Override) string { return o.ID }),
		Revisions: latest(s.Revisions, func(r *oncall.Revision) revisionKey { return revisionKey{r.Schedule, r.Place, r.From.UnixNano()} }),
		Accepted: latest(s.Accepted, func(a *oncall.Acceptance) acceptanceKey {
			return acceptanceKey{a.Schedule, a.Operator, a.From.UnixNano()}
		}),
	}
}

// latest returns the last of each key, in the order in which these came.
func latest[T any, K comparable](all []T, key func(*T) K) []T {
	seen := make(map[K]bool, len(all))
	var kept []T
	for i := len(all) - 1; i >= 0; i-- {
		if k := key(&all[i]); !seen[k] {
			seen[k] = true
			kept = append(kept, all[i])
		}
	}
	slices.Reverse(kept)
	return kept
}
