package tui

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"sitrep/incident"
	"sitrep/monitor"
)

// What is pressed on the whole incident asks the monitor for this, and no more.
func TestIncidentDialogsAskFor(t *testing.T) {
	for _, tt := range []struct {
		name, me string // "" is ana
		keys     []string
		want     []monitor.Command
	}{
		{"take a role", "", []string{"R", "down", "enter"}, []monitor.Command{monitor.Assign{Incident: tonight, Role: "deputy", Operator: "ana"}}},
		{"take over a role", "", []string{"R", "down", "down", "down", "enter"}, []monitor.Command{monitor.Assign{Incident: tonight, Role: "comms", Operator: "ana"}}},
		{"hand over the command", "", []string{"R", "g", "dara", "enter"}, []monitor.Command{monitor.Assign{Incident: tonight, Role: "commander", Operator: "dara"}}},
		{"give back the command", "", []string{"R", "r"}, []monitor.Command{monitor.Assign{Incident: tonight, Role: "commander"}}},
		{"accept a role", "bo", []string{"R", "enter"}, []monitor.Command{monitor.AcceptRole{Incident: tonight, Role: "ops lead"}}},
		{"refuse a role", "bo", []string{"R", "r"}, []monitor.Command{monitor.AcceptRole{Incident: tonight, Role: "ops lead", Refuse: true}}},
		{"what one has already", "", []string{"R", "enter"}, nil},
		{"what another of several has", "", []string{"R", "end", "up", "up", "r"}, nil},
		{"done", "", []string{"I", "space"}, []monitor.Command{monitor.SetAction{Incident: tonight, Item: 40, Part: "state", Value: "done"}}},
		{"open again", "", []string{"I", "end", "space"}, []monitor.Command{monitor.SetAction{Incident: tonight, Item: 42, Part: "state", Value: "open"}}},
		{"an owner and a date", "", []string{"I", "down", "enter", "down", "down", "down", "dara", "down", "14d", "enter"}, []monitor.Command{
			monitor.SetAction{Incident: tonight, Item: 41, Part: "owner", Value: "dara"},
			monitor.SetAction{Incident: tonight, Item: 41, Part: "due", Value: "2026-04-26"},
		}},
		{"a wrong date", "", []string{"I", "enter", "down", "down", "down", "down", "soon", "enter"}, nil},
		{"a field", "", []string{"W", "down", "enter", "acme", "ctrl+j", "umbrella", "enter"}, []monitor.Command{
			monitor.SetField{Incident: tonight, Field: "customers", Value: "acme\numbrella"}}},
		{"a field is taken away", "", []string{"W", "down", "down", "enter", "ctrl+u", "enter"}, []monitor.Command{
			monitor.SetField{Incident: tonight, Field: "impact"}}},
		{"a link", "", []string{"L", "n", "OPS-13", "tab", "the new one", "enter"}, []monitor.Command{
			monitor.AddLink{Incident: tonight, Kind: "ticket", To: "OPS-13", Text: "the new one"}}},
		{"no link", "", []string{"L", "down", "r", "enter"}, []monitor.Command{monitor.DropLink{Incident: tonight, Link: 45}}},
		{"no link after all", "", []string{"L", "r", "esc", "esc"}, nil},
		{"merge", "", []string{"J", "0003", "enter"}, []monitor.Command{monitor.Merge{Incident: tonight, Into: "inc-2026-0003"}}},
		{"merge without its number", "", []string{"J", "0004", "enter"}, nil},
		{"split", "", []string{"K", "space", "up", "1", "enter"}, []monitor.Command{monitor.Split{Incident: tonight, Alerts: []string{"a-search-api"}}}},
		{"split off all", "", []string{"K", "space", "down", "space", "down", "space", "up", "up", "up", "3", "enter"}, nil},
		{"split off none", "", []string{"K", "up", "0", "enter"}, nil},
		{"rename", "", []string{"E", " and us1", "enter"}, []monitor.Command{monitor.SetTitle{Incident: tonight, Title: "search 503 in eu1 and us1"}}},
		{"the same name", "", []string{"E", "enter"}, nil},
		{"retract", "bo", []string{"enter", "A", "enter"}, []monitor.Command{monitor.Retract{Seq: 60}}},
		{"retract another's", "", []string{"enter", "A", "enter"}, nil},
		{"comms", "", []string{"enter", "C", "degraded", "down", "customers", "tab", "status page", "enter"}, []monitor.Command{
			monitor.Note{Incident: tonight, Kind: incident.Comms, Text: "degraded", Audience: "customers", Channel: "status page"}}},
		{"action", "", []string{"enter", "T", "quotas", "down", "right", "down", "down", "bo", "down", "2026-04-30", "down", "OPS-14", "enter"}, []monitor.Command{
			monitor.Note{Incident: tonight, Kind: incident.Action, Text: "quotas", Parts: map[string]string{
				"kind": "prevent", "owner": "bo", "due": "2026-04-30", "ticket": "OPS-14"}}}},
		{"action without parts", "", []string{"enter", "T", "quotas", "enter"}, []monitor.Command{
			monitor.Note{Incident: tonight, Kind: incident.Action, Text: "quotas"}}},
		{"action with a wrong date", "", []string{"enter", "T", "quotas", "down", "down", "down", "down", "soon", "enter"}, nil},
		{"parts of another kind", "", []string{"enter", "C", "said", "down", "customers", "up", "shift+tab", "enter"}, []monitor.Command{
			monitor.Note{Incident: tonight, Kind: incident.Decision, Text: "said"}}},
	} {
		bubble(t, func(t *testing.T, s *console) {
			s.whole()
			if tt.me != "" {
				s.desk.actor.Name = tt.me
			}
			s.press("3")
			s.press(tt.keys...)
			if diff := cmp.Diff(tt.want, s.asked(), cmp.Transformer("none", func(all []monitor.Command) []monitor.Command {
				return append([]monitor.Command{}, all...)
			})); diff != "" {
				t.Errorf("%s: commands (-want +got):\n%s\n%s", tt.name, diff, ansi.Strip(s.render()))
			}
		})
	}
}

// An error of any of them is shown, and what was typed is kept.
func TestIncidentDialogsKeepWhatFailed(t *testing.T) {
	for name, keys := range map[string][]string{
		"R": {"R", "g", "dara", "enter"}, "I": {"I", "enter", "down", "down", "down", "dara", "enter"},
		"L": {"L", "n", "https://dara", "enter"}, "E": {"E", " dara", "enter"}, "W": {"W", "enter", " dara", "enter"},
		"T": {"enter", "T", "dara", "enter"},
	} {
		bubble(t, func(t *testing.T, s *console) {
			s.whole()
			s.desk.fail = errDisk
			s.press("3")
			s.press(keys...)
			if s.dialog == nil || !s.seen("no space left on device") || !s.seen("dara") {
				t.Errorf("%s after a failure:\n%s", name, ansi.Strip(s.render()))
			}
		})
	}
}

// Who may only look is told why not, reads what there is to read, and asks for
// nothing.
func TestViewerOfAnIncident(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.whole()
		s.desk.actor.Role = monitor.View
		s.press("3", "enter")
		for _, k := range []string{"N", "C", "T", "A", "R", "E", "J", "K"} {
			s.press(k)
			if s.dialog != nil || !s.seen("needs the role respond") {
				t.Errorf("%s opens %T", k, s.dialog)
			}
		}
		for k, more := range map[string][]string{"I": {"space", "enter", "n"}, "L": {"n", "r"}, "W": {"enter"}} {
			s.press(k)
			if s.dialog == nil {
				t.Errorf("%s shows nothing", k)
			}
			s.press(more...)
			s.press("esc")
		}
		wantAsked(t, s)
	})
}

// What changes under a list of roles does not turn enter into something else.
func TestRoleThatWentMeanwhileIsNotTaken(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.whole()
		s.press("3", "R", "down", "down", "down") // comms of dara
		s.republish(func(snap *monitor.Snapshot) {
			snap.Incidents = slices.Clone(snap.Incidents)
			inc := wholeNight()
			inc.Roles[2].Operator = "chen"
			snap.Incidents[0] = inc
		})
		s.press("enter")
		wantAsked(t, s)
		if !s.seen("changed meanwhile") {
			t.Error("nothing is said")
		}
	})
}

func TestJumpGoesToWhatALineIsAbout(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.whole()
		s.press("3", "enter", "g", "j", "j", "enter")
		if s.screen != screenTarget || s.target.name != "search-api" {
			t.Errorf("leads to %s %q", s.screen, s.target.name)
		}
		s.press("esc")
		if l := s.selectedLine(); s.screen != screenTimeline || l == nil || l.Target != "search-api" {
			t.Errorf("back on %s, line %+v", s.screen, l)
		}
		s.press("G", "enter")
		if _, whole := s.dialog.(*entryDialog); !whole {
			t.Errorf("a note opens %T", s.dialog)
		}
	})
}

// A pasted text of many lines is kept to the byte and never sent by itself.
func TestPasteOfManyLines(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "n")
		line := "goroutine 1 [running]:\n"
		text := ""
		for len(text)+len(line) <= noteLimit {
			text += line
		}
		s.Update(tea.PasteMsg{Content: text})
		wantAsked(t, s)
		if !s.seen("line 2850 of 2850, 65.5 kB") {
			t.Errorf("not said how much that is:\n%s", ansi.Strip(s.render()))
		}
		s.Update(tea.PasteMsg{Content: line})
		if !s.seen("do not fit") {
			t.Error("too much is taken without a word")
		}
		s.press("backspace", "enter") // the last line break
		want := []monitor.Command{monitor.Note{Incident: tonight, Kind: incident.Note, Text: text[:len(text)-1]}}
		if !cmp.Equal(want, s.asked()) {
			t.Error("what is sent is not what was pasted")
		}
	})
}

func TestStruckLinesAreFound(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.whole()
		s.press("3", "enter", "/")
		s.write("is:retracted")
		s.press("enter")
		if l := s.selectedLine(); l == nil || l.Text != "it is the network" || !s.seen("struck 03:44") {
			t.Errorf("on %+v:\n%s", l, ansi.Strip(s.render()))
		}
	})
}
