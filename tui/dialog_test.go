package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
)

// bubble runs a test in a bubble, with a console on the night's desk.
func bubble(t *testing.T, f func(t *testing.T, s *console)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newConsole(t, newDesk(t), 80, 24)) })
}

// asked returns the commands that were asked for, drafts left out.
func (s *console) asked() []monitor.Command {
	return slices.DeleteFunc(slices.Clone(s.desk.asked), func(c monitor.Command) bool {
		_, draft := c.(monitor.Draft)
		return draft
	})
}

// seen tells whether the screen has a text on it.
func (s *console) seen(text string) bool { return strings.Contains(ansi.Strip(s.render()), text) }

// alter publishes a snapshot that the night's targets were changed for.
func (s *console) alter(f func(targets map[string]*monitor.TargetStatus)) {
	targets := map[string]*monitor.TargetStatus{}
	var all []*monitor.TargetStatus
	for _, t := range nightTargets() {
		if t.Alert != nil {
			t.Incident = "inc-2026-0004"
		}
		targets[t.Target.Name] = t
		all = append(all, t)
	}
	f(targets)
	s.desk.publish(all)
	s.Update(snapMsg{snap: s.desk.snap})
}

func wantAsked(t *testing.T, s *console, want ...monitor.Command) {
	t.Helper()
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
}

func TestAckOfSeveral(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openAck([]string{"a-search-api"})
		s.write("same cause")
		s.press("tab", "right", "right", "tab", "tab", "space", "enter")
		wantAsked(t, s, monitor.Acknowledge{Alerts: []string{"a-search-api", "a-ingest-worker"}, Note: "same cause", For: 4 * time.Hour})
		if s.dialog != nil {
			t.Error("the dialog is still open")
		}
	})
}

func TestAckSaysThatSomebodyWasFirst(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openAck([]string{"a-search-api"})
		s.write("mine")
		s.alter(func(targets map[string]*monitor.TargetStatus) {
			targets["search-api"].Alert.Ack = &alert.Ack{At: s.time.Add(-2 * time.Second), By: "bo", Note: "same cause"}
		})
		if !s.seen("bo acknowledged 2s ago: same cause") {
			t.Errorf("not said:\n%s", ansi.Strip(s.render()))
		}
		s.press("enter")
		wantAsked(t, s)
		s.press("esc")
		s.alter(func(targets map[string]*monitor.TargetStatus) {})
		s.openAck([]string{"a-search-api"})
		if !s.seen("mine") {
			t.Error("the draft is lost")
		}
	})
}

func TestEnterIsNotHeardAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openAck([]string{"a-search-api"})
		s.write("typed ahead")
		s.time = s.time.Add(299 * time.Millisecond)
		s.Update(namedKeys["enter"])
		wantAsked(t, s)
		if !s.seen("typed ahead") {
			t.Error("the text is lost")
		}
		s.press("enter")
		if len(s.asked()) != 1 {
			t.Error("enter is not heard later either")
		}
	})
}

// The key that opens a dialog does not confirm it.
func TestOpeningKeyDoesNotConfirm(t *testing.T) {
	for _, k := range []string{"m", "S", "R", "p", "n", "a", "i"} {
		bubble(t, func(t *testing.T, s *console) {
			s.press("3", k, k, k)
			if s.dialog == nil {
				t.Errorf("%s opens nothing", k)
			}
			wantAsked(t, s)
		})
	}
}

func TestFailureKeepsTheDialog(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.fail = errDisk
		s.openAck([]string{"a-search-api"})
		s.write("same cause")
		s.press("enter")
		if s.dialog == nil || !s.seen("not done: no space left on device") || !s.seen("same cause") {
			t.Errorf("after a failure:\n%s", ansi.Strip(s.render()))
		}
		s.desk.fail = fmt.Errorf("wrapped: %w", monitor.ErrUnsaved)
		s.press("enter")
		if s.dialog != nil {
			t.Error("what is applied and not saved yet keeps the dialog open")
		}
	})
}

func TestViewerOpensNoDialog(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.actor.Role = monitor.View
		s.openAck([]string{"a-search-api"})
		s.openSilence(s.targetNamed("docs"))
		s.openDeclare(nil)
		s.openNote("", "docs")
		s.press("3", "m", "S", "R", "p", "n", "enter", "e", "*")
		if s.dialog != nil {
			t.Errorf("a viewer has %T open", s.dialog)
		}
		wantAsked(t, s)
	})
}

func TestSilenceLevels(t *testing.T) {
	for _, tt := range []struct {
		name, target string
		keys         []string
		want         string // the count that must be typed; "" is none
	}{
		{"an hour of a healthy target", "docs", nil, ""},
		{"a warning that nobody has", "recommend-api", nil, ""},
		{"an unacked critical", "search-api", nil, "1"},
		{"an acked critical", "weaviate-eu1", nil, ""},
		{"a whole team", "docs", []string{"shift+tab", "shift+tab", "ctrl+u", "team=search,web", "tab", "tab"}, "7"},
		{"a day", "docs", append([]string{"shift+tab"}, append(slices.Repeat([]string{"right"}, 15), "tab")...), ""},
		{"longer than a day", "docs", append([]string{"shift+tab"}, append(slices.Repeat([]string{"right"}, 16), "tab")...), "1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *console) {
				s.openSilence(s.targetNamed(tt.target))
				s.press(tt.keys...)
				s.press("enter")
				wantAsked(t, s) // no reason yet
				s.write("growing the PVC")
				s.press("enter")
				if tt.want != "" {
					wantAsked(t, s)
					s.write("0")
					s.press("enter")
					wantAsked(t, s)
					s.press("backspace")
					s.write(tt.want)
					s.press("enter")
				}
				if n := len(s.asked()); n != 1 {
					t.Fatalf("%d commands\n%s", n, ansi.Strip(s.render()))
				}
				c := s.asked()[0].(monitor.Silence)
				if c.Reason != "growing the PVC" || c.For < time.Hour || len(c.Match) != 1 {
					t.Errorf("asked for %+v", c)
				}
			})
		})
	}
}

// What a silence hides is counted anew while the dialog is open: a count that
// was right when it was typed does not confirm what came since.
func TestSilenceFollows(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openSilence(s.targetNamed("docs"))
		s.write("noise")
		s.alter(func(targets map[string]*monitor.TargetStatus) {
			docs := targets["docs"]
			docs.Alert = &alert.Alert{ID: "a-docs", Target: "docs", State: alert.Firing, Severity: alert.Critical, Started: at("03:47:00")}
		})
		s.press("enter")
		wantAsked(t, s)
		if !s.seen("silences 1 target, 1 unacked critical: type 1") {
			t.Errorf("not said:\n%s", ansi.Strip(s.render()))
		}
	})
}

func TestSilenceKeepsItsDraft(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openSilence(s.targetNamed("docs"))
		s.write("reindexing")
		s.press("esc")
		wantAsked(t, s)
		s.openSilence(s.targetNamed("docs"))
		if !s.seen("name=docs") || !s.seen("reindexing") {
			t.Errorf("the draft is lost:\n%s", ansi.Strip(s.render()))
		}
	})
}

func TestSilenceEnds(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.snap.Silences = []alert.Silence{
			{ID: "s1", Match: alert.Matcher{{"team": {"web"}}}, Until: at("05:00:00"), By: "bo", Reason: "one"},
			{ID: "s2", Match: alert.Matcher{{"name": {"docs"}}}, Until: at("06:00:00"), By: "bo", Reason: "two"},
			{ID: "s3", Match: alert.Matcher{{"name": {"other"}}}, Until: at("06:00:00"), By: "bo", Reason: "three"},
		}
		s.openSilence(s.targetNamed("docs"))
		if !s.seen("s1") || !s.seen("s2") || s.seen("s3") {
			t.Errorf("want the two that hold for it:\n%s", ansi.Strip(s.render()))
		}
		s.press("down", "A", "enter")
		wantAsked(t, s, monitor.EndSilence{ID: "s2"})
	})
}

func TestDeclare(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openDeclare([]string{"a-search-api", "a-recommend-api"})
		s.press("ctrl+u")
		s.write("search 503 in eu1")
		s.press("tab", "left", "tab", "tab")
		s.write("03:24")
		s.press("tab", "tab", "space", "enter")
		wantAsked(t, s, monitor.Declare{
			Title: "search 503 in eu1", Severity: "SEV1", Commander: "ana", Alerts: []string{"a-search-api"}, Started: at("03:24:00"),
		})
		if s.screen != screenTimeline {
			t.Errorf("on screen %v, want the timeline", s.screen)
		}
	})
}

func TestDeclareRefuses(t *testing.T) {
	for name, keys := range map[string][]string{
		"no title":       {"ctrl+u", "enter"},
		"no time":        {"ctrl+t", "soon", "enter"},
		"a time to come": {"ctrl+t", "2026-04-13 03:00", "enter"},
	} {
		bubble(t, func(t *testing.T, s *console) {
			s.openDeclare([]string{"a-search-api"})
			s.press(keys...)
			wantAsked(t, s)
			if !s.seen("not done:") {
				t.Errorf("%s: nothing is said", name)
			}
		})
	}
}

func TestIncidentKeyOffersToJoin(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openIncidentOrDeclare([]string{"a-search-api"})
		if s.dialog != nil || s.timeline.id != "inc-2026-0004" {
			t.Fatalf("an alert of an incident leads to %T, %q", s.dialog, s.timeline.id)
		}
		s.openIncidentOrDeclare([]string{"a-new"})
		s.press("down", "enter")
		wantAsked(t, s, monitor.Join{Incident: "inc-2026-0003", Alert: "a-new"})
		s.openIncidentOrDeclare([]string{"a-search-api-2"})
		s.press("down", "down", "enter")
		if _, ok := s.dialog.(*declareDialog); !ok {
			t.Errorf("the last choice leads to %T, want declaring", s.dialog)
		}
	})
}

func TestMilestone(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "m", "enter") // the first that is not set
		s.press("m")
		s.write("03:40")
		s.press("up", "enter")
		s.press("m")
		s.write("2026-04-13 03:40")
		s.press("enter", "esc")
		wantAsked(t, s,
			monitor.SetMilestone{Incident: "inc-2026-0004", Milestone: incident.Mitigated},
			monitor.SetMilestone{Incident: "inc-2026-0004", Milestone: incident.Identified, At: at("03:40:00")})
	})
}

func TestIncidentProperties(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "S", "up", "enter", "p", "down", "enter", "E", " and eu2", "enter")
		const id = "inc-2026-0004"
		wantAsked(t, s,
			monitor.SetSeverity{Incident: id, Severity: "SEV1"}, monitor.SetStatus{Incident: id, Status: "identified"},
			monitor.SetTitle{Incident: id, Title: "search 503 in eu1 and eu2"})
	})
}

func TestResolveAsksForTheWord(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "p", "down", "down", "down", "enter")
		s.write("PVC grown")
		s.press("enter")
		wantAsked(t, s)
		s.paste("resolve") // pasting is not typing
		s.press("enter")
		wantAsked(t, s)
		s.write("resolve")
		s.press("enter")
		wantAsked(t, s, monitor.ResolveIncident{Incident: "inc-2026-0004", Text: "PVC grown"})
	})
}

func TestQuit(t *testing.T) {
	quits := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, quit := cmd().(tea.QuitMsg)
		return quit
	}
	bubble(t, func(t *testing.T, s *console) {
		if !quits(s.openQuit()) {
			t.Error("a screen of a monitor elsewhere asks before it leaves")
		}
		s.opt.Standalone = true
		if quits(s.openQuit()) || s.dialog == nil {
			t.Fatal("leaving stops the monitor without a question")
		}
		s.press("enter")
		if s.dialog == nil || !s.seen("type quit") {
			t.Error("enter alone leaves")
		}
		s.press("esc")
		if s.dialog != nil {
			t.Error("esc does not stay")
		}
		s.openQuit()
		s.write("quit")
		s.time = s.time.Add(time.Second)
		if _, cmd := s.Update(namedKeys["enter"]); cmd == nil {
			t.Error("the word and enter do not leave")
		}
	})
	bubble(t, func(t *testing.T, s *console) {
		s.openNote("", "docs")
		s.write("half a")
		s.press("esc")
		if quits(s.openQuit()) || !s.seen("a draft was not sent") {
			t.Error("a draft is open and nothing is asked")
		}
	})
}

// A letter that a choice has no use for goes where it was meant to go.
func TestLettersAtAChoiceGoToTheText(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openAck([]string{s.desk.snap.Alerts[0].ID})
		s.press("tab") // for how long
		s.write("on it")
		s.press("enter")
		if c := s.asked()[0].(monitor.Acknowledge); c.Note != "on it" {
			t.Errorf("the note is %q", c.Note)
		}
	})
	bubble(t, func(t *testing.T, s *console) {
		s.openDeclare(nil)
		s.press("tab") // severity
		s.write("search is slow")
		s.press("enter")
		if c := s.asked()[0].(monitor.Declare); c.Title != "search is slow" {
			t.Errorf("the title is %q", c.Title)
		}
	})
}

func TestPasteThatDoesNotFitIsRefusedAloud(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openAck([]string{s.desk.snap.Alerts[0].ID})
		s.paste(strings.Repeat("a", fieldLimit+1))
		wantSeen(t, s, "the pasted 32769 bytes do not fit here: nothing was pasted")
	})
}
