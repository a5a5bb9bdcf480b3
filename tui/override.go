package tui

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/civil"
	"sitrep/monitor"
	"sitrep/oncall"
)

// overrideDialog has somebody take over for a time. What that comes to is shown
// before it is done.
type overrideDialog struct {
	form
	schedule string
	fields   [overrideStops]field
	who      []string // operators, whoever looks first

	effect []string // what enter would change; nil if nothing
	wrong  string   // why it would not be done
	ask    monitor.TakeOver
}

// The stops of the dialog.
const (
	overrideWith = iota
	overrideFor
	overrideFrom
	overrideUntil
	overrideNote
	overrideStops
)

// openOverride asks who takes over for a schedule.
func (m *Model) openOverride(schedule string) tea.Cmd {
	if schedule == "" {
		m.refuse("no schedule is selected")
		return nil
	}
	if !m.may(monitor.Respond) {
		return nil
	}
	d := &overrideDialog{form: m.newForm(overrideStops), schedule: schedule, who: m.rosterNames()}
	if len(d.who) == 0 {
		m.refuse("no operators are configured, so nobody can take over")
		return nil
	}
	d.fields[overrideWith].set(d.who[0])
	d.follow(m)
	m.dialog = d
	return nil
}

// rosterNames returns the operators by name, whoever looks first if they are one.
func (m *Model) rosterNames() []string {
	me := m.src.Actor().Name
	var names []string
	for _, o := range m.snap.Roster.Operators() {
		if o.Name == me {
			names = append([]string{me}, names...)
		} else {
			names = append(names, o.Name)
		}
	}
	return names
}

func (d *overrideDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	f, stroke := &d.fields[d.focus], k.Keystroke()
	by := map[string]int{"up": -1, "down": 1}[stroke]
	switch {
	case by == 0:
		f.key(k)
	case d.focus == overrideWith:
		f.set(turned(d.who, f.value(), by))
	case d.focus == overrideFor:
		f.set(turned(append([]string{""}, d.who...), f.value(), by))
	default:
		d.step(by)
	}
	d.failure = ""
	d.follow(m)
	return nil
}

// turned returns the word after or before one of some, round and round.
func turned(words []string, word string, by int) string {
	at := slices.Index(words, word)
	if at < 0 && by > 0 {
		return words[0]
	}
	return words[(max(at, 0)+by+len(words))%len(words)]
}

func (d *overrideDialog) paste(m *Model, text string) tea.Cmd {
	d.fill(&d.fields[d.focus], text)
	d.follow(m)
	return nil
}

// follow works out what enter would do.
func (d *overrideDialog) follow(m *Model) {
	d.effect, d.wrong = nil, ""
	row, err := d.read(m)
	if err != nil {
		d.wrong = err.Error()
		return
	}
	d.ask = row
	r := m.snap.Roster
	o := oncall.Override{
		Schedule: row.Schedule, From: cmp.Or(row.From, m.now), To: row.To, With: row.With, For: row.For, Note: row.Note, By: m.src.Actor().Name,
	}
	next, _, err := r.Override(m.now, o)
	if err != nil {
		d.wrong = err.Error()
		return
	}
	d.effect = m.changeLines(r, next, row.Schedule, o.From, o.To)
}

// changeLines say who is on call instead of whom, a line for each time.
func (m *Model) changeLines(before, after *oncall.Roster, schedule string, from, to time.Time) (lines []string) {
	for _, c := range oncall.Changes(before, after, schedule, from, to) {
		lines = append(lines, fmt.Sprintf("%s instead of %s, %s to %s", cmp.Or(strings.Join(c.After, ", "), "nobody"),
			cmp.Or(strings.Join(c.Before, ", "), "nobody"), m.onCallTime(c.From), m.onCallTime(c.To)))
	}
	return lines
}

// onCallTime is a moment with its date, in the zone of the on-call screen.
func (m *Model) onCallTime(t time.Time) string {
	if t.IsZero() {
		return "then on"
	}
	return t.In(m.onCallZone()).Format("Mon 2 Jan 15:04")
}

// read reads the fields.
func (d *overrideDialog) read(m *Model) (c monitor.TakeOver, err error) {
	value := func(i int) string { return d.fields[i].value() }
	c = monitor.TakeOver{Schedule: d.schedule, With: value(overrideWith), For: value(overrideFor), Note: value(overrideNote)}
	if c.With == "" {
		return c, fmt.Errorf("who takes over? ↑ ↓ go through the operators")
	}
	if c.From, err = m.comingMoment(value(overrideFrom), m.now, m.onCallZone()); err != nil {
		return c, fmt.Errorf("from: %w", err)
	}
	from := cmp.Or(c.From, m.now)
	if c.To, err = m.comingMoment(value(overrideUntil), from, m.onCallZone()); err != nil {
		return c, fmt.Errorf("until: %w", err)
	}
	if c.To.IsZero() {
		x := m.snap.Roster.At(d.schedule, from)
		if x.To.IsZero() {
			return c, fmt.Errorf("until when? the shift has no end")
		}
		c.To = x.To
	}
	return c, nil
}

// justClock is a time of day.
var justClock = regexp.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?$`)

// justDate is a day.
var justDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// comingMoment reads a time that may be still to come: a time of day is the next
// one that a clock shows, a duration is so long after base, a day is its
// beginning; the rest is as of civil.ParseMoment. Blank is the zero time.
func (m *Model) comingMoment(text string, base time.Time, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return time.Time{}, nil
	case justClock.MatchString(text):
		return civil.ParseMoment(text, base.Add(24*time.Hour), zone)
	case justDate.MatchString(text):
		return civil.ParseMoment(text+" 00:00", m.now, zone)
	}
	if d, err := civil.ParseDuration(strings.TrimPrefix(text, "+")); err == nil && d > 0 {
		return base.Add(d), nil
	}
	return civil.ParseMoment(text, m.now, zone)
}

func (d *overrideDialog) confirm(m *Model) tea.Cmd {
	d.follow(m)
	switch {
	case d.wrong != "":
		d.failure = d.wrong
		return nil
	case len(d.effect) == 0:
		d.failure = "it would change nothing: they are on call then"
		return nil
	}
	return m.send(&d.form, d.ask, d.ask.With+" takes over "+d.schedule)
}

func (d *overrideDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.TakeOver); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *overrideDialog) draw(m *Model, w, h int) string {
	b := box{title: "override " + d.schedule, enter: "enter take over", leave: "esc cancel"}
	hints := [overrideStops]string{"↑ ↓ operators", "blank: whoever is on", "blank: now; 18:00, 2h, 2026-12-24 09:00", "blank: the end of the shift; 2h", ""}
	for i, name := range []string{"who", "instead of", "from", "until", "note"} {
		b.input(w, name, &d.fields[i], d.focus == i, hints[i])
	}
	b.say(dim, "times in "+m.onCallZoneName(), w)
	m.effectRows(&b, d.effect, d.wrong, w)
	d.status(&b, w)
	if d.wrong != "" {
		b.enter = "enter take over (not yet)"
	}
	return b.draw(m, w, h)
}

// effectMost is how many lines of what would change a dialog shows.
const effectMost = 4

// effectRows say what would follow, or why nothing would.
func (m *Model) effectRows(b *box, effect []string, wrong string, w int) {
	if wrong != "" {
		b.say(warn, wrong, w)
		return
	}
	if len(effect) == 0 {
		b.say(dim, "changes nobody's time on call", w)
	}
	for i, line := range effect {
		if i == effectMost {
			b.row(piece{dim, fmt.Sprintf("and %d more", len(effect)-i)})
			return
		}
		before := len(b.rows)
		b.say(key, line, w)
		for r := before; r < len(b.rows); r++ {
			b.rows[r].keep = true
		}
	}
}
