package tui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/monitor"
)

// sight is a state of the screen, by what one does to see it.
type sight struct {
	name string
	do   func(s *console)
}

// boardSights are the screens of the fleet.
var boardSights = []sight{
	{"board", func(s *console) {}},
	{"board-end", func(s *console) { s.press("G") }},
	{"board-filtered", func(s *console) { s.press("/"); s.write("search"); s.press("enter") }},
	{"board-nothing-matches", func(s *console) { s.press("/"); s.write("nosuch"); s.press("enter") }},
	{"board-kept", func(s *console) { s.setFilter("is:unacked"); s.press("j"); s.ackAll(); s.pass(4 * time.Second) }},
	{"board-viewer", func(s *console) { s.desk.actor.Role = monitor.View; s.press("a") }},
	{"board-troubles", func(s *console) {
		s.republish(func(snap *monitor.Snapshot) {
			snap.Health.Unsaved, snap.Health.SaveError = 41, "no space left on device"
			snap.Health.Troubles = []string{"the disk is full: 41 events are not saved"}
		})
	}},
	{"board-stale", func(s *console) { s.time = s.time.Add(12 * time.Second); s.Update(tickMsg{}) }},
	{"board-calm", func(s *console) { s.desk.calm(); s.take(s.desk.snap) }},
	{"board-empty", func(s *console) { s.desk.show(2, nil, nil); s.take(s.desk.snap) }},
	{"board-columns-addresses", func(s *console) { s.press("v"); s.toast = "" }},
	{"board-columns-spark", func(s *console) { s.press("v", "v"); s.toast = "" }},
	{"board-columns-own", func(s *console) {
		s.board.shown = newColumnSets([]string{"now", "why", "target", "labels", "state"})
		s.press("+")
	}},
	{"first-picture", func(s *console) { s.snap = nil }},
	{"target", func(s *console) { s.press("enter") }},
	{"target-walk", func(s *console) { s.press("enter", "h", "h", "h") }},
	{"target-new", func(s *console) { s.openTarget("new-one") }},
	{"target-slow", func(s *console) { s.openTarget("recommend-api") }},
	{"target-gone", func(s *console) { s.openTarget("was-here") }},
	{"alerts", func(s *console) { s.press("2") }},
	{"alerts-away", func(s *console) { s.press("2", "k", "k", "k"); s.desk.log("soft", "docs"); s.take(s.desk.snap) }},
	{"alerts-filtered", func(s *console) { s.press("2", "/"); s.write("ingest"); s.press("enter") }},
	{"alerts-empty", func(s *console) {
		s.desk.show(2, nil, nil)
		s.alerts = alertsState{}
		s.take(s.desk.snap)
		s.press("2")
	}},
	{"help", func(s *console) { s.press("?") }},
	{"help-timeline", func(s *console) { s.press("3", "enter", "?") }},
	{"many-number", func(s *console) {
		s.markWhere(func(*monitor.TargetStatus) bool { return true })
		s.press("r")
	}},
	{"many-resolved", func(s *console) { s.press("space", "space", "p"); s.write("rebooted"); s.press("tab"); s.write("reso") }},
	{"help-found", func(s *console) { s.press("?", "/"); s.write("ack") }},
	{"command", func(s *console) { s.press(":") }},
	{"command-says", func(s *console) { s.press(":"); s.write("silence team=search") }},
	{"command-offers", func(s *console) { s.press(":"); s.write("ack "); s.press("tab", "tab") }},
	{"command-wrong", func(s *console) { s.press(":"); s.write("page nobody search-api"); s.press("enter") }},
	{"command-more", func(s *console) { s.press(":"); s.write("target "); s.press("enter") }},
	{"filter-offers", func(s *console) { s.press("/"); s.write("state:down is:"); s.press("tab") }},
	{"view-saved", func(s *console) {
		s.setFilter("team=search")
		s.press(":")
		s.write("view save search")
		s.press("enter")
	}},
}

// republish publishes a copy of the snapshot with a change.
func (s *console) republish(f func(*monitor.Snapshot)) {
	snap := *s.desk.snap
	snap.Seq++
	f(&snap)
	s.desk.snap = &snap
	s.take(&snap)
}

// calm publishes the fleet without anything wrong.
func (d *desk) calm() {
	var targets []*monitor.TargetStatus
	for _, t := range d.snap.Targets() {
		if classOf(t) == classUp {
			targets = append(targets, t)
		}
	}
	d.snap.Incidents = nil
	d.show(d.snap.Order+1, targets, nil)
}

// log publishes one more event.
func (d *desk) log(kind, target string) {
	events := d.snap.Events()
	e := monitor.Event{Seq: uint64(len(events) + 1), At: at("03:47:05"), Kind: kind, Target: target, Text: "timeout 5s"}
	var targets []*monitor.TargetStatus
	for _, t := range d.snap.Targets() {
		targets = append(targets, t)
	}
	d.show(d.snap.Order, targets, append(events[:len(events):len(events)], e))
}

// play brings a console to a sight, as it looks at the time of the night.
func play(t *testing.T, sc sight) *console {
	t.Helper()
	s := newConsole(t, newNight(t), 80, 24)
	s.now = night
	sc.do(s)
	if s.now.Sub(night) < staleAfter { // what keys take is no part of the picture
		s.time = night
		s.now = night
	}
	return s
}

func (s *console) resize(w, h int) { s.Update(tea.WindowSizeMsg{Width: w, Height: h}) }

func TestScreens(t *testing.T) {
	for _, sc := range boardSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(t, sc)
				for _, size := range [][2]int{{80, 24}, {120, 40}, {60, 20}} {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}

// TestScreensInASCII holds each screen in the other repertoire: nothing beyond
// ASCII is left, whoever chose the names.
func TestScreensInASCII(t *testing.T) {
	for _, sc := range allSights() {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(t, sc)
				s.theme = newTheme(LevelNone, true)
				screen := s.render()
				golden(t, sc.name+"-80x24-ascii", screen)
				for i, r := range ansi.Strip(screen) {
					if r > 0x7e {
						t.Fatalf("%q at byte %d is not ASCII", r, i)
					}
				}
			})
		})
	}
}

// TestScreensInRoles holds which role each cell has: what a terminal makes of the
// roles is the theme's business.
func TestScreensInRoles(t *testing.T) {
	for _, sc := range boardSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(t, sc)
				s.theme = newTheme(Level256, false)
				golden(t, sc.name+"-80x24-roles", roles(t, s.theme, s.render()))
			})
		})
	}
}

// roleLetters name the roles in goldens; plain cells are dots.
const roleLetters = ".dwuoFfmsUk"

// roles puts each cell's role in place of its text.
func roles(t *testing.T, th *theme, screen string) string {
	t.Helper()
	of := map[string]byte{"\x1b[m": '.'}
	for r := range nRoles {
		of[th.sgr[1][r]] = roleLetters[r]
		of[th.sgr[0][r]] = roleLetters[r]
	}
	of[th.sgr[1][plain]] = '_' // plain on the selected ground
	var b strings.Builder
	letter := byte('.')
	for rest := screen; rest != ""; {
		seq, width, n, _ := ansi.DecodeSequence(rest, ansi.NormalState, nil)
		switch {
		case width > 0:
			b.WriteString(strings.Repeat(string(letter), width))
		case seq == "\n":
			b.WriteByte('\n')
		default:
			l, known := of[seq]
			if !known {
				t.Fatalf("%q is no role's style", seq)
			}
			letter = l
		}
		rest = rest[n:]
	}
	return b.String()
}

// allSights are those of the fleet and those of incidents.
func allSights() []sight {
	all := boardSights[:len(boardSights):len(boardSights)]
	for _, sc := range incidentScenes {
		all = append(all, sight{sc.name, sc.do})
	}
	return append(all, wholeScenes...)
}

// TestColourSaysNothingAlone holds each screen with colour against the one
// without: the text is the same.
func TestColourSaysNothingAlone(t *testing.T) {
	for _, sc := range allSights() {
		if strings.HasPrefix(sc.name, "help") {
			continue // it names the level
		}
		synctest.Test(t, func(t *testing.T) {
			s := play(t, sc)
			texts := map[string]bool{}
			for _, level := range []Level{LevelNone, Level16, Level256, LevelTrue} {
				for _, light := range []bool{false, true} {
					s.theme = newTheme(level, false).on(light)
					texts[ansi.Strip(s.render())] = true
				}
			}
			if len(texts) != 1 {
				t.Errorf("%s differs between levels of colour", sc.name)
			}
		})
	}
}

// TestStatesDifferAsText holds the states of one target apart in both
// repertoires: glyph, word and flags together are never the same for two.
func TestStatesDifferAsText(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			d := newQuietNight(t)
			s := newConsole(t, d, 80, 24)
			s.theme = newTheme(LevelNone, ascii)
			seen := map[string]string{}
			for _, name := range []string{"search-api", "recommend-api", "gw-fra", "billing-db", "weaviate-eu1", "reports", "new-one", "docs", "old-api",
				"shop-eu", "shop-us", "batch", "late", "jittery", "mute"} {
				c := newCanvas(s.theme, 11, 1)
				s.drawState(c, s.targetNamed(name))
				text := ansi.Strip(c.String())
				if other := seen[text]; other != "" {
					t.Errorf("%s and %s are both %q (ascii %v)", other, name, text, ascii)
				}
				seen[text] = name
			}
		})
	}
}
