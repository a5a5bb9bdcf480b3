package incident

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func TestTimelineTellsTheWholeNightInOrder(t *testing.T) {
	j, id := lived(t)
	want := []string{
		"03:24:40 started set by ana, was 2026-04-12 03:28:14Z",
		"03:29:14 fired search-api critical: 503, want 200",
		"03:29:16 fired weaviate-eu1 critical: 503, want 200",
		"03:29:19 paged ops (search-api +1), first, accepted in 1.1s",
		"03:31:40 ack ana: weaviate-eu1, looking at node 2",
		"03:38:50 declared ana: SEV2 search 503 in eu1",
		"03:38:50 role ana: commander ana",
		"03:38:50 joined ana: search-api, critical: 503, want 200",
		"03:38:50 joined ana: weaviate-eu1, critical: 503, want 200",
		"03:41:02 joined ingest-worker critical: 503, want 200, same group search",
		"03:41:02 fired ingest-worker critical: 503, want 200",
		"03:43:05 note bo: kubectl top: weaviate-2 at its\nmemory limit",
		"03:44:00 note ana: PVC on weaviate-2 full (91%)",
		"03:48:00 decision ana: no failover",
		"03:49:00 action bo: alert at 80%",
		"03:50:00 comms dara: status page posted",
		"03:58:00 mitigated set by ana",
		"04:05:10 resolved the last alert was over",
		"04:05:20 resolved search-api up after 36m56s",
		"04:05:20 resolved weaviate-eu1 up after 36m54s",
		"04:05:20 resolved ingest-worker up after 25m8s",
		"04:10:00 status ana: investigating to resolved: PVC grown",
	}
	if diff := cmp.Diff(want, says(j.Get(id))); diff != "" {
		t.Error(diff)
	}
}

func TestMilestonesFollowWhatHappens(t *testing.T) {
	j, id := lived(t)
	want := map[Milestone]time.Time{
		Started: at("03:24:40"), Detected: at("03:29:14"), Acknowledged: at("03:31:40"),
		DeclaredAt: at("03:38:50"), Investigating: at("03:38:50"), Mitigated: at("03:58:00"), ResolvedAt: at("04:05:10"),
	}
	if diff := cmp.Diff(want, j.Get(id).Milestones); diff != "" {
		t.Error(diff)
	}
	got := j.Get(id).Times()
	wantTimes := Times{
		Detect:      Elapsed{4*time.Minute + 34*time.Second, true},
		Acknowledge: Elapsed{2*time.Minute + 21*time.Second, true},
		Declare:     Elapsed{14*time.Minute + 10*time.Second, true},
		Mitigate:    Elapsed{33*time.Minute + 20*time.Second, true},
		Resolve:     Elapsed{40*time.Minute + 30*time.Second, true},
	}
	if diff := cmp.Diff(wantTimes, got); diff != "" {
		t.Error(diff)
	}
}

func TestAutomaticMilestonesMoveUntilSetByHand(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(at("04:00:00"), Declaration{Title: "x", By: "ana"})
	if got := j.Get(id).Milestones[Started]; !got.Equal(at("04:00:00")) {
		t.Errorf("started without alerts: %v, want the declaration", got)
	}
	j.must(j.Join(at("04:01:00"), id, firing("a1", "db", at("03:50:00")), "ana"))
	if got := j.Get(id).Milestones[Started]; !got.Equal(at("03:49:00")) {
		t.Errorf("started with an alert: %v, want the alert's", got)
	}
	j.must(j.SetMilestone(at("04:02:00"), id, Started, at("03:45:00"), "ana"))
	j.must(j.Join(at("04:03:00"), id, firing("a2", "web", at("03:40:00")), "ana"))
	if got := j.Get(id).Milestones[Started]; !got.Equal(at("03:45:00")) {
		t.Errorf("started set by hand: %v, want it to stay", got)
	}
}

func TestMilestonesAreRefused(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(at("10:40:00"), Declaration{Title: "checkout", By: "ana"})
	j.must(j.Resolve(at("10:45:00"), id, "ana", ""))
	now := at("11:00:00")

	j.must(j.SetMilestone(now, id, Started, at("10:05:00"), "ana"))
	if got := j.Get(id).Times().Declare; got.Duration != 35*time.Minute {
		t.Errorf("time to declare after started moved: %v, want 35m", got)
	}
	for _, tt := range []struct {
		name string
		m    Milestone
		at   time.Time
		want error
	}{
		{"started after resolved", Started, at("10:50:00"), ErrOrder},
		{"started after declared", Started, at("10:42:00"), ErrOrder},
		{"another before started", Mitigated, at("10:04:59"), ErrOrder},
		{"in the future", Started, at("11:00:01"), ErrFuture},
		{"another in the future", Mitigated, at("11:00:01"), ErrFuture},
		{"no milestone", "lunch", now, ErrInvalid},
		{"before there were computers", Started, time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC), ErrInvalid},
	} {
		before := j.Get(id)
		if _, err := j.SetMilestone(now, id, tt.m, tt.at, "bo"); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
		if j.Get(id) != before {
			t.Errorf("%s: changed the incident", tt.name)
		}
	}
	_, err := j.SetMilestone(now, id, Started, at("10:50:00"), "bo")
	for _, word := range []string{"start may not be later", "10:50:00Z", "declared", "10:40:00Z"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %v", word, err)
		}
	}
	// Both the first value and the edit are on the timeline, with their author.
	if got := says(j.Get(id)); !slices.Contains(got, "10:05:00 started set by ana, was 2026-04-12 10:40:00Z") {
		t.Errorf("the edit is not told of: %q", got)
	}
}

func TestNotesAreValidated(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	for _, tt := range []struct {
		name string
		d    Draft
		want error
	}{
		{"empty", Draft{Incident: id}, ErrEmpty},
		{"blank", Draft{Incident: id, Text: " \n\t\n"}, ErrEmpty},
		{"nothing but escapes", Draft{Incident: id, Text: "\x1b[2J\x1b]0;x\x07"}, ErrEmpty},
		{"longest", Draft{Incident: id, Text: strings.Repeat("é", 32768)}, nil},
		{"too long", Draft{Incident: id, Text: strings.Repeat("é", 32768) + "!"}, ErrTooLong},
		{"in the future", Draft{Incident: id, Text: "x", At: night.Add(time.Nanosecond)}, ErrFuture},
		{"of a kind that is sitrep's", Draft{Incident: id, Text: "x", Kind: Paged}, ErrInvalid},
		{"elsewhere", Draft{Incident: "inc-1999-0001", Text: "x"}, ErrUnknownIncident},
	} {
		es, err := j.Add(night, tt.d)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
		if (len(es) == 1) != (tt.want == nil) {
			t.Errorf("%s: wrote %d entries", tt.name, len(es))
		}
	}
}

func TestNoteKeepsItsLinesAndLosesItsEscapes(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "a\x1b[31m title\nof two lines", By: "ana"})
	es := j.must(j.Add(night, Draft{Incident: id, Text: "\n\n  one\x1b[2J\r\ntwo\u202e\n\n", By: "ana"}))
	if got, want := es[0].Text, "  one\ntwo"; got != want {
		t.Errorf("note: %q, want %q", got, want)
	}
	if got, want := j.Get(id).Title, "a title of two lines"; got != want {
		t.Errorf("title: %q, want %q", got, want)
	}
}

func TestOnlyTheAuthorEdits(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	first := j.must(j.Add(night, Draft{Incident: id, Text: "one", By: "ana"}))[0]
	second := j.must(j.Edit(night.Add(time.Minute), first.Seq, "ana", "two"))[0]
	j.must(j.Edit(night.Add(2*time.Minute), second.Seq, "ana", "three"))
	j.must(j.Edit(night.Add(3*time.Minute), first.Seq, "ana", "four")) // by its first seq too

	entries := j.Get(id).Entries
	l := entries[len(entries)-1]
	if l.Text != "four" || l.ID() != first.Seq || !l.At.Equal(first.At) {
		t.Errorf("line %d at %v says %q; want %d at %v, four", l.ID(), l.At, l.Text, first.Seq, first.At)
	}
	var older []string
	for _, e := range l.Older {
		older = append(older, e.Text)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, older); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		name string
		seq  uint64
		by   string
		want error
	}{
		{"another's", first.Seq, "bo", ErrNotYours},
		{"nobody's", first.Seq, "", ErrNotYours},
		{"sitrep's", 1, "ana", ErrNotYours},
		{"none", 999, "ana", ErrUnknownEntry},
	} {
		if _, err := j.Edit(night, tt.seq, tt.by, "!"); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
	}
	if es, err := j.Edit(night, first.Seq, "ana", "four"); es != nil || err != nil {
		t.Errorf("the same text again: %v, %v; want nothing", es, err)
	}
}

func TestClosedIncidentTakesNotesOnly(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	j.must(j.Resolve(night, id, "ana", ""))
	if _, err := j.Resolve(night, id, "ana", ""); !errors.Is(err, ErrClosed) {
		t.Errorf("resolved twice: %v", err)
	}
	j.must(j.SetSeverity(night, id, "sev1", "ana")) // is still weighed
	j.must(j.SetStatus(night, id, "closed", "ana"))
	if _, err := j.SetSeverity(night, id, "SEV3", "ana"); !errors.Is(err, ErrClosed) {
		t.Errorf("severity of a closed one: %v", err)
	}
	if _, err := j.Join(night, id, firing("a1", "db", night), "ana"); !errors.Is(err, ErrClosed) {
		t.Errorf("join a closed one: %v", err)
	}
	j.must(j.Add(night, Draft{Incident: id, Text: "seen later", By: "ana"}))
	if got := j.Get(id).Milestones[ClosedAt]; !got.Equal(night) {
		t.Errorf("closed at %v, want %v", got, night)
	}
	j.must(j.SetStatus(night, id, "monitoring", "ana"))
	inc := j.Get(id)
	if _, set := inc.Milestones[ResolvedAt]; set || !inc.Open() {
		t.Errorf("opened again: resolved is set: %v, open: %v", set, inc.Open())
	}
}

func TestSettersWriteNothingWhereNothingChanges(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", Severity: "SEV2", Commander: "ana", By: "ana"})
	for name, set := range map[string]func(time.Time, string, string, string) ([]Entry, error){
		"SEV2": j.SetSeverity, "x": j.SetTitle, "investigating": j.SetStatus,
	} {
		if es, err := set(night, id, name, "bo"); es != nil || err != nil {
			t.Errorf("%s again: %v, %v; want nothing", name, es, err)
		}
	}
	if _, err := j.SetSeverity(night, id, "SEV6", "bo"); !errors.Is(err, ErrInvalid) {
		t.Errorf("SEV6: %v", err)
	}
	if _, err := j.SetTitle(night, id, strings.Repeat("x", 201), "bo"); !errors.Is(err, ErrTooLong) {
		t.Errorf("long title: %v", err)
	}
}

func TestDeclareIsRefusedWhole(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:29:14"))
	j.declare(at("03:30:00"), Declaration{Title: "first", Alerts: []string{"a1"}}, a)
	free := firing("a2", "web", at("03:29:14"))
	seq := j.Seq()
	for _, tt := range []struct {
		name string
		d    Declaration
		want error
	}{
		{"no title", Declaration{Title: "\n"}, ErrEmpty},
		{"no such severity", Declaration{Title: "x", Severity: "bad"}, ErrInvalid},
		{"no such alert", Declaration{Title: "x", Alerts: []string{"a9"}}, ErrUnknownAlert},
		{"alert of another incident", Declaration{Title: "x", Alerts: []string{"a2", "a1"}}, ErrMember},
		{"starts in the future", Declaration{Title: "x", Started: at("04:00:01")}, ErrFuture},
		{"starts after detection", Declaration{Title: "x", Alerts: []string{"a2"}, Started: at("03:40:00")}, ErrOrder},
	} {
		if _, es, err := j.Declare(at("04:00:00"), tt.d, []alert.Alert{free}); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %d entries, error %v, want %v", tt.name, len(es), err, tt.want)
		}
	}
	if j.Seq() != seq || len(j.Incidents()) != 1 {
		t.Errorf("something was written")
	}
}

func TestIDsCountWithinTheYear(t *testing.T) {
	b := NewBook(Settings{})
	b.Restore([]Entry{
		{Seq: 4000, Incident: "inc-2026-9999", Kind: Declared, At: night, Recorded: night, Text: "x"},
		{Seq: 4711, Incident: "inc-2026-0001", Kind: Note, At: night, Recorded: night, Text: "x"},
	})
	for _, tt := range []struct {
		now  time.Time
		want string
	}{
		{night, "inc-2026-10000"},
		{night, "inc-2026-10001"},
		{time.Date(2027, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600)), "inc-2026-10002"}, // still 2026 in UTC
		{time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), "inc-2027-0001"},
	} {
		id, _, err := b.Declare(tt.now, Declaration{Title: "x"}, nil)
		if err != nil || id != tt.want {
			t.Errorf("declared %s, %v; want %s", id, err, tt.want)
		}
	}
	if got := b.Seq(); got != 4715 {
		t.Errorf("seq %d, want 4715", got)
	}
}

func TestIncidentsAreOpenFirstAndGravestFirst(t *testing.T) {
	j := newJournal(t, Settings{})
	for _, s := range []string{"SEV4", "", "SEV1", "SEV4", "SEV1"} {
		j.declare(night, Declaration{Title: "x", Severity: s})
	}
	j.must(j.Resolve(night, "inc-2026-0001", "ana", ""))
	j.must(j.Resolve(night, "inc-2026-0005", "ana", ""))
	var got []string
	for _, inc := range j.Incidents() {
		got = append(got, strings.TrimPrefix(inc.ID, "inc-2026-000"))
	}
	if diff := cmp.Diff([]string{"3", "4", "2", "5", "1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasHandedOutNeverChanges(t *testing.T) {
	j, id := lived(t)
	type copyOf struct {
		inc  *Incident
		says []string
	}
	var kept []copyOf
	keep := func() { kept = append(kept, copyOf{j.Get(id), says(j.Get(id))}) }
	keep()
	late := at("05:00:00")
	for i := range 50 {
		es := j.must(j.Add(late, Draft{Incident: id, Text: "n", By: "ana", At: late.Add(-time.Duration(i*37%11) * time.Minute)}))
		keep()
		j.must(j.Edit(late, es[0].Seq, "ana", "m"))
		keep()
		j.must(j.Star(late, es[0].Seq, "ana", true))
		keep()
	}
	for _, c := range kept {
		if diff := cmp.Diff(c.says, says(c.inc)); diff != "" {
			t.Fatal(diff)
		}
		if cap(c.inc.Entries) != len(c.inc.Entries) {
			t.Fatal("whoever appends to a handed-out timeline writes into the next one")
		}
	}
}

// A clock that is set back by two seconds between the third and the fourth of
// five events must not turn them around; a note dated back goes where it says.
func TestOrderSurvivesAClockSetBack(t *testing.T) {
	j := newJournal(t, Settings{JoinWithin: time.Hour})
	first := firing("a0", "t0", at("03:29:00"))
	id := j.declare(at("03:29:30"), Declaration{Title: "x", Alerts: []string{"a0"}}, first)
	for i, ms := range []int{0, 200, 400, -1400, -1200} {
		a := firing("a"+string(rune('1'+i)), "t"+string(rune('1'+i)), at("03:30:00").Add(time.Duration(ms)*time.Millisecond))
		j.apply(fired(a))
	}
	j.must(j.Add(at("03:35:00"), Draft{Incident: id, Text: "late", By: "ana", At: at("03:29:45")}))
	var got []string
	for _, l := range j.Get(id).Entries {
		if l.Kind == AlertEntry || l.Kind == Note {
			got = append(got, l.Target+l.Text[:4])
		}
	}
	if diff := cmp.Diff([]string{"late", "t1crit", "t2crit", "t3crit", "t4crit", "t5crit"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(j.Get(id), j.restored().Get(id)); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkNoteIntoLongTimeline(b *testing.B) {
	book := NewBook(Settings{})
	id, _, err := book.Declare(night, Declaration{Title: "x"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Add(night, Draft{Incident: id, Text: "note", By: "ana"}); err != nil {
			b.Fatal(err)
		}
	}
}
