package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// retryDialog asks whether to try all that a receiver is owed now: what is sent
// cannot be taken back.
type retryDialog struct {
	form
	receiver string
}

func (m *Model) openRetry(receiver string) tea.Cmd {
	if !m.may(monitor.Respond) {
		return nil
	}
	if !slices.ContainsFunc(receiversOf(m.snap), func(r receiverState) bool { return r.name == receiver && r.owed > 0 }) {
		m.refuse(receiver + " is owed nothing")
		return nil
	}
	m.dialog = &retryDialog{form: m.newForm(0), receiver: receiver}
	return nil
}

func (d *retryDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	switch d.press(m.now, k) {
	case formLeave:
		m.shut(d)
	case formEnter:
		return m.send(&d.form, monitor.Retry{Receiver: d.receiver}, d.receiver+" is tried now")
	}
	return nil
}

func (d *retryDialog) paste(*Model, string) tea.Cmd { return nil }
func (d *retryDialog) follow(*Model)                {}

func (d *retryDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Retry); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *retryDialog) draw(m *Model, w, h int) string {
	b := box{title: "retry " + d.receiver, enter: "enter try it now", leave: "esc cancel"}
	i := slices.IndexFunc(receiversOf(m.snap), func(r receiverState) bool { return r.name == d.receiver })
	if i < 0 {
		b.row(piece{plain, "nothing is known of it any more"})
		return b.draw(m, w, h)
	}
	r := receiversOf(m.snap)[i]
	b.say(plain, m.receiverWords(&r), w)
	owed := m.owedTo(&r)
	for k, line := range owed {
		if k == 5 {
			b.row(piece{dim, fmt.Sprintf("and %d more", len(owed)-k)})
			break
		}
		b.say(plain, line, w)
	}
	if len(owed) == 0 {
		b.row(piece{plain, "it is owed nothing any more"})
	}
	b.say(dim, "everything that waits for it is sent at once, what it refused and what was given up as well", w)
	d.status(&b, w)
	return b.draw(m, w, h)
}
