package incident

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
)

// policy is what the file lets a browser do: show itself, and its own style.
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

// writeHTML writes a document as one HTML file. All text goes through esc, and
// nothing in the file makes a browser fetch or run anything.
func writeHTML(w io.Writer, d *doc) error {
	text := sha256.New()
	s := &site{w: bufio.NewWriter(io.MultiWriter(w, text))}
	s.printf("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
	s.printf("<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", policy)
	s.printf("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	s.printf("<meta name=\"referrer\" content=\"no-referrer\">\n")
	s.printf("<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n", esc(d.title), sheet)
	s.printf("<header>\n<h1>%s</h1>\n", esc(d.title))
	s.front(d.front)
	s.printf("</header>\n")
	s.contents(d)
	s.printf("<main>\n")
	open := false
	for _, b := range d.blocks {
		if h, ok := b.(heading); ok && h.level == 2 {
			if open {
				s.printf("</section>\n")
			}
			open = true
			s.printf("<section>\n")
		}
		s.block(b)
	}
	if open {
		s.printf("</section>\n")
	}
	s.printf("</main>\n%s", d.proof.html())
	if err := cmp.Or(s.err, s.w.Flush()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%x</code>.</p></footer>\n</body>\n</html>\n", text.Sum(nil))
	return err
}

// site is HTML being written.
type site struct {
	w   *bufio.Writer
	err error // the first one; nothing is written after it
}

// printf writes text of ours; what it inserts must be escaped.
func (s *site) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.w, format, args...)
	}
}

func (s *site) front(all []entryOf) {
	s.printf("<dl class=\"front\">\n")
	for _, f := range all {
		s.printf("<dt>%s</dt>", esc(strings.ReplaceAll(f.name, "_", " ")))
		if len(f.values) == 0 {
			s.printf("<dd>%s</dd>\n", hole)
			continue
		}
		for _, v := range f.values {
			s.printf("<dd>%s</dd>", inHTML(cell{text: v, href: webAddress(v)}))
		}
		s.printf("\n")
	}
	s.printf("</dl>\n")
}

// hole is a room of a few words.
var hole = `<span class="blank">` + Blank[:len(Blank)-1] + `</span>`

// contents leads to the sections.
func (s *site) contents(d *doc) {
	s.printf("<nav aria-label=\"Contents\">\n<ol>\n")
	for _, b := range d.blocks {
		if h, ok := b.(heading); ok && h.level == 2 {
			s.printf("<li><a href=\"#%s\">%s</a></li>\n", h.anchor(), esc(h.text))
		}
	}
	s.printf("</ol>\n</nav>\n")
}

func (s *site) block(b block) {
	switch b := b.(type) {
	case heading:
		id := ""
		if b.level == 2 {
			id = fmt.Sprintf(" id=%q", b.anchor())
		}
		s.printf("<h%d%s>%s</h%d>\n", b.level, id, esc(b.text), b.level)
	case paragraph:
		s.printf("<p>%s</p>\n", inLines(string(b)))
	case written:
		for _, text := range b.paragraphs() {
			s.printf("<p dir=\"auto\">%s</p>\n", inLines(text))
		}
	case blank:
		s.printf("<p class=\"blank\">%s %s</p>\n", Blank, esc(string(b)))
	case list:
		s.printf("<ul>\n")
		for _, c := range b {
			s.printf("<li>%s</li>\n", inHTML(c))
		}
		s.printf("</ul>\n")
	case tasks:
		s.printf("<ul class=\"tasks\">\n")
		for _, text := range b {
			s.printf("<li>%s</li>\n", inLines(text))
		}
		s.printf("</ul>\n")
	case table:
		s.table(b)
	case figure:
		s.printf("<figure>\n<figcaption>%s</figcaption>\n%s\n</figure>\n", esc(b.caption), b.draw.svg(b.caption))
	}
}

func (s *site) table(t table) {
	class := ""
	if t.ids != nil {
		class = ` class="lines"`
	}
	s.printf("<div class=\"scroll\"><table%s>\n<thead><tr>", class)
	for _, head := range t.heads {
		s.printf("<th scope=\"col\">%s</th>", esc(head))
	}
	s.printf("</tr></thead>\n<tbody>\n")
	for i, cells := range t.rows {
		id := ""
		if t.ids != nil {
			id = fmt.Sprintf(` id="e%d"`, t.ids[i])
		}
		s.printf("<tr%s>", id)
		for n, c := range cells {
			text := inHTML(c)
			if id != "" && n == 0 {
				text = fmt.Sprintf(`<a href="#e%d">%s</a>`, t.ids[i], text)
			}
			s.printf("<td>%s</td>", text)
		}
		s.printf("</tr>\n")
	}
	s.printf("</tbody>\n</table></div>\n")
}

// inHTML writes a cell of a table, or a point of a list.
func inHTML(c cell) string {
	text := inLines(c.text)
	switch {
	case c.blank:
		return hole
	case c.href != "":
		text = fmt.Sprintf(`<a href="%s" rel="noopener noreferrer">%s</a>`, esc(c.href), text)
	}
	return text + esc(c.after)
}

// inLines is esc for a text of several lines.
func inLines(text string) string { return strings.ReplaceAll(esc(text), "\n", "<br>") }

// html is the end of an HTML document, up to the hash of the text.
func (f *footer) html() string {
	return fmt.Sprintf("<footer><p id=\"log\" data-incident=\"%s\" data-entries=\"%d\" data-last=\"%d\" data-sha256=\"%s\">"+
		"All times are UTC. Event log of %s: %d entries, last %d, SHA-256 <code>%s</code>%s.</p>\n<p>Text before this: SHA-256 <code>",
		esc(f.incident), f.entries, f.last, f.sum, esc(f.incident), f.entries, f.last, f.sum, esc(f.writer()))
}
