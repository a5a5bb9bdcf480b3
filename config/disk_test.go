package config

import (
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestADiskThatDoesNotAnswerIsLeftAlone holds that a read which hangs ends, and
// that there is one of it however often it is asked for.
func TestADiskThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		answer := make(chan int)
		var calls atomic.Int32
		read := func() (int, error) {
			calls.Add(1)
			return <-answer, nil
		}
		for range 3 {
			if _, err := ask(d, "/mnt/dead", read); !errors.Is(err, errStuck) {
				t.Errorf("got %v, want that there is no answer", err)
			}
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("%d reads under way, want 1", n)
		}
		if v, err := ask(d, "/mnt/alive", func() (int, error) { return 7, nil }); v != 7 || err != nil {
			t.Errorf("another file: %d, %v", v, err)
		}
		answer <- 1
		synctest.Wait()
		go func() { answer <- 2 }()
		if v, err := ask(d, "/mnt/dead", read); v != 2 || err != nil {
			t.Errorf("once it answers again: %d, %v", v, err)
		}
	})
}
