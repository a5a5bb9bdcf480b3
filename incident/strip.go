package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sitrep/safe"
)

// stripWidth is how many letters a strip has.
const stripWidth = 72

// levels are a latency up to a sixteenth, an eighth, a quarter, a half and all of
// its limit, then up to two and four times as much, and more.
var levels = []rune("▁▂▃▄▅▆▇█")

// letters says what the letters of a strip mean.
const letters = "▁▂▃▄▅ median under the limit, ▆▇█ over it; x some failed, X all failed, w warning, ? unknown, m maintenance, blank nothing stored."

// strips are the states of all targets of an incident over one axis.
type strips struct {
	axis   axis
	rows   []stripRow
	legend bool // of the letters
}

type stripRow struct {
	target string
	runs   []run
	cells  []rune
}

// maxStrips is of how many targets there is a strip.
const maxStrips = 100

// newStrips takes a target's states from what was measured, and where nothing
// was, from what the incident's entries say of it.
func newStrips(ax axis, inc *Incident, series []Series) *strips {
	s := &strips{axis: ax, legend: true}
	spells := inc.Spells()
	add := func(target string) {
		if len(s.rows) == maxStrips || slices.ContainsFunc(s.rows, func(r stripRow) bool { return r.target == target }) {
			return
		}
		row := stripRow{target: target}
		if i := slices.IndexFunc(series, func(x Series) bool { return x.Target == target }); i >= 0 {
			row.runs, row.cells = runsOf(series[i].Points), measuredCells(&ax, &series[i])
		} else {
			for _, sp := range spells {
				if sp.Target == target {
					row.runs = append(row.runs, run{state: sp.State, from: sp.From, to: sp.To})
				}
			}
			row.cells = toldCells(&ax, row.runs)
		}
		s.rows = append(s.rows, row)
	}
	for _, m := range inc.Alerts {
		add(m.Target)
	}
	for i := range series {
		add(series[i].Target)
	}
	return s
}

// measuredCells are the letters of what was measured.
func measuredCells(ax *axis, s *Series) []rune {
	sums := make([]Point, stripWidth)
	for i := range s.Points {
		p := &s.Points[i]
		first, last := column(ax, p.From), column(ax, p.To.Add(-1))
		for c := first; c <= max(first, last); c++ {
			sums[c].merge(p)
		}
	}
	limit := s.Slow
	if limit == 0 {
		limit = 4 * middle(s.Points)
	}
	cells := make([]rune, stripWidth)
	for c := range cells {
		cells[c] = letter(&sums[c], limit)
	}
	return cells
}

// middle returns the median of the points' medians.
func middle(points []Point) time.Duration {
	var all []time.Duration
	for i := range points {
		if points[i].passed() > 0 {
			all = append(all, points[i].Median)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// letter is what a strip shows of the results of one column. A failure is the
// first to be seen, and is never a latency.
func letter(p *Point, limit time.Duration) rune {
	switch {
	case p.Down > 0 && p.passed() == 0:
		return 'X'
	case p.Down > 0:
		return 'x'
	case p.passed() == 0 && p.Unknown > 0:
		return '?'
	case p.passed() == 0 && p.Excluded > 0:
		return 'm'
	case p.passed() == 0:
		return ' '
	}
	level, top := 0, limit/16
	for level < len(levels)-1 && p.Median > top {
		level++
		top *= 2
	}
	return levels[level]
}

// toldCells are the letters of what the entries say.
func toldCells(ax *axis, runs []run) []rune {
	cells := []rune(strings.Repeat(" ", stripWidth))
	for _, r := range runs {
		c := '?'
		switch r.state {
		case SpellDown:
			c = 'X'
		case SpellDegraded:
			c = 'w'
		case SpellExcluded:
			c = 'm'
		}
		for i := column(ax, r.from); i <= column(ax, r.to.Add(-1)); i++ {
			cells[i] = c
		}
	}
	return cells
}

func column(ax *axis, t time.Time) int { return min(int(ax.at(t, stripWidth)), stripWidth-1) }

// strip writes them as letters, with the milestones above.
func (s *strips) strip() []string {
	name := 6
	for _, r := range s.rows {
		name = max(name, min(utf8.RuneCountInString(r.target), 24))
	}
	marks := []rune(strings.Repeat(" ", stripWidth))
	for _, m := range s.axis.marks {
		c := column(&s.axis, m.at)
		for c < stripWidth-1 && marks[c] != ' ' { // two at once stand side by side
			c++
		}
		marks[c] = rune('0' + m.n%10)
	}
	line := func(head, cells string) string {
		return strings.TrimRight(fmt.Sprintf("%-*s %s", name, head, cells), " ")
	}
	from, to := stamp(s.axis.from), stamp(s.axis.to)
	out := []string{
		line("", from+strings.Repeat(" ", max(stripWidth-len(from)-len(to), 1))+to),
		line("", string(marks)),
	}
	for _, r := range s.rows {
		out = append(out, line(strings.ReplaceAll(cutRunes(safe.Line(r.target, 0), 24), "`", "'"), string(r.cells)))
	}
	if s.legend {
		out = append(out, letters)
	}
	return out
}

// cutRunes cuts a text that is longer than n characters.
func cutRunes(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
