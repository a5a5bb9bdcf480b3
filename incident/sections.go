package incident

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

func (p *report) customerImpact() {
	im := p.impact
	p.table("Impact", "Time")
	if p.times.Mitigate.Known {
		p.row("From started to mitigated", p.elapsed(p.times.Mitigate))
	}
	p.row("From started to resolved", p.elapsed(p.times.Resolve))
	for _, s := range im.Severities {
		name := severityWord(s.Severity)
		if meaning := p.style.Severities[s.Severity]; meaning != "" {
			name += ": " + meaning
		}
		p.row("In "+escape(name), exactly(s.Time))
	}
	p.row("Down, as measured (a target was critical)", exactly(im.Down))
	p.row("Degraded, as measured (a warning, nothing critical)", exactly(im.Degraded))
	if !im.Until.IsZero() {
		p.printf("\nNot over: as of %s.\n", stamp(im.Until))
	}
	p.printf("\n")
	p.blank("which customers, how many requests failed, which tickets.")
}

func (p *report) detection() {
	at := p.inc.Milestones
	p.printf("Detected: %s", moment(at[Detected]))
	if m := p.firstDetected(); m != nil {
		p.printf(", by sitrep's target %s", escape(m.Target))
	}
	if p.times.Detect.Known {
		p.printf(", %s after it started", p.elapsed(p.times.Detect))
	}
	p.printf(".\n")
	if page := p.inc.FirstPage(); !page.IsZero() {
		p.printf("First notification accepted: %s.\n", stamp(page))
	}
	if acked, ok := at[Acknowledged]; ok {
		p.printf("Acknowledged: %s.\n", stamp(acked))
	}
	p.printf("\n")
	p.blank("could it have been seen sooner, and by what?")
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
	p.list("From the timeline, starred and decided:", func(l *Line) bool { return l.Starred || l.Kind == Decision })
	p.blank("the technical detail, under a heading of its own for each failure.")
}

func (p *report) resolution() {
	p.printf("Mitigated: %s. Resolved: %s.\n", moment(p.inc.Milestones[Mitigated]), moment(p.inc.Milestones[ResolvedAt]))
	p.printf("\n")
	p.blank("what ended it, and how do we know that it will not come back?")
}

func (p *report) causes() {
	p.printf("### Root cause\n\n")
	p.blank("why was it possible at all? Causes are systems and habits, not people.")
	p.printf("\n### Contributing factors\n\n")
	p.blank("what made it likelier, worse or longer?")
}

func (p *report) metrics() {
	at, t := p.inc.Milestones, p.times
	p.table("Figure", "Time", "From", "To")
	p.row("Time to detect (TTD)", p.elapsed(t.Detect), "started "+moment(at[Started]), "detected "+moment(at[Detected]))
	p.row("Time to acknowledge (TTA)", p.elapsed(t.Acknowledge), "first notification accepted "+moment(p.inc.FirstPage()), "acknowledged "+moment(at[Acknowledged]))
	p.row("Time to declare", p.elapsed(t.Declare), "started "+moment(at[Started]), "declared "+moment(at[DeclaredAt]))
	p.row("Time to mitigate (TTM)", p.elapsed(t.Mitigate), "started "+moment(at[Started]), "mitigated "+moment(at[Mitigated]))
	p.row("Time to resolve (TTR)", p.elapsed(t.Resolve), "started "+moment(at[Started]), "resolved "+moment(at[ResolvedAt]))
	p.printf("\n")
	if len(p.inc.Alerts) > 0 {
		p.table("Alert", "Target", "Severity", "State", "Started", "Detected", "Resolved")
		for _, m := range p.inc.Alerts {
			p.row(escape(m.Alert), escape(m.Target), escape(m.Severity), escape(m.State),
				moment(m.Started), moment(m.Detected), moment(m.Resolved))
		}
		p.printf("\n")
	}
	p.blank("plots that show it, linked or pasted.")
}

// responders lists who had a role, who wrote, and who was notified.
func (p *report) responders() {
	p.table("Who", "Part", "From", "To")
	for _, r := range p.commands() {
		p.row(escape(r.who), commander, stamp(r.from), cmp.Or(r.until, "the end"))
	}
	for _, a := range p.tally(func(e *Entry) string { return e.By }) {
		p.row(escape(a.who), "wrote or did "+strconv.Itoa(a.n), stamp(a.first), stamp(a.last))
	}
	for _, a := range p.tally(func(e *Entry) string {
		if e.Kind != Paged {
			return ""
		}
		return e.Field
	}) {
		p.row(escape(a.who), "receiver, notified "+strconv.Itoa(a.n)+"×", stamp(a.first), stamp(a.last))
	}
	p.printf("\n")
	p.blank("who else helped?")
}

type command struct {
	who   string
	from  time.Time
	until string // "" until the end
}

// commands returns who was commander and when.
func (p *report) commands() []command {
	var all []command
	for i := range p.log {
		e := &p.log[i]
		if e.Kind != SetRole || e.Field != commander {
			continue
		}
		if n := len(all); n > 0 && all[n-1].until == "" {
			all[n-1].until = stamp(e.At)
		}
		if e.Value != "" {
			all = append(all, command{who: e.Value, from: e.At})
		}
	}
	return all
}

// activity is how often somebody did something, and from when to when.
type activity struct {
	who         string
	n           int
	first, last time.Time
}

// tally counts the entries by what of says, in the order of first appearance;
// "" does not count. The times are those of writing.
func (p *report) tally(of func(*Entry) string) []activity {
	var all []activity
	for i := range p.log {
		e := &p.log[i]
		who := of(e)
		if who == "" {
			continue
		}
		at := e.Recorded
		if !e.Written() && e.At.Before(at) && e.Kind != SetMilestone {
			at = e.At // remembered from before the declaration
		}
		n := slices.IndexFunc(all, func(a activity) bool { return a.who == who })
		if n < 0 {
			all = append(all, activity{who: who, first: at, last: at})
			n = len(all) - 1
		}
		a := &all[n]
		a.n++
		if at.Before(a.first) {
			a.first = at
		}
		if at.After(a.last) {
			a.last = at
		}
	}
	return all
}

// actions lists what was noted, and leaves a table to fill for each horizon.
func (p *report) actions() {
	p.list("Noted during the incident:", func(l *Line) bool { return l.Kind == Action })
	for i, horizon := range []string{"Immediate", "Near term", "Long term"} {
		if i > 0 {
			p.printf("\n")
		}
		p.printf("### %s\n\n", horizon)
		p.table("Action", "Type", "Owner", "Due", "Ticket", "State")
		p.row("_to be written_", "", "", "", "", "")
	}
}

func (p *report) communication() {
	p.list("Said during the incident:", func(l *Line) bool { return l.Kind == Comms })
	p.printf("### Internal\n\n")
	p.blank("who was told what, and when?")
	p.printf("\n### External\n\n")
	p.blank("status page, tickets, calls.")
	p.printf("\n### Customer statement\n\n")
	p.blank("what customers may be told.")
}

// list writes the lines that are wanted, if there are any.
func (p *report) list(intro string, wanted func(*Line) bool) {
	begun := false
	for i := range p.inc.Entries {
		l := &p.inc.Entries[i]
		if !wanted(l) {
			continue
		}
		if !begun {
			p.printf("%s\n\n", intro)
			begun = true
		}
		p.printf("- %s %s, %s\n", stamp(l.At), escape(l.What()), escape(l.Sentence()))
	}
	if begun {
		p.printf("\n")
	}
}

// timeline writes every line. The number is what names it for good.
func (p *report) timeline() {
	p.printf("Starred entries are marked ★. Order is that of the times; what was written live keeps its order where the clock was set back.\n\n")
	p.table("Nr", "Time (UTC)", "★", "What", "Entry")
	for i := range p.inc.Entries {
		l := &p.inc.Entries[i]
		star := ""
		if l.Starred {
			star = "★"
		}
		when := stamp(l.At)
		if !l.Until.IsZero() && l.Kind != Silenced {
			when += " to " + stamp(l.Until)
		}
		p.row(strconv.FormatUint(l.ID(), 10), when, star, escape(l.What()), escape(l.Sentence())+remarks(l))
	}
}

// remarks says what a reader must know of how a line came about.
func remarks(l *Line) string {
	text := ""
	if added := l.Added(); !added.IsZero() {
		text += fmt.Sprintf(" (added at %s)", stamp(added))
	}
	if n := len(l.Older); n > 0 {
		text += fmt.Sprintf(" (edited at %s, %d older)", stamp(l.Recorded), n)
	}
	return text
}
