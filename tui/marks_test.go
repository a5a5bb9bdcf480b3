package tui

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sitrep/alert"
	"sitrep/monitor"
)

func TestMarksComeInTheOrderOfTheBoard(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	s.press("j", "space", "g", "space")
	if diff := cmp.Diff([]string{"search-api", "ingest-worker"}, s.marked()); diff != "" {
		t.Errorf("marked (-want +got):\n%s", diff)
	}
	s.orderBy(byName)
	if diff := cmp.Diff([]string{"ingest-worker", "search-api"}, s.marked()); diff != "" {
		t.Errorf("by name (-want +got):\n%s", diff)
	}
}

func TestMarksOutlastAFilterAndGoWithTheirTarget(t *testing.T) {
	s := newConsole(t, newNight(t), 120, 40)
	s.press("space", "space", "/")
	s.write("docs")
	s.press("enter")
	if got := s.markWords(); got != "2 marked, 2 hidden" {
		t.Errorf("filtered: %q", got)
	}
	s.press("esc")
	if got := s.markWords(); got != "2 marked" {
		t.Errorf("without the filter: %q", got)
	}
	var left []*monitor.TargetStatus
	for _, target := range s.desk.snap.Targets() {
		if target.Target.Name != "search-api" {
			left = append(left, target)
		}
	}
	s.desk.show(s.desk.snap.Order+1, left, nil)
	s.take(s.desk.snap)
	if diff := cmp.Diff([]string{"ingest-worker"}, s.marked()); diff != "" {
		t.Errorf("after search-api went (-want +got):\n%s", diff)
	}
}

func TestEscTakesTheMarksAwayBeforeTheFreeze(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	s.press("space", "f", "esc")
	if len(s.marked()) > 0 || !s.frozen() {
		t.Errorf("after one esc: marked %v, frozen %v", s.marked(), s.frozen())
	}
	s.press("esc")
	if s.frozen() {
		t.Error("after the second esc it is still frozen")
	}
}

func TestKeysActOnTheMarks(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	s.press("space", "space", "a")
	d, is := s.dialog.(*ackDialog)
	if !is {
		t.Fatalf("a on two marks opens %T", s.dialog)
	}
	var ids []string
	for _, it := range d.items {
		if it.chosen {
			ids = append(ids, it.target)
		}
	}
	if diff := cmp.Diff([]string{"search-api", "ingest-worker"}, ids); diff != "" {
		t.Errorf("it acknowledges (-want +got):\n%s", diff)
	}
	s.press("esc", "s")
	sil, is := s.dialog.(*silenceDialog)
	if want := (alert.Matcher{alert.Terms{"name": {"search-api", "ingest-worker"}}}).String(); !is || sil.match.value() != want {
		t.Errorf("s on two marks opens %T of %q, want %q", s.dialog, sil.match.value(), want)
	}
}

// What is about one row is about the one that one is on, however many are marked.
func TestMarksAreNotWhatIsAboutOneRow(t *testing.T) {
	for _, marks := range [][]string{{"space"}, {"space", "space"}} {
		s := newConsole(t, newNight(t), 200, 50)
		s.press(append(marks, "j")...)
		on := s.board.cursor
		if slices.Contains(s.marked(), on) {
			t.Fatalf("%s is marked", on)
		}
		if sel := s.underCursor(); sel.target != on {
			t.Errorf("%d marks: the pane shows %s, the cursor is on %s", len(marks), sel.target, on)
		}
		if s.press("w"); s.told.target != on {
			t.Errorf("%d marks: w tells of %s, the cursor is on %s", len(marks), s.told.target, on)
		}
	}
}

// Resolved by hand is what is marked, after a reason and a word.
func TestMarksAreResolvedByHand(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("space", "space", "p", "enter")
		wantSeen(t, s, "say why they are over")
		s.write("rebooted")
		s.press("tab")
		s.paste(resolveWord)
		wantSeen(t, s, "typed, not pasted")
		s.press("enter")
		wantAsked(t, s)
		s.write(resolveWord)
		s.press("enter")
		wantAsked(t, s, monitor.ResolveAlert{Alert: "a-search-api", Note: "rebooted"}, monitor.ResolveAlert{Alert: "a-ingest-worker", Note: "rebooted"})
	})
}

// An incident of what is marked has the alerts of all.
func TestMarksAreOneIncident(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.snap.Incidents = nil
		for _, target := range s.desk.snap.Targets() {
			target.Incident = ""
		}
		s.press("space", "space", "i")
		d, is := s.dialog.(*declareDialog)
		if !is {
			t.Fatalf("i on two marks opens %T", s.dialog)
		}
		if ids, _, _ := d.chosen(s.Model); !slices.Equal(ids, []string{"a-search-api", "a-ingest-worker"}) {
			t.Errorf("it has %v", ids)
		}
	})
}

// A note on several targets is written to each that is in no incident.
func TestMarksGetOneNote(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		var loose []string
		for _, target := range s.desk.snap.Targets() {
			if target.Incident == "" {
				loose = append(loose, target.Target.Name)
			}
		}
		if len(loose) < 2 {
			t.Fatalf("in no incident: %v", loose)
		}
		s.board.mark(true, loose...)
		s.press("n")
		s.write("moved to rack 4")
		s.press("enter")
		var to []string
		for _, c := range s.asked() {
			n, is := c.(monitor.Note)
			if !is || n.Text != "moved to rack 4" {
				t.Fatalf("asked for %v", c)
			}
			to = append(to, n.Target)
		}
		if diff := cmp.Diff(loose, to, cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("written to (-want +got):\n%s", diff)
		}
	})
}

// TestManyAskForTheirNumber holds the opening key and a wrong number against what
// acts on more targets than one sees at a glance.
func TestManyAskForTheirNumber(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	n := s.markWhere(func(*monitor.TargetStatus) bool { return true })
	if n <= manyTargets {
		t.Fatalf("only %d targets", n)
	}
	asked := len(s.desk.asked)
	s.press("r", "enter")
	s.write("1")
	s.press("enter")
	if got := len(s.desk.asked) - asked; got != 0 {
		t.Fatalf("%d commands were sent before the number was typed", got)
	}
	d, is := s.dialog.(*manyDialog)
	if !is {
		t.Fatalf("%T is open, want the question for the number", s.dialog)
	}
	s.press("backspace")
	s.write(strconv.Itoa(len(d.names)))
	s.press("enter")
	if !slices.ContainsFunc(s.desk.asked[asked:], func(c monitor.Command) bool {
		p, is := c.(monitor.ProbeNow)
		return is && len(p.Targets) == n
	}) {
		t.Errorf("after the number: %v", s.desk.asked[asked:])
	}
}

func TestViewerMarksAndDoesNothing(t *testing.T) {
	d := newNight(t)
	d.actor.Role = monitor.View
	s := newConsole(t, d, 80, 24)
	s.markWhere(func(*monitor.TargetStatus) bool { return true })
	for _, k := range []string{"a", "A", "s", "n", "p", "r"} {
		if s.press(k); s.dialog != nil || len(s.desk.asked) > 0 {
			t.Errorf("%s: %T is open, asked %v", k, s.dialog, s.desk.asked)
		}
	}
}

// Marks keep the rows where they are while somebody works. Who went away finds
// the new problem at the top, and the marks where they were.
func TestMarksThatWereLeftBehindHoldNoRow(t *testing.T) {
	s := newConsole(t, newNight(t), 80, 24)
	s.press("j", "space")
	marked := s.marked()
	place := func(name string) int { return s.board.index(name) }
	s.fall("vpn-gw")
	s.take(s.desk.snap)
	s.time = s.time.Add(10 * time.Second)
	s.Update(tickMsg{})
	if place("vpn-gw") < 4 {
		t.Error("a row moved under somebody who marks")
	}
	s.time = s.time.Add(homeAfter)
	s.Update(tickMsg{})
	if at := place("vpn-gw"); at >= 4 {
		t.Errorf("two minutes later the new problem is still in row %d", at)
	}
	if diff := cmp.Diff(marked, s.marked()); diff != "" {
		t.Errorf("marked (-want +got):\n%s", diff)
	}
}
