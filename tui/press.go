package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// press takes a key in: first whoever takes all keys, then the screen, then the
// frame. A key that means nothing here says so.
func (m *Model) press(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if m.restOfAnswer(name) {
		return nil
	}
	m.lastKey = m.now
	m.looked()
	m.sawAlerts()
	m.undoing.press++
	m.unsay()
	m.pressing = true
	defer func() { m.pressing = false }()
	switch {
	case name == "ctrl+c":
		return m.leaveNow()
	case name == "ctrl+z":
		m.suspend()
		return nil
	case m.dialog != nil:
		return m.dialog.key(m, k)
	case m.command.on:
		return m.keyCommand(k)
	case m.findingHelp():
		m.keyFind(k)
		return nil
	case m.filter.typing():
		cmd := m.keyFilter(k)
		m.filtered()
		return cmd
	}
	b, meant := m.keys.find(name, m.screen)
	if b == nil {
		m.sayNothing(name)
		return nil
	}
	return m.strike(b, meant, name)
}

// strike does what a key of the table means on this screen. name is the key that
// the operator pressed for it.
func (m *Model) strike(b *binding, meant, name string) tea.Cmd {
	if !m.may(b.needs) {
		return nil
	}
	if m.screen == screenBoard && m.board.bringBack(m.boardLayout().rows) && b.ofRow() {
		m.say("back at " + m.board.rowWords(m.board.cursor) + ", which was out of sight: " + name + " again if you mean it")
		return nil
	}
	if cmd, mine := m.pressScreen(meant); mine {
		return cmd
	}
	return m.pressFrame(meant)
}

// pressScreen gives a key to the screen: it means what is shown, and a dialog that
// it opens is about how that is now.
func (m *Model) pressScreen(k string) (cmd tea.Cmd, mine bool) {
	if m.pane.on && m.paneWidth() > 0 && m.keyPane(k) {
		return nil, true
	}
	open := m.dialog
	m.asHeld(func() { cmd, mine = screenOf(m.screen).key(m, k) })
	if m.frozen() && m.dialog != nil && m.dialog != open {
		m.dialog.follow(m)
	}
	return cmd, mine
}

// sayNothing says where a key that means nothing here does.
func (m *Model) sayNothing(name string) {
	if where := m.keys.elsewhere(name); where != "" {
		m.refuse(name + " is a key of " + where)
		return
	}
	if len(name) == 1 {
		m.refuse("nothing is on " + name + "; " + m.keyFor("?") + " lists the keys")
	}
}

// pressFrame handles the keys that mean the same on all screens that have them.
func (m *Model) pressFrame(name string) tea.Cmd {
	switch name {
	case "esc":
		m.escape()
	case "q":
		if !m.leave() {
			return m.openQuit()
		}
	case "1":
		m.tab(screenBoard)
	case "2":
		m.tab(screenAlerts)
	case "3":
		m.tab(screenIncidents)
	case "4":
		m.tab(screenOnCall)
	case "?":
		m.openHelp()
	case "/":
		m.filter.open(m.completeFilter)
		m.filtered()
	case "t":
		m.local = !m.local
		m.say("times in " + m.zone())
	case "!":
		var cmd tea.Cmd
		m.asHeld(func() { cmd = m.nextUnacked() })
		return cmd
	case "space":
		m.asHeld(m.toggleMark)
	case "=":
		return m.compareMarked()
	case "+":
		return m.zoom(1)
	case "-":
		return m.zoom(-1)
	case "tab":
		m.nextPane()
	case "f":
		m.toggleFreeze()
	case "c":
		return m.showChanged()
	case "o":
		m.asHeld(m.nextOrder)
	case "v":
		m.asHeld(m.nextColumns)
	case "u":
		return m.undo()
	case "y":
		return m.copyLine()
	case "Y":
		return m.copyScreen()
	case ":":
		return m.openCommand()
	case "M":
		m.show(screenSilences)
	case "D":
		m.show(screenDeliveries)
	case "ctrl+r":
		return m.openReload()
	default:
		if m.snap == nil {
			return nil
		}
		sel := m.selected()
		if !slices.Contains(keysForMany, name) {
			m.asHeld(func() { sel = m.underCursor() })
		}
		return m.act(name, sel)
	}
	return nil
}

// selected returns what is selected in the picture that is shown.
func (m *Model) selected() (sel selection) {
	m.asHeld(func() { sel = screenOf(m.screen).selection(m) })
	return sel
}

// escape goes out of the innermost thing: the filter, the marks, the freeze, then
// the screen.
func (m *Model) escape() {
	switch {
	case m.filterShown():
		m.filter.clear()
		m.filtered()
	case m.screen == screenBoard && m.board.clearMarks():
	case m.frozen():
		m.thaw()
	case m.leave():
	default:
		m.say("this is the board; " + m.keyFor("q") + " leaves sitrep")
	}
}

// suspend says why a screen is not suspended: it is drawn by the process that
// probes, also on the terminal of somebody who looks on, and that would stop.
func (m *Model) suspend() {
	way := "q leaves this screen"
	if m.opt.Standalone {
		way = "use a second window, or tmux"
	}
	m.refuse("ctrl+z would stop the probing and the paging: " + way)
}

// act does what the keys that act mean for a selection.
func (m *Model) act(name string, sel selection) tea.Cmd {
	if sel.many() {
		return m.actOnMany(name, sel)
	}
	switch name {
	case "a":
		return m.acknowledge(sel)
	case "A":
		return m.unacknowledge(sel)
	case "s":
		t := m.targetNamed(sel.target)
		if t == nil {
			m.refuse("no target is selected")
			return nil
		}
		return m.openSilence(t)
	case "w":
		return m.openTold(sel)
	case "R":
		return m.openAsked()
	case "P":
		return m.openPage(sel)
	case "p":
		return m.openResolveAlert(sel)
	case "i":
		return m.openIncidentOrDeclare(sel.alerts)
	case "n":
		if sel.incident == "" && sel.target == "" {
			m.refuse("nothing is selected to write about")
			return nil
		}
		return m.openNote(sel.incident, sel.target)
	case "r":
		if m.targetNamed(sel.target) == nil {
			m.refuse("no target is selected")
			return nil
		}
		return m.do(monitor.ProbeNow{Targets: []string{sel.target}}, "probing "+sel.target)
	}
	return nil
}

// acknowledge opens the dialog for what is not acknowledged yet.
func (m *Model) acknowledge(sel selection) tea.Cmd {
	var open []string
	by := ""
	for _, id := range sel.alerts {
		a := m.snap.Alert(id)
		switch {
		case a == nil || !a.State.Active():
		case a.Ack == nil:
			open = append(open, id)
		default:
			by = fmt.Sprintf("%s acknowledged it %s ago; %s takes it back", a.Ack.By, age(m.now.Sub(a.Ack.At)), m.keyFor("A"))
		}
	}
	switch {
	case len(open) > 0:
		return m.openAck(open)
	case by != "":
		m.refuse(by)
	default:
		m.refuse("no alert is firing here")
	}
	return nil
}

// unacknowledge takes acknowledgements back.
func (m *Model) unacknowledge(sel selection) tea.Cmd {
	var acked []string
	for _, id := range sel.alerts {
		if a := m.snap.Alert(id); a != nil && a.State.Active() && a.Ack != nil {
			acked = append(acked, id)
		}
	}
	if len(acked) == 0 {
		m.refuse("nobody has acknowledged anything here")
		return nil
	}
	return m.do(monitor.Unacknowledge{Alerts: acked}, "acknowledgement taken back")
}

// targetNamed returns a target by name, nil if there is none.
func (m *Model) targetNamed(name string) *monitor.TargetStatus {
	if m.snap == nil {
		return nil
	}
	if i, found := m.snap.Find(name); found {
		return m.snap.Target(i)
	}
	return nil
}

// paste gives pasted text to whoever takes text; elsewhere it does nothing, and
// the keys that it looks like are not pressed.
func (m *Model) paste(text string) tea.Cmd {
	m.lastKey = m.now
	m.looked()
	m.sawAlerts()
	switch {
	case m.dialog != nil:
		return m.dialog.paste(m, text)
	case m.command.on:
		return m.pasteCommand(text)
	case m.findingHelp():
		m.help.find.insert(text)
		m.help.scroll = list{}
	case m.filter.typing():
		cmd := m.pasteFilter(text)
		m.filtered()
		return cmd
	}
	return nil
}
