package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/monitor"
)

// plainSession is a plain output in a bubble.
type plainSession struct {
	out  *recorder
	done chan error
	end  context.CancelFunc
}

func startPlain(t *testing.T, src Source) *plainSession {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &plainSession{out: &recorder{}, done: make(chan error, 1), end: cancel}
	go func() { s.done <- RunPlain(ctx, src, Options{Title: "prod-eu", Zone: time.UTC}, s.out) }()
	t.Cleanup(func() {
		cancel()
		synctest.Wait()
	})
	synctest.Wait()
	return s
}

// said returns the lines written since the last call.
func (s *plainSession) said() []string {
	synctest.Wait()
	return strings.Split(strings.TrimSuffix(string(s.out.taken()), "\n"), "\n")
}

// event publishes one more event.
func event(f *feed, e monitor.Event) {
	f.publish(func(snap *monitor.Snapshot) {
		e.Seq, e.At = snap.LastEvent()+1, snap.At
		parts := monitor.Parts{Snapshot: *snap, Events: append(snap.Events(), e)}
		for _, t := range snap.Targets() {
			parts.Targets = append(parts.Targets, t)
		}
		*snap = *monitor.NewSnapshot(parts)
	})
}

// TestPlainSaysHowThingsStandThenWhatHappens follows a night from its first line.
func TestPlainSaysHowThingsStandThenWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		s := startPlain(t, f)
		first := s.said()
		if len(first) < 4 || first[0] != "2026-04-12 UTC" || !strings.Contains(first[1], "prod-eu: ") || !strings.Contains(first[1], " UNACKED") {
			t.Fatalf("begins with:\n%s", strings.Join(first, "\n"))
		}
		if text := strings.Join(first, "\n"); !strings.Contains(text, " DOWN ") || !strings.Contains(text, "not acknowledged") || !strings.Contains(text, "incident ") {
			t.Errorf("leaves out what is not well:\n%s", text)
		}
		time.Sleep(2 * time.Second)
		event(f, monitor.Event{Kind: "note", Target: "search", Text: "rolled \x1b[2Jback\u202e", By: "ana"})
		if got := s.said(); len(got) != 1 || !strings.HasSuffix(got[0], ", by ana") || strings.ContainsAny(got[0], "\x1b\u202e") || !strings.Contains(got[0], "note search: rolled ") {
			t.Errorf("an event is said as %q", got)
		}
		for range plainCounts / time.Second {
			time.Sleep(time.Second)
			f.publish(nil)
		}
		f.publish(func(snap *monitor.Snapshot) { snap.Counts.Down++ })
		if got := s.said(); len(got) != 1 || !strings.Contains(got[0], " DOWN") {
			t.Errorf("changed counts are said as %q", got)
		}
		time.Sleep(time.Second)
		f.publish(func(snap *monitor.Snapshot) { snap.Counts.Down++ })
		if got := s.said(); got[0] != "" {
			t.Errorf("counts are said again after 1 s: %q", got)
		}
	})
}

// TestPlainSilenceIsNotCalm says that no picture comes, once, and that they come again.
func TestPlainSilenceIsNotCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		f := newFeed(newNight(t))
		s := startPlain(t, f)
		s.said()
		time.Sleep(4 * staleAfter)
		if got := s.said(); len(got) != 1 || !strings.Contains(got[0], "STALE") {
			t.Errorf("after a silence: %q", got)
		}
		f.publish(nil)
		if got := s.said(); len(got) != 1 || !strings.HasSuffix(got[0], "pictures come again") {
			t.Errorf("after it: %q", got)
		}
		for range 5 * 60 {
			time.Sleep(time.Second)
			f.publish(nil)
		}
		if got := s.said(); len(got) != 1 || !strings.Contains(got[0], "prod-eu: ") {
			t.Errorf("in five minutes without an event: %q", got)
		}
		s.end()
		if err := <-s.done; err != nil {
			t.Errorf("ends with %v", err)
		}
	})
}

// shut takes no bytes.
type shut struct{}

func (shut) Write([]byte) (int, error) { return 0, errShut }

var errShut = errors.New("shut")

// TestPlainEndsWithItsOutput does not go on for nobody.
func TestPlainEndsWithItsOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		atNight()
		if err := RunPlain(t.Context(), newFeed(newNight(t)), Options{}, shut{}); !errors.Is(err, errShut) {
			t.Errorf("returned %v", err)
		}
	})
}
