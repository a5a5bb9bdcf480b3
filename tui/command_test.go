package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// command gives a command on the line for it.
func (s *console) command(line string) {
	s.press(":")
	s.Model.command.set("")
	s.write(line)
	s.press("enter")
}

func TestEveryKeyIsACommand(t *testing.T) {
	m := &Model{}
	for i := range table {
		for name := range table[i].acts() {
			if name == "command" {
				continue
			}
			c, err := m.commandNamed(value{text: name})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if b, _ := named(name, nScreens); c.needs != b.needs {
				t.Errorf("%s needs the role %v as a command, %v as a key", name, c.needs, b.needs)
			}
		}
	}
}

func TestNoCommandTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range commands() {
		if seen[c.name] {
			t.Errorf("there are two commands %q", c.name)
		}
		if seen[c.name] = true; c.help == "" {
			t.Errorf("%s says nothing of itself", c.name)
		}
	}
}

// examples are arguments for the commands that must have some.
var examples = map[string]string{
	"target": "search-api", "unsilence": "s12", "retry": "pager", "page": "ana search-api", "view": "night", "time": "local",
	"filter": "is:firing", "inc": "0004", "leave": "", "theme": "light", "zoom": "1h",
	"group": "kind", "rate": "slow", "glyphs": "ascii",
}

// TestEveryCommandDoesSomething gives each command on the board and on a
// timeline: something changes, or something is said.
func TestEveryCommandDoesSomething(t *testing.T) {
	for _, way := range [][]string{{"j"}, {"3", "enter", "k"}, {"4"}} {
		for _, c := range commands() {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newOnCallNight(t), 80, 24)
				s.views = []View{{Name: "night", Filter: "is:unacked"}}
				s.press(way...)
				s.toast = ""
				before, screen, asked := s.render(), s.screen, len(s.desk.asked)
				s.press(":")
				s.write(strings.TrimSpace(c.name + " " + examples[c.name]))
				got, err := s.understand(s.Model.command.text)
				if err != nil || got.missing {
					t.Fatalf("%s %s: %v, more: %v", c.name, examples[c.name], err, got.missing)
				}
				s.press("enter")
				if s.Model.command.on {
					t.Fatalf("%s: the line is still open: %q", c.name, s.Model.command.text)
				}
				s.time, s.now = night, night
				if s.screen == screen && len(s.desk.asked) == asked && s.dialog == nil && s.toast == "" && s.render() == before && !noChange[c.act] {
					t.Errorf("%s on %s: nothing happens", c.name, screen)
				}
			})
		}
	}
}

// noChange are commands that rightly change nothing where the test gives them.
var noChange = map[string]bool{
	"row-down": true, "row-up": true, "top": true, "end": true, "half-page-up": true, "half-page-down": true, "page-up": true, "page-down": true,
	"board": true, "on-call": true, "leave": true, "previous-problem": true, "next-problem": true, "incident": true, "quit": true,
}

func TestViewerCommandsAskForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newOnCallNight(t)
		d.actor.Role = monitor.View
		s := newConsole(t, d, 80, 24)
		for _, c := range commands() {
			if c.needs == monitor.View {
				continue
			}
			s.toast = ""
			s.command(strings.TrimSpace(c.name + " " + examples[c.name]))
			if !strings.Contains(s.toast, "needs the role") {
				t.Errorf("%s says %q, %q", c.name, s.toast, s.Model.command.wrong)
			}
		}
		if len(d.asked) > 0 || s.dialog != nil {
			t.Errorf("a viewer asked for %v, dialog %v", d.asked, s.dialog)
		}
		for _, w := range s.commandWords() {
			if strings.HasPrefix(w, "ack") {
				t.Errorf("a viewer is offered %q", w)
			}
		}
	})
}

func TestCommandErrorsNameTheWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		for _, tt := range []struct{ line, mark, says string }{
			{"frobnicate", "frobnicate", "there is no command"},
			{"acknowlege now", "acknowlege", `did you mean "ack"?`},
			{"tragets", "tragets", `did you mean "target"?`},
			{"theme drak", "drak", `did you mean "dark"?`},
			{"ack serach-api", "serach-api", `did you mean "search-api"?`},
			{"filter is:unack", "unack", `did you mean "unacked"?`},
			{"re now", "re", "re may be"},
			{"board now", "now", "board takes nothing behind it"},
			{"target nosuch", "nosuch", `no target "nosuch"`},
			{"ack search-api nosuch", "nosuch", "no target and no incident"},
			{"inc 9999", "9999", `no incident "9999"`},
			{"time mars", "mars", "none of utc local"},
			{"target search-api docs", "docs", "no more than: target TARGET"},
			{"silence is:firing", "is:firing", "names and labels only"},
			{"silence nosuch", "nosuch", "is no target"},
			{"filter stat:down", "stat:down", `did you mean "state"?`},
			{"filter is:firing foo:bar", "foo:bar", `no key "foo"`},
			{`view save "two words"`, `"two words"`, "no name of a view"},
		} {
			s.press(":")
			s.Model.command.set("")
			s.write(tt.line)
			s.press("enter")
			wrong := s.commandWrong()
			if wrong == nil {
				t.Errorf("%q: nothing is wrong with it", tt.line)
				continue
			}
			if got := tt.line[wrong.from:wrong.to]; got != tt.mark || !strings.Contains(wrong.msg, tt.says) {
				t.Errorf("%q marks %q and says %q, want %q and %q", tt.line, got, wrong.msg, tt.mark, tt.says)
			}
			s.press("esc")
		}
	})
}

func TestCommandsActOnWhatTheyName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.command("ack search-api ingest-worker")
		d, ok := s.dialog.(*ackDialog)
		if !ok || len(d.items) < 2 {
			t.Fatalf("ack opens %#v, want a dialog for two alerts", s.dialog)
		}
		s.press("esc")
		s.command("probe docs")
		if got := s.desk.asked[len(s.desk.asked)-1]; got.(monitor.ProbeNow).Targets[0] != "docs" {
			t.Errorf("probe docs asks for %#v", got)
		}
		s.command("filter team=search")
		if !s.filter.active() || s.filter.text != "team=search" {
			t.Errorf("the filter is %q, on: %v", s.filter.text, s.filter.active())
		}
		s.command("filter")
		if s.filter.active() {
			t.Error("filter without an expression leaves one in force")
		}
		s.command("t search-api")
		if s.screen == screenTarget {
			t.Error("t is no beginning of one command only")
		}
		s.press("esc")
		s.command("targ search-api")
		if s.screen != screenTarget || s.target.name != "search-api" {
			t.Errorf("targ search-api leads to %s", s.screen)
		}
	})
}

// TestPastedLineIsNoEnter pastes what would do harm if its line breaks and escape
// sequences were keys.
func TestPastedLineIsNoEnter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.press(":")
		s.Update(tea.PasteMsg{Content: "probe docs\n\x1b[2Jresolve\r\n"})
		if !s.Model.command.on || len(s.desk.asked) > 0 || strings.ContainsAny(s.Model.command.text, "\n\r\x1b") {
			t.Errorf("open: %v, asked %v, %q", s.Model.command.on, s.desk.asked, s.Model.command.text)
		}
		was := s.Model.command.text
		s.Update(tea.PasteMsg{Content: strings.Repeat("x", commandLimit)})
		if s.Model.command.text != was || s.commandWrong() == nil {
			t.Errorf("a paste too long leaves %d bytes, and says %v", len(s.Model.command.text), s.commandWrong())
		}
	})
}

func TestEscKeepsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.press(":")
		s.write("page ana")
		s.press("esc")
		if s.Model.command.on || len(s.desk.asked) > 0 {
			t.Fatalf("esc leaves the line open: %v, asked %v", s.Model.command.on, s.desk.asked)
		}
		s.press(":", "up")
		if s.Model.command.text != "page ana" {
			t.Errorf("up brings back %q", s.Model.command.text)
		}
	})
}

func TestHistoryOfCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		for _, line := range []string{"time local", "board", "time local"} {
			s.command(line)
		}
		s.press(":")
		s.write("he")
		for _, step := range []struct{ key, want string }{
			{"up", "time local"}, {"up", "board"}, {"up", "board"}, {"down", "time local"}, {"down", "he"}, {"down", "he"},
		} {
			s.press(step.key)
			if s.Model.command.text != step.want {
				t.Errorf("after %s: %q, want %q", step.key, s.Model.command.text, step.want)
			}
		}
	})
}

func TestHistoryIsBounded(t *testing.T) {
	var h pastLines
	for i := range 3 * historyKept {
		h.add(strings.Repeat("x", i+1))
	}
	if len(h.lines) != historyKept || len(h.lines[historyKept-1]) != 3*historyKept {
		t.Errorf("%d lines are kept, the last of %d bytes", len(h.lines), len(h.lines[len(h.lines)-1]))
	}
}

// FuzzCommandLine holds what is marked and what is offered within the line.
func FuzzCommandLine(f *testing.F) {
	for _, line := range []string{"ack search-api", `page "a b" x`, "silence team=a,b name=c*", "filter is:firing -(a or b", "view save x", `"`, "  ", "inc 0004 "} {
		f.Add(line, len(line))
	}
	var m *Model
	f.Fuzz(func(t *testing.T, line string, at int) {
		if m == nil {
			m = New(t.Context(), newNight(t), Options{Now: func() time.Time { return night }})
		}
		var fl field
		fl.set(line)
		line = fl.text
		at = max(0, min(at, len(line)))
		if _, err := m.understand(line); err != nil {
			wrong, ok := err.(*wordError)
			if !ok || wrong.from < 0 || wrong.from > wrong.to || wrong.to > len(line) || wrong.msg == "" {
				t.Fatalf("%q: %#v", line, err)
			}
		}
		for _, complete := range []completer{m.completeCommand, m.completeFilter} {
			if s, _ := complete(line, at); s.from < 0 || s.from > at || s.to < at || s.to > len(line) {
				t.Fatalf("%q at %d: %v", line, at, s)
			}
		}
	})
}

// Whatever is named beside an incident is meant as well.
func TestCommandActsOnAllThatIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 100, 30)
		alertsOf := func(places ...string) []string { return s.selectPlaces(places).alerts }
		var alone []string
		for _, x := range s.snap.Incidents {
			if x.Open() {
				alone = append(alone, x.ID)
			}
		}
		s.eachTarget(func(x *monitor.TargetStatus) {
			if x.Alert != nil && x.Alert.State.Active() {
				alone = append(alone, x.Target.Name)
			}
		})
		want := map[string]bool{}
		for _, place := range alone {
			for _, id := range alertsOf(place) {
				want[id] = true
			}
		}
		got := alertsOf(alone...)
		if len(want) < 2 || len(got) != len(want) {
			t.Errorf("%q have %d alerts, one by one %d: %q", alone, len(got), len(want), got)
		}
	})
}

// What is typed on behind a box that only tells something is a command, no keys;
// a line that was left is brought back by up, and nothing is typed behind it.
func TestCommandsFollowEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.command("view save late")
		if s.dialog == nil {
			t.Fatal("no box tells how to keep the view")
		}
		s.press(":")
		s.write("zoom 1h")
		if s.dialog != nil || s.Model.command.text != "zoom 1h" {
			t.Errorf("the line has %q, the dialog is %T", s.Model.command.text, s.dialog)
		}
		s.press("esc", ":")
		s.write("alerts")
		if got := s.Model.command.text; got != "alerts" {
			t.Errorf("typed behind what was left: %q", got)
		}
		s.press("up")
		if got := s.Model.command.text; got != "zoom 1h" {
			t.Errorf("up brings back %q", got)
		}
	})
}
