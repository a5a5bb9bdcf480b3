package incident

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestVerifyTellsWhatBecameOfTheLog(t *testing.T) {
	writers := map[string]func(io.Writer, *Incident, Style) error{"md": Postmortem, "html": HTML, "json": JSON}
	for name, write := range writers {
		j, id := lived(t)
		doc := put(t, write, j.Get(id), Style{Version: "0.1.0"})
		other := newJournal(t, Settings{})
		other.declare(night.AddDate(1, 0, 0), Declaration{Title: "another", By: "ana"})

		altered := bytes.Clone(doc)
		before := j.Get(id).Log()
		check := func(what string, log []Entry, want Outcome, text string) {
			t.Helper()
			v, err := Verify(bytes.NewReader(altered), log)
			if err != nil || v.Outcome != want || v.OK() != (want == Unchanged || want == Grown) || !strings.Contains(v.String(), text) {
				t.Errorf("%s: %s: %q, %v", name, what, v, err)
			}
		}
		check("at once", before, Unchanged, "unchanged")
		check("another's log", other.log, Unknown, "no such incident")
		check("one is missing", before[1:], Altered, "others")
		j.must(j.Add(at("05:00:00"), Draft{Incident: id, Text: "later", By: "ana"}))
		j.must(j.Star(at("05:01:00"), 12, "ana", true))
		check("afterwards", j.Get(id).Log(), Grown, "2 were added since: 1 note, 1 star")
		edited := j.Get(id).Log()
		edited[3].Text += "."
		check("after an edit by hand", edited, Altered, "others")
		if name == "json" {
			altered = bytes.Replace(doc, []byte(`"text": "no failover"`), []byte(`"text": "failover"`), -1)
			check("the file is edited", before, Forged, "in the file")
		}
	}
}

// A report whose blanks were filled in is edited, and the log is what it was.
func TestVerifyTellsAnEditedTextFromTheOneThatWasWritten(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *Incident, Style) error{"md": Postmortem, "html": HTML, "json": JSON} {
		j, id := lived(t)
		doc := put(t, write, j.Get(id), Style{Version: "0.1.0"})
		for _, tt := range []struct {
			what   string
			doc    []byte
			edited bool
		}{
			{"as it was written", doc, false},
			{"with other line ends", bytes.ReplaceAll(doc, []byte("\n"), []byte("\r\n")), false},
			{"another title", bytes.Replace(doc, []byte("search 503"), []byte("nothing at all"), 1), true},
			{"another version in the footer", bytes.Replace(doc, []byte("0.1.0"), []byte("0.2.0"), 1), true},
			{"something added", bytes.Replace(doc, []byte("SEV2"), []byte("SEV2 SEV5"), 1), true},
		} {
			v, err := Verify(bytes.NewReader(tt.doc), j.Get(id).Log())
			if err != nil || !v.OK() || v.Edited != tt.edited || strings.Contains(v.String(), "was edited") != tt.edited {
				t.Errorf("%s, %s: %v, edited %v, %v", name, tt.what, v, v.Edited, err)
			}
		}
	}
}

// Without its last lines, or with more below them, nothing says what it was.
func TestVerifyTakesATextWithAnotherEndForEdited(t *testing.T) {
	j, id := lived(t)
	doc := string(put(t, Postmortem, j.Get(id), Style{}))
	for _, text := range []string{doc + "\nmore\n", doc[:strings.Index(doc, "Text before this")]} {
		if v, err := Verify(strings.NewReader(text), j.Get(id).Log()); err != nil || !v.OK() || !v.Edited {
			t.Errorf("%v, edited %v, %v", v, v.Edited, err)
		}
	}
}

func TestVerifyTakesNoNoteForAFooter(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "t", By: "ana"})
	sum := strings.Repeat("0", 64)
	for _, text := range []string{
		"All times are UTC. Event log of `inc-2026-0001`: 1 entries, last 1, SHA-256 `" + sum + "`.",
		`<footer><p id="log" data-incident="inc-2026-0001" data-entries="1" data-last="1" data-sha256="` + sum + `">`,
	} {
		j.must(j.Add(night, Draft{Incident: id, Text: text, By: "ana"}))
		j.must(j.SetField(night, id, FieldSupporting, text, "ana"))
		for _, write := range []func(io.Writer, *Incident, Style) error{Postmortem, HTML, JSON} {
			v, err := Verify(bytes.NewReader(put(t, write, j.Get(id), Style{})), j.Get(id).Log())
			if err != nil || v.Outcome != Unchanged {
				t.Errorf("%v, %v", v, err)
			}
		}
	}
}

func TestVerifyRefusesWhatIsNoReport(t *testing.T) {
	for _, text := range []string{"", "# A page\n", "{}", `{"schema":"sitrep.incident/2"}`, "{", `<footer><p id="log">`} {
		if v, err := Verify(strings.NewReader(text), nil); !errors.Is(err, ErrNoFooter) {
			t.Errorf("%q: %v, %v", text, v, err)
		}
	}
}
