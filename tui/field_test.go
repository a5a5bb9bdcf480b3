package tui

import (
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// typeInto presses keys in a field: names of keys, anything else is typed.
func typeInto(f *field, keys ...string) {
	for _, k := range keys {
		for _, msg := range keysOf(k) {
			f.key(msg.(tea.KeyPressMsg))
		}
	}
}

func TestFieldEdits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines bool
		keys  []string
		want  string // with | at the cursor
	}{
		{"typing", false, []string{"abc"}, "abc|"},
		{"in the middle", false, []string{"ac", "left", "b"}, "ab|c"},
		{"a wide character is one step", false, []string{"モニ", "left", "left", "x"}, "x|モニ"},
		{"an accent belongs to its letter", false, []string{"e\u0301", "backspace"}, "|"},
		{"delete", false, []string{"abc", "home", "delete"}, "|bc"},
		{"a word", false, []string{"one two  ", "ctrl+w"}, "one |"},
		{"to the start", false, []string{"one two", "left", "ctrl+u"}, "|o"},
		{"no second line", false, []string{"a", "ctrl+j", "b"}, "ab|"},
		{"a second line", true, []string{"a", "ctrl+j", "b"}, "a\nb|"},
		{"over a line break", true, []string{"a", "ctrl+j", "b", "left", "left", "x"}, "ax|\nb"},
		{"joining lines", true, []string{"a", "ctrl+j", "b", "home", "backspace"}, "a|b"},
		{"up keeps the column", true, []string{"long line", "ctrl+j", "ab", "up", "|"}, "lo||ng line\nab"},
		{"down to a shorter line", true, []string{"ab", "ctrl+j", "c", "up", "end", "down"}, "ab\nc|"},
		{"beyond both ends", false, []string{"a", "right", "right", "home", "left", "backspace"}, "|a"},
		{"no control characters", false, []string{"a\x1b\x07\u202eb"}, "ab|"},
	} {
		f := field{lines: tt.lines}
		typeInto(&f, tt.keys...)
		if got := f.text[:f.at] + "|" + f.text[f.at:]; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFieldPasteIsOneEdit(t *testing.T) {
	f := newField("ab", true)
	typeInto(&f, "left")
	if !f.insert("1\r\n2\tx\x1b]0;title\x07\x1b[31m") || f.text != "a1\n2 xb" || f.at != len("a1\n2 x") {
		t.Errorf("%q at %d", f.text, f.at)
	}
	before := f
	if f.insert(strings.Repeat("line of text\n", 10_000)) {
		t.Error("ten thousand lines fit")
	}
	if f != before {
		t.Error("a paste that does not fit left something behind")
	}
}

func TestFieldRows(t *testing.T) {
	f := newField("one two three", true)
	var got []string
	for _, r := range f.rows(8, 9) {
		got = append(got, r.before+"|"+r.under+"|"+r.behind)
	}
	if diff := cmp.Diff([]string{"one two ||", "three|_|"}, got); diff != "" {
		t.Error(diff)
	}
	f = newField("モニター", false)
	if r := f.window(5); r.before+r.under != "ター_" {
		t.Errorf("window of 5: %q %q", r.before, r.under)
	}
}

// Whatever is typed at whatever width, nothing panics, no row is too wide, and
// typed letters are all there.
func TestFieldKeepsWhatIsTyped(t *testing.T) {
	keys := rapid.SampledFrom([]string{"a", "b", " ", "モ", "e\u0301", "\u200b", "🏷\ufe0f", "ctrl+j", "left", "right", "up", "down", "home", "end"})
	rapid.Check(t, func(t *rapid.T) {
		f := field{lines: rapid.Bool().Draw(t, "lines")}
		letters := 0
		for range rapid.IntRange(0, 60).Draw(t, "n") {
			k := keys.Draw(t, "key")
			if k == "a" {
				letters++
			}
			typeInto(&f, k)
			width, n := rapid.IntRange(-1, 9).Draw(t, "width"), rapid.IntRange(0, 4).Draw(t, "rows")
			rows := f.rows(width, n)
			if len(rows) > n {
				t.Fatalf("%d rows, want at most %d", len(rows), n)
			}
			cursors := 0
			for _, r := range append(rows, f.window(width)) {
				if got := ansi.StringWidth(r.before + r.under + r.behind); got > max(width, 0) {
					t.Fatalf("a row of %d cells at width %d: %+v", got, width, r)
				}
				if r.cursor {
					cursors++
				}
			}
			if width > 0 && n > 0 && cursors != 2 {
				t.Fatalf("%d cursors in sight of %q at width %d", cursors-1, f.text, width)
			}
			if !utf8.ValidString(f.text) || f.at < 0 || f.at > len(f.text) {
				t.Fatalf("%q at %d", f.text, f.at)
			}
		}
		if got := strings.Count(f.text, "a"); got != letters {
			t.Fatalf("%d letters of %d are left in %q", got, letters, f.text)
		}
	})
}

func FuzzWrap(f *testing.F) {
	f.Add("one two three", 5)
	f.Add("モニターは 重い", 1)
	f.Add("\x1b[31mred\n\u202e", 3)
	f.Fuzz(func(t *testing.T, text string, width int) {
		if width > 200 || len(text) > 2000 {
			t.Skip()
		}
		for _, row := range wrap(text, width) {
			if got := ansi.StringWidth(row); got > width {
				t.Errorf("%q: %d cells, want at most %d", row, got, width)
			}
		}
	})
}
