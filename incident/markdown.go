package incident

import (
	"fmt"
	"io"
	"strings"

	"sitrep/safe"
)

// page writes Markdown (GitHub's, which CommonMark readers understand). Text
// from people and targets goes through escape, without exception, and never
// begins a line.
type page struct {
	w   io.Writer
	err error // the first one; nothing is written after it
}

// printf writes text of ours; what it inserts must be escaped.
func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *page) heading(text string) { p.printf("\n## %s\n\n", text) }

// blank leaves room for what only people know.
func (p *page) blank(prompt string) { p.printf("_To be written: %s_\n", prompt) }

// row writes a line of a table; the cells must be escaped.
func (p *page) row(cells ...string) { p.printf("| %s |\n", strings.Join(cells, " | ")) }

// table writes the head of a table.
func (p *page) table(heads ...string) {
	p.row(heads...)
	p.printf("|%s\n", strings.Repeat(" --- |", len(heads)))
}

// escape makes text show as what it is, in a line or a table cell: nothing in it
// is a heading, emphasis, HTML, a link or the end of a cell. Its lines are kept
// apart by <br>, the one tag in a page.
func escape(text string) string {
	lines := strings.Split(safe.Text(text, 0), "\n")
	for i, line := range lines {
		words := strings.Split(strings.TrimRight(line, " "), " ")
		for j, word := range words {
			words[j] = escapeWord(word)
		}
		lines[i] = strings.Join(words, " ")
	}
	return strings.Join(lines, "<br>")
}

// escapeWord escapes a text without blanks. What readers make links of by
// themselves, addresses and mentions, is shown as code: no escape prevents that
// everywhere.
func escapeWord(word string) string {
	if lower := strings.ToLower(word); strings.Contains(lower, "@") || strings.Contains(lower, "://") || strings.Contains(lower, "www.") {
		return codeWord(word)
	}
	return markup.Replace(word)
}

var markup = strings.NewReplacer(
	`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`, `|`, `&#124;`,
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `~`, `\~`, `#`, `\#`, `$`, `\$`,
)

// codeWord shows a word as code, but for what code cannot hold in a table cell.
func codeWord(word string) string {
	var b strings.Builder
	for word != "" {
		n := strings.IndexAny(word, "|\\`")
		if n < 0 {
			n = len(word)
		}
		if n > 0 {
			b.WriteString("`" + word[:n] + "`")
			word = word[n:]
			continue
		}
		fmt.Fprintf(&b, "&#%d;", word[0])
		word = word[1:]
	}
	return b.String()
}
