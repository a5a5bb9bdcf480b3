package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// noGroups is the word for a board that is in no groups.
const noGroups = "none"

// argLabel is a label to make groups by.
var argLabel = argument{name: "LABEL|" + noGroups, words: func(m *Model) []string {
	words := append([]string{noGroups, "group", "kind"}, m.labelNames()...)
	slices.Sort(words[3:])
	return slices.Compact(words)
}}

// boardCommands change how the board is laid out, and what is marked on it.
func boardCommands() []command {
	orders := make([]string, nSortings)
	for s := range nSortings {
		orders[s] = sortings[s].name
	}
	return []command{
		{name: "order", args: []argument{maybe(oneWord("ORDER", orders...))}, help: "what the board is sorted by; nothing behind it: the next", run: onBoard(func(m *Model, args []string) {
			if len(args) > 0 {
				m.orderBy(sortingNamed(args[0]))
			} else {
				m.nextOrder()
			}
		})},
		{name: "group", args: []argument{argLabel}, help: "the board in groups by a label, or in none", run: onBoard(func(m *Model, args []string) {
			m.groupBy(strings.TrimPrefix(args[0], noGroups))
		})},
		{name: "columns", args: []argument{maybeMany(oneWord("COLUMN", ColumnNames()...))}, help: "columns of the board; nothing behind it: the next set", run: onBoard(func(m *Model, args []string) {
			if len(args) > 0 {
				m.board.shown.set(args)
			} else {
				m.board.shown.next()
			}
			m.sayColumns()
		})},
		{name: "mark", args: []argument{maybe(argFilter)}, help: "mark what a filter matches; nothing behind it: what is shown", run: onBoard(runMark)},
		{name: "unmark", help: "take all marks away", run: onBoard(func(m *Model, _ []string) {
			if !m.board.clearMarks() {
				m.refuse("nothing is marked")
			}
		})},
	}
}

// onBoard goes to the board, and does something to it as it is shown there.
func onBoard(do func(*Model, []string)) runner {
	return func(m *Model, args []string) tea.Cmd {
		if m.screen != screenBoard {
			m.tab(screenBoard)
		}
		m.asHeld(func() { do(m, args) })
		return nil
	}
}

// runMark marks what a filter matches, or all that is shown.
func runMark(m *Model, args []string) {
	f := m.filter.current()
	if len(args) > 0 {
		asked, err := parseFilter(args[0], m.now)
		if err != nil {
			m.refuse(err.Error())
			return
		}
		f.text, f.root = asked.text, asked.root
	}
	f.snap, f.now, f.me, f.since = m.snap, m.now, m.filter.valid.me, m.changes()
	n := m.markWhere(func(t *monitor.TargetStatus) bool { return f.matchTarget(t, m.now) })
	if n == 0 {
		m.refuse("no target matches")
		return
	}
	m.say(m.markWords() + ": " + strings.Join([]string{m.keyFor("a"), m.keyFor("s"), m.keyFor("i"), m.keyFor("n")}, " ") +
		" act on them; " + m.keyFor("esc") + " takes the marks away")
}
