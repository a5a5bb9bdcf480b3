package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// origin writes the outage of a vector database down as its own post-mortem told
// it, with the commands that operators have: what is wrong with it is all there.
func origin(t *testing.T) *Incident {
	day := func(clock string) time.Time {
		when, err := time.Parse(time.DateTime, "2026-01-14 "+clock+":00") // a Wednesday
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	j := newJournal(t, Settings{})
	id := j.declare(day("05:44"), Declaration{
		Title: "Vector database unavailable", Severity: "SEV1", Commander: "ana", By: "ana", Started: day("03:29"),
	})
	j.must(j.SetMilestone(day("05:45"), id, Detected, day("03:29"), "ana"))
	note := func(now, text string, d Draft) {
		d.Incident, d.Text, d.By = id, text, "ana"
		j.must(j.Add(day(now), d))
	}
	note("05:46", "alert for unavailable nodes received and acknowledged", Draft{At: day("03:29")})
	note("06:40", "nodes restarted one after the other", Draft{})
	note("08:12", "customer confirms that queries answer; bridge ended", Draft{})
	j.must(j.SetStatus(day("08:12"), id, "monitoring", "ana"))
	note("14:45", "Bridge closed, R&D will continue with the root cause", Draft{Kind: Decision})
	j.must(j.SetStatus(day("14:45"), id, "closed", "ana"))

	later := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)
	j.must(j.Add(later, Draft{Incident: id, Kind: Comms, Text: "bridge with the customer", By: "bo", At: day("05:50"), Until: day("08:40")}))
	for field, text := range map[string]string{
		FieldSummary: "Queries failed while two of three nodes were out of memory.",
		FieldImpact:  "Searches of one customer failed.",
		FieldCause:   "The memory of the nodes was used up. Why it grew is still under investigation.",
	} {
		j.must(j.SetField(later, id, field, text, "bo"))
	}
	for n := range 9 {
		j.must(j.Add(later, Draft{Incident: id, Kind: Action, Text: fmt.Sprintf("improvement %d", n+1), By: "bo"}))
	}
	return j.restored().Get(id)
}

func TestLintFindsWhatIsWrongWithTheOrigin(t *testing.T) {
	inc := origin(t)
	var got []string
	for _, f := range LintAt(inc, time.Time{}) {
		got = append(got, f.Rule+": "+f.Text)
	}
	want := []string{
		"start: it did not start before it was detected: when did it begin for customers?",
		"acknowledged: nobody acknowledged",
		"declared-late: declared 2h15m after it was detected",
		"resolved: it is closed, but resolved is not set",
		`ranges: "bridge" is said to last from 2026-01-14 05:50:00Z to 2026-01-14 08:40:00Z, and to be over at 2026-01-14 08:12:00Z`,
		"silence: nothing is said from 2026-01-14 08:12:00Z to 2026-01-14 14:45:00Z (6h33m)",
		`cause-unknown: it is closed, but the root cause says "still under investigation"`,
	}
	for n := range 9 {
		want = append(want, fmt.Sprintf("action: action %d has no owner, no due date, no ticket: improvement %d", inc.Actions[n].ID, n+1))
	}
	want = append(want, "report-late: the report came 43 working days after it was over; it was due after 5")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// clean is an incident that lacks nothing.
func clean(t *testing.T) (*journal, string) {
	j := newJournal(t, Settings{})
	a := firing("a1", "search-api", at("03:29:14"))
	j.apply(fired(a))
	j.log = append(j.log, j.Delivered(accepted("ana via pager", at("03:29:19"), a))...)
	a, ack := acked(a, at("03:31:40"), "ana", "mine")
	j.apply(ack)
	id := j.declare(at("03:38:50"), Declaration{Title: "search 503", Severity: "SEV2", Commander: "ana", By: "ana", Alerts: []string{"a1"}})
	j.must(j.Assign(at("03:39:00"), id, RoleOps, "bo", "ana"))
	j.must(j.AcceptRole(at("03:40:00"), id, RoleOps, "bo", false))
	j.must(j.SetStatus(at("03:50:00"), id, "identified", "bo"))
	j.must(j.Add(at("03:51:00"), Draft{Incident: id, Text: "disk full; growing it, 03:50–03:58", By: "bo"}))
	j.must(j.SetStatus(at("03:58:00"), id, "monitoring", "bo"))
	_, over := resolved(a, at("04:05:10"), at("04:05:20"))
	j.apply(over)
	j.must(j.Resolve(at("04:10:00"), id, "ana", "disk grown"))
	report := at("09:00:00").AddDate(0, 0, 3)
	j.must(j.SetStatus(report, id, "post-incident", "ana"))
	j.must(j.Add(report, Draft{Incident: id, Kind: Action, Text: "alert at 80%", By: "bo", Parts: map[string]string{
		PartKind: "detect", PartHorizon: "near", PartOwner: "bo", PartDue: "2026-04-30", PartTicket: "OPS-7",
	}}))
	for field, text := range map[string]string{
		FieldSummary: "Searches failed.", FieldImpact: "One search in three failed.", FieldCause: "The disk of weaviate-2 was full.",
	} {
		j.must(j.SetField(report, id, field, text, "ana"))
	}
	j.must(j.SetStatus(report.AddDate(0, 0, 1), id, "closed", "ana"))
	return j, id
}

func TestLintFindsNothingInACleanIncident(t *testing.T) {
	j, id := clean(t)
	for _, now := range []time.Time{{}, at("00:00:00").AddDate(1, 0, 0)} {
		if got := LintAt(j.Get(id), now); got != nil {
			t.Errorf("as of %v: %q", now, got)
		}
	}
	want := map[Milestone]time.Time{
		Started: at("03:28:14"), Detected: at("03:29:14"), Acknowledged: at("03:31:40"), DeclaredAt: at("03:38:50"),
		Investigating: at("03:38:50"), Identified: at("03:50:00"), Mitigated: at("03:58:00"), ResolvedAt: at("04:05:10"),
		RetroStarted: at("09:00:00").AddDate(0, 0, 3), ClosedAt: at("09:00:00").AddDate(0, 0, 4),
	}
	if diff := cmp.Diff(want, j.restored().Get(id).Milestones); diff != "" {
		t.Error(diff)
	}
}

// Each rule is broken alone, in an incident that is clean otherwise.
func TestEachRuleFindsItsOwn(t *testing.T) {
	late := at("10:00:00").AddDate(0, 0, 5)
	field := func(name, text string) func(*journal, string) {
		return func(j *journal, id string) { j.must(j.SetField(late, id, name, text, "ana")) }
	}
	note := func(d Draft) func(*journal, string) {
		return func(j *journal, id string) {
			d.Incident, d.By = id, "ana"
			j.must(j.Add(late, d))
		}
	}
	for name, tt := range map[string]struct {
		do   func(*journal, string)
		want []string
	}{
		"nothing":     {func(*journal, string) {}, nil},
		"open again":  {func(j *journal, id string) { j.must(j.SetStatus(late, id, "monitoring", "ana")) }, []string{RuleOpen, RuleSilence}},
		"no severity": {func(j *journal, id string) { j.reopen(id); j.must(j.SetSeverity(late, id, "", "ana")); j.close(id) }, []string{RuleSeverity}},
		"nobody commands": {func(j *journal, id string) {
			j.reopen(id)
			j.must(j.Assign(late, id, RoleCommander, "", "ana"))
			j.close(id)
		}, []string{RuleCommander}},
		"an operator in the cause": {field(FieldCause, "Ana's change was not reviewed."), []string{RuleNamed}},
		"one in the factors":       {field(FieldFactors, "only BO knew how"), []string{RuleNamed}},
		"a name given":             {field(FieldCause, "Zoë forgot it"), []string{RuleNamed}},
		"a name within a word":     {field(FieldCause, "analysis of the board; ana-db was slow, root was full"), nil},
		"unknown cause":            {field(FieldCause, "TBD"), []string{RuleCauseUnknown}},
		"one that is looked for":   {field(FieldCause, "This is being investigated by the vendor."), []string{RuleCauseUnknown}},
		"one that is found":        {field(FieldCause, "It is no longer under investigation: an unknown host key was refused."), nil},
		"no summary":               {field(FieldSummary, ""), []string{RuleUnwritten, RuleReportLate}},
		"no impact":                {field(FieldImpact, ""), []string{RuleUnwritten}},
		"an action of nobody":      {note(Draft{Kind: Action, Text: "x", Parts: map[string]string{PartDue: "2026-05-01", PartTicket: "OPS-8"}}), []string{RuleAction}},
		"an action that is done":   {note(Draft{Kind: Action, Text: "x", Parts: map[string]string{PartState: "done"}}), nil},
		"two times in the text":    {note(Draft{Text: "Bridge from 05:50 to 08:40.", At: at("04:09:00")}), nil},
		"a mend that overlaps":     {note(Draft{Text: "the disk was full 03:52-04:01", At: at("03:59:00")}), []string{RuleRanges}},
		"a milestone out of order": {func(j *journal, id string) { j.must(j.SetMilestone(late, id, Identified, at("04:00:00"), "ana")) }, []string{RuleOrder}},
		"started when detected":    {func(j *journal, id string) { j.must(j.SetMilestone(late, id, Started, at("03:29:14"), "ana")) }, []string{RuleStart}},
		"declared late":            {func(j *journal, id string) { j.must(j.SetMilestone(late, id, DeclaredAt, at("04:00:00"), "ana")) }, []string{RuleDeclaredLate}},
	} {
		j, id := clean(t)
		tt.do(j, id)
		var got []string
		for _, f := range LintAt(j.Get(id), at("00:00:00").AddDate(0, 3, 0), "zoë") {
			got = append(got, f.Rule)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, LintAt(j.Get(id), late), tt.want)
		}
	}
}

func (j *journal) reopen(id string) { j.must(j.SetStatus(at("04:11:00"), id, "monitoring", "ana")) }

func (j *journal) close(id string) {
	j.must(j.SetMilestone(at("04:12:00").AddDate(0, 0, 5), id, ResolvedAt, at("04:05:10"), "ana"))
	j.must(j.SetStatus(at("04:12:00").AddDate(0, 0, 5), id, "closed", "ana"))
}

func TestWorkingDays(t *testing.T) {
	friday := time.Date(2026, 4, 10, 23, 0, 0, 0, time.UTC)
	for days, want := range map[int]int{-1: 0, 0: 0, 1: 0, 2: 0, 3: 1, 7: 5, 8: 5, 10: 6, 14: 10, 365: 260} {
		if got := workingDays(friday, friday.AddDate(0, 0, days)); got != want {
			t.Errorf("%d days after a Friday: %d working days, want %d", days, got, want)
		}
	}
}

// What people paste is long and strange: it is read in a moment all the same.
func FuzzLintReadsAnything(f *testing.F) {
	f.Add("the disk was full 03:52-04:01 and it ended at 99:99", "TBD ana 24:00")
	f.Add("bridge over 23:59–00:01 over", "?")
	f.Fuzz(func(t *testing.T, text, cause string) {
		j := newJournal(t, Settings{})
		id := j.declare(night, Declaration{Title: "x", By: "ana"})
		for range 2 {
			if es, err := j.Add(night, Draft{Incident: id, Text: text, By: "ana"}); err == nil {
				j.must(es, nil)
			}
		}
		if es, err := j.SetField(night, id, FieldCause, cause, "ana"); err == nil {
			j.must(es, nil)
		}
		j.must(j.Resolve(night, id, "ana", ""))
		LintAt(j.Get(id), night.AddDate(1, 0, 0), cause)
	})
}

// What is not there did not come late.
func TestLintSaysThatThereIsNoReport(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	j.must(j.Resolve(night.Add(time.Hour), id, "ana", ""))
	want := Finding{RuleReportLate, "there is no report 10 working days after it was over; it was due after 5"}
	if got := LintAt(j.Get(id), night.AddDate(0, 0, 13)); !slices.Contains(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
