package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/oncall"
)

// answerDialog lists what of on-call whoever looks is asked: shifts that they
// came on call for and have to accept, and swaps.
type answerDialog struct {
	menu
	effect []string
}

// answerHandOver begins the name of what is asked if it is a schedule to accept;
// otherwise it is the ID of a swap.
const answerHandOver = "hand-over "

// openOnCallAsked lists what is asked, and tells whether anything is.
func (m *Model) openOnCallAsked() bool {
	if m.snap == nil || !m.onCall.you.asked() {
		return false
	}
	d := &answerDialog{menu: menu{form: m.newForm(0)}}
	d.follow(m)
	m.dialog = d
	return true
}

// handOver returns the schedule of what is marked, false if it is a swap.
func (d *answerDialog) handOver() (schedule string, ok bool) {
	id := d.marked()
	if len(id) > len(answerHandOver) && id[:len(answerHandOver)] == answerHandOver {
		return id[len(answerHandOver):], true
	}
	return "", false
}

func (d *answerDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	if !d.walk(k) && d.letter(m, k, "r") == "r" {
		return d.refuse(m)
	}
	d.look(m)
	return nil
}

func (d *answerDialog) confirm(m *Model) tea.Cmd {
	if schedule, ok := d.handOver(); ok {
		return m.send(&d.form, monitor.AcceptHandover{Schedule: schedule}, "you have "+schedule)
	}
	if id := d.marked(); id != "" {
		return m.send(&d.form, monitor.AnswerSwap{Swap: id, Accept: true}, "swap accepted")
	}
	d.failure = "it is answered, or over: choose again"
	d.mark(d.at)
	return nil
}

// refuse refuses the swap that is marked.
func (d *answerDialog) refuse(m *Model) tea.Cmd {
	switch _, shift := d.handOver(); {
	case shift:
		d.failure = "a shift is not refused: esc, then " + m.keys.shown("O", screenOnCall) + " on the screen on-call has somebody take over"
		return nil
	case d.marked() == "":
		d.failure = "it is answered, or over: choose again"
		return nil
	}
	return m.send(&d.form, monitor.AnswerSwap{Swap: d.marked()}, "swap refused")
}

func (d *answerDialog) paste(*Model, string) tea.Cmd { return nil }

func (d *answerDialog) follow(m *Model) {
	y := &m.onCall.you
	var ids []string
	for _, name := range y.handover {
		ids = append(ids, answerHandOver+name)
	}
	for i := range y.swaps {
		ids = append(ids, y.swaps[i].Swap)
	}
	d.list(ids)
	d.look(m)
}

// look works out what the marked swap comes to.
func (d *answerDialog) look(m *Model) {
	d.effect = nil
	halves := swapHalves(m.snap.Roster, d.marked())
	if len(halves) == 0 {
		return
	}
	r := m.snap.Roster
	after, _, err := r.Answer(m.now, d.marked(), m.src.Actor().Name, true)
	if err != nil {
		d.effect = []string{err.Error()}
		return
	}
	latest := slices.MaxFunc(halves, func(a, b oncall.Override) int { return a.To.Compare(b.To) })
	d.effect = m.changeLines(r, after, halves[0].Schedule, m.now, latest.To)
}

func (d *answerDialog) done(m *Model, c monitor.Command, err error) {
	switch c.(type) {
	case monitor.AcceptHandover, monitor.AnswerSwap:
		if d.busy && d.settle(err) {
			m.shut(d)
		}
	}
}

func (d *answerDialog) draw(m *Model, w, h int) string {
	b := box{title: "you are asked", enter: "enter accept", leave: "r refuse  esc later"}
	y := &m.onCall.you
	for i, name := range y.handover {
		b.item(m, d.is(i), piece{plain, "you are on call for " + name + m.sinceShift(name) + "; accept it"})
	}
	for i := range y.swaps {
		row := b.item(m, d.is(len(y.handover)+i), piece{plain, y.swaps[i].By + " asks to swap " + y.swaps[i].Schedule})
		row.right = y.swaps[i].Swap
	}
	if !y.asked() {
		b.row(piece{dim, "nothing any more"})
		b.enter = ""
	}
	d.warn(m, &b, w)
	if _, shift := d.handOver(); shift {
		b.say(dim, "says that you have it. Otherwise, 15 minutes after it began, sitrep itself alerts", w)
		b.leave = "esc later"
	} else if d.marked() != "" {
		b.say(plain, m.swapWords(d.marked()), w)
		b.say(dim, "if you accept:", w)
		m.effectRows(&b, d.effect, "", w)
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// sinceShift says since when the shift of a schedule is.
func (m *Model) sinceShift(schedule string) string {
	for i := range m.onCall.rows {
		if r := &m.onCall.rows[i]; r.name == schedule && !r.now.From.IsZero() {
			return " since " + longAge(max(m.now.Sub(r.now.From), time.Second))
		}
	}
	return ""
}
