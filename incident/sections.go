package incident

import (
	"cmp"
	"fmt"
	"strings"
)

func (p *report) summary() {
	at := p.inc.Milestones
	lines := []string{fmt.Sprintf("Incident %s (%s): %s.", p.inc.ID, severityWord(p.inc.Severity), p.inc.Title)}
	if resolved, ok := at[ResolvedAt]; ok {
		lines = append(lines, fmt.Sprintf("It began at %s and was resolved at %s, after %s.",
			moment(at[Started]), stamp(resolved), elapsed(p.times.Resolve)))
	} else {
		lines = append(lines, fmt.Sprintf("It began at %s and is %s.", moment(at[Started]), p.inc.Status))
	}
	if targets := p.targets(); len(targets) > 0 {
		lines = append(lines, "Targets: "+strings.Join(targets, ", ")+".")
	}
	if p.inc.Into != "" {
		lines = append(lines, "It was merged into "+p.inc.Into+", which goes on with its alerts.")
	}
	p.put(paragraph(strings.Join(lines, "\n")))
	p.field(FieldSummary, "what customers saw, for how long, and why, in words that they would use.")
}

// impactTable has what the impact was, as far as it can be measured.
func (p *report) impactTable() {
	im := p.impact
	t := table{heads: []string{"Impact", "Time"}}
	if p.times.Mitigate.Known {
		t.add("From started to mitigated", elapsed(p.times.Mitigate))
	}
	t.add("From started to resolved", elapsed(p.times.Resolve))
	for _, s := range im.Severities {
		name := severityWord(s.Severity)
		if meaning := p.style.Severities[s.Severity]; meaning != "" {
			name += ": " + meaning
		}
		t.add("In "+name, exactly(s.Time))
	}
	t.add("Down, as measured (a target was critical)", exactly(im.Down))
	t.add("Degraded, as measured (a warning, nothing critical)", exactly(im.Degraded))
	t.add("Unknown (what was bad gave no results)", exactly(im.Unknown))
	t.add("Excluded (what was bad was in planned maintenance)", exactly(im.Excluded))
	p.put(t)
	if !im.Until.IsZero() {
		p.put(paragraph("Not over: as of " + stamp(im.Until) + "."))
	}
}

// customerImpact is what people say of it.
func (p *report) customerImpact() {
	if customers := fieldLines(p.inc.Fields[FieldCustomers]); len(customers) > 0 {
		p.put(paragraph("Customers: " + strings.Join(customers, ", ") + "."))
	}
	p.field(FieldImpact, "which customers, how many requests failed, which tickets, what it took of the error budget.")
}

func (p *report) detection() {
	at := p.inc.Milestones
	line := "Detected: " + moment(at[Detected])
	if m := p.firstDetected(); m != nil {
		line += ", by sitrep's target " + m.Target
	}
	if p.times.Detect.Known {
		line += ", " + elapsed(p.times.Detect) + " after it started"
	}
	lines := []string{line + "."}
	if page := p.inc.FirstPage(); !page.IsZero() {
		line := "First page accepted: " + stamp(page)
		if late := p.inc.PageLatency(); late.Known {
			line += ", " + elapsed(late) + " after it was detected"
		}
		lines = append(lines, line+".")
	}
	if acked, ok := at[Acknowledged]; ok {
		lines = append(lines, "Acknowledged: "+stamp(acked)+".")
	}
	p.put(paragraph(strings.Join(lines, "\n")))
	p.field(FieldDetection, "could it have been seen sooner, and by what?")
}

// firstDetected returns the alert that was believed first, nil if there is none.
func (p *report) firstDetected() *Member {
	var first *Member
	for i := range p.inc.Alerts {
		m := &p.inc.Alerts[i]
		if !m.Detected.IsZero() && (first == nil || m.Detected.Before(first.Detected)) {
			first = m
		}
	}
	return first
}

// whatHappened gathers what the responders thought worth keeping.
func (p *report) whatHappened() {
	p.lines("From the timeline, starred and decided:", func(l *Line) bool { return l.Starred || l.Kind == Decision })
	p.field(FieldTechnical, "the technical detail, under a heading of its own for each failure.")
}

func (p *report) resolution() {
	at := p.inc.Milestones
	p.put(paragraph("Mitigated: " + moment(at[Mitigated]) + ". Resolved: " + moment(at[ResolvedAt]) + "."))
	p.field(FieldResolution, "what ended it, and how do we know that it will not come back?")
}

// lines lists the lines of the timeline that are wanted, if there are any; what
// was taken back is not.
func (p *report) lines(intro string, wanted func(*Line) bool) {
	var all list
	for i := range p.inc.Entries {
		if l := &p.inc.Entries[i]; wanted(l) && l.Retracted.IsZero() {
			all = append(all, cell{text: stamp(l.At) + " " + l.What() + ", " + l.Sentence()})
		}
	}
	if len(all) > 0 {
		p.put(paragraph(intro))
		p.put(all)
	}
}

// said lists the communications.
func (p *report) said() {
	t := table{heads: []string{"Time (UTC)", "By", "Audience", "Channel", "Text"}}
	for i := range p.inc.Entries {
		if l := &p.inc.Entries[i]; l.Kind == Comms && l.Retracted.IsZero() {
			audience, channel := l.Told()
			t.add(stamp(l.At), l.By, audience, channel, l.Text)
		}
	}
	if len(t.rows) > 0 {
		p.put(paragraph("Said during the incident:"))
		p.put(t)
	}
}

// tickets lists those that were linked, and those of the action items.
func (p *report) tickets() {
	var all list
	for _, l := range p.inc.Links {
		if l.Kind == "ticket" || l.Kind == "incident" {
			all = append(all, linkCell(l))
		}
	}
	for _, a := range p.inc.Actions {
		if a.Ticket != "" {
			all = append(all, cell{text: a.Ticket, href: webAddress(a.Ticket), after: " (" + firstLine(a.Text) + ")"})
		}
	}
	if len(all) == 0 {
		p.put(blank("tickets, changes and earlier incidents."))
		return
	}
	p.put(all)
}

// supporting lists the other links.
func (p *report) supporting() {
	var all list
	for _, l := range p.inc.Links {
		if l.Kind != "ticket" && l.Kind != "incident" {
			all = append(all, linkCell(l))
		}
	}
	text := p.inc.Fields[FieldSupporting]
	if len(all) > 0 {
		p.put(all)
		if text == "" {
			return
		}
	}
	p.field(FieldSupporting, "dashboards, logs, recordings.")
}

func linkCell(l Link) cell {
	return cell{text: cmp.Or(l.Text, l.To), href: webAddress(l.To), after: " (" + linkNote(l) + ")"}
}

// linkNote is what a link is, and where to if its words do not say that.
func linkNote(l Link) string {
	if l.Text == "" || webAddress(l.To) != "" {
		return l.Kind
	}
	return l.Kind + " " + l.To
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}
