package tui

import (
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
	screenHelp
	nScreens
)

var screenNames = [nScreens]string{"board", "alerts", "incidents", "on-call", "target", "timeline", "told", "deliveries", "silences", "help"}

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

// binding is one key's meaning: the same on all screens that have it. The key
// line and the help page are made from the table of them.
type binding struct {
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
	{keys: []string{"enter"}, short: "open", help: "go in", where: on(screenBoard, screenAlerts, screenIncidents, screenDeliveries, screenSilences), group: groupMove},
	{keys: []string{"esc"}, short: "back", help: "innermost first: filter, then screen", where: everywhere &^ on(screenBoard), group: groupMove},
	{keys: []string{"a"}, short: "ack", help: "acknowledge", where: acting | on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"s"}, short: "silence", help: "silence, or maintenance", where: acting | on(screenSilences), group: groupAct, needs: monitor.Respond},
	{keys: []string{"w"}, short: "why", help: "why it is quiet, who was told", where: acting &^ on(screenTold), group: groupSee},
	{keys: []string{"r"}, short: "retry", help: "retry what a receiver is owed", where: on(screenDeliveries), group: groupAct, needs: monitor.Respond},
	{keys: []string{"e"}, short: "edit", help: "edit the silence", where: on(screenSilences), group: groupAct, needs: monitor.Respond},
	{keys: []string{"A"}, short: "end", help: "end the silence", where: on(screenSilences), group: groupAct, needs: monitor.Respond},
	{keys: []string{"i"}, short: "incident", help: "incident: open it, or declare one", where: acting | on(screenIncidents), group: groupAct},
	{keys: []string{"n"}, short: "note", help: "note, into the incident or on the target", where: acting | on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"N"}, short: "decision", help: "decision: what, and why", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"C"}, short: "comms", help: "communication: to whom, where", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"T"}, short: "action", help: "action item: owner, due, ticket", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"e"}, short: "edit", help: "edit your own line", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"*"}, short: "star", help: "star it for the report", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"enter"}, short: "go to", help: "its target or incident, or the whole text", where: on(screenTimeline), group: groupMove},
	{keys: []string{"A"}, help: "take an acknowledgement back", where: acting, group: groupAct, needs: monitor.Respond},
	{keys: []string{"p"}, help: "resolve the alert by hand", where: acting, group: groupAct, needs: monitor.Respond},
	{keys: []string{"r"}, short: "probe", help: "probe now", where: acting, group: groupAct, needs: monitor.Respond},
	{keys: []string{"j", "down", "k", "up"}, shown: "j k ↑ ↓", help: "row", where: everywhere, group: groupMove},
	{keys: []string{"g", "home", "G", "end"}, shown: "g G", help: "top, end (and follow)", where: everywhere, group: groupMove},
	{keys: []string{"ctrl+d", "ctrl+u"}, shown: "ctrl+d u", help: "half a page", where: everywhere, group: groupMove},
	{keys: []string{"pgdown", "pgup"}, shown: "pgdn pgup", help: "page", where: everywhere, group: groupMove},
	{keys: []string{"[", "]"}, shown: "[ ]", help: "previous, next problem", where: on(screenBoard, screenTarget, screenTold), group: groupMove},
	{keys: []string{"h", "left", "l", "right"}, shown: "h l", short: "walk", help: "walk the time axis", where: on(screenTarget, screenOnCall), group: groupMove},
	{keys: []string{"+", "-"}, shown: "+ -", short: "zoom", help: "zoom the time axis", where: on(screenBoard, screenTarget), group: groupMove},
	{keys: []string{"space"}, short: "mark", help: "mark; a s i n r act on the marks", where: on(screenBoard), group: groupAct},
	{keys: []string{"1", "2", "3", "4"}, shown: "1 2 3 4", help: "board, alerts, incidents, on-call", where: everywhere, group: groupMove},
	{keys: []string{"/"}, short: "filter", help: "filter", where: lists, group: groupSee},
	{keys: []string{"!"}, short: "next unacked", help: "next unacknowledged, gravest first", where: on(screenBoard, screenTarget), group: groupSee},
	{keys: []string{"t"}, help: "time: UTC, or this machine's zone", where: everywhere &^ on(screenTimeline), group: groupSee},
	{keys: []string{"t"}, short: "T+", help: "time: UTC, local, since the start", where: on(screenTimeline), group: groupSee},
	{keys: []string{"A"}, help: "take your own line back", where: on(screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"m"}, short: "milestone", help: "milestone: now, or dated", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"p"}, short: "status", help: "status; resolve the incident", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"S"}, short: "severity", help: "severity", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"R"}, short: "role", help: "roles: take, give, accept", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"R"}, help: "accept what you are asked: role, swap", where: acting | on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"I"}, short: "items", help: "action items: what is to be done", where: on(screenIncidents, screenTimeline), group: groupAct},
	{keys: []string{"W"}, short: "report", help: "report: write it; what is missing", where: on(screenIncidents, screenTimeline), group: groupAct},
	{keys: []string{"L"}, short: "links", help: "links: tickets, dashboards", where: on(screenIncidents, screenTimeline), group: groupAct},
	{keys: []string{"E"}, help: "rename the incident", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"J"}, help: "join it to another one: merge", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"K"}, help: "split alerts off it", where: on(screenIncidents, screenTimeline), group: groupAct, needs: monitor.Respond},
	{keys: []string{"O"}, short: "override", help: "override: who takes over, until when", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"A"}, short: "withdraw", help: "withdraw an override, or a swap", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"X"}, short: "swap", help: "swap: ask somebody for their shift", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"P"}, short: "page", help: "page somebody, or the next step, now", where: acting | on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"a"}, short: "ack", help: "acknowledge what escalates", where: on(screenOnCall), group: groupAct, needs: monitor.Respond},
	{keys: []string{"w"}, short: "why", help: "why it escalates, who was told", where: on(screenOnCall), group: groupSee},
	{keys: []string{"M"}, short: "silences", help: "silences and maintenance", where: everywhere &^ on(screenSilences), group: groupSee},
	{keys: []string{"D"}, short: "deliveries", help: "deliveries and receivers", where: everywhere &^ on(screenDeliveries), group: groupSee},
	{keys: []string{"tab"}, help: "next pane", where: on(screenBoard, screenTarget, screenIncidents, screenTimeline), group: groupMove},
	{keys: []string{"="}, help: "compare the marked targets", where: on(screenBoard, screenTarget), group: groupSee},
	{keys: []string{"f"}, short: "freeze", help: "freeze the screen, thaw it", where: everywhere, group: groupSee},
	{keys: []string{"c"}, short: "changed", help: "what changed since you looked; again: seen", where: everywhere, group: groupSee},
	{keys: []string{"o"}, help: "order", where: on(screenBoard), group: groupSee},
	{keys: []string{"v"}, help: "columns", where: on(screenBoard), group: groupSee},
	{keys: []string{"u"}, help: "undo my last action", where: everywhere, group: groupAct, needs: monitor.Respond},
	{keys: []string{"y", "Y"}, shown: "y Y", short: "copy", help: "copy: the line as text, the screen as Markdown", where: everywhere, group: groupSee},
	{keys: []string{":"}, short: "cmd", help: "command", where: everywhere, group: groupSee},
	{keys: []string{"ctrl+r"}, help: "configuration: read it again", where: everywhere, group: groupAct, needs: monitor.Respond},
	{keys: []string{"?"}, short: "help", help: "this page", where: everywhere, group: groupSee},
	{keys: []string{"q"}, help: "back; on the board: leave", where: everywhere, group: groupSee},
	{keys: []string{"ctrl+c"}, help: "leave at once", where: everywhere, group: groupSee},
}

// find returns the binding of a key on a screen, nil if it has none there.
func find(k string, id screenID) *binding {
	for i := range table {
		if b := &table[i]; b.where.has(id) && b.has(k) {
			return b
		}
	}
	return nil
}

// elsewhere says where a key means something, and what: "timeline (edit your own
// note)"; "" if it means nothing anywhere.
func elsewhere(k string) string {
	var all []string
	for i := range table {
		if b := &table[i]; b.has(k) {
			all = append(all, b.where.places()+" ("+b.help+")")
		}
	}
	return strings.Join(all, "; ")
}

func (b *binding) has(k string) bool {
	return slices.Contains(b.keys, k)
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
