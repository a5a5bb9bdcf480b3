package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/civil"
)

// What Lint takes for too long.
const (
	lateDeclaration = 30 * time.Minute
	longSilence     = 2 * time.Hour
	lateReport      = 5 // working days
)

// The names of what Lint looks for. They stay what they are: scripts and
// exceptions go by them.
const (
	RuleOpen         = "open"          // it is not over
	RuleSeverity     = "severity"      // none is set
	RuleCommander    = "commander"     // nobody is, or a role was not accepted
	RuleStart        = "start"         // no start earlier than the detection
	RuleAcknowledged = "acknowledged"  // nobody did
	RuleDeclaredLate = "declared-late" // more than 30 min after the detection
	RuleMitigated    = "mitigated"     // it is not set
	RuleResolved     = "resolved"      // the status says so, and no milestone does
	RuleOrder        = "order"         // a milestone lies before one that comes earlier
	RuleNotified     = "notified"      // nobody was paged
	RuleStillBad     = "still-bad"     // an alert is not over
	RuleRanges       = "ranges"        // times that overlap or contradict each other
	RuleSilence      = "silence"       // more than 2 h without an entry
	RuleUnwritten    = "unwritten"     // a part of the report that only people know
	RuleNoNotes      = "no-notes"      // nothing says what was tried
	RuleNoActions    = "no-actions"    // nothing follows from it
	RuleAction       = "action"        // one without an owner, a due date or a ticket
	RuleCauseUnknown = "cause-unknown" // it is over, and its root cause is still looked for
	RuleNamed        = "named"         // the root cause names a person
	RuleReportLate   = "report-late"   // more than 5 working days after it was resolved
)

// Finding is something that is missing, or that contradicts itself.
type Finding struct {
	Rule string // RuleOpen, …
	Text string // for whoever writes the post-mortem
}

// String returns the text.
func (f Finding) String() string { return f.Text }

// Lint is LintAt as of the last entry, without the rules: the same incident has
// the same findings.
func Lint(inc *Incident) []string {
	var texts []string
	for _, f := range LintAt(inc, time.Time{}) {
		texts = append(texts, f.Text)
	}
	return texts
}

// LintAt returns what is missing or contradicts itself as of now, nil if nothing
// is; a zero now is when the last entry was written. names are those of people
// who may not be in the root cause, beside all who are in the log. The order is
// that of the report. A cancelled incident has no findings.
func LintAt(inc *Incident, now time.Time, names ...string) []Finding {
	if inc.Status == "cancelled" {
		return nil
	}
	l := &linter{inc: inc, at: inc.Milestones, log: inc.Log(), now: now, names: names}
	if now.IsZero() {
		l.now = lastWritten(l.log)
	}
	for _, rule := range []func(){
		l.head, l.detection, l.milestones, l.alerts, l.ranges, l.silence, l.fields, l.cause, l.written, l.actions, l.report,
	} {
		rule()
	}
	return l.found
}

type linter struct {
	inc   *Incident
	at    map[Milestone]time.Time
	log   []Entry
	now   time.Time
	names []string
	found []Finding
}

func (l *linter) find(rule, format string, args ...any) {
	l.found = append(l.found, Finding{rule, fmt.Sprintf(format, args...)})
}

// over tells whether the status says that it is resolved.
func (l *linter) over() bool { return !l.inc.Open() }

func (l *linter) head() {
	if l.inc.Open() {
		l.find(RuleOpen, "the incident is still %s", l.inc.Status)
	}
	if l.inc.Severity == "" {
		l.find(RuleSeverity, "no severity is set")
	}
	if l.inc.Commander == "" {
		l.find(RuleCommander, "nobody is commander")
	}
	for _, h := range l.inc.Roles {
		if h.Asked && l.inc.Open() {
			l.find(RuleCommander, "%s has not accepted to be %s", h.Operator, h.Role)
		}
	}
}

func (l *linter) detection() {
	detected := l.at[Detected]
	if start, ok := l.at[Started]; ok && (!detected.IsZero() && !start.Before(detected) || detected.IsZero() && start.Equal(l.at[DeclaredAt])) {
		l.find(RuleStart, "it did not start before it was detected: when did it begin for customers?")
	}
	if l.at[Acknowledged].IsZero() {
		l.find(RuleAcknowledged, "nobody acknowledged")
	}
	if d := l.at[DeclaredAt].Sub(detected); !detected.IsZero() && d > lateDeclaration {
		l.find(RuleDeclaredLate, "declared %s after it was detected", civil.FormatDuration(d))
	}
}

func (l *linter) milestones() {
	if l.at[Mitigated].IsZero() {
		l.find(RuleMitigated, "mitigated is not set: when was it over for customers?")
	}
	if l.over() && l.at[ResolvedAt].IsZero() {
		l.find(RuleResolved, "it is %s, but resolved is not set", l.inc.Status)
	}
	var last Milestone
	for _, m := range Milestones {
		// Some are declared before they are acknowledged, and some when all is
		// over; what is investigated since the declaration goes with it.
		if m == DeclaredAt || l.at[m].IsZero() || m == Investigating && l.at[m].Equal(l.at[DeclaredAt]) {
			continue
		}
		if last != "" && l.at[m].Before(l.at[last]) {
			l.find(RuleOrder, "%s lies before %s", m, last)
			continue
		}
		last = m
	}
}

func (l *linter) alerts() {
	if len(l.inc.Alerts) > 0 && l.inc.FirstPage().IsZero() {
		l.find(RuleNotified, "no receiver accepted a page")
	}
	if l.inc.Open() {
		return
	}
	var bad []string
	for _, m := range l.inc.Alerts {
		if m.Resolved.IsZero() {
			bad = append(bad, m.Target)
		}
	}
	if len(bad) > 0 {
		l.find(RuleStillBad, "it is %s, but not over: %s", l.inc.Status, strings.Join(bad, ", "))
	}
}

// silence finds long times without an entry while the incident was open.
func (l *linter) silence() {
	for _, active := range l.active() {
		from := active.from
		for i := range l.inc.Entries {
			if at := l.inc.Entries[i].At; at.After(from) && at.Before(active.to) {
				l.quiet(from, at)
				from = at
			}
		}
		l.quiet(from, active.to)
	}
}

func (l *linter) quiet(from, to time.Time) {
	if d := to.Sub(from); d > longSilence {
		l.find(RuleSilence, "nothing is said from %s to %s (%s)", stamp(from), stamp(to), civil.FormatDuration(d))
	}
}

// active returns the times for which the incident was open, in order: more than
// one if it was opened again.
func (l *linter) active() []interval {
	var times []interval
	from := l.at[DeclaredAt]
	for i := range l.log {
		e := &l.log[i]
		if e.Kind != SetStatus {
			continue
		}
		switch open := (&Incident{Status: e.Value}).Open(); {
		case open && from.IsZero():
			from = e.At
		case !open && !from.IsZero():
			times = append(times, interval{from, e.At})
			from = time.Time{}
		}
	}
	if !from.IsZero() {
		times = append(times, interval{from, l.now})
	}
	if over, ok := l.at[ResolvedAt]; ok && len(times) > 0 {
		if last := &times[len(times)-1]; over.Before(last.to) {
			last.to = over // what came after is the report
		}
	}
	return times
}

// overAt returns when the incident was over: resolved, or when its status first
// said so since it was last open; zero while it is open.
func (l *linter) overAt() time.Time {
	if at, ok := l.at[ResolvedAt]; ok || l.inc.Open() {
		return at
	}
	if times := l.active(); len(times) > 0 {
		return times[len(times)-1].to
	}
	return time.Time{}
}

// fields finds what the report cannot do without, once it is to be written.
func (l *linter) fields() {
	if l.inc.Open() {
		return
	}
	for _, field := range []string{FieldSummary, FieldImpact, FieldCause} {
		if l.inc.Fields[field] == "" {
			l.find(RuleUnwritten, "no %s is written", field)
		}
	}
}

func (l *linter) written() {
	notes := slices.ContainsFunc(l.inc.Entries, func(e Line) bool {
		return (e.Kind == Note || e.Kind == Decision) && e.Retracted.IsZero()
	})
	if !notes {
		l.find(RuleNoNotes, "no note or decision says what was tried")
	}
	if len(l.inc.Actions) == 0 {
		l.find(RuleNoActions, "no action item")
	}
}

// actions finds those that nobody will do, or not in time, or not seen by others.
func (l *linter) actions() {
	for _, a := range l.inc.Actions {
		if a.State != ActionStates[0] {
			continue
		}
		var misses []string
		for _, part := range []struct{ name, value string }{{"owner", a.Owner}, {"due date", a.Due}, {"ticket", a.Ticket}} {
			if part.value == "" {
				misses = append(misses, part.name)
			}
		}
		if len(misses) > 0 {
			first, _, _ := strings.Cut(a.Text, "\n")
			l.find(RuleAction, "action %d has no %s: %s", a.ID, strings.Join(misses, ", no "), cut(first, 60))
		}
	}
}

// report finds one that came too late, or has not come. It is there once its
// summary and its root cause are.
func (l *linter) report() {
	over := l.overAt()
	if over.IsZero() {
		return
	}
	there, what := l.now, "there is no report"
	if l.inc.Fields[FieldSummary] != "" && l.inc.Fields[FieldCause] != "" {
		there, what = time.Time{}, "the report came"
		for _, field := range []string{FieldSummary, FieldCause} {
			if at := l.firstWritten(field); at.After(there) {
				there = at
			}
		}
	}
	if days := workingDays(over, there); days > lateReport {
		l.find(RuleReportLate, "%s %d working days after it was over; it was due after %d", what, days, lateReport)
	}
}

// firstWritten returns when a field first had a text.
func (l *linter) firstWritten(field string) time.Time {
	i := slices.IndexFunc(l.log, func(e Entry) bool { return e.Kind == SetField && e.Field == field && e.Value != "" })
	if i < 0 {
		return time.Time{}
	}
	return l.log[i].Recorded
}

// workingDays counts the days from Monday to Friday, UTC, after that of from, up
// to that of to.
func workingDays(from, to time.Time) (n int) {
	day := func(t time.Time) time.Time {
		y, m, d := t.UTC().Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	first, last := day(from), day(to)
	if !last.After(first) {
		return 0
	}
	weeks := int(last.Sub(first).Hours()/24) / 7
	n = 5 * weeks
	for d := first.AddDate(0, 0, 7*weeks+1); !d.After(last); d = d.AddDate(0, 0, 1) {
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			n++
		}
	}
	return n
}
