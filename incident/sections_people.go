package incident

import (
	"fmt"
	"strconv"
	"strings"
)

// responders lists who had a role, who did something, and who was paged.
func (p *report) responders() {
	if spans := p.inc.RoleSpans(); len(spans) > 0 {
		t := table{heads: []string{"Role", "Who", "From", "To"}}
		for _, s := range spans {
			to := "the end"
			if !s.To.IsZero() {
				to = stamp(s.To)
			}
			t.add(s.Role, s.Operator, stamp(s.From), to)
		}
		p.put(t)
	}
	if all := p.inc.Responders(); len(all) > 0 {
		t := table{heads: []string{"Responder", "Entries", "First", "Last"}}
		for _, r := range all {
			t.add(r.Who, strconv.Itoa(r.Entries), stamp(r.First), stamp(r.Last))
		}
		p.put(t)
	}
	if all := p.inc.Paged(p.style.Zone); len(all) > 0 {
		t := table{heads: []string{"Paged", "Pages", "Off hours", "First", "Last"}}
		for _, g := range all {
			t.add(g.Who, strconv.Itoa(g.Pages), strconv.Itoa(g.OffHours), stamp(g.First), stamp(g.Last))
		}
		p.put(t)
	}
	p.put(blank("who else helped?"))
}

// actionsByHorizon has a table of action items for each horizon, with a line to
// fill where there is none.
func (p *report) actionsByHorizon() {
	for i, text := range []string{"Immediate", "Near term", "Long term"} {
		p.put(heading{3, text})
		p.actions(func(a *ActionItem) bool { return a.Horizon == ActionHorizons[i] }, false)
	}
}

// actionsTable has all of them in one.
func (p *report) actionsTable() {
	p.actions(func(*ActionItem) bool { return true }, true)
}

func (p *report) actions(wanted func(*ActionItem) bool, horizon bool) {
	t := table{heads: []string{"Action", "Type", "Owner", "Due", "Ticket", "State"}}
	if horizon {
		t.heads = append(t.heads, "Horizon")
	}
	for i := range p.inc.Actions {
		a := &p.inc.Actions[i]
		if !wanted(a) {
			continue
		}
		t.add(a.Text, a.Kind, a.Owner, a.Due, "", a.State)
		row := t.rows[len(t.rows)-1]
		row[4] = cell{text: a.Ticket, href: webAddress(a.Ticket)}
		for _, n := range []int{2, 3, 4} {
			row[n].blank = row[n].text == ""
		}
		if horizon {
			t.rows[len(t.rows)-1] = append(row, cell{text: a.Horizon})
		}
	}
	if len(t.rows) == 0 {
		row := make([]cell, len(t.heads))
		row[0].blank = true
		t.rows = append(t.rows, row)
	}
	p.put(t)
}

// timeline has every line. The number is what names it for good.
func (p *report) timeline() {
	p.put(paragraph("Starred entries are marked ★; of what its author took back only the time is left. Order is that of the times; " +
		"what was written live keeps its order where the clock was set back."))
	t := table{heads: []string{"Nr", "Time (UTC)", "★", "What", "Entry"}}
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
		entry := cell{text: l.Sentence(), after: remarks(l)}
		switch {
		case !l.Retracted.IsZero():
			entry.text = l.By // who took words back does not want them in a report
		case l.Kind == Linked:
			entry.href = webAddress(l.Value)
		}
		t.rows = append(t.rows, []cell{{text: strconv.FormatUint(l.ID(), 10)}, {text: when}, {text: star}, {text: l.What()}, entry})
		t.ids = append(t.ids, l.ID())
	}
	p.put(t)
}

// remarks says what a reader must know of how a line came about.
func remarks(l *Line) string {
	var b strings.Builder
	if added := l.Added(); !added.IsZero() {
		fmt.Fprintf(&b, " (added at %s)", stamp(added))
	}
	if n := len(l.Older); n > 0 {
		fmt.Fprintf(&b, " (edited at %s, %d older)", stamp(l.Recorded), n)
	}
	if !l.Retracted.IsZero() {
		fmt.Fprintf(&b, " (taken back at %s)", stamp(l.Retracted))
	}
	return b.String()
}
