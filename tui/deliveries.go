package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// deliveriesState is the screen of receivers and attempts.
type deliveriesState struct {
	sections
	only string // the receiver whose attempts are shown; "" is all

	of   uint64 // Seq of the snapshot that rows were made of; 0 is none
	rows []deliveryRow
	keys []string // one a row
}

// deliveryRow is a head, the names of the columns, a receiver or an attempt.
type deliveryRow struct {
	title, right string
	columns      bool
	receiver     *receiverState
	attempt      *alert.Delivery
	gone         bool // it stays for the cursor alone
}

// followDeliveries keeps the cursor on its row. While one is elsewhere there are
// no rows: they would hold on to a snapshot of long ago.
func (m *Model) followDeliveries(*monitor.Snapshot) {
	if m.screen == screenDeliveries {
		m.listDeliveries()
		return
	}
	m.deliver.of, m.deliver.rows, m.deliver.keys = 0, nil, nil
}

// listDeliveries makes the rows anew if the snapshot is another.
func (m *Model) listDeliveries() {
	s := &m.deliver
	if m.snap == nil || s.of == m.snap.Seq {
		return
	}
	s.of = m.snap.Seq
	var had deliveryRow
	if r := s.row(); r != nil {
		had = *r
	}
	s.rows, s.keys = s.rows[:0], s.keys[:0]
	add := func(key string, r deliveryRow) { s.rows, s.keys = append(s.rows, r), append(s.keys, key) }

	receivers := receiversOf(m.snap)
	add("", deliveryRow{title: "receivers"})
	for i := range receivers {
		add("receiver "+receivers[i].name, deliveryRow{receiver: &receivers[i]})
	}
	head := deliveryRow{title: "attempts", right: "newest first"}
	if s.only != "" {
		head.title = "attempts with " + s.only
		head.right = "enter on it shows all"
	}
	add("", head)
	if len(m.snap.Told) > 0 {
		add("", deliveryRow{columns: true})
	}
	for i := len(m.snap.Told) - 1; i >= 0; i-- {
		if d := &m.snap.Told[i]; s.only == "" || d.Notification.Receiver == s.only {
			n := &d.Notification
			add(fmt.Sprintf("attempt %s %s %d %d", n.Receiver, n.Key, n.Attempt, d.At.UnixNano()), deliveryRow{attempt: d})
		}
	}
	if at := s.lost(s.keys); at >= 0 && had.name() != "" {
		had.gone = true
		s.rows, s.keys = slices.Insert(s.rows, at, had), slices.Insert(s.keys, at, s.key)
	}
	s.sections.follow(s.keys, m.deliveriesLayout().rows)
}

// row returns the row one is on, nil if there is none.
func (s *deliveriesState) row() *deliveryRow {
	if s.at < len(s.rows) && s.key != "" {
		return &s.rows[s.at]
	}
	return nil
}

// deliveriesRow returns the row one is on now, nil if there is none.
func (m *Model) deliveriesRow() *deliveryRow {
	m.listDeliveries()
	return m.deliver.row()
}

// paneLayout is how the lines of a list's screen are divided.
type paneLayout struct {
	rows    int // of the list, without its head
	preview int // of the selected row, with the rule
}

// deliveriesLayout returns the division at this size: the names of the columns
// are a row.
func (m *Model) deliveriesLayout() paneLayout {
	l := m.paneLayout(3)
	l.rows = max(m.bodyRoom()-l.preview, 0)
	return l
}

// paneLayout returns a division with a preview of n lines where there is room.
func (m *Model) paneLayout(n int) paneLayout {
	l := paneLayout{}
	if m.h >= heightLower && m.w >= 40 {
		l.preview = n + 1
		if m.h >= 40 {
			l.preview += n
		}
	}
	l.rows = max(m.bodyRoom()-1-l.preview, 0)
	return l
}

func (m *Model) keyDeliveries(k string) (tea.Cmd, bool) {
	s := &m.deliver
	m.listDeliveries()
	if s.press(k, s.keys, m.deliveriesLayout().rows) {
		return nil, true
	}
	r := m.deliveriesRow()
	switch {
	case k != "enter" && k != "r":
		return nil, false
	case r == nil:
		m.refuse("no receiver is selected")
	case k == "r":
		return m.openRetry(r.name()), true
	case r.receiver != nil:
		s.only = mark(s.only == r.receiver.name, "", r.receiver.name)
		s.of = 0
		m.listDeliveries()
	default:
		return m.openToldOf(r.attempt), true
	}
	return nil, true
}

// name returns the receiver that a row is about, "" if it is about none.
func (r *deliveryRow) name() string {
	switch {
	case r.receiver != nil:
		return r.receiver.name
	case r.attempt != nil:
		return r.attempt.Notification.Receiver
	}
	return ""
}

// openToldOf shows what else is known of the first alert of an attempt.
func (m *Model) openToldOf(d *alert.Delivery) tea.Cmd {
	as := d.Notification.Alerts
	if len(as) == 0 {
		m.refuse("this attempt is about no alert")
		return nil
	}
	sel := selection{target: as[0].Target, alerts: []string{as[0].ID}}
	if m.targetNamed(sel.target) == nil && m.snap.Alert(as[0].ID) == nil {
		m.refuse(sel.target + " is no longer there")
		return nil
	}
	return m.openTold(sel)
}

// stateDeliveries is what the tab line says.
func (m *Model) stateDeliveries() string {
	if n := len(m.snap.Owed); n > 0 {
		return fmt.Sprintf("%d owed, %s retries", n, m.keyFor("r"))
	}
	return "nothing is owed"
}
