package tui

import (
	"fmt"
	"testing"
	"time"

	"sitrep/checker"
	"sitrep/monitor"
)

// BenchmarkView draws a board of 5,000 targets. What it costs must not depend on
// how many there are, only on how many are in sight.
func BenchmarkView(b *testing.B) {
	for _, n := range []int{50, 5000} {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			b.Run(fmt.Sprintf("%d-%dx%d", n, size[0], size[1]), func(b *testing.B) {
				m := bigBoard(b, n)
				m.w, m.h = size[0], size[1]
				m.opt.Level, m.theme = Level256, newTheme(Level256, false)
				b.ReportAllocs()
				for b.Loop() {
					_ = m.render()
				}
			})
		}
	}
}

// BenchmarkFollow takes in a snapshot of 5,000 targets whose order has changed.
func BenchmarkFollow(b *testing.B) {
	m := bigBoard(b, 5000)
	snap := *m.snap
	b.ReportAllocs()
	for b.Loop() {
		snap.Seq++
		snap.Order++
		next := snap
		m.take(&next)
	}
}

func bigBoard(tb testing.TB, n int) *Model {
	tb.Helper()
	var targets []*monitor.TargetStatus
	for i := range n {
		s := nightTarget(fmt.Sprintf("target-%05d", i), checker.Up)
		history(s, i)
		targets = append(targets, s)
	}
	d := &desk{actor: monitor.Actor{Name: "ana", Role: monitor.Respond}, snap: &monitor.Snapshot{}}
	d.show(1, targets, nightEvents())
	m := New(tb.Context(), d, Options{Title: "big", Now: func() time.Time { return night }})
	m.w, m.h = 80, 24
	return m
}
