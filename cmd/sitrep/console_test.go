package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// fullListener has no room for a number of tries, then a visitor each time, and
// waits once it has had all of what it was told to do.
type fullListener struct {
	net.Listener
	plan   []bool // whether a try works
	closed chan struct{}
	tries  []time.Time
}

func (l *fullListener) Accept() (net.Conn, error) {
	n := len(l.tries)
	l.tries = append(l.tries, time.Now())
	switch {
	case n >= len(l.plan):
		<-l.closed
		return nil, net.ErrClosed
	case !l.plan[n]:
		return nil, &net.OpError{Op: "accept", Net: "unix", Err: unix.EMFILE}
	}
	ours, theirs := net.Pipe()
	theirs.Close()
	return ours, nil
}

// TestTheConsoleOutlivesTooManyFiles: whoever comes when that has passed is let
// in, it is said once each time, and tried once a second at least.
func TestTheConsoleOutlivesTooManyFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &fullListener{plan: append(make([]bool, 30), true, false, true), closed: make(chan struct{})}
		var log strings.Builder
		c := &console{log: slog.New(slog.NewTextHandler(&log, nil))}
		ctx, cancel := context.WithCancel(t.Context())
		visits, done := 0, make(chan struct{})
		go func() {
			defer close(done)
			c.accept(ctx, l, func(conn net.Conn) {
				visits++
				conn.Close()
			})
		}()
		time.Sleep(time.Minute)
		synctest.Wait()
		if visits != 2 {
			t.Errorf("%d were let in, want 2", visits)
		}
		for i := 1; i < len(l.tries); i++ {
			pause := l.tries[i].Sub(l.tries[i-1])
			if failed := !l.plan[i-1]; failed && (pause < acceptAgain || pause > acceptAgainMax) || !failed && pause != 0 {
				t.Errorf("try %d comes %v after the one before", i+1, pause)
			}
		}
		if n := strings.Count(log.String(), unix.EMFILE.Error()); n != 2 {
			t.Errorf("said %d times, want 2:\n%s", n, &log)
		}
		cancel()
		close(l.closed)
		<-done
		if strings.Contains(log.String(), net.ErrClosed.Error()) {
			t.Errorf("the end is no fault:\n%s", &log)
		}
	})
}

// TestTheConsoleEndsWhileItWaitsForRoom with ctx, and by itself if its socket is gone.
func TestTheConsoleEndsWhileItWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &console{log: slog.New(slog.DiscardHandler)}
		ctx, cancel := context.WithCancelCause(t.Context())
		l := &fullListener{plan: make([]bool, 1000)}
		time.AfterFunc(10*time.Second+time.Millisecond, func() { cancel(errors.New("enough")) })
		began := time.Now()
		c.accept(ctx, l, func(net.Conn) { t.Error("somebody was let in") })
		if took := time.Since(began); took != 10*time.Second+time.Millisecond {
			t.Errorf("it went on for %v", took)
		}
		gone := &fullListener{closed: make(chan struct{})}
		close(gone.closed)
		c.accept(t.Context(), gone, func(net.Conn) { t.Error("somebody was let in") })
	})
}
