package tui

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestClickSelectsTheRow clicks on every line of each list: the row that is there
// has the selection then, and where there is none nothing changes.
func TestClickSelectsTheRow(t *testing.T) {
	for _, keys := range [][]string{nil, {"G"}, {"2"}, {"2", "g"}, {"3"}, {"3", "enter"}} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 100, 30)
			s.press(keys...)
			s.render()
			for y := range 30 {
				row := -1
				if y < len(s.canvas.hits) {
					row = s.rowOf(s.canvas.hits[y])
				}
				was := s.rowAt()
				s.Update(tea.MouseClickMsg{X: 20, Y: y, Button: tea.MouseLeft})
				lines := strings.Split(ansi.Strip(s.render()), "\n")
				switch {
				case row < 0 && s.rowAt() != was:
					t.Fatalf("%q: a click on line %d, which is no row, moves from %d to %d", keys, y, was, s.rowAt())
				case row >= 0 && (s.rowAt() != row || !strings.HasPrefix(lines[y], "▌")):
					t.Fatalf("%q: a click on line %d selects row %d, want %d:\n%s", keys, y, s.rowAt(), row, strings.Join(lines, "\n"))
				}
			}
		})
	}
}

// drawnAt is the line of the screen that a row of the open list was drawn on.
func drawnAt(s *console, row int) int {
	return slices.IndexFunc(s.canvas.hits, func(id rowID) bool { return s.rowOf(id) == row })
}

// What is clicked on is what was seen, though it has moved since it was drawn.
func TestClickSelectsWhatWasDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 100, 30)
		s.render()
		y := drawnAt(s, 4)
		seen := s.board.rows[4].name
		slices.Reverse(s.board.rows)
		s.Update(tea.MouseClickMsg{X: 20, Y: y, Button: tea.MouseLeft})
		if s.board.cursor != seen {
			t.Errorf("a click on %s selects %s", seen, s.board.cursor)
		}
	})
}

func TestWheelScrolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		if s.board.at != wheelRows {
			t.Errorf("one notch goes to row %d", s.board.at)
		}
		s.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
		if s.board.at != 0 {
			t.Errorf("and back to row %d", s.board.at)
		}
	})
}

// The mouse is left to the terminal, and its cursor hidden, unless they are asked
// for.
func TestMouseAndCursorAreAskedFor(t *testing.T) {
	for _, on := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			atNight()
			s := startSession(t, newFeed(newNight(t)), Options{Mouse: on, Cursor: on}, 80, 24)
			sent := s.out.taken()
			if got := bytes.Contains(sent, []byte("\x1b[?1002h")); got != on {
				t.Errorf("mouse %v: %v", on, got)
			}
			if got := bytes.Contains(sent, []byte("\x1b[?25h")); got != on {
				t.Errorf("cursor %v: %v", on, got)
			}
		})
	}
}

// TestCursorStandsWhereOneIs holds the terminal's cursor on the name of the
// selected row, and behind the text while one types.
func TestCursorStandsWhereOneIs(t *testing.T) {
	for _, c := range []struct {
		keys   []string
		before string // what stands in the line before the cursor
		at     string // what stands from it on
	}{
		{nil, "▌■ DOWN !i ", "search-api"},
		{[]string{"j"}, "▌■ DOWN !i ", "ingest-worker"},
		{[]string{"2", "k"}, "", "▌"},
		{[]string{"3"}, "", "▌"},
		{[]string{"/", "ab"}, " FILTER  ab", "_"},
		{[]string{"a", "hm"}, "note         hm", "_"},
		{[]string{"3", "enter", "n", "hm"}, "note› hm", "_"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 80, 24)
			s.opt.Cursor = true
			s.press(c.keys...)
			time.Sleep(time.Second)
			v := s.View()
			if v.Cursor == nil {
				t.Fatalf("%q: no cursor", c.keys)
			}
			line := ansi.Strip(strings.Split(v.Content, "\n")[v.Cursor.Y])
			before, rest := ansi.Cut(line, 0, v.Cursor.X), ansi.Cut(line, v.Cursor.X, 80)
			if !strings.HasSuffix(before, c.before) || !strings.HasPrefix(rest, c.at) {
				t.Errorf("%q: the cursor stands between %q and %q", c.keys, before, rest)
			}
		})
	}
}

// A click beside a list selects nothing of it, and one on it gives it the keys
// back that move in the pane.
func TestClickBesideTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 200, 60)
		s.press("tab")
		s.render()
		y := drawnAt(s, 3)
		s.Update(tea.MouseClickMsg{X: 190, Y: y, Button: tea.MouseLeft})
		if s.board.at != 0 || !s.pane.on {
			t.Errorf("a click in the pane goes to row %d of the list", s.board.at)
		}
		s.Update(tea.MouseClickMsg{X: 20, Y: y, Button: tea.MouseLeft})
		if s.board.at != 3 || s.pane.on || s.pane.back != 0 {
			t.Errorf("a click on row 3 goes to row %d, and the pane is scrolled by %d", s.board.at, s.pane.back)
		}
	})
}

// What a command is about does not change under it.
func TestMouseLeavesPromptsAlone(t *testing.T) {
	for _, k := range []string{":", "/"} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 80, 24)
			s.press(k)
			s.render()
			s.Update(tea.MouseClickMsg{X: 20, Y: drawnAt(s, 3), Button: tea.MouseLeft})
			s.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
			if s.board.at != 0 {
				t.Errorf("while %s is open the mouse goes to row %d", k, s.board.at)
			}
		})
	}
}

// Whoever scrolls looks.
func TestMouseIsSomebodyThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.goAway()
		if !s.away.away {
			t.Fatal("nobody is away")
		}
		s.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		if s.away.away {
			t.Error("the wheel was turned and nobody is there")
		}
	})
}
