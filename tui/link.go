package tui

import (
	"io"
	"sync/atomic"
	"time"
)

// link knows how long writes to a terminal take. They are made by the painter,
// and asked about by the model.
type link struct{ worst atomic.Int64 }

// longest returns how long the longest write since the last call took.
func (l *link) longest() time.Duration { return time.Duration(l.worst.Swap(0)) }

// write times one.
func (l *link) write(out io.Writer, s string) (int, error) {
	began := time.Now()
	n, err := io.WriteString(out, s)
	took := int64(time.Since(began))
	for worst := l.worst.Load(); took > worst && !l.worst.CompareAndSwap(worst, took); {
		worst = l.worst.Load()
	}
	return n, err
}
