package incident

import (
	"net/url"
	"strings"
)

// doc is a post-mortem before it is written in any form: the sections fill it
// once, and each writer puts all of it out. Its texts are raw: a writer escapes
// every one of them, ours too.
type doc struct {
	title  string
	front  []entryOf // what the report is about, in order
	blocks []block
	proof  footer
}

// entryOf is a name and what it has: none, one or several values.
type entryOf struct {
	name   string
	values []string
	many   bool // it is a list, also of one
}

// block is one of the types below.
type block any

// heading opens a section; level 2 is that of the sections themselves.
type heading struct {
	level int
	text  string
}

// anchor names the heading within the document.
func (h heading) anchor() string { return "s-" + dashed(h.text) }

// paragraph is text of ours; its lines are kept apart.
type paragraph string

// written is what people wrote: paragraphs between empty lines, lines within.
type written string

// paragraphs returns a text's paragraphs, without the empty ones.
func (w written) paragraphs() []string {
	var all []string
	var lines []string
	for line := range strings.SplitSeq(string(w), "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
			continue
		}
		if len(lines) > 0 {
			all = append(all, strings.Join(lines, "\n"))
		}
		lines = nil
	}
	if len(lines) > 0 {
		all = append(all, strings.Join(lines, "\n"))
	}
	return all
}

// Blank is what each room for what only people know begins with, in Markdown and
// in HTML: whoever searches for it finds what is left to write.
const Blank = "To be written:"

// blank is such a room; it says what is asked for.
type blank string

// list is a list of points.
type list []cell

// tasks is a list of points to be ticked off.
type tasks []string

// table has a head, and rows of as many cells.
type table struct {
	heads []string
	rows  [][]cell
	ids   []uint64 // of the lines that the rows are; nil if they are none
}

// add appends a row of plain cells.
func (t *table) add(cells ...string) {
	row := make([]cell, len(cells))
	for i, text := range cells {
		row[i] = cell{text: text}
	}
	t.rows = append(t.rows, row)
}

// cell is a text that may lead somewhere.
type cell struct {
	text  string
	href  string // an http or https URL, or ""
	after string // what follows and does not lead there
	blank bool   // a room to write in
}

// webAddress returns to as a URL that can be put anywhere as it is, "" if it is
// none that a browser may follow.
func webAddress(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return addressMarks.Replace(u.String())
}

// addressMarks are those that end an address, or mean something else in what it
// is put into.
var addressMarks = strings.NewReplacer(
	"<", "%3C", ">", "%3E", "(", "%28", ")", "%29", "[", "%5B", "]", "%5D", "|", "%7C",
	"`", "%60", `\`, "%5C", `"`, "%22", "'", "%27", " ", "%20", "*", "%2A", "_", "%5F", "~", "%7E",
)

// figure is a picture; each writer makes one of its own of it.
type figure struct {
	caption string
	draw    picture
}

// picture is something that can be drawn, and be told in letters.
type picture interface {
	svg(title string) string // an <svg> element, everything in it escaped
	strip() []string         // lines of letters; raw
}
