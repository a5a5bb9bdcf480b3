package tui

import (
	"errors"
	"io"
	"sync/atomic"
	"syscall"
	"time"
)

// notYet is how long a terminal that refuses is left alone.
const notYet = 10 * time.Millisecond

// link knows how long writes to a terminal take. They are made by the painter,
// and asked about by the model.
type link struct{ worst atomic.Int64 }

// longest returns how long the longest write since the last call took.
func (l *link) longest() time.Duration { return time.Duration(l.worst.Swap(0)) }

// write times one. A terminal that takes nothing now is waited for, also one that
// refuses instead of waiting: whoever else has it open may have set that for all
// (O_NONBLOCK), and half a frame would be lost.
func (l *link) write(out io.Writer, s string) (n int, err error) {
	began := time.Now()
	for {
		var some int
		some, err = io.WriteString(out, s[n:])
		if n += some; !errors.Is(err, syscall.EAGAIN) {
			break
		}
		time.Sleep(notYet)
	}
	took := int64(time.Since(began))
	for worst := l.worst.Load(); took > worst && !l.worst.CompareAndSwap(worst, took); {
		worst = l.worst.Load()
	}
	return n, err
}
