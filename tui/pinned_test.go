package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/incident"
	"sitrep/monitor"
)

// Whatever is written by others, dated back and forth, edited, starred and taken
// back while one types: the mark stays on its line, that line on its line of the
// screen as long as there are lines enough on both its sides, the input where it
// was, and the text as it was typed.
func TestLineIsPinnedWhileTyping(t *testing.T) {
	for seed := range uint64(30) {
		synctest.Test(t, func(t *testing.T) { pinned(t, rand.New(rand.NewPCG(seed, 7))) })
	}
}

func pinned(t *testing.T, rng *rand.Rand) {
	s := newConsole(t, newDesk(t), 80, 24)
	inc := longIncident()
	s.republish(func(snap *monitor.Snapshot) { snap.Incidents = []*incident.Incident{inc} })
	s.press("3", "enter")
	for range 12 + rng.IntN(30) {
		s.press("k")
	}
	s.press(draw(rng, "n", "N", "C", "T"))
	var typed strings.Builder
	id, where, input := s.timeline.at, s.lineOf("▌"), 0
	for i := range 60 {
		switch rng.IntN(3) {
		case 0:
			letter := string(rune('a' + rng.IntN(26)))
			typed.WriteString(letter)
			s.write(letter)
		default:
			inc = arrive(rng, inc, i)
			s.republish(func(snap *monitor.Snapshot) { snap.Incidents = []*incident.Incident{inc} })
			s.time = s.time.Add(time.Duration(rng.IntN(8)) * time.Second)
			s.Update(tickMsg{})
		}
		if s.timeline.at != id {
			t.Fatalf("step %d: the mark went from line %d to %d", i, id, s.timeline.at)
		}
		if got := s.lineOf("▌"); got != where {
			t.Fatalf("step %d: the marked line went from %d to %d:\n%s", i, where, got, s.render())
		}
		got := s.lineOf("› " + typed.String() + "_")
		if input == 0 {
			input = got
		}
		if got < 0 || got != input {
			t.Fatalf("step %d: the input went from line %d to %d, typed %q:\n%s", i, input, got, typed.String(), s.render())
		}
	}
}

// longIncident has lines enough that none of what is on the screen is near an end.
func longIncident() *incident.Incident {
	inc := wholeNight()
	inc.Entries = nil
	for i := range 120 {
		inc.Entries = append(inc.Entries, noteLine(uint64(i+1), at("02:00:00").Add(time.Duration(i)*30*time.Second), fmt.Sprintf("line %d", i)))
	}
	inc.Version = 120
	return inc
}

func noteLine(seq uint64, when time.Time, text string) incident.Line {
	return incident.Line{Entry: incident.Entry{
		Seq: seq, Incident: tonight, At: when, Recorded: when, Kind: incident.Note, By: "bo", Text: text,
	}}
}

// arrive returns the incident after somebody did something to it.
func arrive(rng *rand.Rand, old *incident.Incident, i int) *incident.Incident {
	inc := *old
	inc.Entries = slices.Clone(old.Entries)
	inc.Version++
	l := &inc.Entries[rng.IntN(len(inc.Entries))]
	switch rng.IntN(5) {
	case 0:
		l.Starred = !l.Starred
	case 1:
		l.Older = append(slices.Clone(l.Older), l.Entry)
		l.Seq, l.Text = inc.Version, l.Text+" edited"
	case 2:
		l.Retracted = at("03:47:00")
	default: // anywhere: dated back by hours, or as it happens
		when := at("02:00:00").Add(time.Duration(rng.IntN(107*60)) * time.Second)
		text := fmt.Sprintf("arrived %d", i)
		if rng.IntN(4) == 0 {
			text = strings.Repeat(text+"\n", 20)
		}
		inc.Entries = append(inc.Entries, noteLine(inc.Version, when, text))
		slices.SortStableFunc(inc.Entries, func(a, b incident.Line) int { return a.At.Compare(b.At) })
	}
	return &inc
}

// Any draft comes back as it was typed: text, kind, time and parts.
func TestDraftComesBackWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newDesk(t), 80, 24)
		rng := rand.New(rand.NewPCG(1, 2))
		texts := append(slices.Clone(hostile), "", "plain", draftHead+"kind=decision\nnot a head", draftHead, "%sitrep", "two\nlines", "a=b&c=d")
		for range 2000 {
			d := s.newNote(noteDialog{incident: tonight, place: tonight})
			d.kind = rng.IntN(len(noteKinds))
			d.text.set(draw(rng, texts...))
			d.at.set(draw(rng, "", "03:20:00", "2026-04-11 02:00:00", "no time"))
			for _, parts := range d.parts {
				for i := range parts {
					if p := &parts[i]; p.choice != nil {
						p.choice.at = rng.IntN(len(p.choice.words))
					} else {
						p.set(draw(rng, texts...))
					}
				}
			}
			again := s.newNote(noteDialog{incident: tonight, place: tonight})
			s.restore(again, d.draft(s.Model))
			if again.text.text != d.text.text || again.kind != d.kind {
				t.Fatalf("%q of kind %d came back as %q of kind %d", d.text.text, d.kind, again.text.text, again.kind)
			}
			was, _ := s.moment(d.at.text)
			if is, _ := s.moment(again.at.text); !is.Equal(was) {
				t.Fatalf("the time %q came back as %q", d.at.text, again.at.text)
			}
			for kind, parts := range d.parts {
				for i := range parts {
					if got, want := again.parts[kind][i].text(), parts[i].text(); got != want {
						t.Fatalf("%s of %s: %q came back as %q", parts[i].name, kind, want, got)
					}
				}
			}
		}
	})
}
