package tui

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
)

// walkSteps is how long the walk is.
var walkSteps = flag.Int("steps", 15_000, "take this many random steps over the screens")

// stepsARun is how long it stays with one fleet.
const stepsARun = 150

// anyKeys are all keys that do anything anywhere, and some text.
func anyKeys() []string {
	keys := []string{
		"enter", "esc", "tab", "shift+tab", "space", "up", "down", "left", "right", "home", "end", "backspace", "delete",
		"ctrl+j", "ctrl+t", "ctrl+u", "ctrl+w", "ctrl+d", "pgup", "pgdown", "apply", "モ", "word", "is:open", "7", "03:24", "resolve", "quit",
		"bo", "14d", "0003", "https://x", "state:down", "team=", "sort name",
	}
	for _, b := range bindings() {
		for _, k := range b.keys {
			if k != "ctrl+c" && !slices.Contains(keys, k) {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// Whatever is pressed, pasted, resized and published in whatever order: nothing
// panics, the screen fits, esc does nothing to the monitor but keep a draft, a
// viewer does nothing at all, and no note that was begun is lost.
//
// It is not rapid.Check that draws what happens, since that does not run in a bubble.
func TestAnythingMayHappenOnTheScreen(t *testing.T) {
	keys := anyKeys()
	for seed := range uint64(*walkSteps / stepsARun) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { anything(t, keys, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func anything(t *testing.T, keys []string, rng *rand.Rand) {
	d := newQuietNight(t)
	if rng.IntN(2) == 0 {
		d = newDesk(t)
	}
	if rng.IntN(6) == 0 {
		d.actor.Role = monitor.View
	}
	s := newConsole(t, d, 80, 24)
	s.opt.Standalone = rng.IntN(2) == 0
	s.press(draw(rng, []string{}, []string{"3", "enter"}, []string{"D"}, []string{"M"}, []string{"w"}, []string{"j", "enter", "w"})...)
	for range stepsARun {
		switch rng.IntN(12) {
		case 0:
			s.keepsNote(t, func() { s.Update(tea.PasteMsg{Content: "pasted\ntext\x1b[2J"}) })
		case 1:
			s.keepsNote(t, func() { s.Update(tea.WindowSizeMsg{Width: rng.IntN(130), Height: rng.IntN(45)}) })
		case 2:
			s.keepsNote(t, func() {
				s.changeAny(t, draw(rng, "acked", "over", "all over", "note", "resolved", "nothing", "wrong config", "waits", "no silences", "delivered"))
			})
		case 3:
			d.fail = draw[error](rng, nil, nil, errDisk, monitor.ErrUnsaved)
		default:
			s.pressAny(t, draw(rng, keys...))
		}
		fits(t, s)
		if d.actor.Role == monitor.View && len(d.asked) > 0 {
			t.Fatalf("a viewer asked for %T", d.asked[0])
		}
	}
}

func draw[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

// pressAny presses a key, and looks after what esc and enter do.
func (s *console) pressAny(t *testing.T, k string) {
	t.Helper()
	before := len(s.desk.asked)
	note, writing := s.dialog.(*noteDialog)
	text := ""
	if writing {
		text = note.text.text
	}
	s.press(k)
	if k != "esc" {
		return
	}
	for _, c := range s.desk.asked[before:] {
		if _, draft := c.(monitor.Draft); !draft {
			t.Fatalf("esc asked for %T", c)
		}
	}
	if writing && !strings.HasSuffix(s.draft(note.place), text) && note.was != text {
		t.Fatalf("esc left %q of the note %q", s.draft(note.place), text)
	}
}

// keepsNote fails if something takes away from a note that is being written.
func (s *console) keepsNote(t *testing.T, f func()) {
	t.Helper()
	d, writing := s.dialog.(*noteDialog)
	if !writing {
		f()
		return
	}
	before := d.text
	f()
	now, _ := s.dialog.(*noteDialog)
	if now != d || len(d.text.text) < len(before.text) || d.text.text[:before.at] != before.text[:before.at] {
		t.Fatalf("the note %q became %q", before.text, d.text.text)
	}
}

// changeAny publishes the night with some of it changed.
func (s *console) changeAny(t *testing.T, what string) {
	t.Helper()
	switch what {
	case "note":
		_, _ = s.desk.book.Add(s.time, incident.Draft{Incident: tonight, Kind: incident.Note, By: "bo", Text: "one more", At: at("03:30:00")})
	case "wrong config":
		s.wrongConfig()
	case "waits":
		s.waitingConfig()
	case "no silences":
		s.republish(func(snap *monitor.Snapshot) { snap.Silences = nil })
	case "delivered":
		s.republish(func(snap *monitor.Snapshot) {
			snap.Told, snap.Owed, snap.Accounts = snap.Told[:len(snap.Told)/2], nil, nil
		})
	case "resolved":
		_, _ = s.desk.book.Resolve(s.time, tonight, "bo", "")
	}
	s.alter(func(targets map[string]*monitor.TargetStatus) {
		switch what {
		case "acked":
			targets["search-api"].Alert.Ack = &alert.Ack{At: s.time.Add(-time.Second), By: "bo"}
		case "over":
			targets["search-api"].Alert = nil
		case "all over":
			for _, status := range targets {
				status.Alert = nil
			}
		}
	})
	if what == "over" && slices.ContainsFunc(s.snap.Alerts, func(a alert.Alert) bool { return a.Target == "search-api" }) {
		t.Fatal("the snapshot was not taken")
	}
}
