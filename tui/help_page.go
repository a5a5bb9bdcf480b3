package tui

import (
	"fmt"
	"strings"
)

// helpCell is a key or a sign and what it means, or a heading.
type helpCell struct {
	title     bool
	keys, say string
	off       bool // the operator may not
	room      int  // columns for keys; 0 is helpKeyRoom
}

const helpKeyRoom = 10

func (l *helpCell) width() int { return max(l.room, helpKeyRoom) }

// helpKeys lists the keys of the screen, by group, and last those that the
// operator may not use.
func (m *Model) helpKeys() (cells []helpCell) {
	may := m.src.Actor().Role
	var off []helpCell
	for _, group := range helpGroups {
		cells = append(cells, helpCell{title: true, say: group})
		for _, b := range bindings() {
			if b.group != group || !b.where.has(m.help.of) {
				continue
			}
			cell := helpCell{keys: m.keys.label(&b), say: b.help}
			if may < b.needs {
				cell.off, cell.say = true, b.help+", needs the role "+b.needs.String()
				off = append(off, cell)
				continue
			}
			cells = append(cells, cell)
		}
	}
	if len(off) > 0 {
		cells = append(cells, helpCell{title: true, say: "off for you"})
	}
	return append(cells, off...)
}

// helpCommands lists the commands that are more than a key: with what they take
// where there is room for that.
func (m *Model) helpCommands(w int) []helpCell {
	cells := []helpCell{{title: true, say: "commands"}}
	room := 0
	for _, c := range commands() {
		if c.onlyKey() || m.src.Actor().Role < c.needs {
			continue
		}
		cell := helpCell{keys: m.keyFor(":") + c.usage(), say: c.help}
		if w < helpWide && len(c.args) > 0 {
			cell.keys, cell.say = m.keyFor(":")+c.name, strings.TrimPrefix(c.usage(), c.name+" ")+"  "+c.help
		}
		room = max(room, m.theme.width(cell.keys))
		cells = append(cells, cell)
	}
	for i := range cells {
		cells[i].room = room
	}
	return cells
}

// helpSigns explains what is drawn, and what a filter can ask for.
func (m *Model) helpSigns() []helpCell {
	g := m.theme.glyphs
	bars := g.blocks[1] + g.blocks[2] + g.blocks[3] + g.blocks[4] + g.blocks[5]
	over := g.blocks[6] + g.blocks[7] + g.blocks[8]
	cells := []helpCell{
		{title: true, say: "know"},
		{keys: "DOWN", say: "confirmed; down: not yet"},
		{keys: g.down + " " + g.warn + " " + g.unknown + " " + g.ok, say: "down, warning, unknown, ok"},
		{keys: "! a i", say: "unacked, acked, in an incident"},
		{keys: "s m d", say: "silenced, maintenance, parent is down"},
		{keys: "w z ~", say: "waits, settling, flapping"},
		{keys: bars, say: "under the limit, by doubling"},
		{keys: over, say: "over it"},
		{keys: "x X", say: "some failed, all failed"},
		{keys: "~ ? m", say: "passed on a retry, unknown, maintenance"},
		{keys: "blank", say: "nothing was measured"},
	}
	if m.help.of == screenTimeline {
		cells = append(cells,
			helpCell{keys: "* -", say: "starred, struck"},
			helpCell{keys: "(e2)", say: "edited twice: enter shows"},
			helpCell{keys: "+bo" + g.prompt, say: "bo is here too, and writes"})
	}
	if lists.has(m.help.of) {
		cells = append(cells, helpFilter()...)
	}
	actor := m.src.Actor()
	return append(cells, helpCell{title: true, say: "you"},
		helpCell{keys: actor.Name, say: fmt.Sprintf("role %s, %s", actor.Role, actor.From)})
}

// helpFilter lists what a filter can ask for.
func helpFilter() []helpCell {
	cells := []helpCell{
		{title: true, say: "filter"},
		{keys: "word", say: "in the name, the reason or a label"},
		{keys: "team=db", say: "a label; also != ~ !~"},
		{keys: "state:down", say: "also kind: name: group: sev: by: inc: since: has:"},
		{keys: "lat>1.5s", say: "also p95>2s cert<14d fails>3"},
		{keys: "a or -b", say: "blank is and, - is not, ( )"},
	}
	room := 0
	for _, w := range filterFlags["is"] {
		cells = append(cells, helpCell{keys: "is:" + w, say: isWords[w]})
		room = max(room, len("is:"+w))
	}
	for i := range cells {
		cells[i].room = room
	}
	return cells
}
