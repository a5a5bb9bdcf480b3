package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sitrep/incident"
	"sitrep/monitor"
)

// line returns the number of the screen's line that holds a text, -1 if none does.
func (s *console) lineOf(text string) int {
	for i, line := range strings.Split(ansi.Strip(s.render()), "\n") {
		if strings.Contains(line, text) {
			return i
		}
	}
	return -1
}

// add has somebody write a note, and publishes it.
func (s *console) add(t *testing.T, when time.Time, text string) {
	t.Helper()
	d := incident.Draft{Incident: tonight, Kind: incident.Note, By: "bo", Text: text, At: when}
	if _, err := s.desk.book.Add(s.time, d); err != nil {
		t.Fatal(err)
	}
	s.alter(func(map[string]*monitor.TargetStatus) {})
}

func TestTimelineFollowsItsEnd(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter")
		mark := s.timeline.at
		s.time = s.time.Add(time.Second)
		s.add(t, time.Time{}, "while a key may be on its way")
		if s.timeline.at != mark || !s.seen("1 new") {
			t.Errorf("a second after a key the mark moved to %+v", s.selectedLine())
		}
		s.time = s.time.Add(holdAfterKey)
		s.add(t, time.Time{}, "the newest")
		if l := s.selectedLine(); l == nil || l.Text != "the newest" {
			t.Errorf("the mark is on %+v", l)
		}
		if s.seen(" new, G") {
			t.Error("what is in sight is called new")
		}
	})
}

func TestTimelineCursorStaysOnItsLine(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "k", "k")
		where := s.lineOf("▌")
		id := s.timeline.at
		for i := range 5 {
			s.add(t, time.Time{}, fmt.Sprintf("newer %d", i))
			s.add(t, at("03:30:00"), fmt.Sprintf("dated back %d", i))
			if s.timeline.at != id || s.lineOf("▌") != where {
				t.Fatalf("after %d more the mark is on %d, line %d; want %d, line %d", i, s.timeline.at, s.lineOf("▌"), id, where)
			}
		}
		if !s.seen("10 new, G") {
			t.Errorf("not said how many came:\n%s", ansi.Strip(s.render()))
		}
		s.press("G")
		if s.seen("new, G") || s.selectedLine().Text != "newer 4" {
			t.Error("G does not go to the end")
		}
	})
}

func TestTimelineRowsArriveAboveTheInput(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "n")
		s.write("half a thou")
		input := s.lineOf("note›")
		s.add(t, time.Time{}, "arrived meanwhile")
		if got := s.lineOf("half a thou_"); got != input {
			t.Errorf("the input moved from line %d to %d", input, got)
		}
		if got := s.lineOf("arrived meanwhile"); got < 0 || got > input {
			t.Errorf("the new row is on line %d, the input on %d", got, input)
		}
	})
}

func TestTimelineStars(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "*", "k", "*")
		lines := s.timelineLines()
		wantAsked(t, s,
			monitor.Star{Seq: lines[len(lines)-1].ID(), On: false}, monitor.Star{Seq: lines[len(lines)-2].ID(), On: true})
	})
}

func TestTimelineTime(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.opt.Zone = time.FixedZone("CEST", 2*60*60)
		s.press("3", "enter", "t")
		if !s.seen("05:29:19 paged") || !s.seen("CEST, all kinds") {
			t.Errorf("no local time:\n%s", ansi.Strip(s.render()))
		}
		s.press("t")
		if !s.seen("T+00:04:39 paged") { // since 03:24:40
			t.Errorf("no time since the start:\n%s", ansi.Strip(s.render()))
		}
		s.press("t")
		if !s.seen("03:29:19 paged") || s.local {
			t.Error("not back to UTC")
		}
	})
}

func TestTimelineDays(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.add(t, at("03:00:00").Add(-5*time.Hour), "the evening before")
		s.press("3", "enter", "g")
		if !s.seen("── 2026-04-11 UTC ─") || !s.seen("── 2026-04-12 UTC ─") {
			t.Errorf("the days are not told apart:\n%s", ansi.Strip(s.render()))
		}
		s.press("j") // over the rule between the days
		if l := s.selectedLine(); l.Text == "the evening before" || s.lineOf("▌") < 0 {
			t.Errorf("the mark is on %+v", l)
		}
		s.press("k")
		if l := s.selectedLine(); l.Text != "the evening before" {
			t.Errorf("the mark is on %+v", l)
		}
	})
}

func TestOlderTimelineIsAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.old = map[string]*incident.Incident{"inc-2025-0007": {
			ID: "inc-2025-0007", Title: "an old one", Status: "closed",
			Entries: []incident.Line{{Entry: incident.Entry{Seq: 3, Kind: incident.Note, By: "bo", Text: "long ago", At: night.AddDate(-1, 0, 0)}}},
		}}
		s.run(s.openTimeline("inc-2025-0007"))
		if !s.seen("long ago") || !s.seen("an old one") {
			t.Errorf("not shown:\n%s", ansi.Strip(s.render()))
		}
		s.run(s.openTimeline("inc-2025-0008"))
		if !s.seen("no such incident") {
			t.Errorf("the error is not shown:\n%s", ansi.Strip(s.render()))
		}
	})
}

func TestHostileNotesAreHarmless(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		// Past the door, as a note of another version or a damaged file could be.
		inc := *s.snap.Incident(tonight)
		text := "\x1b[2J\x1b]0;owned\x07" + strings.Repeat("e"+strings.Repeat("\u0301", 200), 5) + "\u202eesrever\u2066 ＡＰＩ 모니터 🏷️\nsecond\tline"
		inc.Entries = append(inc.Entries[:len(inc.Entries):len(inc.Entries)],
			incident.Line{Entry: incident.Entry{Seq: 9999, Incident: tonight, Kind: incident.Note, By: "bo", Text: text, At: s.time, Recorded: s.time}})
		inc.Version = 9999
		snap := *s.snap
		snap.Seq++
		snap.Incidents = append([]*incident.Incident{&inc}, snap.Incidents[1:]...)
		s.Update(snapMsg{snap: &snap})
		s.press("3", "enter")
		screen := s.render()
		for _, bad := range []string{"\x1b[2J", "\x1b]", "\x07", "\u202e", "\u2066"} {
			if strings.Contains(screen, bad) {
				t.Errorf("%q is on the screen", bad)
			}
		}
		fits(t, s)
	})
}

func TestIncidentsKeepTheirMark(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "j", "j") // over the head of the next part
		if got := s.selectedIncident().ID; got != "inc-2026-0002" {
			t.Fatalf("the mark is on %s", got)
		}
		where := s.lineOf("▌")
		if _, _, err := s.desk.book.Declare(s.time, incident.Declaration{Title: "another one", Severity: "SEV1", By: "bo"}, nil); err != nil {
			t.Fatal(err)
		}
		s.alter(func(map[string]*monitor.TargetStatus) {})
		if got := s.selectedIncident().ID; got != "inc-2026-0002" {
			t.Errorf("the mark went to %s", got)
		}
		if got := s.lineOf("▌"); got != where && got != where+1 {
			t.Errorf("the mark went from line %d to %d", where, got)
		}
		s.press("g")
		if got := s.selectedIncident(); got.Title != "another one" {
			t.Errorf("g goes to %s", got.Title)
		}
	})
}
