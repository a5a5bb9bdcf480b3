package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sitrep/checker"
)

// noValue is what a target without the label is found under.
const noValue = "-"

// headerSign begins the name of a header's row. No target has one that begins
// with it: it does not come through the doors that names come in by.
const headerSign = "\x00"

// headerName returns what the row of a group's header is called.
func headerName(value string) string { return headerSign + value }

// isHeader tells whether the row of a name is a header.
func isHeader(name string) bool { return strings.HasPrefix(name, headerSign) }

// headerValue returns the value that a header is of.
func headerValue(name string) string { return name[len(headerSign):] }

// group is the targets that have one value of a label.
type group struct {
	value    string
	from, to int // in sorted: those that the filter lets through
	counts   [nClasses]int
	unacked  int
	marked   int
}

func (g *group) clear() { g.counts, g.unacked = [nClasses]int{}, 0 }

func (g *group) count(c class, unacked bool) {
	g.counts[c]++
	g.unacked += btoi(unacked)
}

// groupKey returns the label by which targets are kept together, "" if they are not.
func (o *order) groupKey() string {
	if o.groupBy == "" && o.by == byGroup {
		return "group"
	}
	return o.groupBy
}

// rowWords names a row in a sentence.
func (o *order) rowWords(name string) string {
	if isHeader(name) {
		return o.groupBy + "=" + headerValue(name)
	}
	return name
}

// valueOf returns what a target has for a label.
func valueOf(t *checker.Target, key string) string {
	switch key {
	case "":
		return ""
	case "name":
		return t.Name
	case "kind":
		return cmp.Or(t.Kind, noValue)
	case "group":
		return cmp.Or(t.Group, noValue)
	}
	return cmp.Or(t.Labels[key], noValue)
}

// groupOf returns the number of the group that a target is in, and gives it one
// if it is new.
func (o *order) groupOf(t *checker.Target) int {
	value := valueOf(t, o.groupKey())
	n, known := o.numbers[value]
	if !known {
		if o.numbers == nil {
			o.numbers = map[string]int{}
		}
		n = len(o.groups)
		o.groups, o.numbers[value] = append(o.groups, group{value: value}), n
	}
	return n
}

// regroup gives all groups new numbers: those that are no more have none.
func (o *order) regroup() {
	o.groups = o.groups[:0]
	clear(o.numbers)
	for i := range o.keys {
		o.keys[i].group = o.groupOf(o.keys[i].target)
	}
}

// rankGroups counts the groups and puts them in order: each where its first
// target would be, or by value where targets are by name.
func (o *order) rankGroups() {
	for i := range o.groups {
		g := &o.groups[i]
		g.clear()
		g.from, g.to = 0, 0
	}
	o.ranked = o.ranked[:0]
	for at, i := range o.sorted {
		k := &o.keys[i]
		g := &o.groups[k.group]
		if g.to == 0 {
			g.from = at
			o.ranked = append(o.ranked, k.group)
		}
		g.to = at + 1
		g.count(k.class, k.unacked)
	}
	slices.SortFunc(o.ranked, o.compareGroups)
	o.all = o.all[:0]
	for _, n := range o.ranked {
		o.all = append(o.all, o.sorted[o.groups[n].from:o.groups[n].to]...)
	}
}

func (o *order) compareGroups(a, b int) int {
	g, h := &o.groups[a], &o.groups[b]
	if o.by == byProblem || o.by == byLatency {
		j, k := &o.keys[o.sorted[g.from]], &o.keys[o.sorted[h.from]]
		if c := cmp.Or(cmp.Compare(j.rank, k.rank), cmp.Compare(j.num, k.num)); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(btoi(g.value == noValue), btoi(h.value == noValue)), strings.Compare(g.value, h.value))
}

// makeRows makes the rows of what is sorted: a header before each group, and its
// targets unless it is folded.
func (o *order) makeRows() {
	o.rows = slices.Grow(o.rows[:0], len(o.all)+len(o.ranked)+1)
	for _, n := range o.ranked {
		g := &o.groups[n]
		if o.groupBy != "" {
			o.rows = append(o.rows, row{name: headerName(g.value), group: n})
			if o.folded[g.value] {
				continue
			}
		}
		for _, i := range o.sorted[g.from:g.to] {
			o.rows = append(o.rows, row{name: o.keys[i].name(), group: -1})
		}
	}
	o.countLeft()
}

// countLeft counts the targets from each row down.
func (o *order) countLeft() {
	left, bad := 0, 0
	at := len(o.all)
	for r := len(o.rows) - 1; r >= 0; r-- {
		x := &o.rows[r]
		n := btoi(x.group < 0 && !x.gone)
		if x.group >= 0 && o.folded[o.groups[x.group].value] {
			n = o.groups[x.group].to - o.groups[x.group].from
		}
		for range n {
			at--
			bad += btoi(o.keys[o.all[at]].class.problem())
		}
		left += n
		x.left, x.bad = left, bad
	}
}

// foldedAway returns the row of the header that a target's row is folded into, -1
// if it is not.
func (o *order) foldedAway(name string) int {
	if i := o.place(name); i >= 0 && o.groupBy != "" && o.keys[i].listed {
		return o.index(headerName(o.groups[o.keys[i].group].value))
	}
	return -1
}

// ordinal returns where a row's target stands in all; of a row that is none, where
// the next one does, and false.
func (o *order) ordinal(name string) (at int, target bool) {
	if i := o.index(name); i >= 0 && o.rows[i].gone {
		return o.above(i), false
	}
	for _, n := range o.ranked {
		g := &o.groups[n]
		if isHeader(name) && headerValue(name) == g.value {
			return at, false
		}
		at += g.to - g.from
	}
	return slices.IndexFunc(o.all, func(i int) bool { return o.keys[i].name() == name }), true
}

// setGroups has the board in groups of the values of a label; "" is no groups.
func (o *order) setGroups(key string) {
	if key != o.groupBy {
		o.groupBy, o.folded = key, nil
		o.forget()
	}
}

// groupBy has the board in groups of the values of a label; "" has it in none.
// The cursor keeps its target.
func (m *Model) groupBy(key string) {
	b := &m.board
	if isHeader(b.cursor) {
		if at, _ := b.ordinal(b.cursor); at >= 0 && at < len(b.all) {
			b.cursor = b.keys[b.all[at]].name()
		}
	}
	b.setGroups(key)
	if m.snap != nil {
		m.settle(true)
	}
	if key == "" {
		m.say("no groups")
	} else {
		m.say("groups by " + key + ": " + count(len(b.ranked), "group") + "; " + m.keyFor("z") + " folds one, " + m.keyFor("Z") + " all")
	}
}

// toggleFold folds the group that one is in, or unfolds it.
func (m *Model) toggleFold() {
	b := &m.board
	header := b.headerAt(b.list.at)
	if header < 0 {
		m.refuse("the board is not in groups: " + m.keyFor(":") + "group LABEL makes some")
		return
	}
	value := b.groups[b.rows[header].group].value
	b.fold(value, !b.folded[value])
	m.refold(header)
}

// toggleFolds folds all groups, or unfolds all if they are folded.
func (m *Model) toggleFolds() {
	b := &m.board
	header := b.headerAt(b.list.at)
	if header < 0 {
		m.toggleFold()
		return
	}
	open := slices.ContainsFunc(b.ranked, func(n int) bool { return !b.folded[b.groups[n].value] })
	for _, n := range b.ranked {
		b.fold(b.groups[n].value, open)
	}
	m.refold(header)
}

// headerAt returns the row of the header that a row stands under, -1 if there is
// none.
func (o *order) headerAt(at int) int {
	for i := min(at, len(o.rows)-1); i >= 0; i-- {
		if o.rows[i].group >= 0 {
			return i
		}
	}
	return -1
}

// fold has a group folded, or not.
func (o *order) fold(value string, on bool) {
	if o.folded == nil {
		o.folded = map[string]bool{}
	}
	if on {
		o.folded[value] = true
	} else {
		delete(o.folded, value)
	}
}

// refold makes the rows anew after groups were folded or unfolded. If the row one
// is on was folded away, the cursor goes to its header, which stays on its line
// if it is in sight.
func (m *Model) refold(header int) {
	b := &m.board
	body := m.boardLayout().rows
	name, line := b.rows[header].name, max(header-b.from(len(b.rows), body), 0)
	b.makeRows()
	if i := b.index(b.cursor); i >= 0 {
		b.list.at = i
	} else {
		b.list.at, b.line, b.cursor = b.index(name), line, name
	}
	b.pin(body)
}

// unfoldTo shows the row of a target, and returns its place; -1 if it has none.
func (m *Model) unfoldTo(name string) int {
	b := &m.board
	if i := b.place(name); i >= 0 && b.groupBy != "" && b.index(name) < 0 && b.keys[i].listed {
		b.fold(b.groups[b.keys[i].group].value, false)
		m.refold(max(b.headerAt(b.list.at), 0))
	}
	return b.index(name)
}

// drawHeader draws the row of a group: its value, what is in it, worst first, and
// how many nobody has acknowledged. Folded, that stands out.
func (m *Model) drawHeader(c *canvas, g *group, folded bool) {
	sign := c.th.hline
	if folded {
		sign = c.th.folded
	}
	c.glyph(dim, sign)
	c.put(plain, " ")
	room := c.left()
	c.until(c.col + max(room*2/5, min(room, 12)))
	c.rest(key, g.value)
	c.until(c.width())
	c.put(plain, " ")
	if g.unacked > 0 {
		r := down
		text := strconv.Itoa(g.unacked) + " UNACKED"
		if folded {
			r, text = urgent, " "+text+" "
		}
		c.putWhole(r, text)
	}
	for _, p := range m.groupParts(g) {
		if c.left() < c.th.width(p.text())+2 {
			break
		}
		c.put(plain, " ")
		c.put(p.role, p.text())
		c.put(plain, " ")
	}
	if c.left() > 3 {
		c.put(plain, " ")
		c.dashes(c.left())
	}
}

// drawGroupPreview says what acting on a header means.
func (m *Model) drawGroupPreview(c *canvas) {
	b := &m.board
	n, known := b.numbers[headerValue(b.cursor)]
	if !known {
		return
	}
	g := &b.groups[n]
	c.line(plain, count(g.to-g.from, "target")+", "+strconv.Itoa(g.unacked)+" unacknowledged")
	c.line(dim, m.keyFor("enter")+" folds and unfolds it, "+m.keyFor("space")+" marks all of it: "+m.keyFor("a")+" "+m.keyFor("s")+" "+m.keyFor("n")+" act on the marks")
}

// putWhole appends text if all of it fits.
func (c *canvas) putWhole(r role, s string) {
	if c.th.width(s) <= c.left() {
		c.put(r, s)
	}
}

// groupParts is what a group has in it, worst first.
func (m *Model) groupParts(g *group) []countPart {
	n := &g.counts
	parts := []countPart{
		{"", key, g.marked, "marked"},
		{m.theme.down, down, n[classDown], "DOWN"},
		{m.theme.warn, warn, n[classWarn], "WARN"},
		{m.theme.unknown, unknown, n[classUnknown], "UNKN"},
		{"", plain, n[classSoft], "soft"},
		{"", plain, n[classAcked], "acked"},
		{"", dim, n[classHeld], "held"},
		{"", plain, n[classUp], "ok"},
		{"", dim, n[classNew], "not probed"},
		{"", dim, n[classPaused], "paused"},
	}
	return slices.DeleteFunc(parts, func(p countPart) bool { return p.n == 0 })
}
