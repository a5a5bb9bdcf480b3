package tui

import (
	"context"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/monitor"
)

// feed is a Source for whole programs: a desk whose snapshots may change while
// screens wait for them.
type feed struct {
	*desk

	mu   sync.Mutex
	snap *monitor.Snapshot
	news chan struct{}
	seen int // Wait calls under way
	most int
}

func newFeed(d *desk) *feed { return &feed{desk: d, snap: d.snap, news: make(chan struct{})} }

func (f *feed) Snapshot() *monitor.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.snap
}

func (f *feed) publish(change func(*monitor.Snapshot)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	snap := *f.snap
	snap.Seq++
	snap.At = time.Now().UTC()
	if change != nil {
		change(&snap)
	}
	f.snap = &snap
	close(f.news)
	f.news = make(chan struct{})
}

func (f *feed) Wait(ctx context.Context, seq uint64) (*monitor.Snapshot, error) {
	f.mu.Lock()
	f.seen++
	f.most = max(f.most, f.seen)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.seen--
		f.mu.Unlock()
	}()
	for {
		f.mu.Lock()
		snap, news := f.snap, f.news
		f.mu.Unlock()
		if snap.Seq > seq {
			return snap, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// recorder is a terminal that takes bytes.
type recorder struct {
	mu     sync.Mutex
	bytes  []byte
	writes int
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bytes = append(r.bytes, p...)
	r.writes++
	return len(p), nil
}

// count returns how many writes there were.
func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.writes
}

// taken returns what was written since the last call.
func (r *recorder) taken() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.bytes
	r.bytes = nil
	return p
}

// session is a whole program in a bubble.
type session struct {
	out  *recorder
	keys io.Writer
	done chan error
	end  context.CancelFunc
}

// startSession runs a program at a size, in a bubble whose clock was set to the
// night first.
func startSession(t *testing.T, src Source, opt Options, w, h int) *session {
	t.Helper()
	out := &recorder{}
	return startSessionOn(t, src, opt, out, out, w, h)
}

// startSessionOn is startSession on a terminal that hands its bytes to a recorder.
func startSessionOn(t *testing.T, src Source, opt Options, term io.Writer, out *recorder, w, h int) *session {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	if opt.Environ == nil {
		opt.Environ = []string{"TERM=xterm-256color", "SSH_TTY=/dev/pts/0"}
	}
	in, keys := io.Pipe()
	s := &session{out: out, keys: keys, done: make(chan error, 1), end: cancel}
	go func() {
		s.done <- run(ctx, src, opt, &tty{in: in, out: term, w: w, h: h})
		in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		synctest.Wait()
	})
	time.Sleep(300 * time.Millisecond)
	synctest.Wait()
	return s
}

// send sends bytes as a terminal does.
func (s *session) send(bytes string) {
	_, _ = io.WriteString(s.keys, bytes)
	time.Sleep(300 * time.Millisecond)
	synctest.Wait()
}

// atNight sleeps until the time of the script; a bubble begins in 2000.
func atNight() { time.Sleep(time.Until(night)) }
