package tui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/safe"
)

// field is a text that an operator is typing. The zero value is an empty field
// of one line. It is a plain value that only its owner changes: a refresh or a
// resize cannot touch what was typed.
//
// The ready-made inputs of bubbles read the clipboard of the machine they run
// on, which over SSH is not the operator's.
type field struct {
	text  string // sanitized
	at    int    // the cursor: a byte offset between two characters
	lines bool   // several lines: ctrl+j breaks one
	limit int    // most bytes; 0 is fieldLimit
}

// fieldLimit is the most that one field holds. What would go over it is
// refused whole, so that nothing is cut without a word.
const fieldLimit = 32 << 10

// newField returns a field with a text in it and the cursor at its end.
func newField(text string, lines bool) field {
	f := field{lines: lines}
	f.set(text)
	return f
}

// set replaces the text and puts the cursor at its end.
func (f *field) set(text string) {
	f.text = f.clean(text)
	f.at = len(f.text)
}

// value returns the text without blanks at both ends.
func (f *field) value() string { return strings.TrimSpace(f.text) }

func (f *field) clean(s string) string {
	if f.lines {
		return safe.Text(s, 0)
	}
	return safe.Line(s, 0)
}

// insert puts text in at the cursor as one edit. It returns false and changes
// nothing if the field cannot hold it.
func (f *field) insert(s string) bool {
	limit := f.limit
	if limit == 0 {
		limit = fieldLimit
	}
	before := f.clean(f.text[:f.at] + s)
	if len(before)+len(f.text)-f.at > limit {
		return false
	}
	f.text = before + f.text[f.at:]
	f.at = len(before)
	return true
}

// key edits the text if k is a key for that; false means that it is none and
// nothing has changed.
func (f *field) key(k tea.KeyPressMsg) bool {
	if isText(k) {
		f.insert(k.Text)
		return true
	}
	switch k.Keystroke() {
	case "left":
		f.at = f.before(f.at)
	case "right":
		f.at = f.after(f.at)
	case "home":
		f.at = f.lineStart(f.at)
	case "end":
		f.at = f.lineEnd(f.at)
	case "up", "down":
		return f.lines && f.vertical(k.Keystroke() == "up")
	case "backspace", "ctrl+h", "shift+backspace":
		f.remove(f.before(f.at), f.at)
	case "delete":
		f.remove(f.at, f.after(f.at))
	case "ctrl+w", "alt+backspace":
		f.remove(f.wordStart(f.at), f.at)
	case "ctrl+u":
		f.remove(f.lineStart(f.at), f.at)
	case "ctrl+j", "shift+enter", "alt+enter":
		if !f.lines {
			return false
		}
		f.insert("\n")
	default:
		return false
	}
	return true
}

// isText tells whether a key is text, and no order to the program.
func isText(k tea.KeyPressMsg) bool {
	return k.Text != "" && !k.Mod.Contains(tea.ModCtrl) && !k.Mod.Contains(tea.ModAlt)
}

func (f *field) remove(from, to int) {
	f.text = f.text[:from] + f.text[to:]
	f.at = from
}

func (f *field) lineStart(at int) int { return strings.LastIndexByte(f.text[:at], '\n') + 1 }

func (f *field) lineEnd(at int) int {
	if i := strings.IndexByte(f.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(f.text)
}

// before returns where the character in front of a place begins.
func (f *field) before(at int) int {
	start := f.lineStart(at)
	if start == at {
		return max(at-1, 0) // over the line break
	}
	for {
		next := start + clusterLen(f.text[start:])
		if next >= at {
			return start
		}
		start = next
	}
}

// after returns where the character behind a place ends.
func (f *field) after(at int) int {
	if at >= len(f.text) {
		return len(f.text)
	}
	if f.text[at] == '\n' {
		return at + 1
	}
	return at + clusterLen(f.text[at:f.lineEnd(at)])
}

func (f *field) wordStart(at int) int {
	start := f.lineStart(at)
	if start == at {
		return f.before(at)
	}
	word := strings.TrimRight(f.text[start:at], " ")
	return start + strings.LastIndexByte(word, ' ') + 1
}

// vertical moves the cursor a line up or down at about the same column; false
// if there is none.
func (f *field) vertical(up bool) bool {
	start, end := f.lineStart(f.at), f.lineEnd(f.at)
	column := ansi.StringWidth(f.text[start:f.at])
	var line span
	switch {
	case up && start > 0:
		line = span{f.lineStart(start - 1), start - 1}
	case !up && end < len(f.text):
		line = span{end + 1, f.lineEnd(end + 1)}
	default:
		return false
	}
	f.at = line.from
	for f.at < line.to && ansi.StringWidth(f.text[line.from:f.at]) < column {
		f.at += clusterLen(f.text[f.at:line.to])
	}
	return true
}

// clusterLen returns the bytes of the first character as one sees it: a letter
// with its accents is one. It is at least 1 unless s is empty.
func clusterLen(s string) int {
	c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if c == "" && s != "" {
		_, n := utf8.DecodeRuneInString(s)
		return n
	}
	return len(c)
}

// fieldRow is one row of a field as drawn: what stands before the cursor, under
// it and behind it. Rows without the cursor have all in before.
type fieldRow struct {
	before, under, behind string
	cursor                bool
}

// cursorMark stands for the cursor behind the last character, so that it can
// be seen without any attribute.
const cursorMark = "_"

// rows returns at most n rows of the field at a width, those around the cursor.
func (f *field) rows(width, n int) []fieldRow {
	if width < 1 || n < 1 {
		return nil
	}
	var spans []span
	cursor, base := 0, 0
	for line := range strings.SplitSeq(f.text, "\n") {
		for _, s := range breaks(line, width) {
			if base+s.from <= f.at {
				cursor = len(spans)
			}
			spans = append(spans, span{base + s.from, base + s.to})
		}
		base += len(line) + 1
	}
	if last := spans[cursor]; f.at == last.to && ansi.StringWidth(f.text[last.from:last.to]) >= width {
		// A full row has no cell left for the mark: it stands on a row of its own.
		cursor++
		spans = append(spans[:cursor], append([]span{{f.at, f.at}}, spans[cursor:]...)...)
	}
	first := min(max(cursor-n+1, 0), max(len(spans)-n, 0))
	rows := make([]fieldRow, 0, n)
	for i := first; i < len(spans) && len(rows) < n; i++ {
		rows = append(rows, f.row(spans[i], i == cursor, width))
	}
	return rows
}

func (f *field) row(s span, cursor bool, width int) fieldRow {
	if !cursor {
		return fieldRow{before: ansi.Truncate(f.text[s.from:s.to], width, "…")}
	}
	r := fieldRow{before: f.text[s.from:f.at], under: cursorMark, cursor: true}
	if f.at < s.to {
		end := f.at + clusterLen(f.text[f.at:s.to])
		r.under, r.behind = f.text[f.at:end], f.text[end:s.to]
	}
	if ansi.StringWidth(r.under) > width {
		r.under = "…"
	}
	room := width - ansi.StringWidth(r.under)
	for ansi.StringWidth(r.before) > room {
		r.before = r.before[clusterLen(r.before):]
	}
	r.behind = ansi.Truncate(r.behind, max(room-ansi.StringWidth(r.before), 0), "")
	return r
}

// window returns the field as one row: of a text that is too long, the part
// around the cursor.
func (f *field) window(width int) fieldRow {
	if width < 1 {
		return fieldRow{}
	}
	flat := field{text: strings.ReplaceAll(f.text, "\n", " "), at: f.at}
	return flat.row(span{0, len(flat.text)}, true, width)
}
