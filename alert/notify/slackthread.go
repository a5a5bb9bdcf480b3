package notify

import (
	"cmp"
	"slices"
	"sync"

	"sitrep/alert"
)

// threads remembers the messages that later words belong to: a memory of this
// process, which outlives a reload; after a restart there is a new message.
type threads struct {
	mu   sync.Mutex
	last []thread // the longest unused first, at most maxThreads
}

// thread is a message about a group.
type thread struct {
	group       string
	receiver    string // as notifications name it: one may have an address of its own
	channel, ts string
	alerts      []alert.Alert // as they were told last, at most maxThreadAlerts
	partial     bool          // it told of more than alerts
}

const (
	maxThreads      = 200
	maxThreadAlerts = 100
)

// of returns the thread that n belongs to; false if it needs a message of its own.
func (ts *threads) of(n alert.Notification) (thread, bool) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	i := ts.find(n)
	if i < 0 || n.Test || n.Reason == alert.First || n.Reason == alert.Missed || n.Reason == alert.Handover {
		return thread{}, false
	}
	return ts.last[i], true
}

// keep notes that n was told in the message ts. The thread ends with the last of
// what it told of.
func (ts *threads) keep(n alert.Notification, channel, id string) {
	if n.Test || n.Reason == alert.Missed || n.Reason == alert.Handover || id == "" {
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := thread{group: n.Group, receiver: n.Receiver}
	if i := ts.find(n); i >= 0 {
		if ts.last[i].ts == id {
			t = ts.last[i]
		}
		ts.last = slices.Delete(ts.last, i, i+1)
	}
	t.channel, t.ts = channel, id
	t.alerts, t.partial = t.merged(n), t.partial || n.More > 0
	someBad := slices.ContainsFunc(t.alerts, func(a alert.Alert) bool { return a.State.Active() })
	if n.Active == 0 && (t.partial || !someBad) {
		return
	}
	if len(ts.last) == maxThreads {
		ts.last = slices.Delete(ts.last, 0, 1)
	}
	ts.last = append(ts.last, t)
}

// drop forgets the group's message.
func (ts *threads) drop(n alert.Notification) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if i := ts.find(n); i >= 0 {
		ts.last = slices.Delete(ts.last, i, i+1)
	}
}

func (ts *threads) find(n alert.Notification) int {
	return slices.IndexFunc(ts.last, func(t thread) bool { return t.group == n.Group && t.receiver == n.Receiver })
}

// merged returns the thread's alerts as they are once n is told, what is bad first.
func (t *thread) merged(n alert.Notification) []alert.Alert {
	all := slices.Clone(n.Alerts)
	for i := range t.alerts {
		told := func(a alert.Alert) bool { return a.ID == t.alerts[i].ID }
		if !slices.ContainsFunc(n.Alerts, told) {
			all = append(all, t.alerts[i])
		}
	}
	slices.SortStableFunc(all, func(a, b alert.Alert) int {
		return cmp.Or(rank(&b)-rank(&a), a.Started.Compare(b.Started))
	})
	return all[:min(len(all), maxThreadAlerts)]
}

// rank orders alerts by what needs a look: what is over is last.
func rank(a *alert.Alert) int {
	if a.State == alert.Resolved {
		return -1
	}
	return int(a.Severity)
}

// root is what the thread's first message says once n is told: everything that
// it told of, as it is now, whatever the reason of this word. If not all of it
// is known, the message stays as it is until n says that all is over.
func (t *thread) root(n alert.Notification) (alert.Notification, bool) {
	switch {
	case n.Reason == alert.Over && n.Active == 0 && (t.partial || n.More > 0):
		n.Repeat = false
		return n, true
	case t.partial || n.More > 0:
		return n, false
	}
	n.Alerts = t.merged(n)
	n.Reason, n.Repeat = alert.First, false
	n.Storm, n.Counts, n.Shared = false, nil, nil
	if _, bad := severityOf(n); !bad {
		n.Reason = alert.Over
	}
	return n, true
}
