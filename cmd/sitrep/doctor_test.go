package main

import (
	"os"
	"testing"
	"time"

	"sitrep/tui"
)

func TestAnswersOfATerminal(t *testing.T) {
	for _, c := range []struct {
		name, said string
		cells      int
		coloured   bool
	}{
		{"all", "\x1b[5;2R\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?62;c", 1, true},
		{"wide glyphs", "\x1b[5;3R\x1b[?1;2c", 2, false},
		{"ended by ST", "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?6c", 0, true},
		{"nonsense", "\x1b[5;9999R\x1b]11;red\x07\x1b[?6c", 0, false},
		{"nothing", "", 0, false},
	} {
		var term tui.Terminal
		readAnswers([]byte(c.said), &term)
		if term.Ambiguous != c.cells || term.Background != nil != c.coloured || term.Answered != (c.said != "") {
			t.Errorf("%s: %+v", c.name, term)
		}
	}
}

// TestReadingEnds: with the answer that all give, or with the patience.
func TestReadingEnds(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	const answers = "\x1b[1;2R\x1b[?62c"
	if _, err := w.WriteString(answers); err != nil {
		t.Fatal(err)
	}
	if got := string(readUntil(r, time.Hour, attributes)); got != answers {
		t.Errorf("read %q", got)
	}
	if got := readUntil(r, time.Millisecond, attributes); len(got) > 0 {
		t.Errorf("read %q of nothing", got)
	}
}
