package incident

import (
	"fmt"
	"strings"
	"time"

	"sitrep/civil"
)

// What Lint takes for too long.
const (
	lateDeclaration = 30 * time.Minute
	longSilence     = 2 * time.Hour
)

// Lint returns what is missing or contradicts itself, in words for whoever
// writes the post-mortem; nil if nothing is. The order is that of the report.
func Lint(inc *Incident) []string {
	var found []string
	for _, rule := range []func(*Incident) []string{
		lintHead, lintMilestones, lintAlerts, lintSilence, lintWritten,
	} {
		found = append(found, rule(inc)...)
	}
	return found
}

func lintHead(inc *Incident) (found []string) {
	if inc.Open() {
		found = append(found, "the incident is still "+inc.Status)
	}
	if inc.Severity == "" {
		found = append(found, "no severity is set")
	}
	if inc.Commander == "" {
		found = append(found, "nobody is commander")
	}
	return found
}

func lintMilestones(inc *Incident) (found []string) {
	at := inc.Milestones
	started, detected := at[Started], at[Detected]
	if !detected.IsZero() && !started.Before(detected) {
		found = append(found, "it did not start before it was detected: when did it begin for customers?")
	}
	if at[Acknowledged].IsZero() {
		found = append(found, "nobody acknowledged")
	}
	if !detected.IsZero() {
		if d := at[DeclaredAt].Sub(detected); d > lateDeclaration {
			found = append(found, fmt.Sprintf("declared %s after it was detected", civil.FormatDuration(d)))
		}
	}
	if at[Mitigated].IsZero() {
		found = append(found, "mitigated is not set: when was it over for customers?")
	}
	if at[ResolvedAt].IsZero() && (inc.Status == "resolved" || inc.Status == "closed") {
		found = append(found, "it is "+inc.Status+", but resolved is not set")
	}
	return append(found, outOfOrder(at)...)
}

// outOfOrder finds milestones that lie before the one that is usually before
// them. Declared is left out: some are declared before they are acknowledged,
// and some when all is over.
func outOfOrder(at map[Milestone]time.Time) (found []string) {
	var last Milestone
	for _, m := range Milestones {
		if m == DeclaredAt || at[m].IsZero() {
			continue
		}
		if last != "" && at[m].Before(at[last]) {
			found = append(found, fmt.Sprintf("%s lies before %s", m, last))
			continue
		}
		last = m
	}
	return found
}

func lintAlerts(inc *Incident) (found []string) {
	if len(inc.Alerts) > 0 && inc.FirstPage().IsZero() {
		found = append(found, "no receiver accepted a notification")
	}
	if inc.Open() {
		return found
	}
	var bad []string
	for _, m := range inc.Alerts {
		if m.Resolved.IsZero() {
			bad = append(bad, m.Target)
		}
	}
	if len(bad) > 0 {
		found = append(found, fmt.Sprintf("it is %s, but not over: %s", inc.Status, strings.Join(bad, ", ")))
	}
	return found
}

// lintSilence finds long times without an entry while the incident was open.
func lintSilence(inc *Incident) (found []string) {
	from, to := inc.Milestones[DeclaredAt], inc.Milestones[ResolvedAt]
	if from.IsZero() {
		return nil
	}
	for i := range inc.Entries {
		at := inc.Entries[i].At
		if !to.IsZero() && at.After(to) {
			at = to
		}
		if d := at.Sub(from); d > longSilence {
			found = append(found, fmt.Sprintf("nothing is said from %s to %s (%s)",
				stamp(from), stamp(at), civil.FormatDuration(d)))
		}
		if at.After(from) {
			from = at
		}
	}
	return found
}

func lintWritten(inc *Incident) (found []string) {
	notes, actions := 0, 0
	for i := range inc.Entries {
		switch inc.Entries[i].Kind {
		case Note, Decision:
			notes++
		case Action:
			actions++
		}
	}
	if notes == 0 {
		found = append(found, "no note or decision says what was tried")
	}
	if actions == 0 {
		found = append(found, "no action item")
	}
	return found
}
