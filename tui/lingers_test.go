package tui

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
)

// Whatever comes and goes, and whatever passes the filter no longer: without a key
// no cursor goes to another row. A row that stays for the cursor alone is not
// listed any more once the cursor has left it.
func TestOnlyKeysMoveACursor(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) { weather(t, rand.New(rand.NewPCG(seed, 11))) })
	}
}

func weather(t *testing.T, rng *rand.Rand) {
	s := newConsole(t, newNight(t), 80, 24)
	s.press("2", "k", "3", "j", "enter", "k", "k", "k")
	switch rng.IntN(4) {
	case 0:
		s.groupBy(draw(rng, "team", "kind"))
		s.press("1", "Z", "j")
	case 1:
		s.setFilter("is:starred")
		s.press("k")
	default:
		s.press("1", "j")
	}
	filters := []string{"", "is:unacked", "is:acked", "state:down", "is:firing", "is:open", "is:starred", "-is:soft", "by:ana or is:unacked", "team=search is:firing", "api"}
	keys := []string{"j", "k", "g", "G", "ctrl+d", "ctrl+u", "[", "]", "!", "1", "2", "3", "z", "o", "space", "esc"}
	for range 120 {
		if s.filter.typing() || s.dialog != nil {
			t.Fatal("something is open")
		}
		switch rng.IntN(8) {
		case 0, 1:
			s.press(draw(rng, keys...))
		case 2:
			s.setFilter(draw(rng, filters...))
		case 3:
			s.onlyOwnRowsStay(t)
		default:
			was := s.cursors()
			s.blow(rng)
			if is := s.cursors(); !is.only(was) {
				t.Fatalf("under %q the cursors went from %+v to %+v:\n%s", s.filter.inForce(), was, is, ansi.Strip(s.render()))
			}
		}
		fits(t, s)
	}
}

// cursors are what the lists are on; 0 or "" where one follows what comes.
type cursors struct {
	target, incident string
	line, event      uint64
}

// only tells whether no cursor went from what it was on: one that was on nothing
// may be on something now.
func (c cursors) only(was cursors) bool {
	return (was.target == "" || c.target == was.target) && (was.incident == "" || c.incident == was.incident) &&
		(was.line == 0 || c.line == was.line) && (was.event == 0 || c.event == was.event)
}

func (s *console) cursors() (c cursors) {
	b := &s.board
	if c.target = b.cursor; c.target != "" && b.rows[b.at].name != b.cursor {
		c.target = "another row than " + b.cursor
	}
	if inc := s.selectedIncident(); inc != nil {
		c.incident = inc.ID
	}
	if l := s.selectedLine(); l != nil && !s.timeline.follow {
		c.line = l.ID()
	}
	if s.alerts.away {
		c.event = s.alerts.seq()
	}
	return c
}

// onlyOwnRowsStay lets the rows settle, and fails if one is listed that does not
// pass the filter and that the cursor is not on.
func (s *console) onlyOwnRowsStay(t *testing.T) {
	t.Helper()
	s.pass(holdAfterKey + time.Second)
	s.pass(time.Second)
	f := s.filter.current()
	for i, r := range s.board.rows {
		target := s.targetNamed(r.name)
		passes := target != nil && f.matchTarget(target, s.now) || r.group >= 0
		if len(s.board.marks.set) == 0 && i != s.board.at && (r.gone || !passes) {
			t.Fatalf("%q stays, and the cursor is on %q", r.name, s.board.cursor)
		}
	}
	for _, r := range s.incidentRows() {
		if r.inc != nil && r.inc.ID != s.incidents.id && !f.matchIncident(r.inc) {
			t.Fatalf("%s stays, and the mark is on %s", r.inc.ID, s.incidents.id)
		}
	}
	for _, l := range s.timelineLines() {
		if l.ID() != s.timeline.at && !f.matchLine(l) {
			t.Fatalf("line %d stays, and the mark is on %d", l.ID(), s.timeline.at)
		}
	}
	if kept := s.alerts.kept; kept != 0 && kept != s.alerts.seq() {
		t.Fatalf("event %d stays, and the cursor is on %d", kept, s.alerts.seq())
	}
}

// blow publishes the night with something changed in it, or lets time pass.
func (s *console) blow(rng *rand.Rand) {
	switch rng.IntN(6) {
	case 0:
		s.pass(time.Duration(1+rng.IntN(6)) * time.Second)
		return
	case 1:
		s.republish(func(snap *monitor.Snapshot) {
			snap.Incidents = slices.Clone(snap.Incidents)
			at := rng.IntN(len(snap.Incidents))
			snap.Incidents[at] = s.reopened(rng, snap.Incidents[at])
		})
		return
	}
	var targets []*monitor.TargetStatus
	hit := rng.IntN(s.desk.snap.Len())
	for i, t := range s.desk.snap.Targets() {
		switch {
		case i != hit:
		case rng.IntN(6) == 0:
			continue // it is gone
		default:
			t = struck(rng, t, s.time)
		}
		targets = append(targets, t)
	}
	s.publishTargets(targets)
	s.desk.log("soft", "docs")
	s.take(s.desk.snap)
}

// struck returns a target that fires, or is acknowledged or well.
func struck(rng *rand.Rand, t *monitor.TargetStatus, now time.Time) *monitor.TargetStatus {
	c := *t
	switch {
	case c.Alert == nil:
		c.Believed, c.Last.Status = checker.Down, checker.Down
		c.Alert = &alert.Alert{ID: "a-" + t.Target.Name, Target: t.Target.Name, State: alert.Firing, Severity: alert.Critical, Started: now}
	case c.Alert.Ack == nil && rng.IntN(3) > 0:
		a := *c.Alert
		a.Ack = &alert.Ack{By: draw(rng, "ana", "bo"), At: now}
		c.Alert = &a
	default:
		c.Believed, c.Last.Status, c.Alert, c.Incident = checker.Up, checker.Up, nil, ""
	}
	return &c
}

// reopened returns an incident that is over, or open again, or has one star more or
// less, mostly on the marked line.
func (s *console) reopened(rng *rand.Rand, inc *incident.Incident) *incident.Incident {
	c := *inc
	c.Entries = slices.Clone(inc.Entries)
	c.Version++
	switch {
	case rng.IntN(2) == 0:
		c.Status = draw(rng, "investigating", "resolved", "closed")
	case len(c.Entries) > 0:
		l := &c.Entries[rng.IntN(len(c.Entries))]
		if i := slices.IndexFunc(c.Entries, func(l incident.Line) bool { return l.ID() == s.timeline.at }); i >= 0 && rng.IntN(2) == 0 {
			l = &c.Entries[i]
		}
		l.Starred = !l.Starred
	}
	return &c
}

// What passes the filter no longer stays where it is, says so, and may be acted on
// as before: it is what one chose.
func TestRowThatNoLongerMatchesStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.setFilter("is:unacked")
		s.press("j")
		name, line := s.board.cursor, s.lineOf("▌")
		var targets []*monitor.TargetStatus
		for _, x := range s.desk.snap.Targets() {
			if x.Target.Name == name {
				c, a := *x, *x.Alert
				a.Ack = &alert.Ack{By: "bo", At: s.time}
				c.Alert, x = &a, &c
			}
			targets = append(targets, x)
		}
		s.publishTargets(targets)
		s.pass(5 * time.Second)
		if s.lineOf("▌") != line || s.lineOf(name+" ") != line || !s.seen("no longer matches") || !s.seen("2 of 27, 0 unacked hidden") {
			t.Fatalf("after bo acknowledged %s:\n%s", name, ansi.Strip(s.render()))
		}
		if s.press("A"); len(s.asked()) != 1 {
			t.Errorf("A on it does nothing, and says %q", s.toast)
		}
		s.press("]")
		if s.board.at != 2 {
			t.Errorf("the next problem is %d rows off", s.board.at)
		}
		s.pass(5 * time.Second)
		if s.board.index(name) >= 0 {
			t.Errorf("%s stays after the cursor left it", name)
		}
	})
}

// A filter that is typed is another matter: what it does not let through is not
// under the cursor.
func TestNewFilterTakesTheCursorToWhatItLetsThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("j", "/")
		s.write("name:search-api")
		s.press("enter")
		if s.board.cursor != "search-api" || s.seen("no longer matches") {
			t.Errorf("on %s:\n%s", s.board.cursor, ansi.Strip(s.render()))
		}
	})
}

// Each list says which row stays for the cursor alone.
func TestListsSayWhatNoLongerMatches(t *testing.T) {
	for name, do := range map[string]func(s *console){
		"incidents": func(s *console) {
			s.press("3")
			s.setFilter("is:open")
			s.republish(func(snap *monitor.Snapshot) {
				over := *snap.Incidents[0]
				over.Status = "closed"
				snap.Incidents = append([]*incident.Incident{&over}, snap.Incidents[1:]...)
			})
		},
		"timeline": func(s *console) {
			s.press("3", "enter")
			s.setFilter("is:starred")
			s.press("k")
			s.republish(func(snap *monitor.Snapshot) {
				c := *snap.Incidents[0]
				c.Entries = slices.Clone(c.Entries)
				for i := range c.Entries {
					c.Entries[i].Starred = c.Entries[i].Starred && c.Entries[i].ID() != s.timeline.at
				}
				snap.Incidents = append([]*incident.Incident{&c}, snap.Incidents[1:]...)
			})
		},
		"alerts": func(s *console) {
			s.press("2")
			s.setFilter("is:unacked")
			s.press("g")
			s.ackAll()
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newNight(t), 120, 40)
			do(s)
			screen := ansi.Strip(s.render())
			if i := s.lineOf("▌"); i < 0 || !strings.Contains(strings.Split(screen, "\n")[i], "no longer matches: ") {
				t.Errorf("%s:\n%s", name, screen)
			}
		})
	}
}

// ackAll publishes the fleet with all that fires acknowledged.
func (s *console) ackAll() {
	var targets []*monitor.TargetStatus
	for _, t := range s.desk.snap.Targets() {
		if t.Alert != nil && t.Alert.Ack == nil {
			c, a := *t, *t.Alert
			a.Ack = &alert.Ack{By: "bo", At: s.time}
			c.Alert, t = &a, &c
		}
		targets = append(targets, t)
	}
	s.publishTargets(targets)
	s.desk.log("soft", "docs")
	s.take(s.desk.snap)
}

// What is over stays in its list under the cursor, and nothing is done to what took
// its place.
func TestWhatIsOverStaysUnderTheCursor(t *testing.T) {
	for _, tt := range []struct {
		open, acts string
		end        func(*monitor.Snapshot)
		key        func(s *console) string
	}{
		{"M", "A", func(snap *monitor.Snapshot) { snap.Silences = snap.Silences[1:] }, func(s *console) string { return s.silenced.key }},
		{"D", "", func(snap *monitor.Snapshot) { snap.Told = snap.Told[:len(snap.Told)-1] }, func(s *console) string { return s.deliver.key }},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newConsole(t, newQuietNight(t), 120, 40)
			s.press(tt.open)
			for range 20 {
				if s.open() == "" {
					s.press("j")
				}
			}
			if s.open() == "" {
				t.Fatalf("%s: j does not lead there:\n%s", tt.open, ansi.Strip(s.render()))
			}
			key, line := tt.key(s), s.lineOf("▌")
			s.republish(tt.end)
			if tt.key(s) != key || s.lineOf("▌") != line || s.open() != "over" {
				t.Fatalf("%s: from %s the cursor went to %s:\n%s", tt.open, key, tt.key(s), ansi.Strip(s.render()))
			}
			if tt.acts != "" {
				if s.press(tt.acts); s.dialog != nil || !strings.Contains(s.toast, "has ended") {
					t.Errorf("%s on what is over opens %T and says %q", tt.acts, s.dialog, s.toast)
				}
			}
			s.press("j")
			s.republish(func(*monitor.Snapshot) {})
			if s.seen(" ended ") || s.seen(notThere) || tt.key(s) == key {
				t.Errorf("%s: it stays after the cursor left it:\n%s", tt.open, ansi.Strip(s.render()))
			}
		})
	}
}

// open tells what the row with the cursor is: a silence or an attempt, "over" once
// it is that, "" if it is something else.
func (s *console) open() string {
	line := strings.Split(ansi.Strip(s.render()), "\n")[max(s.lineOf("▌"), 0)]
	switch {
	case strings.Contains(line, " ended ") || strings.Contains(line, notThere):
		return "over"
	case s.screen == screenSilences && s.silencesRow() != nil && s.silencesRow().silence != nil:
		return "silence"
	case s.screen == screenDeliveries && s.deliveriesRow() != nil && s.deliveriesRow().attempt != nil:
		return "attempt"
	}
	return ""
}
