package tui

import (
	"io"
	"os"
	"sync/atomic"
	"time"
)

// link knows how long writes to a terminal take. They are made by Bubble Tea, and
// asked about by the model.
type link struct{ worst atomic.Int64 }

// longest returns how long the longest write since the last call took.
func (l *link) longest() time.Duration { return time.Duration(l.worst.Swap(0)) }

// write times one.
func (l *link) write(out io.Writer, p []byte) (int, error) {
	began := time.Now()
	n, err := out.Write(p)
	took := int64(time.Since(began))
	for worst := l.worst.Load(); took > worst && !l.worst.CompareAndSwap(worst, took); {
		worst = l.worst.Load()
	}
	return n, err
}

// timed returns a writer to out that times what is written. A file stays one in
// shape: without its descriptor Bubble Tea does not learn the window's size.
func (l *link) timed(out io.Writer) io.Writer {
	if f, is := out.(*os.File); is {
		return timedFile{f, l}
	}
	return timedWriter{out, l}
}

type timedFile struct {
	*os.File
	link *link
}

func (f timedFile) Write(p []byte) (int, error) { return f.link.write(f.File, p) }

type timedWriter struct {
	out  io.Writer
	link *link
}

func (w timedWriter) Write(p []byte) (int, error) { return w.link.write(w.out, p) }
