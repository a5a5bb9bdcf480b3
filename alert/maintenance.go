package alert

import (
	"cmp"
	"reflect"
	"slices"
	"time"
)

// window is a Window and its timer. What it holds back while it holds is a
// Silence like any other: a window only makes one each time that it begins.
type window struct {
	Window
	timer timer // the next time begins, or this one is over
}

// setWindows replaces the windows. The times that hold now go on if their window
// still says so.
func (m *Manager) setWindows(now time.Time, ws []Window, fx *Effects) {
	for _, w := range m.windows {
		m.agenda.set(&w.timer, time.Time{})
	}
	m.windows = nil
	for _, w := range ws {
		k := &window{Window: w}
		k.timer = timer{rank: rankSilence, name: "window " + w.Name, do: func(now time.Time, fx *Effects) {
			m.openWindow(k, now, fx)
			m.coverAll(now, fx)
		}}
		m.windows = append(m.windows, k)
	}
	slices.SortFunc(m.windows, func(a, b *window) int { return cmp.Compare(a.Name, b.Name) })
	for _, h := range slices.Clone(m.silences) {
		if h.Window != "" && !h.Edited && !m.stillPlanned(h, now, fx) {
			m.endSilence(h, now, "", "it is not planned any more", fx)
		}
	}
	for _, w := range m.windows {
		m.openWindow(w, now, fx)
	}
}

// stillPlanned tells whether a window says that one of its times holds now, and
// has the time follow what the window says by now.
func (m *Manager) stillPlanned(h *hold, now time.Time, fx *Effects) bool {
	w := m.windowOf(h)
	if w == nil {
		return false
	}
	span, ok := w.When.Next(now)
	match, err := w.Match.Compile()
	if !ok || err != nil || !span.Holds(now) {
		return false
	}
	was := h.Silence
	h.match, h.Match, h.Reason, h.Until, h.Planned = match, w.Match, w.why(), span.Until, span.Until
	m.armSilence(h, now)
	if !reflect.DeepEqual(was, h.Silence) {
		fx.silence(h, now, KindResilenced, "", h.Reason)
	}
	return true
}

// windowOf returns the window that a silence is one time of, nil if there is none.
func (m *Manager) windowOf(h *hold) *window {
	i := slices.IndexFunc(m.windows, func(w *window) bool { return w.Name == h.Window })
	if h.Window == "" || i < 0 {
		return nil
	}
	return m.windows[i]
}

// openWindowOf opens the window of a silence that ended, if another time of it
// has begun meanwhile.
func (m *Manager) openWindowOf(h *hold, now time.Time, fx *Effects) {
	if w := m.windowOf(h); w != nil {
		m.openWindow(w, now, fx)
	}
}

// skip notes that one time of a window ended before it was to: it does not begin
// again. What an operator ends is ended for whichever time of it holds then.
func (m *Manager) skip(h *hold) {
	until := time.Time{}
	if h.Ended.Before(h.Planned) {
		until = h.Planned
	}
	if w := m.windowOf(h); w != nil && h.EndedBy != "" {
		if span, ok := w.When.Next(h.Ended); ok && span.Holds(h.Ended) {
			until = span.Until
		}
	}
	if h.Window != "" && until.After(m.skipped[h.Window]) {
		m.skipped[h.Window] = until
	}
}

// why is what the silences of a window give as their reason.
func (w *window) why() string { return cmp.Or(w.Why, "maintenance "+w.Name) }

// openWindow makes the silence of a window whose time has come, and arms the
// window for what comes next.
func (m *Manager) openWindow(w *window, now time.Time, fx *Effects) {
	span, ok := w.When.Next(now)
	switch {
	case !ok:
		return
	case !span.Holds(now):
		m.agenda.set(&w.timer, span.From)
		return
	}
	m.agenda.set(&w.timer, span.Until)
	if m.skipped[w.Name].After(now) || slices.ContainsFunc(m.silences, func(h *hold) bool { return h.Window == w.Name }) {
		return
	}
	match, err := w.Match.Compile()
	if err != nil {
		return // the configuration refuses it
	}
	s := Silence{Match: w.Match, From: span.From, Until: span.Until, Planned: span.Until, Maintenance: true, Window: w.Name, Reason: w.why()}
	m.admitSilence(s, match, now, fx)
}

// Excluded tells whether a target is in maintenance, so that its results are
// not counted as up or down.
func (m *Manager) Excluded(target string) bool {
	if m.maintained == 0 {
		return false
	}
	s := m.targets[target]
	if s == nil {
		return false
	}
	var a Alert
	if s.current != nil {
		a = s.current.Alert
	}
	return slices.ContainsFunc(m.silences, func(h *hold) bool {
		return h.Maintenance && h.begun && h.match.Match(s.labels, a.Severity, a.Findings)
	})
}
