package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/monitor"
)

// silenceDialog asks what to silence, for how long and why, and shows what that
// would hold back as it stands.
type silenceDialog struct {
	form
	place  string
	match  field
	length time.Duration
	reason field
	number field // the count, typed to confirm what hides much

	compiled *alert.Compiled // of match; nil if it cannot be understood
	matcher  alert.Matcher
	wrong    string // why it cannot be
	hits     silenceHits
}

// silenceHits is what a silence matches at the moment.
type silenceHits struct {
	targets  []*monitor.TargetStatus // firing first
	firing   int
	unacked  int // firing, critical and acknowledged by nobody
	overlaps []alert.Silence
}

// The stops of the dialog.
const (
	silenceMatch = iota
	silenceUntil
	silenceReason
	silenceNumber
)

// A silence of more than these asks for its count to be typed.
const (
	silenceManyTargets = 10
	silenceLong        = 24 * time.Hour
)

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

func (m *Model) openNewSilence(target *monitor.TargetStatus) {
	d := &silenceDialog{form: m.newForm(silenceNumber), place: "silence:", length: time.Hour}
	if target != nil {
		d.place += target.Target.Name
		d.match.set(alert.Matcher{alert.Terms{"name": {target.Target.Name}}}.String())
	}
	match, reason, _ := strings.Cut(m.draft(d.place), "\n")
	if match != "" {
		d.match.set(match)
	}
	d.reason.set(reason)
	if match != "" || target != nil {
		d.focus = silenceReason
	}
	d.read(m)
	m.dialog = d
}

// silencesOf returns the silences that hold for a target.
func (m *Model) silencesOf(t *monitor.TargetStatus) []alert.Silence {
	return slices.DeleteFunc(slices.Clone(m.snap.Silences), func(s alert.Silence) bool {
		return !silences(s.Match.Match, t)
	})
}

// silences tells whether a matcher means a target: its alert if there is one,
// else the one that it would have as it stands.
func silences(match func(map[string]string, alert.Severity, []checker.Finding) bool, t *monitor.TargetStatus) bool {
	if a := t.Alert; a != nil {
		return match(t.Target.Labels, a.Severity, a.Findings)
	}
	return match(t.Target.Labels, alert.SeverityOf(t.Believed), t.Last.Findings)
}

// read reads the matcher anew.
func (d *silenceDialog) read(m *Model) {
	d.compiled, d.wrong = nil, ""
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

// look finds what the matcher hits at the moment.
func (d *silenceDialog) look(m *Model) {
	d.hits = silenceHits{}
	if d.compiled == nil {
		return
	}
	h := &d.hits
	for _, t := range m.snap.Targets() {
		if !silences(d.compiled.Match, t) {
			continue
		}
		h.targets = append(h.targets, t)
		if a := t.Alert; a != nil && a.State.Active() {
			h.firing++
			if a.Severity == alert.Critical && a.Ack == nil {
				h.unacked++
			}
		}
	}
	slices.SortStableFunc(h.targets, func(x, y *monitor.TargetStatus) int { return gravityOf(y) - gravityOf(x) })
	for _, s := range m.snap.Silences {
		if slices.ContainsFunc(h.targets, func(t *monitor.TargetStatus) bool { return silences(s.Match.Match, t) }) {
			h.overlaps = append(h.overlaps, s)
		}
	}
}

func gravityOf(t *monitor.TargetStatus) int {
	if t.Alert == nil || !t.Alert.State.Active() {
		return 0
	}
	return 1 + int(t.Alert.Severity)
}

// grave says why the count must be typed; "" if it need not.
func (d *silenceDialog) grave() string {
	switch n := len(d.hits.targets); {
	case d.hits.unacked > 0:
		return "hides " + count(d.hits.unacked, "unacked critical")
	case n > silenceManyTargets:
		return fmt.Sprintf("hides %d targets", n)
	case d.length > silenceLong:
		return "is longer than a day"
	case d.compiled != nil && d.compiled.All():
		return "matches everything"
	}
	return ""
}

// missing says what is still needed before enter does anything; "" is nothing.
func (d *silenceDialog) missing() string {
	switch {
	case d.compiled == nil:
		return d.wrong
	case d.reason.value() == "":
		return "a reason is required"
	case d.grave() != "" && d.number.value() != strconv.Itoa(len(d.hits.targets)):
		return fmt.Sprintf("off until %d is typed", len(d.hits.targets))
	}
	return ""
}

func (d *silenceDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	d.stops = silenceNumber
	if d.grave() != "" {
		d.stops++
	}
	switch d.press(m.now, k) {
	case formTaken:
		return nil
	case formLeave:
		m.shut(d)
		return nil
	case formEnter:
		return d.confirm(m)
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case d.focus == silenceUntil:
		d.lengthen(stroke)
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

// edited follows a change of a field.
func (d *silenceDialog) edited(m *Model) tea.Cmd {
	if d.focus == silenceMatch {
		d.read(m)
	}
	return m.typed(d.place, d.match.text+"\n"+d.reason.text)
}

// lengthen moves the end: in quarters of an hour up to two, then in hours up to
// half a day, then in days.
func (d *silenceDialog) lengthen(k string) {
	step := func(d time.Duration) time.Duration {
		switch {
		case d < 2*time.Hour:
			return 15 * time.Minute
		case d < 12*time.Hour:
			return time.Hour
		case d < 24*time.Hour:
			return 12 * time.Hour
		}
		return 24 * time.Hour
	}
	switch k {
	case "right":
		d.length = min(d.length+step(d.length), 30*24*time.Hour)
	case "left":
		d.length = max(d.length-step(d.length-1), 15*time.Minute)
	}
}

func (d *silenceDialog) confirm(m *Model) tea.Cmd {
	if missing := d.missing(); missing != "" {
		d.failure = missing
		switch {
		case d.compiled == nil:
			d.focus = silenceMatch
		case d.reason.value() == "":
			d.focus = silenceReason
		default:
			d.focus = silenceNumber
		}
		return nil
	}
	c := monitor.Silence{Match: d.matcher, For: d.length, Reason: d.reason.value()}
	return m.send(&d.form, c, "silenced until "+m.clock(m.now.Add(d.length), "15:04 ")+m.zone())
}

func (d *silenceDialog) paste(m *Model, text string) tea.Cmd {
	if d.focus == silenceUntil || !d.field().insert(text) {
		return nil
	}
	return d.edited(m)
}

func (d *silenceDialog) follow(m *Model) { d.look(m) }

func (d *silenceDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Silence); mine && d.busy && d.settle(err) {
		m.forget(d.place)
		m.shut(d)
	}
}

func (d *silenceDialog) draw(m *Model, w, h int) string {
	b := box{title: "silence", enter: "enter silence", leave: "esc cancel, draft kept"}
	end := m.now.Add(d.length)
	layout := "15:04"
	if d.length > 20*time.Hour {
		layout = "01-02 15:04"
	}
	b.input(w, "match", &d.match, d.focus == silenceMatch, "tab next field")
	until := choice{words: []string{m.clock(end, layout) + " " + m.zone() + ", " + civil.FormatDuration(d.length)}}
	b.pick("until", &until, d.focus == silenceUntil, "← →")
	b.input(w, "reason", &d.reason, d.focus == silenceReason, "required")
	b.row()
	d.drawHits(m, &b, w)
	if grave := d.grave(); grave != "" {
		text := fmt.Sprintf("!! %s: type %d to confirm", grave, len(d.hits.targets))
		b.row(piece{warn, text})
		b.input(w, "confirm", &d.number, d.focus == silenceNumber, "")
	}
	d.status(&b, w)
	if missing := d.missing(); missing != "" {
		b.enter = "enter silence (" + missing + ")"
	}
	return b.draw(m, w, h)
}

func (d *silenceDialog) drawHits(m *Model, b *box, w int) {
	h := &d.hits
	if d.compiled == nil {
		b.say(warn, d.wrong, w)
		return
	}
	n := len(h.targets)
	if n == 0 {
		b.row(piece{warn, "matches no target now"})
	} else {
		row := b.row(piece{plain, fmt.Sprintf("%s now, %d firing ", count(n, "target"), h.firing)})
		if h.unacked > 0 {
			row.pieces = append(row.pieces, piece{urgent, fmt.Sprintf(" %d UNACKED ", h.unacked)})
		}
		d.drawTargets(m, b, w)
	}
	for _, s := range h.overlaps {
		b.row(piece{dim, fmt.Sprintf("overlaps %s (%s, until %s): %s", s.ID, s.By, m.clock(s.Until, "01-02 15:04"), oneLine(s.Reason))})
	}
	b.say(dim, "nobody is notified meanwhile; board, log and timeline still show it", w)
}

// drawTargets names what is hit, as much as fits a row.
func (d *silenceDialog) drawTargets(m *Model, b *box, w int) {
	row := b.row(piece{plain, " "})
	room := boxInner(w) - 6
	for i, t := range d.hits.targets {
		sign := piece{plain, m.theme.ok}
		if t.Alert != nil && t.Alert.State.Active() {
			sign = m.glyphOf(t.Alert.Severity)
		}
		room -= m.theme.width(t.Target.Name) + 4
		if room < 0 && i > 0 {
			row.pieces = append(row.pieces, piece{plain, fmt.Sprintf("  +%d", len(d.hits.targets)-i)})
			return
		}
		row.pieces = append(row.pieces, piece{plain, " "}, sign, piece{plain, " " + t.Target.Name + " "})
	}
}
