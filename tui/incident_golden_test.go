package tui

import (
	"fmt"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
)

// sizes are those that the screens are designed for.
var sizes = [][2]int{{80, 24}, {120, 40}, {60, 20}, {40, 12}}

// incidentScenes are the screens and dialogs of incidents, by what one does to
// see them.
var incidentScenes = []struct {
	name string
	do   func(s *console)
}{
	{"incidents", func(s *console) { s.press("3") }},
	{"timeline", func(s *console) { s.press("3", "enter") }},
	{"timeline-above", func(s *console) { s.press("3", "enter", "g") }},
	{"timeline-since", func(s *console) { s.press("3", "enter", "t", "t") }},
	{"timeline-filtered", func(s *console) { s.press("3", "enter", "/"); s.write("kind:note,decision by:bo is:sta") }},
	{"note", func(s *console) {
		s.press("3", "enter", "n")
		s.write("paused ingest at 03:47,")
		s.press("ctrl+j")
		s.write("growing the PVC to 200Gi")
	}},
	{"note-dated", func(s *console) {
		s.press("3", "enter", "n")
		s.write("traffic moved")
		s.press("tab", "ctrl+t")
		s.write("-20m")
	}},
	{"note-on-target", func(s *console) { s.openNote("", "docs"); s.write("モニターは重い") }},
	{"edit", func(s *console) { s.press("3", "enter", "e") }},
	{"milestone", func(s *console) { s.press("3", "enter", "m"); s.write("03:20") }},
	{"severity", func(s *console) { s.press("3", "S", "up") }},
	{"status", func(s *console) { s.press("3", "p") }},
	{"roles", func(s *console) { s.press("3", "R", "down") }},
	{"resolve", func(s *console) { s.press("3", "p", "down", "down", "down", "enter"); s.write("PVC grown") }},
	{"ack", func(s *console) {
		s.openAck([]string{"a-search-api"})
		s.write("same cause as weaviate-eu1")
		s.press("tab", "right", "tab", "space")
	}},
	{"silence", func(s *console) { s.openSilence(s.targetNamed("search-api")); s.write("growing the PVC") }},
	{"silence-team", func(s *console) {
		s.openSilence(s.targetNamed("search-api"))
		s.press("shift+tab", "shift+tab", "ctrl+u")
		s.write("team=search,web")
	}},
	{"silence-wrong", func(s *console) {
		s.openSilence(s.targetNamed("search-api"))
		s.press("shift+tab", "shift+tab", "ctrl+u")
		s.write("team")
	}},
	{"silences", func(s *console) {
		snap := *s.snap
		snap.Seq++
		snap.Silences = []alert.Silence{{
			ID: "s12", Match: alert.Matcher{{"name": {"docs"}}}, From: at("03:00:00"), Until: at("04:30:00"), By: "chen", Reason: "index rebuild",
		}}
		s.Update(snapMsg{snap: &snap})
		s.openSilence(s.targetNamed("docs"))
	}},
	{"declare", func(s *console) { s.openDeclare([]string{"a-search-api", "a-recommend-api"}) }},
	{"join", func(s *console) {
		s.snap.Incidents = s.snap.Incidents[1:]
		s.openIncidentOrDeclare([]string{"a-search-api"})
	}},
	{"quit", func(s *console) { s.opt.Standalone = true; s.openQuit() }},
}

func TestIncidentScreens(t *testing.T) {
	for _, scene := range incidentScenes {
		t.Run(scene.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newConsole(t, newDesk(t), 80, 24)
				scene.do(s)
				s.time = night
				s.Update(tickMsg{})
				for _, size := range sizes {
					s.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					golden(t, fmt.Sprintf("%s-%dx%d", scene.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}
