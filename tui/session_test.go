package tui

import (
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// TestAnySession plays random keys, snapshots, sizes, pauses and pastes. Whatever
// comes: the screen fits, what is unacknowledged is on it, the cursor keeps its
// target and its line when a snapshot comes, esc asks for nothing, and a viewer
// never does.
func TestAnySession(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newNight(t)
		if rapid.Bool().Draw(rt, "quiet") {
			d = newQuietNight(t)
		}
		viewer := rapid.Bool().Draw(rt, "viewer")
		if viewer {
			d.actor.Role = monitor.View
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := &console{desk: d, time: night}
		s.Model = New(ctx, d, Options{Title: "prod-eu", Zone: time.UTC, Now: func() time.Time { return s.time }})
		s.resize(80, 24)
		rt.Repeat(map[string]func(*rapid.T){
			"key":    func(rt *rapid.T) { pressAny(rt, s) },
			"esc":    func(rt *rapid.T) { pressEsc(rt, s) },
			"paste":  func(rt *rapid.T) { s.Update(tea.PasteMsg{Content: rapid.SampledFrom(hostile).Draw(rt, "text")}) },
			"resize": func(rt *rapid.T) { s.resize(rapid.IntRange(1, 240).Draw(rt, "w"), rapid.IntRange(1, 50).Draw(rt, "h")) },
			"pause": func(rt *rapid.T) {
				s.time = s.time.Add(time.Duration(rapid.IntRange(1, 200).Draw(rt, "seconds")) * time.Second)
				s.Update(tickMsg{})
			},
			"focus": func(rt *rapid.T) {
				s.Update(rapid.SampledFrom([]tea.Msg{tea.FocusMsg{}, tea.BlurMsg{}}).Draw(rt, "focus"))
			},
			"mouse": func(rt *rapid.T) {
				s.Update(rapid.SampledFrom([]tea.Msg{
					tea.MouseWheelMsg{Button: tea.MouseWheelDown}, tea.MouseClickMsg{Button: tea.MouseLeft, Y: rapid.IntRange(-1, 60).Draw(rt, "y")},
				}).Draw(rt, "mouse"))
			},
			"storm": func(rt *rapid.T) { storm(rt, s) },
			"": func(rt *rapid.T) {
				fits(rt, s)
				for _, c := range d.asked {
					if viewer {
						rt.Fatalf("a viewer asked for %#v", c)
					}
				}
			},
		})
	})
}

// pressAny presses one of the keys of the table, or types a letter.
func pressAny(rt *rapid.T, s *console) {
	var keys []string
	for _, b := range bindings() {
		for _, k := range b.keys {
			if k != "ctrl+c" {
				keys = append(keys, k)
			}
		}
	}
	keys = append(keys, "tab", "space", "backspace", "ctrl+j", "x", "é")
	s.press(rapid.SampledFrom(keys).Draw(rt, "key"))
}

// pressEsc presses esc, after which nothing of the monitor's has changed: a draft
// that is kept is the operator's own.
func pressEsc(rt *rapid.T, s *console) {
	before := len(s.desk.asked)
	s.press("esc")
	for _, c := range s.desk.asked[before:] {
		if _, draft := c.(monitor.Draft); !draft {
			rt.Fatalf("esc asked for %#v", c)
		}
	}
}

// storm publishes a fleet in which anything may have changed, and holds the
// cursor's two invariants.
func storm(rt *rapid.T, s *console) {
	targets := upheaval(rt, s)
	s.desk.show(s.desk.snap.Order+1, targets, s.desk.snap.Events())
	s.desk.snap.At = s.time
	b := &s.board
	cursor, line := b.cursor, b.line
	s.now = s.time
	s.take(s.desk.snap)
	s.Update(tickMsg{})
	if !b.touched || cursor == "" || s.filter.active() {
		return
	}
	if b.cursor != cursor {
		rt.Fatalf("the cursor went from %q to %q", cursor, b.cursor)
	}
	n, body := len(b.rows), s.boardLayout().rows
	if at := b.index(cursor); at != b.at {
		rt.Fatalf("the cursor is at %d, its row at %d", b.at, at)
	}
	line = min(line, max(body-1, 0))
	want := b.at - min(max(b.at-line, 0), max(n-body, 0))
	if body > 0 && min(b.line, body-1) != want {
		rt.Fatalf("the cursor went from line %d to %d of %d, row %d of %d; want %d", line, b.line, body, b.at, n, want)
	}
}

// upheaval returns the targets after random changes: new ones, ones gone, others
// better or worse.
func upheaval(rt *rapid.T, s *console) (targets []*monitor.TargetStatus) {
	for _, t := range s.desk.snap.Targets() {
		c := *t
		switch rapid.IntRange(0, 9).Draw(rt, "fate") {
		case 0:
			c.Believed, c.Alert, c.Since = checker.Up, nil, s.time
			c.Last.Status, c.Last.At = checker.Up, s.time
		case 1:
			c.Believed, c.Last.Status, c.Last.At = checker.Down, checker.Down, s.time
			c.Alert = &alert.Alert{ID: "a-" + t.Target.Name, Target: t.Target.Name, State: alert.Firing, Severity: alert.Critical, Started: s.time}
		case 2:
			c.Last.Status = checker.Unknown
		case 3:
			if rapid.Bool().Draw(rt, "gone") {
				continue
			}
		}
		targets = append(targets, &c)
	}
	if rapid.Bool().Draw(rt, "another") {
		name := fmt.Sprintf("late-%d", s.desk.snap.Seq)
		targets = append(targets, nightTarget(name, checker.Up))
	}
	return targets
}
