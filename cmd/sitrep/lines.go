package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// lines is a writer that never makes its caller wait: a log that nobody reads
// must stop no probe. What does not fit is dropped and counted, and the count is
// written once there is room.
type lines struct {
	queue chan []byte
	done  chan struct{} // closed when the last line is out

	mu      sync.Mutex // guards what follows
	closed  bool
	dropped int
}

const (
	linesWaiting  = 4096            // held for a slow reader
	linesPatience = 2 * time.Second // for the last ones, at the end
)

// newLines writes to w from a goroutine that close ends. A failed write drops its line.
func newLines(w io.Writer) *lines {
	l := &lines{queue: make(chan []byte, linesWaiting), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for line := range l.queue {
			if n := l.takeDropped(); n > 0 {
				_, _ = fmt.Fprintf(w, "%d log lines were left out: they were not read in time\n", n)
			}
			if _, err := w.Write(line); err != nil {
				l.drop()
			}
		}
	}()
	return l
}

// Write takes a whole line. It never fails and never waits.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return len(line), nil
	}
	select {
	case l.queue <- append([]byte(nil), line...):
	default:
		l.dropped++
	}
	return len(line), nil
}

// close lets the last lines out, for as long as linesPatience.
func (l *lines) close() {
	l.mu.Lock()
	l.closed = true
	close(l.queue)
	l.mu.Unlock()
	select {
	case <-l.done:
	case <-time.After(linesPatience):
	}
}

func (l *lines) drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropped++
}

func (l *lines) takeDropped() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.dropped
	l.dropped = 0
	return n
}
