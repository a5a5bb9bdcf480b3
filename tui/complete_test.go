package tui

import (
	"slices"
	"testing"
	"testing/synctest"

	"sitrep/monitor"
)

func TestTabCompletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.views = []View{{Name: "night"}}
		for _, tt := range []struct {
			open, typed string
			tabs        []string
			want        string
		}{
			{":", "hando", []string{"tab"}, "handover"},
			{":", "targ", []string{"tab"}, "target "},
			{":", "target sea", []string{"tab"}, "target search-api"},
			{":", "ack SEA", []string{"tab"}, "ack search-api "},
			{":", "ack ingest-worker sea", []string{"tab"}, "ack ingest-worker search-api "},
			{":", "time ", []string{"tab"}, "time utc"},
			{":", "time ", []string{"tab", "tab"}, "time local"},
			{":", "time ", []string{"tab", "tab", "tab"}, "time utc"},
			{":", "time ", []string{"shift+tab"}, "time local"},
			{":", "time ", []string{"tab", "esc"}, "time "},
			{":", "inc 000", []string{"tab", "tab"}, "inc 0003"},
			{":", "view ni", []string{"tab"}, "view night "},
			{":", "filter is:fir", []string{"tab"}, "filter is:firing"},
			{":", "filter is:firing kind:ht", []string{"tab"}, "filter is:firing kind:http"},
			{":", "silence team=sea", []string{"tab"}, "silence team=search"},
			{":", "no-such-thing x", []string{"tab"}, "no-such-thing x"},
			{"/", "is:unac", []string{"tab"}, "is:unacked"},
			{"/", "state:down is:mi", []string{"tab"}, "state:down is:mine"},
			{"/", "state:down,deg", []string{"tab"}, "state:down,degraded"},
			{"/", "-(te", []string{"tab"}, "-(team="},
			{"/", "team=sea", []string{"tab"}, "team=search"},
			{"/", "by:an", []string{"tab"}, "by:ana"},
		} {
			s.press(tt.open)
			p := &s.Model.command.prompt
			if tt.open == "/" {
				p = &s.filter.prompt
			}
			p.set("")
			s.write(tt.typed)
			s.press(tt.tabs...)
			if p.text != tt.want {
				t.Errorf("%s%s %v: %q, want %q; offered %q", tt.open, tt.typed, tt.tabs, p.text, tt.want, p.offer.words)
			}
			p.set("")
			s.press("esc")
		}
	})
}

// TestHostileNamesAreNotOffered completes the name of a target that is an escape
// sequence.
func TestHostileNamesAreNotOffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		s.republish(func(snap *monitor.Snapshot) {
			snap.Policy.Receivers = slices.Clone(snap.Policy.Receivers)
			snap.Policy.Receivers[0].Name = "evil\x1b]52;c;AAAA\a"
		})
		s.press(":")
		s.write("retry ev")
		s.press("tab")
		if got := s.Model.command.text; got != "retry ev" {
			t.Errorf("tab makes %q of it", got)
		}
	})
}

func TestFilterRemembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newOnCallNight(t), 80, 24)
		for _, text := range []string{"team=search", "is:unacked"} {
			s.press("/")
			s.filter.set("")
			s.write(text)
			s.press("enter")
		}
		s.press("esc", "/", "up", "up")
		if s.filter.text != "team=search" {
			t.Errorf("up twice brings %q", s.filter.text)
		}
		if s.press("down"); s.filter.text != "is:unacked" {
			t.Errorf("down brings %q", s.filter.text)
		}
	})
}
