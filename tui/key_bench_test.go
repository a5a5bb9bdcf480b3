package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"sitrep/monitor"
)

// pulse is a terminal that tells when the cursor's bar was drawn.
type pulse chan time.Time

func (p pulse) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("▌")) {
		select {
		case p <- time.Now():
		default:
		}
	}
	return len(b), nil
}

// BenchmarkKeyAnswered runs the whole program over 5,000 targets with 1,000
// results a second, presses a key every 40 ms, and reports how long the answer
// takes to reach the terminal: the median and what one key in a hundred exceeds.
func BenchmarkKeyAnswered(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	d := bigBoard(b, 5000).src.(*desk)
	f := newFeed(d)
	go busy(ctx, f, d)
	in, keys := io.Pipe()
	defer in.Close()
	out := make(pulse, 1)
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, f, Options{Title: "big", Level: Level256, Environ: []string{"TERM=xterm-256color"}}, &tty{in: in, out: out, w: 120, h: 40})
	}()
	<-out
	time.Sleep(time.Second)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		select {
		case <-out: // of data
		default:
		}
		pressed := time.Now()
		_, _ = keys.Write([]byte("jk"[i%2 : i%2+1]))
		took = append(took, (<-out).Sub(pressed))
		time.Sleep(40*time.Millisecond + time.Duration(i%17)*time.Millisecond)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	cancel()
	<-done
}

// busy publishes 20 times a second what 50 results changed.
func busy(ctx context.Context, f *feed, d *desk) {
	targets := slices.Collect(allTargets(d.snap))
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
		for k := range 50 {
			at := (i*50 + k) % len(targets)
			t := *targets[at]
			t.Last.Took = time.Duration(100+i*37%300) * time.Millisecond
			targets[at] = &t
		}
		next := monitor.NewSnapshot(monitor.Parts{Snapshot: *d.snap, Targets: targets, Events: d.snap.Events()})
		f.publish(func(snap *monitor.Snapshot) {
			next.Seq, next.At = snap.Seq, snap.At
			*snap = *next
		})
	}
}

// allTargets are a snapshot's targets, by name.
func allTargets(snap *monitor.Snapshot) func(func(*monitor.TargetStatus) bool) {
	return func(yield func(*monitor.TargetStatus) bool) {
		for _, t := range snap.Targets() {
			if !yield(t) {
				return
			}
		}
	}
}

// BenchmarkFrame takes in a snapshot of 5,000 targets of which every row in sight
// has changed, draws it and works out what goes to the terminal.
func BenchmarkFrame(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			m := bigBoard(b, 5000)
			m.w, m.h = size[0], size[1]
			m.opt.Level, m.theme = Level256, newTheme(Level256, false)
			var snaps [8]*monitor.Snapshot
			for i := range snaps {
				snap := *m.snap
				allRowsChange(&snap, i)
				snaps[i] = &snap
			}
			sent := &countWriter{}
			p := newPainter(sent, new(link), []string{"TERM=xterm-256color"})
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				snap := *snaps[i%len(snaps)]
				snap.Seq = m.snap.Seq + 1
				m.take(&snap)
				p.draw(framed(m.View(), m.w, m.h), false, false)
			}
			b.ReportMetric(float64(sent.n)/float64(i), "bytes/frame")
		})
	}
}

// countWriter counts bytes.
type countWriter struct{ n int }

func (w *countWriter) Write(p []byte) (int, error) { w.n += len(p); return len(p), nil }
