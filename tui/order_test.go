package tui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// names returns those of the rows, in the order shown.
func (b *boardState) names() (names []string) {
	for _, r := range b.rows {
		names = append(names, r.name)
	}
	return names
}

// fire publishes the fleet with one target more that is down and that nobody has
// acknowledged.
func (s *console) fire(name string) {
	var targets []*monitor.TargetStatus
	for _, t := range s.desk.snap.Targets() {
		if t.Target.Name == name {
			c := *t
			c.Believed, c.Last.Status = checker.Down, checker.Down
			c.Alert = &alert.Alert{ID: "a-" + name, Target: name, State: alert.Firing, Severity: alert.Critical, Started: s.time}
			t = &c
		}
		targets = append(targets, t)
	}
	s.publishTargets(targets)
}

// remove publishes the fleet without a target.
func (s *console) remove(name string) {
	var targets []*monitor.TargetStatus
	for _, t := range s.desk.snap.Targets() {
		if t.Target.Name != name {
			targets = append(targets, t)
		}
	}
	s.publishTargets(targets)
}

func (s *console) publishTargets(targets []*monitor.TargetStatus) {
	s.desk.show(s.desk.snap.Order+1, targets, s.desk.snap.Events())
	s.desk.snap.At = s.time
	s.now = s.time
	s.take(s.desk.snap)
}

// pass lets time go by, a tick at its end.
func (s *console) pass(d time.Duration) {
	s.time = s.time.Add(d)
	s.Update(tickMsg{})
}

func TestProblemsComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		want := []string{"search-api", "ingest-worker", "recommend-api", "gw-fra", "billing-db", "weaviate-eu1", "reports", "new-one", "auth-tls", "cdn-edge-ams"}
		if diff := cmp.Diff(want, s.board.names()[:len(want)]); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if last := s.board.names(); last[len(last)-1] != "old-api" {
			t.Errorf("the last is %s, want the paused one", last[len(last)-1])
		}
	})
}

func TestCursorStaysAtTheTopUntilAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		d.calm()
		s := newConsole(t, d, 80, 24)
		s.fire("vpn-gw")
		if s.board.cursor != "vpn-gw" || s.board.line != 0 {
			t.Errorf("on %s at line %d: nobody has pressed a key, so what is new and grave is under the cursor", s.board.cursor, s.board.line)
		}
	})
}

func TestRowsHoldStillWhileSomebodyWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("j")
		before := s.board.names()
		s.fire("vpn-gw")
		s.pass(2 * time.Second)
		if diff := cmp.Diff(before, s.board.names()); diff != "" || s.board.moves != 1 {
			t.Errorf("2 s after a key rows moved (%d wait):\n%s", s.board.moves, diff)
		}
		s.pass(2 * time.Second)
		if s.board.moves != 0 || s.board.index("vpn-gw") > 2 {
			t.Errorf("4 s after a key vpn-gw is at %d, %d wait", s.board.index("vpn-gw"), s.board.moves)
		}
		if s.board.cursor != before[1] {
			t.Errorf("the cursor went to %s", s.board.cursor)
		}
	})
}

func TestRowsHoldStillUnderADialog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("j", "a")
		before := s.board.names()
		s.fire("vpn-gw")
		s.pass(time.Minute)
		if diff := cmp.Diff(before, s.board.names()); s.dialog == nil || diff != "" {
			t.Errorf("rows moved under %v:\n%s", s.dialog, diff)
		}
	})
}

func TestGoneRowStaysUntilTheCursorLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("j", "j")
		name := s.board.cursor
		s.remove(name)
		s.pass(5 * time.Second)
		if s.board.cursor != name || s.board.index(name) < 0 {
			t.Fatalf("%s is gone from under the cursor, which is on %s", name, s.board.cursor)
		}
		s.press("a")
		if s.dialog != nil || s.toast == "" {
			t.Error("acts on a target that is not there")
		}
		s.press("j")
		s.pass(5 * time.Second)
		if s.board.index(name) >= 0 {
			t.Errorf("%s is still listed", name)
		}
	})
}

func TestViewGoesHomeAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("G")
		name := s.board.cursor
		s.pass(homeAfter)
		if !s.board.home || s.board.cursor != name {
			t.Fatalf("home %v, on %s", s.board.home, s.board.cursor)
		}
		s.press("enter") // only brings the row back into sight
		if s.screen != screenBoard || s.board.home || s.board.cursor != name {
			t.Errorf("on %s, home %v, cursor %s", s.screen, s.board.home, s.board.cursor)
		}
		if !strings.Contains(s.toast, "back at "+name) {
			t.Errorf("says %q", s.toast)
		}
		s.press("enter")
		if s.screen != screenTarget || s.target.name != name {
			t.Errorf("the next key leads to %s of %q", s.screen, s.target.name)
		}
	})
}

// Keys that are about no row work at once, though the row one is on is out of
// sight.
func TestKeysOfNoRowAreHeardAtHome(t *testing.T) {
	for _, b := range bindings() {
		if !b.where.has(screenBoard) || b.keys[0] == "ctrl+c" {
			continue
		}
		for _, k := range b.keys {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newQuietNight(t), 80, 24)
				s.press("G", "k")
				s.pass(homeAfter)
				at := s.board.at
				s.toast = ""
				s.press(k)
				swallowed := strings.HasPrefix(s.toast, "back at ")
				if acts := slices.Contains([]string{"enter", "a", "s", "w", "i", "n", "A", "p", "r", "P", "space"}, k); acts != swallowed {
					t.Errorf("%s (%s): swallowed %v, says %q", k, b.help, swallowed, s.toast)
				}
				if swallowed && (s.dialog != nil || s.screen != screenBoard || len(s.asked()) > 0 || s.board.at != at) {
					t.Errorf("%s (%s) does more than bring the cursor back", k, b.help)
				}
			})
		}
	}
}

func TestNextUnackedGoesRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		var seen []string
		for range 4 {
			s.press("!")
			seen = append(seen, s.board.cursor)
		}
		if diff := cmp.Diff([]string{"ingest-worker", "recommend-api", "search-api", "ingest-worker"}, seen); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestLogFollowsUntilOneMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("2")
		s.desk.log("soft", "docs")
		s.take(s.desk.snap)
		if e := s.alerts.event(); e == nil || e.Target != "docs" {
			t.Fatalf("on %+v, want the newest", e)
		}
		s.press("k", "k")
		seq := s.alerts.seq()
		s.desk.log("soft", "docs")
		s.take(s.desk.snap)
		if s.alerts.seq() != seq || s.alerts.fresh != 1 {
			t.Errorf("on %d, %d new; want %d, 1 new", s.alerts.seq(), s.alerts.fresh, seq)
		}
		s.press("G")
		if s.alerts.fresh != 0 || s.alerts.away {
			t.Errorf("G does not follow: %d new", s.alerts.fresh)
		}
	})
}

// TestLogSkipsAHole: a screen that was away for longer than the tail of a
// snapshot goes back begins anew, and reads what is between from the store.
func TestLogSkipsAHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("2", "k")
		events := nightEvents()[:3]
		for i := range events {
			events[i].Seq += 1000
		}
		var targets []*monitor.TargetStatus
		for _, t := range s.desk.snap.Targets() {
			targets = append(targets, t)
		}
		s.desk.show(2, targets, events)
		s.take(s.desk.snap)
		if len(s.alerts.all) != 3 || s.alerts.complete {
			t.Errorf("%d events, complete %v", len(s.alerts.all), s.alerts.complete)
		}
		fits(t, s)
	})
}

// TestLogReadsOlderPages: what is no longer in the snapshot comes from the store
// as one goes up, and the cursor stays on its event.
func TestLogReadsOlderPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		events := nightEvents()
		for i := range events {
			events[i].Seq += 1000
		}
		var targets []*monitor.TargetStatus
		for _, s := range d.snap.Targets() {
			targets = append(targets, s)
		}
		d.show(2, targets, events)
		s := newConsole(t, d, 80, 24)
		s.press("2", "g")
		seq := s.alerts.seq()
		s.Update(logMsg{before: 1001, events: []monitor.Event{{Seq: 999, At: at("01:00:00"), Kind: "start"}, {Seq: 1000, At: at("01:00:01"), Kind: "start"}}})
		if s.alerts.all[0].Seq != 999 || s.alerts.seq() != seq {
			t.Errorf("the first is %d, the cursor on %d; want 999, %d", s.alerts.all[0].Seq, s.alerts.seq(), seq)
		}
	})
}

// TestFilterCountsAreTheScreens: what is said to be hidden is what the screen
// that one looks at hides.
func TestFilterCountsAreTheScreens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("/")
		s.write("search")
		s.press("enter")
		for _, tt := range []struct {
			key  string
			rows func() int
		}{{"1", func() int { return len(s.board.rows) }}, {"2", func() int { return len(s.alerts.rows) }}, {"1", func() int { return len(s.board.rows) }}} {
			s.press(tt.key)
			if got := s.filterCounts().shown; got != tt.rows() {
				t.Errorf("on %s the filter is said to leave %d rows of %d", s.screen, got, tt.rows())
			}
		}
	})
}

// TestLogIsBoundedWhileOneLooksAtOldLines: whoever leaves a screen on an old line
// for weeks does not fill the memory.
func TestLogIsBoundedWhileOneLooksAtOldLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		s := newConsole(t, d, 80, 24)
		s.press("2", "k", "k")
		var targets []*monitor.TargetStatus
		for _, target := range d.snap.Targets() {
			targets = append(targets, target)
		}
		events := d.snap.Events()
		for range 60 {
			last := events[len(events)-1].Seq
			events = nil
			for i := range 500 {
				events = append(events, monitor.Event{Seq: last + uint64(i) + 1, At: night, Kind: "note", Text: "more"})
			}
			d.show(d.snap.Order, targets, events)
			s.take(d.snap)
		}
		if n := len(s.alerts.all); n > 2*logMost || n < logMost {
			t.Errorf("%d lines are kept", n)
		}
		if e := s.alerts.event(); e == nil || s.alerts.at >= len(s.alerts.rows)-1 {
			t.Errorf("the cursor is on %v, row %d of %d", e, s.alerts.at, len(s.alerts.rows))
		}
	})
}

// TestToastOnALowScreenKeepsTheLine: where what is said takes a line of the rows',
// the cursor's line is known again once it is gone.
func TestToastOnALowScreenKeepsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 4)
		s.press("G")
		b := &s.board
		for range 2 {
			s.refuse("no")
			s.settle(true)
			s.time = s.time.Add(time.Minute)
			s.Update(tickMsg{})
			if n, body := len(b.rows), s.boardLayout().rows; b.at-b.from(n, body) != b.line || b.line != body-1 {
				t.Errorf("row %d of %d is taken to be on line %d of %d", b.at, n, b.line, body)
			}
		}
	})
}
