package tui

import (
	"iter"
	"slices"
	"strings"

	"sitrep/monitor"
)

// screenID names a screen.
type screenID uint8

// The screens. The first four are the tabs, in the order of their numbers.
const (
	screenBoard screenID = iota
	screenAlerts
	screenIncidents
	screenOnCall
	screenTarget
	screenTimeline
	screenTold
	screenDeliveries
	screenSilences
	screenCompare
	screenHelp
	nScreens
)

var screenNames = [nScreens]string{"board", "alerts", "incidents", "on-call", "target", "timeline", "told", "deliveries", "silences", "compare", "help"}

// String returns the word shown for the screen.
func (s screenID) String() string { return screenNames[min(s, nScreens-1)] }

// screenSet is a set of screens.
type screenSet uint16

// on returns the set of some screens.
func on(ids ...screenID) (s screenSet) {
	for _, id := range ids {
		s |= 1 << id
	}
	return s
}

func (s screenSet) has(id screenID) bool { return s&(1<<id) != 0 }

// everywhere is all screens.
const everywhere = screenSet(1<<nScreens - 1)

// The groups of the help page, in its order.
const (
	groupMove = "move"
	groupAct  = "act"
	groupSee  = "see"
)

var helpGroups = []string{groupMove, groupAct, groupSee}

// binding is one key's meaning: the same on all screens that have it. The key
// line and the help page are made from the table of them.
type binding struct {
	names []string // what [keys] of a configuration calls it: one for each equal part of keys
	keys  []string // as Bubble Tea names them; the first is the one shown
	shown string   // what is shown for the keys; "" is the first
	short string   // in the key line; "" is not in it
	help  string   // on the help page
	where screenSet
	group string
	needs monitor.Role
}

// label returns what is shown for the keys.
func (b *binding) label() string {
	if b.shown != "" {
		return b.shown
	}
	return b.keys[0]
}

// bindings returns every key of every screen, in the order of the key line.
// Dialogs and prompts have keys of their own, named in their last line.
func bindings() []binding { return table }

var (
	lists  = on(screenBoard, screenAlerts, screenIncidents, screenTimeline)
	acting = on(screenBoard, screenAlerts, screenTarget, screenTold)
)

var table = []binding{
	{names: []string{"open"}, keys: []string{"enter"}, short: "open", help: "go in", where: on(screenBoard, screenAlerts, screenIncidents, screenDeliveries, screenSilences, screenCompare), group: groupMove},
	{names: []string{"back"}, keys: []string{"esc"}, short: "back", help: "innermost first: filter, marks, freeze, screen", where: everywhere &^ on(screenBoard), group: groupMove},
	{names: []string{"back"}, keys: []string{"esc"}, help: "clear filter, marks, freeze", where: on(screenBoard), group: groupMove},
	{names: []string{"ack"}, keys: []string{"a"}, short: "ack", help: "acknowledge", where: acting | on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"silence"}, keys: []string{"s"}, short: "silence", help: "silence, or maintenance", where: acting | on(screenSilences), group: groupAct, needs: monitor.Respond},
	{names: []string{"why"}, keys: []string{"w"}, short: "why", help: "why it is quiet, who was told", where: acting &^ on(screenTold), group: groupSee},
	{names: []string{"retry"}, keys: []string{"r"}, short: "retry", help: "retry what a receiver is owed", where: on(screenDeliveries), group: groupAct, needs: monitor.Respond},
	{names: []string{"edit"}, keys: []string{"e"}, short: "edit", help: "edit the silence", where: on(screenSilences), group: groupAct, needs: monitor.Respond},
	{names: []string{"take-back"}, keys: []string{"A"}, short: "end", help: "end the silence", where: on(screenSilences), group: groupAct, needs: monitor.Respond},
	{names: []string{"incident"}, keys: []string{"i"}, short: "incident", help: "incident: open it, or declare one", where: acting | on(screenIncidents), group: groupAct},
	{names: []string{"note"}, keys: []string{"n"}, short: "note", help: "note, into the incident or on the target", where: acting | on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"decision"}, keys: []string{"N"}, short: "decision", help: "decision: what, and why", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"comms"}, keys: []string{"C"}, short: "comms", help: "communication: to whom, where", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"action"}, keys: []string{"T"}, short: "action", help: "action item: owner, due, ticket", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"edit"}, keys: []string{"e"}, short: "edit", help: "edit your own line", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"star"}, keys: []string{"*"}, short: "star", help: "star it for the report", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"open"}, keys: []string{"enter"}, short: "go to", help: "its target or incident, or the whole text", where: on(screenTimeline), group: groupMove},
	{names: []string{"take-back"}, keys: []string{"A"}, help: "take an acknowledgement back", where: acting, group: groupAct, needs: monitor.Respond},
	{names: []string{"resolve"}, keys: []string{"p"}, help: "resolve the alert by hand", where: acting, group: groupAct, needs: monitor.Respond},
	{names: []string{"probe"}, keys: []string{"r"}, short: "probe", help: "probe now", where: acting, group: groupAct, needs: monitor.Respond},
	{names: []string{"row-down", "row-up"}, keys: []string{"j", "down", "k", "up"}, shown: "j k ↑ ↓", help: "row", where: everywhere, group: groupMove},
	{names: []string{"top", "end"}, keys: []string{"g", "home", "G", "end"}, shown: "g G", help: "top, end (and follow)", where: everywhere, group: groupMove},
	{names: []string{"half-page-down", "half-page-up"}, keys: []string{"ctrl+d", "ctrl+u"}, shown: "ctrl+d u", help: "half a page", where: everywhere, group: groupMove},
	{names: []string{"page-down", "page-up"}, keys: []string{"pgdown", "pgup"}, shown: "pgdn pgup", help: "page", where: everywhere, group: groupMove},
	{names: []string{"previous-problem", "next-problem"}, keys: []string{"[", "]"}, shown: "[ ]", help: "previous, next problem", where: on(screenBoard, screenTarget, screenTold), group: groupMove},
	{names: []string{"walk-back", "walk-on"}, keys: []string{"h", "left", "l", "right"}, shown: "h l", short: "walk", help: "walk the time axis", where: on(screenTarget, screenCompare, screenOnCall), group: groupMove},
	{names: []string{"zoom-in", "zoom-out"}, keys: []string{"+", "-"}, shown: "+ -", short: "zoom", help: "zoom the time axis", where: on(screenBoard, screenTarget, screenCompare), group: groupMove},
	{names: []string{"mark"}, keys: []string{"space"}, short: "mark", help: "mark; a A s i n p r act on the marks", where: on(screenBoard), group: groupAct},
	{names: []string{"board", "alerts", "incidents", "on-call"}, keys: []string{"1", "2", "3", "4"}, shown: "1 2 3 4", help: "board, alerts, incidents, on-call", where: everywhere, group: groupMove},
	{names: []string{"filter"}, keys: []string{"/"}, short: "filter", help: "filter", where: lists, group: groupSee},
	{names: []string{"filter"}, keys: []string{"/"}, short: "find", help: "find a key or a command", where: on(screenHelp), group: groupSee},
	{names: []string{"next-unacked"}, keys: []string{"!"}, short: "next unacked", help: "next unacknowledged, gravest first", where: on(screenBoard, screenTarget), group: groupSee},
	{names: []string{"time"}, keys: []string{"t"}, help: "time: UTC, or this machine's zone", where: everywhere &^ on(screenTimeline), group: groupSee},
	{names: []string{"time"}, keys: []string{"t"}, short: "T+", help: "time: UTC, local, since the start", where: on(screenTimeline), group: groupSee},
	{names: []string{"take-back"}, keys: []string{"A"}, help: "take your own line back", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"milestone"}, keys: []string{"m"}, short: "milestone", help: "milestone: now, or dated", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"resolve"}, keys: []string{"p"}, short: "status", help: "status; resolve the incident", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"severity"}, keys: []string{"S"}, short: "severity", help: "severity", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"roles"}, keys: []string{"R"}, short: "role", help: "roles: take, give, accept", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"accept"}, keys: []string{"R"}, help: "accept what you are asked: role, swap", where: acting | on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"items"}, keys: []string{"I"}, short: "items", help: "action items: what is to be done", where: on(screenIncidents, screenTimeline), group: groupAct},
	{names: []string{"report"}, keys: []string{"W"}, short: "report", help: "report: write it; what is missing", where: on(screenIncidents, screenTimeline), group: groupAct},
	{names: []string{"links"}, keys: []string{"L"}, short: "links", help: "links: tickets, dashboards", where: on(screenIncidents, screenTimeline), group: groupAct},
	{names: []string{"rename"}, keys: []string{"E"}, help: "rename the incident", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"merge"}, keys: []string{"J"}, help: "join it to another one: merge", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"split"}, keys: []string{"K"}, help: "split alerts off it", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{names: []string{"override"}, keys: []string{"O"}, short: "override", help: "override: who takes over, until when", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"take-back"}, keys: []string{"A"}, short: "withdraw", help: "withdraw an override, or a swap", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"swap"}, keys: []string{"X"}, short: "swap", help: "swap: ask somebody for their shift", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"page"}, keys: []string{"P"}, short: "page", help: "page somebody, or the next step, now", where: acting | on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"ack"}, keys: []string{"a"}, short: "ack", help: "acknowledge what escalates", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{names: []string{"why"}, keys: []string{"w"}, short: "why", help: "why it escalates, who was told", where: on(screenOnCall), group: groupSee},
	{names: []string{"silences"}, keys: []string{"M"}, short: "silences", help: "silences and maintenance", where: everywhere &^ on(screenSilences), group: groupSee},
	{names: []string{"deliveries"}, keys: []string{"D"}, short: "deliveries", help: "deliveries and receivers", where: everywhere &^ on(screenDeliveries), group: groupSee},
	{names: []string{"next-pane"}, keys: []string{"tab"}, help: "next pane", where: withPane, group: groupMove},
	{names: []string{"compare"}, keys: []string{"="}, help: "compare the marked targets", where: on(screenBoard, screenTarget), group: groupSee},
	{names: []string{"freeze"}, keys: []string{"f"}, short: "freeze", help: "freeze the screen, thaw it", where: everywhere, group: groupSee},
	{names: []string{"changed"}, keys: []string{"c"}, short: "changed", help: "what changed since you looked; again: seen", where: everywhere, group: groupSee},
	{names: []string{"order"}, keys: []string{"o"}, help: "order", where: on(screenBoard), group: groupSee},
	{names: []string{"fold", "fold-all"}, keys: []string{"z", "Z"}, shown: "z Z", help: "fold the group, all groups", where: on(screenBoard), group: groupSee},
	{names: []string{"columns"}, keys: []string{"v"}, help: "columns", where: on(screenBoard), group: groupSee},
	{names: []string{"columns"}, keys: []string{"v"}, help: "p95 over the medians", where: on(screenTarget, screenCompare), group: groupSee},
	{names: []string{"undo"}, keys: []string{"u"}, help: "undo my last action", where: everywhere, group: groupAct, needs: monitor.Respond},
	{names: []string{"copy", "copy-screen"}, keys: []string{"y", "Y"}, shown: "y Y", short: "copy", help: "copy: the line as text, the screen as Markdown", where: everywhere, group: groupSee},
	{names: []string{"command"}, keys: []string{":"}, short: "cmd", help: "command", where: everywhere, group: groupSee},
	{names: []string{"reload"}, keys: []string{"ctrl+r"}, help: "configuration: read it again", where: everywhere, group: groupAct, needs: monitor.Respond},
	{names: []string{"help"}, keys: []string{"?"}, short: "help", help: "this page", where: everywhere, group: groupSee},
	{names: []string{"quit"}, keys: []string{"q"}, help: "back; on the board: leave", where: everywhere, group: groupSee},
	{names: []string{"leave"}, keys: []string{"ctrl+c"}, help: "leave at once", where: everywhere, group: groupSee},
}

// has tells whether a key of the table is one of these.
func (b *binding) has(k string) bool {
	return slices.Contains(b.keys, k)
}

// acts yields what the binding can be told to do: a name, and the keys of the
// table for it.
func (b *binding) acts() iter.Seq2[string, []string] {
	n := len(b.keys) / len(b.names)
	return func(yield func(string, []string) bool) {
		for i, name := range b.names {
			if !yield(name, b.keys[i*n:(i+1)*n]) {
				return
			}
		}
	}
}

// find returns the binding of a key of the table on a screen, nil if it has none
// there.
func find(k string, id screenID) *binding {
	for i := range table {
		if b := &table[i]; b.where.has(id) && b.has(k) {
			return b
		}
	}
	return nil
}

// ofRow tells whether the key acts on the row that one is on, or opens it. What
// one is asked for is about no row.
func (b *binding) ofRow() bool {
	if b.keys[0] == "R" {
		return false
	}
	return b.keys[0] == "enter" || b.keys[0] == "w" || b.group == groupAct && b.where != everywhere
}

// places names the screens of a set, for "e: only on the timeline".
func (s screenSet) places() string {
	var names []string
	for id := range nScreens {
		if s.has(id) {
			names = append(names, id.String())
		}
	}
	return strings.Join(names, ", ")
}
