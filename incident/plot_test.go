package incident

import (
	"strings"
	"testing"
	"time"
)

func TestAPlotHasSixHundredPointsAtMost(t *testing.T) {
	var points []Point
	up, down := 0, 0
	for i := range 100_000 {
		p := Point{From: night.Add(time.Duration(i) * time.Second), To: night.Add(time.Duration(i+1) * time.Second)}
		if i%1000 == 7 {
			p.Down = 1
			down++
		} else {
			p.Up, p.Median, p.P95 = 1, 20*time.Millisecond, time.Duration(i)*time.Microsecond
			up++
		}
		points = append(points, p)
	}
	got := merged(points)
	if len(got) > maxPoints || len(got) < maxPoints/2 {
		t.Fatalf("%d points", len(got))
	}
	var highest time.Duration
	for i, p := range got {
		up -= p.Up
		down -= p.Down
		highest = max(highest, p.P95)
		if p.Median != 20*time.Millisecond {
			t.Fatalf("median %v", p.Median)
		}
		if i > 0 && p.From.Before(got[i-1].To) {
			t.Fatalf("point %d begins before the one before it ends", i)
		}
	}
	if up != 0 || down != 0 || highest != 99_999*time.Microsecond {
		t.Errorf("lost %d up and %d down; the highest is %v", up, down, highest)
	}
}

func TestAFailureOrAHoleIsNoLatency(t *testing.T) {
	minute := func(n int) time.Time { return night.Add(time.Duration(n) * time.Minute) }
	point := func(n int, took time.Duration) Point {
		p := Point{From: minute(n), To: minute(n + 1), Median: took, P95: took, Up: 1}
		if took == 0 {
			p.Up, p.Down = 0, 1
		}
		return p
	}
	s := &Series{Target: "db", Points: []Point{point(0, 10), point(1, 20), point(2, 0), point(3, 10), point(8, 10)}}
	p := newPlot(axis{from: minute(0), to: minute(9)}, s)
	path := p.path(func(x *Point) time.Duration { return x.Median })
	if n := strings.Count(path, "M"); n != 3 {
		t.Errorf("%d lines, want one until the failure, one until the hole, one after: %s", n, path)
	}
	if got := string(measuredCells(&p.axis, s)); len(strings.TrimSpace(got)) == 0 || strings.Count(got, "X") != 8 || !strings.Contains(got, "  ") {
		t.Errorf("strip %q", got)
	}
}

func TestScaleIsByTheLogarithmWhereLatenciesAreFarApart(t *testing.T) {
	for _, tt := range []struct {
		low, high   time.Duration
		logarithmic bool
	}{
		{10 * time.Millisecond, 40 * time.Millisecond, false},
		{2 * time.Millisecond, 4 * time.Second, true},
		{0, 0, false},
		{time.Microsecond, time.Microsecond, false},
	} {
		s := Series{Points: []Point{{Median: tt.low, P95: tt.high, Up: 1}}}
		sc := scaleOf(&s)
		if sc.logarithmic != tt.logarithmic {
			t.Errorf("%v to %v: logarithmic %v", tt.low, tt.high, sc.logarithmic)
		}
		if a, b := sc.at(tt.low), sc.at(tt.high); a > b || a < 0 || b > 1 {
			t.Errorf("%v lies at %v, %v at %v", tt.low, a, tt.high, b)
		}
		if n := len(sc.ticks()); n < 2 || n > 12 {
			t.Errorf("%v to %v: %d ticks", tt.low, tt.high, n)
		}
	}
}

func TestTicksAreRoundAndNameTheDate(t *testing.T) {
	for _, span := range []time.Duration{2 * time.Second, time.Minute, 70 * time.Minute, 26 * time.Hour, 40 * 24 * time.Hour, 3 * 365 * 24 * time.Hour} {
		ax := axis{from: at("23:50:03"), to: at("23:50:03").Add(span)}
		ticks := ax.ticks(9)
		if len(ticks) == 0 || len(ticks) > 9 {
			t.Errorf("%v: %d ticks", span, len(ticks))
			continue
		}
		if !strings.HasPrefix(ticks[0].text, "202") {
			t.Errorf("%v: the first is %q, without its date", span, ticks[0].text)
		}
	}
}
