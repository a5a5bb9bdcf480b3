package incident

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"sitrep/safe"
)

// The size of a picture, in its own units.
const (
	svgWidth  = 900
	svgLeft   = 150 // where the axis begins
	svgRight  = 16
	svgTop    = 40 // of the numbers of the milestones
	svgBottom = 26 // of the times
	axisWidth = svgWidth - svgLeft - svgRight
)

// canvas is an SVG element being written. Numbers are formatted by num, and all
// text goes through esc.
type canvas struct {
	b strings.Builder
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

// num writes a coordinate with one decimal at most.
func num(f float64) string { return strconv.FormatFloat(float64(int64(f*10+0.5))/10, 'f', -1, 64) }

// esc makes text harmless in an element and in a quoted attribute.
func esc(text string) string { return html.EscapeString(safe.Text(text, 0)) }

func (c *canvas) begin(height float64, title, desc string) {
	c.printf(`<svg viewBox="0 0 %d %s" role="img" xmlns="http://www.w3.org/2000/svg">`+"\n", svgWidth, num(height))
	c.printf("<title>%s</title><desc>%s</desc>\n", esc(title), esc(desc))
}

func (c *canvas) end() string {
	c.printf("</svg>")
	return c.b.String()
}

func (c *canvas) text(x, y float64, anchor, class, text string) {
	c.printf(`<text class="%s" x="%s" y="%s" text-anchor="%s" font-size="11" fill="currentColor">%s</text>`+"\n",
		class, num(x), num(y), anchor, esc(text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.printf(`<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s" stroke="currentColor"/>`+"\n",
		class, num(x1), num(y1), num(x2), num(y2))
}

// frame draws the axis: the times below, and the milestones over all of it.
func (c *canvas) frame(ax *axis, bottom float64) {
	for _, t := range ax.ticks(9) {
		x := svgLeft + ax.at(t.at, axisWidth)
		c.line(x, bottom, x, bottom+4, "tick")
		anchor := "middle"
		if x > svgWidth-70 {
			anchor = "end"
		}
		c.text(x, bottom+17, anchor, "time", t.text)
	}
	c.line(svgLeft, bottom, svgLeft+axisWidth, bottom, "base")
	lanes := [2]float64{-100, -100} // where the last number of each ends
	for _, m := range ax.marks {
		x := svgLeft + ax.at(m.at, axisWidth)
		lane := 1
		if x-lanes[1] < 16 && x-lanes[0] > x-lanes[1] {
			lane = 0
		}
		place := max(x, lanes[lane]+16)
		lanes[lane] = place
		y := 12 + float64(lane)*16
		c.printf(`<g class="milestone"><title>%s</title>`, esc(fmt.Sprintf("%d %s %s", m.n, m.name, stamp(m.at))))
		c.line(x, y+5, x, bottom, "mark")
		c.printf(`<circle class="mark" cx="%s" cy="%s" r="7.5" fill="#fff" stroke="currentColor"/>`, num(place), num(y))
		c.text(place, y+4, "middle", "number", strconv.Itoa(m.n))
		c.printf("</g>\n")
	}
}

// look is how a state is drawn: never by its colour alone.
type look struct {
	letter string
	fill   string
	top    float64 // how much of its height is left free
	dash   bool    // an outline, and not filled
}

var looks = map[string]look{
	stateUp:       {"", "#7fb3d5", 0.7, false},
	SpellDegraded: {"w", "#e0a100", 0.35, false},
	SpellDown:     {"X", "#c1121f", 0, false},
	SpellUnknown:  {"?", "#8a8a8a", 0.2, true},
	SpellExcluded: {"m", "#3a6ea5", 0.5, true},
}

// runs draws the states of a target as a strip.
func (c *canvas) runs(ax *axis, all []run, y, height float64) {
	for _, r := range all {
		l := looks[r.state]
		x := ax.at(r.from, axisWidth)
		w := max(ax.at(r.to, axisWidth)-x, 1.5)
		top := y + height*l.top
		style := fmt.Sprintf(`fill="%s"`, l.fill)
		if l.dash {
			style = fmt.Sprintf(`fill="none" stroke="%s" stroke-dasharray="3 2"`, l.fill)
		}
		c.printf(`<g><title>%s</title><rect class="%s" x="%s" y="%s" width="%s" height="%s" %s/>`,
			esc(fmt.Sprintf("%s from %s to %s", r.state, stamp(r.from), stamp(r.to))),
			r.state, num(svgLeft+x), num(top), num(w), num(y+height-top), style)
		if w >= 9 && l.letter != "" {
			c.printf(`<text class="in-%s" x="%s" y="%s" text-anchor="middle" font-size="10" font-weight="bold">%s</text>`,
				r.state, num(svgLeft+x+w/2), num(y+height-2.5), l.letter)
		}
		c.printf("</g>\n")
	}
}

func (s *strips) svg(title string) string {
	const row, gap = 14, 6
	bottom := float64(svgTop + len(s.rows)*(row+gap))
	c := &canvas{}
	c.begin(bottom+svgBottom, title, s.told())
	c.frame(&s.axis, bottom)
	for i, r := range s.rows {
		y := float64(svgTop + i*(row+gap))
		c.text(svgLeft-8, y+row-3, "end", "name", cutRunes(r.target, 22))
		c.runs(&s.axis, r.runs, y, row)
	}
	return c.end()
}

// told says in words what the strips show.
func (s *strips) told() string {
	var b strings.Builder
	fmt.Fprintf(&b, "States from %s to %s.", stamp(s.axis.from), stamp(s.axis.to))
	for _, r := range s.rows {
		bad := map[string]time.Duration{}
		for _, x := range r.runs {
			bad[x.state] += x.to.Sub(x.from)
		}
		fmt.Fprintf(&b, " %s:", r.target)
		said := false
		for _, state := range badStates {
			if bad[state] > 0 {
				fmt.Fprintf(&b, " %s %s", state, exactly(bad[state]))
				said = true
			}
		}
		if !said {
			b.WriteString(" never bad")
		}
		b.WriteString(".")
	}
	return b.String()
}
