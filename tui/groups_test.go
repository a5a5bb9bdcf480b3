package tui

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/monitor"
)

// groupedNight is the night on a board in groups of who has the targets.
func groupedNight(t *testing.T, w, h int) *console {
	t.Helper()
	d := newNight(t)
	var targets []*monitor.TargetStatus
	for i, old := range slices.Collect(statuses(d.snap)) {
		s, target := *old, *old.Target
		target.Labels = map[string]string{"team": []string{"search", "shop", "edge"}[i%3]}
		if i%7 == 6 {
			target.Labels = nil
		}
		s.Target = &target
		targets = append(targets, &s)
	}
	d.show(d.snap.Order+1, targets, nightEvents())
	s := newConsole(t, d, w, h)
	s.groupBy("team")
	return s
}

func statuses(snap *monitor.Snapshot) func(func(*monitor.TargetStatus) bool) {
	return func(yield func(*monitor.TargetStatus) bool) {
		for _, t := range snap.Targets() {
			if !yield(t) {
				return
			}
		}
	}
}

func (s *console) rowNames() (names []string) {
	for _, r := range s.board.rows {
		names = append(names, r.name)
	}
	return names
}

func TestGroupsHoldEveryTargetOnce(t *testing.T) {
	s := groupedNight(t, 80, 24)
	seen := map[string]int{}
	value := ""
	for _, name := range s.rowNames() {
		if isHeader(name) {
			value = headerValue(name)
			continue
		}
		seen[name]++
		if got := valueOf(s.targetNamed(name).Target, "team"); got != value {
			t.Errorf("%s of %s stands under %s", name, got, value)
		}
	}
	for target := range statuses(s.snap) {
		if seen[target.Target.Name] != 1 {
			t.Errorf("%s is there %d times", target.Target.Name, seen[target.Target.Name])
		}
	}
}

func TestFoldingMovesNothingElse(t *testing.T) {
	s := groupedNight(t, 80, 24)
	open := s.rowNames()
	s.press("g", "j", "z")
	if !isHeader(s.board.cursor) {
		t.Errorf("the cursor of a folded row is on %q", s.board.cursor)
	}
	folded := s.rowNames()
	if kept := slices.DeleteFunc(slices.Clone(open), func(n string) bool { return !slices.Contains(folded, n) }); cmp.Diff(kept, folded) != "" {
		t.Error("what is left is in another order")
	}
	s.press("z")
	if diff := cmp.Diff(open, s.rowNames()); diff != "" {
		t.Errorf("unfolded (-before +after):\n%s", diff)
	}
	s.press("Z")
	if got, want := len(s.board.rows), len(s.board.ranked); got != want {
		t.Errorf("all folded: %d rows, want %d headers", got, want)
	}
}

func TestFoldedGroupsTellOfTheUnacknowledged(t *testing.T) {
	s := groupedNight(t, 80, 24)
	s.press("Z")
	n := 0
	for _, g := range s.board.ranked {
		n += s.board.groups[g].unacked
	}
	if n != s.unacked() {
		t.Errorf("headers tell of %d unacknowledged, there are %d", n, s.unacked())
	}
	s.press("!")
	if isHeader(s.board.cursor) || !unackedAlert(s.targetNamed(s.board.cursor).Alert) {
		t.Errorf("! out of folded groups goes to %q", s.board.cursor)
	}
}

func TestMarkOfAHeaderIsItsWholeGroup(t *testing.T) {
	s := groupedNight(t, 80, 24)
	s.press("g", "k", "space")
	g := s.board.groups[s.board.ranked[0]]
	if got, want := len(s.marked()), g.to-g.from; got != want {
		t.Errorf("%d marked, want the %d of the group", got, want)
	}
	s.press("g", "space")
	if got := s.marked(); len(got) != 0 {
		t.Errorf("again: %v", got)
	}
}

func TestGroupSightsDraw(t *testing.T) {
	for name, do := range map[string]func(*console){
		"groups":        func(*console) {},
		"groups-folded": func(s *console) { s.press("Z") },
		"groups-marked": func(s *console) { s.press("g", "space", "j", "o") },
	} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
			s := groupedNight(t, size[0], size[1])
			do(s)
			s.time, s.now, s.toast = night, night, ""
			golden(t, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), s.render())
		}
	}
}
