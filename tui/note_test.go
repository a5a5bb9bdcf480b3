package tui

import (
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"sitrep/incident"
	"sitrep/monitor"
)

const tonight = "inc-2026-0004" // the incident of the script

func TestNote(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "n")
		s.write("paused ingest,")
		s.press("ctrl+j")
		s.write("growing the PVC")
		s.press("tab", "ctrl+t")
		s.write("03:40")
		s.press("enter")
		wantAsked(t, s, monitor.Note{
			Incident: tonight, Kind: incident.Decision, Text: "paused ingest,\ngrowing the PVC", At: at("03:40:00"),
		})
		if s.dialog != nil {
			t.Error("the editor is still open")
		}
		if got := s.draft(tonight); got != "" {
			t.Errorf("the draft %q stays", got)
		}
	})
}

func TestNoteOnTarget(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openNote("", "docs")
		s.write("slow since the deploy")
		s.press("tab", "enter") // there is one kind only
		wantAsked(t, s, monitor.Note{Target: "docs", Kind: incident.Note, Text: "slow since the deploy"})
	})
}

func TestNoteIsKeptByEsc(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "n")
		s.write("half a thou")
		s.press("esc")
		want := []monitor.Command{monitor.Draft{Place: tonight, Text: "half a thou"}}
		if diff := cmp.Diff(want, s.desk.asked); diff != "" {
			t.Errorf("commands of esc (-want +got):\n%s", diff)
		}
		s.press("n")
		if !s.seen("half a thou_") {
			t.Errorf("not there again:\n%s", ansi.Strip(s.render()))
		}
	})
}

func TestDraftIsSentOnceAfterAPause(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openNote(tonight, "")
		s.write("half a")
		for turn := range s.drafts.turn[tonight] + 1 { // the pauses of all keys end
			s.run(s.handle(draftMsg{tonight, turn}))
		}
		if diff := cmp.Diff([]monitor.Command{monitor.Draft{Place: tonight, Text: "half a"}}, s.desk.asked); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Whoever types steadily has no pause: the draft is sent all the same, so that a
// crash costs two seconds of it and not all.
func TestDraftIsSentThoughOneTypesOn(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openNote(tonight, "")
		for range 50 {
			s.time = s.time.Add(draftPause / 2)
			s.write("a")
			s.run(s.handle(draftMsg{tonight, s.drafts.turn[tonight] - 1})) // the pause of the key before, which came too soon
		}
		if n, want := len(s.desk.asked), 50/int(2*draftMost/draftPause+1); n < want-1 || n > 2*want {
			t.Errorf("%d drafts are sent in %s of typing, want about %d", n, 50*draftPause/2, want)
		}
	})
}

func TestDraftOfAnotherSessionIsThere(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.snap.Drafts[monitor.DraftKey{By: "ana", Place: tonight}] = "from the other laptop"
		s.desk.snap.Drafts[monitor.DraftKey{By: "bo", Place: "target:docs"}] = "not hers"
		s.openNote(tonight, "")
		if !s.seen("from the other laptop") {
			t.Error("her own draft is not there")
		}
		s.press("esc")
		s.openNote("", "docs")
		if s.seen("not hers") {
			t.Error("somebody else's draft is there")
		}
	})
}

func TestNoteThatIsNotSavedStays(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.desk.fail = errDisk
		s.press("3", "enter", "n")
		s.write("PVC is full")
		s.press("enter")
		if !s.seen("PVC is full_") || !s.seen("not saved: no space left on device") {
			t.Errorf("after a failure:\n%s", ansi.Strip(s.render()))
		}
		s.desk.fail = nil
		s.press("enter")
		if s.dialog != nil || len(s.asked()) != 2 {
			t.Errorf("trying again: %T, %v", s.dialog, s.asked())
		}
	})
}

// What is typed while a note is being saved is the beginning of the next one.
func TestTypingGoesOnWhileSaving(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openNote(tonight, "")
		s.write("first")
		s.time = s.time.Add(time.Second)
		_, save := s.Update(namedKeys["enter"])
		s.write(" second")
		s.run(save)
		if d, ok := s.dialog.(*noteDialog); !ok || d.text.text != "second" || d.busy {
			t.Errorf("after saving: %+v", s.dialog)
		}
		wantAsked(t, s, monitor.Note{Incident: tonight, Kind: incident.Note, Text: "first"})
	})
}

// A note that fails after its editor was closed is a draft again.
func TestNoteFailsAfterEsc(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.openNote(tonight, "")
		s.write("PVC is full")
		s.time = s.time.Add(time.Second)
		_, save := s.Update(namedKeys["enter"])
		s.press("esc")
		s.desk.fail = errDisk
		s.run(save)
		s.openNote(tonight, "")
		if d := s.dialog.(*noteDialog); d.text.text != "PVC is full" {
			t.Errorf("the text is %q", d.text.text)
		}
	})
}

func TestNoteRefuses(t *testing.T) {
	for name, keys := range map[string][]string{
		"nothing": {"enter"}, "blanks": {"   ", "enter"}, "a time to come": {"x", "ctrl+t", "2026-04-13 03:00", "enter"},
	} {
		bubble(t, func(t *testing.T, s *console) {
			s.press("3", "enter", "n")
			s.press(keys...)
			wantAsked(t, s)
			if !s.seen("not saved:") {
				t.Errorf("%s: nothing is said", name)
			}
		})
	}
}

func TestEdit(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		s.press("3", "enter", "e")
		s.write(" (panel 3)")
		s.press("enter")
		if n := len(s.asked()); n != 1 {
			t.Fatalf("%d commands", n)
		}
		c := s.asked()[0].(monitor.Edit)
		l := s.selectedLine()
		if c.Seq != l.ID() || c.Text != l.Text+" (panel 3)" {
			t.Errorf("asked for %+v", c)
		}
		s.press("e", "enter") // nothing was changed
		if len(s.asked()) != 1 || s.dialog != nil {
			t.Error("an edit that changes nothing is written down")
		}
		s.press("k", "k", "e") // bo's note
		if s.dialog != nil || !s.seen("only bo may edit this") {
			t.Error("somebody else's note can be edited")
		}
		s.press("k", "e")
		if s.dialog != nil || !s.seen("only notes can be edited") {
			t.Error("a delivery can be edited")
		}
	})
}
