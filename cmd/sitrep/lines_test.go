package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestALogThatNobodyReadsMakesNobodyWait writes to a pipe whose other end is
// read only later.
func TestALogThatNobodyReadsMakesNobodyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		l := newLines(w)
		began := time.Now()
		for i := range 3 * linesWaiting {
			fmt.Fprintln(l, i)
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("writing took %v", d)
		}
		text := make(chan string)
		go func() {
			b, _ := io.ReadAll(r)
			text <- string(b)
		}()
		l.close()
		w.Close()
		got := <-text
		if n := strings.Count(got, "\n"); n < linesWaiting || !strings.Contains(got, "log lines were left out") {
			t.Errorf("%d lines read, and how many were left out is told: %v", n, strings.Contains(got, "left out"))
		}
	})
}

func TestClosingALogThatNobodyReadsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		l := newLines(w)
		fmt.Fprintln(l, "a line")
		began := time.Now()
		l.close()
		if d := time.Since(began); d != linesPatience {
			t.Errorf("closing took %v, want %v", d, linesPatience)
		}
		r.Close() // so that its goroutine ends with the test
	})
}
