package incident

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNoteOf64KiBIsKeptWhole(t *testing.T) {
	hostile := "# head\n<script>alert('x')</script> **b** `code` | a | [l](javascript:x) &amp; ${x} {{y}}\n    indented\n\"quotes\" \\n €😀\n"
	text := strings.Repeat(hostile, maxNote/len(hostile)) + "the end"
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	j.must(j.Add(night, Draft{Incident: id, Text: text, By: "ana"}))
	j.must(j.SetField(night, id, FieldTechnical, text, "ana"))
	lines := j.restored().Get(id)
	if got := lines.Entries[1].Text; got != text {
		t.Errorf("%d of %d bytes came back", len(got), len(text))
	}
	if got := lines.Fields[FieldTechnical]; got != text {
		t.Errorf("field: %d of %d bytes came back", len(got), len(text))
	}
}

func TestFieldsKeepTheirOlderTexts(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	j.must(j.SetField(night.Add(1*time.Minute), id, FieldCause, "a full disk", "ana"))
	j.must(j.Add(night.Add(2*time.Minute), Draft{Incident: id, Text: "n", By: "ana"}))
	j.must(j.SetField(night.Add(3*time.Minute), id, FieldCause, "a full disk\n\nnobody watched it\x1b[2J", "bo"))
	j.must(j.SetField(night.Add(4*time.Minute), id, FieldPriority, " P1\nhigh ", "bo"))
	if es := j.must(j.SetField(night, id, FieldPriority, "P1 high", "bo")); es != nil {
		t.Errorf("the same again wrote %v", es)
	}
	want := map[string]string{FieldCause: "a full disk\n\nnobody watched it", FieldPriority: "P1 high"}
	if diff := cmp.Diff(want, j.Get(id).Fields); diff != "" {
		t.Error(diff)
	}
	before := j.Get(id)
	j.must(j.SetField(night.Add(5*time.Minute), id, FieldCause, "", "ana"))
	if _, there := j.Get(id).Fields[FieldCause]; there || before.Fields[FieldCause] == "" {
		t.Error("taken away in the wrong one")
	}
	wantSays := []string{
		"03:29:14 declared ana: x",
		"03:30:14 field ana: root cause taken away",
		"03:31:14 note ana: n",
		"03:33:14 field bo: priority: P1 high",
	}
	if diff := cmp.Diff(wantSays, says(j.Get(id))); diff != "" {
		t.Error(diff)
	}
	l := j.Get(id).Entries[1]
	if len(l.Older) != 2 || l.Older[1].By != "bo" || l.Older[1].Sentence() != "bo: root cause: a full disk (2 more lines)" {
		t.Errorf("older texts: %+v", l.Older)
	}
	for name, tt := range map[string]struct {
		field, value string
		want         error
	}{
		"no such field": {"blame", "x", ErrInvalid},
		"too long":      {FieldCause, strings.Repeat("x", maxNote+1), ErrTooLong},
		"a long line":   {FieldReview, strings.Repeat("x", maxLine+1), ErrTooLong},
	} {
		if es, err := j.SetField(night, id, tt.field, tt.value, "bo"); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
}

func TestFieldsOfAClosedIncidentAreStillWritten(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	j.must(j.SetStatus(night, id, "closed", "ana"))
	es := j.must(j.Add(night, Draft{Incident: id, Kind: Action, Text: "mend", By: "ana"}))
	j.must(j.SetAction(night, id, es[0].Seq, PartState, "done", "bo"))
	j.must(j.SetField(night, id, FieldLessons, "look first", "bo"))
	j.must(j.AddLink(night, id, "ticket", "OPS-1", "", "bo"))
	if inc := j.Get(id); len(inc.Fields) != 1 || len(inc.Links) != 1 || inc.Actions[0].State != "done" {
		t.Errorf("%+v", inc)
	}
}

func TestActionItemsHaveParts(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	es := j.must(j.Add(night, Draft{
		Incident: id, Kind: Action, Text: "alert at 80%", By: "bo",
		Parts: map[string]string{PartKind: "Detect", PartDue: "2026-04-30", PartState: "open", PartOwner: ""},
	}))
	if len(es) != 3 {
		t.Errorf("%d entries; want the line, its kind and its due date", len(es))
	}
	item := es[0].Seq
	grow := j.must(j.Add(night, Draft{Incident: id, Kind: Action, Text: "grow PVC", By: "ana", At: night.Add(-time.Hour)}))[0].Seq
	j.must(j.SetAction(night, id, item, PartOwner, " ana", "chen"))
	j.must(j.SetAction(night, id, item, PartTicket, "OPS-7", "chen"))
	j.must(j.Edit(night, item, "bo", "alert at 75%"))
	j.must(j.SetAction(night, id, item, PartDue, "", "chen"))
	j.must(j.SetAction(night, id, item, PartState, "", "chen")) // is open already
	want := []ActionItem{
		{ID: item, Text: "alert at 75%", Kind: "detect", Horizon: "immediate", State: "open", Owner: "ana", Ticket: "OPS-7", At: night, By: "bo"},
		{ID: grow, Text: "grow PVC", Kind: "mitigate", Horizon: "immediate", State: "open", At: night.Add(-time.Hour), By: "ana"},
	}
	if diff := cmp.Diff(want, j.Get(id).Actions); diff != "" {
		t.Error(diff)
	}
	var marks []string
	for _, l := range j.Get(id).Entries {
		for _, m := range l.Marks {
			marks = append(marks, m.Sentence())
		}
	}
	wantMarks := []string{
		"bo: kind detect, was mitigate", "bo: due 2026-04-30", "chen: owner ana", "chen: ticket OPS-7", "chen: no due, was 2026-04-30",
	}
	if diff := cmp.Diff(wantMarks, marks); diff != "" {
		t.Error(diff)
	}
	if len(j.Get(id).Entries) != 3 {
		t.Errorf("%d lines; parts are none", len(j.Get(id).Entries))
	}
	note := j.must(j.Add(night, Draft{Incident: id, Text: "n", By: "ana"}))[0].Seq
	for name, tt := range map[string]struct {
		item        uint64
		part, value string
		want        error
	}{
		"no such part":    {item, "colour", "red", ErrInvalid},
		"no such kind":    {item, PartKind, "blame", ErrInvalid},
		"no such horizon": {item, PartHorizon, "never", ErrInvalid},
		"no date":         {item, PartDue, "soon", ErrInvalid},
		"no such day":     {item, PartDue, "2026-02-30", ErrInvalid},
		"long owner":      {item, PartOwner, strings.Repeat("x", 101), ErrTooLong},
		"a note":          {note, PartOwner, "ana", ErrUnknownEntry},
		"nothing":         {999, PartOwner, "ana", ErrUnknownEntry},
	} {
		if es, err := j.SetAction(night, id, tt.item, tt.part, tt.value, "bo"); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
}

func TestDraftsAreRefusedWhole(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	seq := j.Seq()
	for name, d := range map[string]Draft{
		"a note with an owner":      {Text: "x", Parts: map[string]string{PartOwner: "ana"}},
		"an action without a date":  {Kind: Action, Text: "x", Parts: map[string]string{PartOwner: "ana", PartDue: "soon"}},
		"a decision to customers":   {Kind: Decision, Text: "x", Audience: "customers"},
		"a range that ends earlier": {Text: "x", At: night.Add(-time.Hour), Until: night.Add(-2 * time.Hour)},
		"a range without beginning": {Text: "x", Until: night},
		"a range into the future":   {Text: "x", At: night.Add(-time.Hour), Until: night.Add(time.Hour)},
		"a channel of many bytes":   {Kind: Comms, Text: "x", Channel: strings.Repeat("x", maxLine+1)},
	} {
		d.Incident = id
		if es, err := j.Add(night, d); err == nil || es != nil {
			t.Errorf("%s: wrote %v, %v", name, es, err)
		}
	}
	if j.Seq() != seq {
		t.Error("something was written")
	}
}

func TestCommsSayToWhomAndWhere(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	es := j.must(j.Add(night, Draft{Incident: id, Kind: Comms, Text: "search is slow", By: "dara", Audience: "customers", Channel: "status\npage"}))
	if got, want := es[0].Sentence(), "dara: to customers via status page: search is slow"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	j.must(j.Edit(night, es[0].Seq, "dara", "search was slow"))
	l := j.restored().Get(id).Entries[1]
	if audience, channel := l.Told(); audience != "customers" || channel != "status page" || l.Text != "search was slow" {
		t.Errorf("after an edit: %q by %q: %q", audience, channel, l.Text)
	}
}

func TestLinksComeAndGo(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	es := j.must(j.AddLink(night, id, "Ticket", " OPS-1 ", "", "ana"))
	j.must(j.AddLink(night, id, "dashboard", "https://grafana.example.org/d/pvc?from=1&to=2", "the disk", "bo"))
	if es := j.must(j.AddLink(night, id, "ticket", "OPS-1", "", "bo")); es != nil {
		t.Errorf("the same again wrote %v", es)
	}
	j.must(j.DropLink(night, id, es[0].Seq, "bo"))
	if es := j.must(j.DropLink(night, id, es[0].Seq, "bo")); es != nil {
		t.Errorf("taken away twice wrote %v", es)
	}
	want := []Link{{ID: 3, Kind: "dashboard", To: "https://grafana.example.org/d/pvc?from=1&to=2", Text: "the disk", By: "bo"}}
	if diff := cmp.Diff(want, j.restored().Get(id).Links); diff != "" {
		t.Error(diff)
	}
	wantSays := []string{
		"03:29:14 declared ana: x",
		"03:29:14 link ana: ticket OPS-1",
		"03:29:14 link bo: dashboard https://grafana.example.org/d/pvc?from=1&to=2, the disk",
		"03:29:14 unlink bo: ticket OPS-1 taken away",
	}
	if diff := cmp.Diff(wantSays, says(j.Get(id))); diff != "" {
		t.Error(diff)
	}
	for name, tt := range map[string]struct {
		kind, to string
		want     error
	}{
		"no such kind":  {"picture", "x", ErrInvalid},
		"nowhere":       {"ticket", " ", ErrEmpty},
		"a script":      {"other", "JavaScript:alert(1)", ErrInvalid},
		"data":          {"other", "data:text/html,x", ErrInvalid},
		"another file":  {"other", "file:///etc/passwd", ErrInvalid},
		"ftp":           {"other", "ftp://x/y", ErrInvalid},
		"no host":       {"other", "https://", ErrInvalid},
		"no URL either": {"other", "http://[", ErrInvalid},
		"far too long":  {"other", "https://x/" + strings.Repeat("y", maxLink), ErrTooLong},
	} {
		if es, err := j.AddLink(night, id, tt.kind, tt.to, "", "bo"); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v", name, es, err)
		}
	}
	if _, err := j.DropLink(night, id, 1, "bo"); !errors.Is(err, ErrUnknownEntry) {
		t.Errorf("dropping the declaration: %v", err)
	}
}

func TestRetractedLineStaysAndIsStruck(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	es := j.must(j.Add(night, Draft{Incident: id, Kind: Action, Text: "mend", By: "ana"}))
	item := es[0].Seq
	edited := j.must(j.Edit(night, item, "ana", "mend it"))[0].Seq
	if _, err := j.Retract(night, item, "bo"); !errors.Is(err, ErrNotYours) {
		t.Errorf("another's: %v", err)
	}
	if _, err := j.Retract(night, 1, "ana"); !errors.Is(err, ErrNotYours) {
		t.Errorf("sitrep's: %v", err)
	}
	when := night.Add(time.Minute)
	j.must(j.Retract(when, edited, "ana"))
	if es := j.must(j.Retract(when, item, "ana")); es != nil {
		t.Errorf("twice wrote %v", es)
	}
	l := j.restored().Get(id).Entries[1]
	if !l.Retracted.Equal(when) || l.Text != "mend it" || len(l.Older) != 1 {
		t.Errorf("the line: %+v", l)
	}
	if len(j.Get(id).Actions) != 0 {
		t.Error("still an action item")
	}
	if _, err := j.Edit(when, item, "ana", "x"); !errors.Is(err, ErrRetracted) {
		t.Errorf("edit: %v", err)
	}
	if _, err := j.SetAction(when, id, item, PartOwner, "ana", "ana"); !errors.Is(err, ErrRetracted) {
		t.Errorf("a part: %v", err)
	}
	j.must(j.Star(when, item, "bo", true))
}

// Words that their author took back are in no report that people read: that it
// was done, by whom and when, is.
func TestWordsTakenBackAreInNoReport(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(at("03:38:50"), Declaration{Title: "search 503", By: "ana"})
	es := j.must(j.Add(at("03:40:00"), Draft{Incident: id, Kind: Note, Text: "the password is hunter2", By: "bo"}))
	j.must(j.Edit(at("03:40:30"), es[0].Seq, "bo", "the password is not hunter3"))
	j.must(j.Retract(at("03:41:00"), es[0].Seq, "bo"))
	for name, write := range map[string]func(io.Writer, *Incident, Style) error{"md": Postmortem, "html": HTML, "json": JSON} {
		var doc strings.Builder
		if err := write(&doc, j.restored().Get(id), Style{}); err != nil {
			t.Fatal(err)
		}
		if v, err := Verify(strings.NewReader(doc.String()), j.log); err != nil || v.Outcome != Unchanged || v.Edited {
			t.Errorf("%s: %v, edited %v, %v", name, v, v.Edited, err)
		}
		if name == "json" {
			if text := doc.String(); strings.Contains(text, "hunter") || !strings.Contains(text, `"retracted": "2026-04-12T03:41:00Z"`) {
				t.Errorf("json:\n%s", text)
			}
			continue
		}
		if text := doc.String(); strings.Contains(text, "hunter2") || !strings.Contains(text, "(taken back at 2026-04-12 03:41:00Z)") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
