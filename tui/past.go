package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/store"
)

// past is what the store said of one target for one time axis: what is older
// than a snapshot keeps.
type past struct {
	from, to time.Time      // what was asked for
	buckets  []store.Bucket // oldest first
	window   [2]time.Time   // of the axis that was asked for …
	sum      store.Sum      // … and what its results add up to, if that was asked for
	at       time.Time      // when it came
	err      error          // why the latest answer did not; what is here is from before
}

// pastKey names a past.
type pastKey struct {
	target string
	step   time.Duration
}

// pastState is what was asked of the store, and what it said. It is asked in the
// background only; a picture shows what has come.
type pastState struct {
	of     map[pastKey]*past
	asking int                // asks under way; 0 if none are
	asked  uint64             // number of the latest question: answers to others are dropped
	cancel context.CancelFunc // of the question that is under way
}

// pastAsk is what is asked for one target.
type pastAsk struct {
	pastKey
	from, to time.Time
	window   [2]time.Time // what to sum up; zero is nothing
}

// pastMsg brings the answers to some asks.
type pastMsg struct {
	asked uint64
	asks  []pastAsk
	past  []*past
}

// How the store is asked: for so many targets at once, for so long, again after a
// failure, again though all is well, and how many answers are kept.
const (
	pastBatch   = 8
	pastTimeout = 10 * time.Second
	pastRetry   = 15 * time.Second
	pastRefresh = 5 * time.Minute
	pastKept    = 256
	pastSettles = 2 * time.Minute // results of before are saved
)

// pastOf returns what is known of a target for an axis from before what the
// snapshot keeps, nil if nothing is.
func (m *Model) pastOf(target string, step time.Duration) *past {
	return m.past.of[pastKey{target, step}]
}

// forgetAsked drops the question that is under way: it is not about what is
// looked at any more.
func (m *Model) forgetAsked() {
	m.past.asked++
	m.past.asking = 0
	if m.past.cancel != nil {
		m.past.cancel()
		m.past.cancel = nil
	}
}

// askPast returns the command that asks the store for what the charts on this
// screen lack, nil if they lack nothing or one is under way.
func (m *Model) askPast() tea.Cmd {
	if m.past.asking > 0 || m.snap == nil {
		return nil
	}
	var asks []pastAsk
	m.asHeld(func() { asks = m.pastWanted() })
	if len(asks) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(m.ctx, pastTimeout)
	m.past.asked++
	m.past.asking, m.past.cancel = len(asks), cancel
	asked, src, now := m.past.asked, m.src, m.now
	return func() tea.Msg {
		defer cancel()
		msg := pastMsg{asked: asked, asks: asks}
		for i := range asks {
			msg.past = append(msg.past, ask(ctx, src, &asks[i], now))
		}
		return msg
	}
}

// ask asks for one past.
func ask(ctx context.Context, src Source, a *pastAsk, now time.Time) *past {
	p := &past{from: a.from, to: a.to, window: a.window, at: now}
	p.buckets, p.err = src.Buckets(ctx, a.target, a.from, a.to, a.step)
	if p.err == nil && !a.window[0].IsZero() {
		p.sum, p.err = src.Sum(ctx, a.target, a.window[0], a.window[1])
	}
	return p
}

// gotPast takes answers in, unless another question was asked since.
func (m *Model) gotPast(msg pastMsg) tea.Cmd {
	if msg.asked != m.past.asked {
		return nil
	}
	m.past.asking, m.past.cancel = 0, nil
	if m.past.of == nil || len(m.past.of) > max(pastKept, 4*m.h) {
		m.past.of = make(map[pastKey]*past)
	}
	for i, p := range msg.past {
		k := msg.asks[i].pastKey
		if before := m.past.of[k]; p.err != nil && before != nil {
			failed := *p
			*p = *before
			p.at, p.err = failed.at, failed.err
		}
		m.past.of[k] = p
	}
	return m.askPast()
}

// pastWanted returns what the store is to be asked now, at most pastBatch asks.
func (m *Model) pastWanted() (asks []pastAsk) {
	want := func(t *monitor.TargetStatus, a axis, sum bool) {
		if t != nil && len(asks) < pastBatch && m.lacks(t, a, sum) {
			asks = append(asks, m.pastAsk(t, a, sum))
		}
	}
	shown := ""
	if m.paneWidth() > 0 {
		if t := m.targetNamed(m.underCursor().target); t != nil {
			shown = t.Target.Name
			want(t, m.paneAxis(t), true)
		}
	}
	switch m.screen {
	case screenBoard:
		if m.axes.step == 0 {
			return asks
		}
		n := max(m.sparkColumns(), 1)
		for _, name := range m.shownNames() {
			if name != shown {
				want(m.targetNamed(name), m.boardAxis(n), false)
			}
		}
	case screenTarget:
		if t := m.targetNamed(m.target.name); t != nil {
			want(t, m.targetAxis(t), true)
		}
	case screenCompare:
		for _, name := range m.compare.names {
			want(m.targetNamed(name), m.compareAxis(), true)
		}
	}
	return asks
}

// lacks tells whether an axis shows more of a target than is known, or something
// that should be asked for anew.
func (m *Model) lacks(t *monitor.TargetStatus, a axis, sum bool) bool {
	kept := m.axisNow().Add(-keptOf(t, a.step))
	if a.step <= time.Minute && !a.time(1).Before(kept) && m.screen != screenCompare {
		return false // a snapshot has all of it but the sum
	}
	p := m.pastOf(t.Target.Name, a.step)
	switch {
	case p == nil:
		return true
	case p.err != nil:
		return m.now.Sub(p.at) >= pastRetry
	case a.time(0).Before(p.from), sum && !p.sums(a):
		return true
	case a.end <= p.to.UnixMilli():
		return false
	}
	return p.to.Before(kept) || m.now.Sub(p.at) >= min(keptOf(t, a.step)/4, pastRefresh)
}

// pastAsk returns what to ask for an axis: something more at both ends, so that
// not each step of a walk is a question of its own, up to what is surely saved.
func (m *Model) pastAsk(t *monitor.TargetStatus, a axis, sum bool) pastAsk {
	more := time.Duration(a.n/2) * a.step
	saved := m.axisNow().Add(-pastSettles).Truncate(min(a.step, time.Minute))
	to := a.time(a.n).Add(more)
	if to.After(saved) {
		to = saved
	}
	k := pastAsk{pastKey: pastKey{t.Target.Name, a.step}, from: a.time(0).Add(-more).Truncate(a.step), to: to}
	if sum {
		k.window = [2]time.Time{a.time(0), a.time(a.n)}
	}
	return k
}

// sumOf returns what the results of an axis add up to, nil if that is not known.
func (m *Model) sumOf(target string, a axis) *store.Sum {
	p := m.pastOf(target, a.step)
	if p == nil || !p.sums(a) || p.sum.Total() == 0 {
		return nil
	}
	return &p.sum
}

// sums tells whether the sum is that of an axis. One that has moved on by a
// little since is the same.
func (p *past) sums(a axis) bool {
	return p.window[0].Sub(a.time(0)).Abs() <= max(time.Duration(a.n/8), 1)*a.step
}

// pastWords say how the asking stands for some targets of an axis: "" if what it
// shows has come.
func (m *Model) pastWords(a axis, names ...string) string {
	missing := false
	for _, name := range names {
		p := m.pastOf(name, a.step)
		if p != nil && p.err != nil {
			return "history cannot be read"
		}
		missing = missing || p == nil || a.time(0).Before(p.from)
	}
	if missing && m.past.asking > 0 {
		return "reading history"
	}
	return ""
}
