package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// span is a piece of a text by byte offsets.
type span struct{ from, to int }

// breaks cuts one line (without \n) into the rows it takes at a width in cells,
// at blanks where there are any. The rows cover the line without holes. A
// blank may hang over the edge, and so may a character wider than the width:
// whoever draws a row cuts it. An empty line is one empty row; width < 1 is none.
func breaks(line string, width int) []span {
	if width < 1 {
		return nil
	}
	var rows []span
	from, blank, used := 0, -1, 0 // the row's start, the place after its last blank, cells since the start
	for at := 0; at < len(line); {
		c, cells := ansi.FirstGraphemeCluster(line[at:], ansi.GraphemeWidth)
		if c == "" {
			break
		}
		if used+cells > width && c != " " && at > from {
			cut := at
			if blank > from {
				cut = blank
			}
			rows = append(rows, span{from, cut})
			from, blank = cut, -1
			used = ansi.StringWidth(line[from:at])
		}
		used += cells
		at += len(c)
		if c == " " {
			blank = at
		}
	}
	return append(rows, span{from, len(line)})
}

// wrap returns the rows that a text of several lines takes at a width, each at
// most that wide.
func wrap(text string, width int) []string {
	var rows []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, s := range breaks(line, width) {
			rows = append(rows, ansi.Truncate(strings.TrimRight(line[s.from:s.to], " "), width, "…"))
		}
	}
	return rows
}

// oneLine shows a text of several lines in one: line breaks become a blank.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
