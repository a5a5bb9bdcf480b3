package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
)

// phaseRow is one line of phases: of which results, and what they took.
type phaseRow struct {
	label  string
	phases []checker.Phase
}

// phaseRows returns what is told of a target's phases: of the column that is
// looked at, of the time before and since it is bad or of all of the last hour,
// and of the last result.
func (m *Model) phaseRows(t *monitor.TargetStatus, a axis) (rows []phaseRow) {
	add := func(label string, phases []checker.Phase) {
		if len(phases) > 0 {
			rows = append(rows, phaseRow{label, phases})
		}
	}
	if at := a.cross(m.axes.cross); at >= 0 {
		if col := &m.target.column; col.from == a.start(at) && col.to == a.start(at+1) {
			add("at "+m.clock(a.time(at), mark(a.step < time.Minute, "15:04:05", "15:04")), medianPhases(col.results, anyResult))
		}
	}
	switch al := t.Alert; {
	case al != nil && !al.Started.IsZero():
		started := m.clock(al.Started, "15:04")
		add("before "+started, medianPhases(m.target.results, func(r *checker.Result) bool { return passed(r) && r.At.Before(al.Started) }))
		add("since "+started, medianPhases(m.target.results, func(r *checker.Result) bool { return !r.At.Before(al.Started) }))
	default:
		add("median of 1h", medianPhases(m.target.results, passed))
	}
	add("last "+m.clock(t.Last.At, "15:04:05"), t.Last.Phases)
	return rows
}

func anyResult(*checker.Result) bool { return true }

func passed(r *checker.Result) bool { return r.Status == checker.Up || r.Status == checker.Degraded }

// medianPhases returns each phase's median over the results that count and have
// it, in the order of the newest result that has most of them.
func medianPhases(results []checker.Result, counts func(*checker.Result) bool) []checker.Phase {
	all := map[string][]time.Duration{}
	var names []string
	for i := range results {
		if !counts(&results[i]) {
			continue
		}
		var of []string
		for _, p := range results[i].Phases {
			all[p.Name] = append(all[p.Name], p.Took)
			of = append(of, p.Name)
		}
		if len(of) > len(names) {
			names = of
		}
	}
	phases := make([]checker.Phase, 0, len(names))
	for _, name := range names {
		d := all[name]
		slices.Sort(d)
		phases = append(phases, checker.Phase{Name: name, Took: d[(len(d)-1)/2]})
	}
	return phases
}

// shortPhases are the phases that have a word of three letters.
var shortPhases = map[string]string{"resolve": "dns", "connect": "tcp", "handshake": "tls"}

func phaseName(name string) string {
	if short := shortPhases[name]; short != "" {
		return short
	}
	return name
}

// millis writes a duration in milliseconds without the unit.
func millis(d time.Duration) string {
	if d < 10*time.Millisecond && d%time.Millisecond != 0 {
		return strconv.FormatFloat(d.Seconds()*1e3, 'f', 1, 64)
	}
	return strconv.Itoa(int((d + time.Millisecond/2) / time.Millisecond))
}

// total returns what the phases add up to.
func (r *phaseRow) total() (sum time.Duration) {
	for _, p := range r.phases {
		sum += p.Took
	}
	return sum
}

// drawPhaseLines draws phases a line each, at most n: "before 03:29  dns 2  tcp 11
// first byte 360  420ms". Where that is too long the sum comes first.
func (m *Model) drawPhaseLines(c *canvas, rows []phaseRow, n int) {
	for i := range min(n, len(rows)) {
		r := &rows[i]
		var parts []string
		for _, p := range r.phases {
			parts = append(parts, phaseName(p.Name)+" "+millis(p.Took))
		}
		c.cell(dim, mark(i == 0, "phases", ""), chartLabel)
		c.put(plain, pad(r.label, 13)+"  ")
		text, sum := strings.Join(parts, "  "), took(r.total())
		if m.theme.width(text)+2+len(sum) <= c.left() {
			c.line(plain, text+"  "+sum)
		} else {
			c.line(plain, sum+": "+text)
		}
	}
}

// phaseTable returns the phases as a table, in milliseconds.
func phaseTable(rows []phaseRow) *figureTable {
	t := &figureTable{title: "phases (ms)", lead: 20}
	var names []string
	for i := range rows {
		for _, p := range rows[i].phases {
			if !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
	}
	for _, name := range names {
		t.heads = append(t.heads, phaseName(name))
	}
	t.heads = append(t.heads, "total")
	for i := range rows {
		r := &rows[i]
		cells := []string{mark(strings.HasPrefix(r.label, "last") || strings.HasPrefix(r.label, "median"), r.label, "median "+r.label)}
		for _, name := range names {
			text := "-"
			if k := slices.IndexFunc(r.phases, func(p checker.Phase) bool { return p.Name == name }); k >= 0 {
				text = millis(r.phases[k].Took)
			}
			cells = append(cells, text)
		}
		t.rows = append(t.rows, append(cells, millis(r.total())))
	}
	return t
}

// drawTimes draws phases and availability, as far as there is room: tables side by
// side on a wide screen, else lines.
func (m *Model) drawTimes(c *canvas, t *monitor.TargetStatus, a axis) {
	rows := m.phaseRows(t, a)
	if c.room() >= 16 && m.w >= wideTarget {
		tables := []*figureTable{m.uptimeTable(t)}
		if table := phaseTable(rows); len(rows) > 0 && table.width()+tables[0].width() <= c.width() {
			tables = append([]*figureTable{table}, tables...)
			rows = nil
		}
		m.drawPhaseLines(c, rows, 3)
		drawFigureTables(c, tables...)
		if text := m.budgetWords(t); text != "" {
			c.line(dim, text)
		}
		return
	}
	if c.room() >= 6 {
		m.drawPhaseLines(c, rows, mark(c.room() >= 12, 3, 2))
	}
	if c.room() >= 6 {
		c.cell(dim, "up", chartLabel)
		c.line(plain, m.uptimeWords(t))
	}
}
