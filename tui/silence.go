package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/monitor"
)

// silenceDialog asks what to silence, for how long and why, and shows what that
// would hold back as it stands. It makes a silence, or changes one.
type silenceDialog struct {
	form
	place  string         // of its draft
	was    *alert.Silence // as it was when its change began; nil makes one
	match  field
	end    silenceEnd
	began  silenceEnd // end as it was when the dialog opened
	typed  field      // the end in words: 90m, 04:30
	noEnd  bool       // it cannot be understood
	reason field
	kind   choice // silence or maintenance; of one that is there, not to be changed
	number field  // the count, typed to confirm what hides much

	compiled *alert.Compiled // of match; nil if it cannot be understood
	matcher  alert.Matcher
	wrong    string // why it cannot be
	hits     silenceHits
	seen     []alert.Silence // that overlaps were looked for in
}

// The stops of the dialog. Of a silence that is there the kind is none of them.
const (
	silenceMatch = iota
	silenceUntil
	silenceReason
	silenceWhat
	silenceNumber
)

// A silence of more than manyTargets or longer than this asks for its count to
// be typed.
const silenceLong = 24 * time.Hour

var silenceKinds = []string{"silence", "maintenance"}

// openSilence asks for a silence of a target. If silences hold for it already,
// it shows those first.
func (m *Model) openSilence(target *monitor.TargetStatus) tea.Cmd {
	if !m.may(monitor.Respond) || m.snap == nil {
		return nil
	}
	if target != nil && len(m.silencesOf(target)) > 0 {
		m.openSilences(target)
		return nil
	}
	m.openNewSilence(target)
	return nil
}

// openNewSilence asks for a silence of a target, or, without one, of whatever is
// typed.
func (m *Model) openNewSilence(target *monitor.TargetStatus) {
	if target == nil {
		m.openSilenceOf(nil)
		return
	}
	m.openSilenceOf([]string{target.Target.Name})
}

// openSilenceOf asks for a silence of targets by name.
func (m *Model) openSilenceOf(names []string) {
	if !m.may(monitor.Respond) || m.snap == nil {
		return
	}
	end := silenceEnd{length: time.Hour}
	d := &silenceDialog{form: m.newForm(silenceNumber), place: "silence:", end: end, began: end}
	d.kind.words = silenceKinds
	if len(names) > 0 {
		d.place += strings.Join(names, " ")
		d.match.set(alert.Matcher{alert.Terms{"name": names}}.String())
	}
	d.recall(m, m.draft(d.place))
	if d.match.text != "" {
		d.focus = silenceReason
	}
	d.read(m)
	m.dialog = d
}

// openEditSilence asks how to change a silence.
func (m *Model) openEditSilence(s *alert.Silence) {
	if !m.may(monitor.Respond) || m.snap == nil {
		return
	}
	was := *s
	d := &silenceDialog{form: m.newForm(silenceNumber), place: "resilence:" + s.ID, was: &was}
	d.kind.words = silenceKinds
	if s.Maintenance {
		d.kind.at = 1
	}
	d.match.set(s.Match.String())
	d.reason.set(s.Reason)
	d.end = silenceEnd{fixed: s.Until, over: s.Until.IsZero()}
	d.began = d.end
	d.recall(m, m.draft(d.place))
	d.focus = silenceReason
	d.read(m)
	m.dialog = d
}

// recall takes up a draft: matcher, end, kind and reason, a line each. An end or
// a kind that is "" is not the draft's.
func (d *silenceDialog) recall(m *Model, draft string) {
	parts := strings.SplitN(draft, "\n", 4)
	if len(parts) < 4 {
		return
	}
	d.match.set(parts[0])
	if parts[1] != "" && !d.end.read(parts[1]) {
		d.typed.set(parts[1])
		d.readEnd(m)
	}
	if d.was == nil {
		d.kind.choose(parts[2])
	}
	d.reason.set(parts[3])
}

// draft is what recall takes up.
func (d *silenceDialog) draft() string {
	kind := ""
	if d.was == nil && d.maintenance() {
		kind = d.kind.word()
	}
	end := d.end.text(d.began)
	if d.typed.text != "" {
		end = oneLine(d.typed.text)
	}
	return strings.Join([]string{d.match.text, end, kind, d.reason.text}, "\n")
}

// keyUntil moves the end, or takes what is typed of it.
func (d *silenceDialog) keyUntil(m *Model, k tea.KeyPressMsg) {
	if d.typed.text == "" && (!isText(k) || k.Text == " ") {
		d.end.key(k.Keystroke(), m.now)
		return
	}
	d.typed.key(k)
	d.readEnd(m)
}

// readEnd understands the end that is typed: so long from now, or a time of day
// or of a date to come.
func (d *silenceDialog) readEnd(m *Model) {
	d.noEnd = false
	text := d.typed.value()
	if text == "" {
		return
	}
	if length, err := civil.ParseDuration(text); err == nil && length > 0 {
		d.end = silenceEnd{length: length}
	} else if at, err := m.comingMoment(text, m.now, m.location()); err == nil {
		d.end = silenceEnd{fixed: at}
	} else {
		d.noEnd = true
	}
}

// maintenance tells whether its time is not to count as downtime.
func (d *silenceDialog) maintenance() bool { return d.kind.at == 1 }

// read reads the matcher anew.
func (d *silenceDialog) read(m *Model) {
	d.compiled, d.wrong, d.seen = nil, "", nil
	matcher, err := alert.ParseMatcher(d.match.text)
	switch {
	case err != nil:
		d.wrong = oneLine(err.Error())
	case len(matcher) == 0:
		d.wrong = "say what to silence: name=shop-*, team=db"
	default:
		d.matcher = matcher
		d.compiled, _ = matcher.Compile()
	}
	d.look(m)
}

// look finds what the matcher hits at the moment. What it overlaps is looked for
// only if the silences are others.
func (d *silenceDialog) look(m *Model) {
	if d.compiled == nil {
		d.hits = silenceHits{}
		return
	}
	overlaps := d.hits.overlaps
	d.hits = m.hitsOf(d.compiled)
	now := m.snap.Silences
	if d.seen == nil || len(now) != len(d.seen) || len(now) > 0 && &now[0] != &d.seen[0] {
		id := ""
		if d.was != nil {
			id = d.was.ID
		}
		overlaps = m.overlapsOf(d.compiled, id)
		d.seen = now
	}
	d.hits.overlaps = overlaps
}

// grave says what it does that the count must be typed for; "" if it need not.
// Of a change only what is new counts.
func (d *silenceDialog) grave(now time.Time) string {
	matches := d.was == nil || d.match.value() != d.was.Match.String()
	targets := "silences " + count(d.hits.targets, "target")
	switch {
	case d.hits.unacked > 0:
		return targets + ", " + count(d.hits.unacked, "unacked critical")
	case matches && d.hits.targets > manyTargets:
		return targets
	case d.end.left(now) > silenceLong && (d.was == nil || !d.end.fixed.Equal(d.was.Until)):
		return targets + " for longer than a day"
	case matches && d.compiled != nil && d.compiled.All():
		return targets + ", which is all there are"
	}
	return ""
}

// missing says what is still needed before enter does anything; "" is nothing.
func (d *silenceDialog) missing(m *Model) string {
	switch {
	case d.compiled == nil:
		return d.wrong
	case d.reason.value() == "":
		return "a reason is required"
	case d.noEnd:
		return "no end can be read"
	case d.end.over && d.hits.alerts == 0:
		return "nothing is firing that it could outlast: give it an end"
	case !d.end.over && d.end.left(m.now) <= 0:
		return "its end has passed: give it another"
	case d.grave(m.now) != "" && d.number.value() != strconv.Itoa(d.hits.targets):
		return fmt.Sprintf("off until %d is typed", d.hits.targets)
	}
	return ""
}

func (d *silenceDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	d.stops = silenceNumber
	if d.grave(m.now) != "" {
		d.stops++
	}
	d.focus = min(d.focus, d.stops-1)
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case d.focus == silenceUntil:
		d.keyUntil(m, k)
		return d.edited(m)
	case d.focus == silenceWhat && !d.text(k, silenceReason):
		if d.was == nil {
			d.kind.key(stroke)
			return d.edited(m)
		}
	default:
		d.field().key(k)
		return d.edited(m)
	}
	return nil
}

// field returns the field with the focus.
func (d *silenceDialog) field() *field {
	switch d.focus {
	case silenceMatch:
		return &d.match
	case silenceNumber:
		return &d.number
	}
	return &d.reason
}

// edited follows a change of a field or choice.
func (d *silenceDialog) edited(m *Model) tea.Cmd {
	if d.focus == silenceMatch {
		d.read(m)
	}
	return m.typed(d.place, d.draft())
}

func (d *silenceDialog) confirm(m *Model) tea.Cmd {
	if missing := d.missing(m); missing != "" {
		d.failure = missing
		switch {
		case d.compiled == nil:
			d.focus = silenceMatch
		case d.reason.value() == "":
			d.focus = silenceReason
		case strings.Contains(missing, "end"):
			d.focus = silenceUntil
		default:
			d.focus = silenceNumber
		}
		return nil
	}
	until := d.end.at(m.now)
	if d.was != nil {
		c := monitor.EditSilence{ID: d.was.ID, Match: d.matcher, Until: until, Reason: d.reason.value()}
		return m.send(&d.form, c, d.was.ID+" holds "+m.until(until))
	}
	c := monitor.Silence{Match: d.matcher, Reason: d.reason.value(), Maintenance: d.maintenance()}
	if !d.end.over {
		c.For = d.end.left(m.now)
	}
	word := "silenced "
	if d.maintenance() {
		word = "in maintenance "
	}
	return m.send(&d.form, c, word+m.until(until))
}

// paste puts text into a field; the count is to be typed.
func (d *silenceDialog) paste(m *Model, text string) tea.Cmd {
	switch d.focus {
	case silenceNumber:
		d.pasteConfirms()
		return nil
	case silenceUntil:
		d.fill(&d.typed, text)
		d.readEnd(m)
	default:
		if d.focus == silenceWhat {
			d.focus = silenceReason
		}
		d.fill(d.field(), text)
	}
	return d.edited(m)
}

func (d *silenceDialog) follow(m *Model) { d.look(m) }

func (d *silenceDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.Silence, monitor.EditSilence:
		if d.busy && d.settle(err) {
			m.forget(d.place)
			m.shut(d)
		}
	}
}

func (d *silenceDialog) drawUntil(m *Model, b *box, w int) {
	on := d.focus == silenceUntil
	switch {
	case d.noEnd:
		b.input(w, "until", &d.typed, on, "90m, 04:30, 2026-12-24 09:00")
	case d.typed.text != "":
		b.input(w, "until", &d.typed, on, d.end.words(m))
	case d.end.over:
		b.pick("until", &choice{words: []string{d.end.words(m)}}, on, "← → gives it an end")
	default:
		b.pick("until", &choice{words: []string{d.end.words(m)}}, on, "space: over; ← →, 90m, 04:30")
	}
	b.rows[len(b.rows)-1].keep = true
}

func (d *silenceDialog) draw(m *Model, w, h int) string {
	b := box{title: "silence", enter: "enter silence", leave: "esc cancel, draft kept"}
	if d.was != nil {
		b.title, b.enter = "change "+d.was.ID, "enter change it"
		if m.silence(d.was.ID) == nil {
			b.row(piece{warn, d.was.ID + " holds no more: there is nothing to change"})
		}
	} else if d.maintenance() {
		b.title, b.enter = "maintenance", "enter begin maintenance"
	}
	b.input(w, "match", &d.match, d.focus == silenceMatch, "tab next field")
	b.rows[len(b.rows)-1].keep = true
	if d.compiled == nil {
		for _, line := range wrap(d.wrong, max(boxInner(w)-labelRoom(w), 1)) {
			b.row(piece{dim, pad("", labelRoom(w))}, piece{warn, line})
		}
	}
	d.drawUntil(m, &b, w)
	b.input(w, "reason", &d.reason, d.focus == silenceReason, "required")
	hint := "← →"
	if d.was != nil {
		hint = "stays"
	}
	b.pick("as", &d.kind, d.focus == silenceWhat, hint)
	d.drawHits(m, &b, w)
	if grave := d.grave(m.now); grave != "" {
		text := fmt.Sprintf("!! %s: type %d", grave, d.hits.targets)
		for _, line := range wrap(text, boxInner(w)) {
			b.row(piece{warn, line}).keep = true
		}
		b.input(w, "confirm", &d.number, d.focus == silenceNumber, "")
		b.rows[len(b.rows)-1].keep = true
	}
	d.status(&b, w)
	if missing := d.missing(m); missing != "" {
		b.enter += " (" + missing + ")"
	}
	return b.draw(m, w, h)
}
