package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLineDrivesNoTerminal(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "503, want 200", "503, want 200"},
		{"words of the world", "größe мир 世界 🏷️", "größe мир 世界 🏷️"},
		{"line breaks and tabs", "a\tb\nc\r\nd\re\vf\fg\u0085h\u2028i\u2029j", "a b c  d e f g h i j"},
		{"C0 and DEL", "a\x00b\x07c\x08d\x7fe", "abcde"},
		{"C1", "a\u0080b\u0084c\u009fd", "abcd"},
		{"8-bit C1 in invalid UTF-8", "a\x9b31mb", "a\ufffd31mb"},
		{"invalid UTF-8", "a\xff\xc3b", "a\ufffd\ufffdb"},
		{"a colour", "\x1b[31mred\x1b[0m", "red"},
		{"a colour by C1", "\u009b31mred\u009b0m", "red"},
		{"clearing the screen", "a\x1b[2J\x1b[Hb", "ab"},
		{"a control sequence cut short", "a\x1b[31", "a"},
		{"a control sequence with something odd in it", "a\x1b[3\u00e41mb", "a\u00e41mb"},
		{"a title", "a\x1b]0;title\x07b", "ab"},
		{"a title ended by ST", "a\x1b]0;title\x1b\\b", "ab"},
		{"a title by C1", "a\u009d0;title\u009cb", "ab"},
		{"a link", "\x1b]8;;http://evil.test\x1b\\click\x1b]8;;\x1b\\", "click"},
		{"the clipboard", "\x1b]52;c;cm0gLXJm\x07x", "x"},
		{"a string without an end hides nothing", "a\x1b]0;b", "a0;b"},
		{"a string that another sequence ends", "a\x1b]0;b\x1b[31mc", "a0;bc"},
		{"a device control string", "\x1bP$q\x1b\\x", "x"},
		{"two characters", "\x1bcx\x1b7y", "xy"},
		{"a bare escape", "a\x1b", "a"},
		{"an escape before a control character", "a\x1b\x07b", "ab"},
		{"an escape before an escape", "a\x1b\x1b[31mb", "ab"},
		{"an escape before a letter that is none of ASCII", "a\x1bäb", "aäb"},
		{"direction", "a\u202eb\u2066c\u2069d\u200ee\u061cf", "abcdef"},
		{"what joins and what is not there", "a\u200db\u200cc\u200bd\ufeffe\u00adf\u2060g", "abcdefg"},
		{"fillers and tags", "a\u115fb\u3164c\uffa0d\u034fe\U000e0041f", "abcdef"},
		{"two marks are let through", "e\u0301\u0323", "e\u0301\u0323"},
		{"marks with joiners between", "e\u0301\u200d\u0301\u200d\u0301x", "e\u0301\u0301x"},
		{"a mark at the start follows nothing", "\u0301a", "a"},
		{"a family is its members", "👨\u200d👩\u200d👧", "👨👩👧"},
	}
	for _, tt := range tests {
		if got := Line(tt.in, 0); got != tt.want {
			t.Errorf("%s: Line(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
	if got := Line("z"+strings.Repeat("\u0335", 200), 0); got != "z\u0335\u0335" {
		t.Errorf("200 marks: %q", got)
	}
}

func TestTextKeepsItsLines(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb": "a\nb", "a\r\nb\r\n": "a\nb\n", "50%\r100%": "50%\n100%", "a\tb": "a b", "a\n\u0301b": "a\nb", "\x1b[31ma\x1b[0m\n\x07": "a\n",
		"a\u2028b": "a b",
	} {
		if got := Text(in, 0); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLinesAreCutAtACharacter(t *testing.T) {
	for _, tt := range []struct {
		in   string
		max  int
		want string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abc…"},
		{"abc€", 6, "abc€"},
		{"abcd€", 6, "abc…"},
		{"ab€€", 7, "ab…"},
		{"世界", 5, "…"},
		{"世界", 3, "…"},
		{"abc", 2, ""},
		{"ab", 2, "ab"},
		{"abc\x1b[0m", 3, "abc"},
		{"abc\u200b\u200b", 3, "abc"},
	} {
		if got := Line(tt.in, tt.max); got != tt.want {
			t.Errorf("Line(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
		}
	}
}

func TestPlainTextIsNotCopied(t *testing.T) {
	s := "503, want 200"
	if n := testing.AllocsPerRun(100, func() { _ = Line(s, 200) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Every byte of an unfinished string is looked at a bounded number of times.
func TestManyUnfinishedSequencesAreNoTrouble(t *testing.T) {
	for _, piece := range []string{"\x1b]", "\x1bP", "\x1b[", "\u009d", "\x1b]x\u009b", "\u009dx"} {
		in := strings.Repeat(piece, 1<<18)
		if got := Line(in, 0); strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q left %q", piece, got[:min(len(got), 20)])
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"a\x1b]0;x\x07b", "\x9b31m", "\u009b2J", "e\u0301\u0301\u0301", "\u202eabc", "👨\u200d👩", "a\r\nb", "\x1b", "\x1b\x1b]", "世界…", "\xc2", "\xc2\x1b[",
	} {
		f.Add(s, 0)
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, most int) {
		for name, clean := range map[string]func(string, int) string{"Line": Line, "Text": Text} {
			got := clean(s, most)
			if !utf8.ValidString(got) {
				t.Errorf("%s(%q) = %q, which is no UTF-8", name, s, got)
			}
			if most > 0 && len(got) > most {
				t.Errorf("%s(%q, %d) = %q, of %d bytes", name, s, most, got, len(got))
			}
			marks := 0
			for _, r := range got {
				switch {
				case r == '\n' && name == "Text":
				case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
					t.Errorf("%s(%q) = %q, with %U in it", name, s, got, r)
				}
				if unicode.In(r, unicode.M) {
					marks++
				} else {
					marks = 0
				}
				if marks > maxMarks {
					t.Errorf("%s(%q) = %q, with many marks", name, s, got)
				}
			}
			if again := clean(got, most); again != got {
				t.Errorf("%s(%q) = %q, and again %q", name, s, got, again)
			}
		}
	})
}
