package incident

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// plot is the latency of one target over the axis of all.
type plot struct {
	axis   axis
	series *Series
	runs   []run
	scale  scale
}

func newPlot(ax axis, s *Series) *plot {
	return &plot{axis: ax, series: s, runs: runsOf(s.Points), scale: scaleOf(s)}
}

// The parts of a plot, from the top.
const (
	plotHeight = 150
	laneHeight = 16
)

func (p *plot) svg(title string) string {
	bottom := float64(svgTop + plotHeight + laneHeight + 4)
	c := &canvas{}
	c.begin(bottom+svgBottom, title, p.told())
	for _, v := range p.scale.ticks() {
		y := p.y(v)
		c.line(svgLeft, y, svgLeft+axisWidth, y, "grid")
		c.text(svgLeft-8, y+4, "end", "value", latency(v))
	}
	for _, r := range p.runs {
		if r.state == SpellDown {
			x := p.axis.at(r.from, axisWidth)
			c.printf(`<rect class="shade" x="%s" y="%d" width="%s" height="%d" fill="#c1121f" fill-opacity="0.1"/>`+"\n",
				num(svgLeft+x), svgTop, num(max(p.axis.at(r.to, axisWidth)-x, 1.5)), plotHeight)
		}
	}
	c.frame(&p.axis, bottom)
	if limit := p.series.Slow; limit > 0 {
		y := p.y(limit)
		c.printf(`<path class="limit" d="M%d %sH%d" fill="none" stroke="#b35900" stroke-width="1.5" stroke-dasharray="8 4"/>`+"\n",
			svgLeft, num(y), svgLeft+axisWidth)
		c.text(svgLeft+axisWidth-2, y-4, "end", "limit", "limit "+latency(limit))
	}
	c.printf(`<path class="p95" d="%s" fill="none" stroke="#7a5195" stroke-width="1" stroke-dasharray="2 2"/>`+"\n",
		p.path(func(x *Point) time.Duration { return x.P95 }))
	c.printf(`<path class="median" d="%s" fill="none" stroke="#1f6fb4" stroke-width="2"/>`+"\n",
		p.path(func(x *Point) time.Duration { return x.Median }))
	c.text(svgLeft-8, svgTop+plotHeight+laneHeight, "end", "name", "state")
	c.runs(&p.axis, p.runs, svgTop+plotHeight+2, laneHeight)
	return c.end()
}

func (p *plot) y(v time.Duration) float64 {
	return svgTop + plotHeight*(1-p.scale.at(v))
}

// path is a line through the points that have a latency, each as long as it
// lasts. Where results failed or are missing there is none.
func (p *plot) path(of func(*Point) time.Duration) string {
	var b strings.Builder
	var last *Point
	for i := range p.series.Points {
		x := &p.series.Points[i]
		if x.passed() == 0 {
			last = nil
			continue
		}
		from, to, y := p.axis.at(x.From, axisWidth), p.axis.at(x.To, axisWidth), num(p.y(of(x)))
		command := "L"
		if last == nil || x.From.After(last.To) {
			command = "M"
		}
		fmt.Fprintf(&b, "%s%s %sH%s", command, num(svgLeft+from), y, num(svgLeft+max(to, from+1)))
		last = x
	}
	return b.String()
}

// told says in words what the plot shows.
func (p *plot) told() string {
	var worst time.Duration
	for i := range p.series.Points {
		worst = max(worst, p.series.Points[i].P95)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Latency from %s to %s: usually %s, highest p95 %s.",
		stamp(p.axis.from), stamp(p.axis.to), latency(middle(p.series.Points)), latency(worst))
	if p.series.Slow > 0 {
		fmt.Fprintf(&b, " Limit %s.", latency(p.series.Slow))
	}
	for _, r := range p.runs {
		if r.state == SpellDown {
			fmt.Fprintf(&b, " Failed from %s to %s.", stamp(r.from), stamp(r.to))
		}
		if b.Len() > 1000 {
			b.WriteString(" …")
			break
		}
	}
	return b.String()
}

// strip is the figure in letters.
func (p *plot) strip() []string {
	s := &strips{axis: p.axis, rows: []stripRow{{target: p.series.Target, cells: measuredCells(&p.axis, p.series)}}}
	return append(s.strip(), p.told())
}

// scale is where latencies lie between the bottom and the top of a plot: in
// proportion, or, if they are far apart, by their logarithm.
type scale struct {
	low, high   float64 // nanoseconds
	logarithmic bool
}

// wide is from what ratio on the smallest would lie on the bottom line.
const wide = 20

func scaleOf(s *Series) scale {
	var sc scale
	reach := func(v time.Duration) {
		f := float64(v)
		if f <= 0 {
			return
		}
		sc.high = max(sc.high, f)
		if sc.low == 0 || f < sc.low {
			sc.low = f
		}
	}
	reach(s.Slow)
	for i := range s.Points {
		if p := &s.Points[i]; p.passed() > 0 {
			reach(p.Median)
			reach(p.P95)
		}
	}
	if sc.high == 0 {
		return scale{high: float64(time.Second)}
	}
	if sc.high/sc.low >= wide {
		return scale{sc.low / 1.3, sc.high * 1.3, true}
	}
	return scale{high: sc.high * 1.15}
}

// at returns where a latency lies, from 0 to 1.
func (s *scale) at(v time.Duration) float64 {
	part := (float64(v) - s.low) / (s.high - s.low)
	if s.logarithmic {
		part = math.Log(max(float64(v), s.low)/s.low) / math.Log(s.high/s.low)
	}
	return min(max(part, 0), 1)
}

// ticks are round latencies, two to about eight of them.
func (s *scale) ticks() []time.Duration {
	var all []time.Duration
	if !s.logarithmic {
		step := math.Pow(10, math.Floor(math.Log10(s.high)))
		for _, part := range []float64{1, 0.5, 0.2} {
			if s.high/(step*part) >= 3 {
				step *= part
				break
			}
		}
		for v := 0.0; v <= s.high; v += step {
			all = append(all, time.Duration(v))
		}
		return all
	}
	for decade := math.Pow(10, math.Floor(math.Log10(s.low))); decade <= s.high; decade *= 10 {
		for _, m := range []float64{1, 3} {
			if v := decade * m; v >= s.low && v <= s.high {
				all = append(all, time.Duration(v))
			}
		}
	}
	return all
}
