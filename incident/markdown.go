package incident

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sitrep/safe"
)

// writeMarkdown writes a document as Markdown (GitHub's, which CommonMark readers
// understand), with YAML in front. All text goes through escape, and none from
// people or targets begins a line as it is.
func writeMarkdown(w io.Writer, d *doc) error {
	text := sha256.New()
	p := &page{w: bufio.NewWriter(io.MultiWriter(w, text))}
	p.front(d.front)
	p.printf("\n# %s\n", escape(d.title))
	for _, b := range d.blocks {
		p.printf("\n")
		p.block(b)
	}
	p.printf("\n---\n\n%s", d.proof.markdown())
	if err := cmp.Or(p.err, p.w.Flush()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%x`.\n", text.Sum(nil))
	return err
}

// page is Markdown being written.
type page struct {
	w   *bufio.Writer
	err error // the first one; nothing is written after it
}

// printf writes text of ours; what it inserts must be escaped.
func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// front is YAML. Its strings are written as JSON's, which YAML reads.
func (p *page) front(all []entryOf) {
	p.printf("---\n")
	for _, f := range all {
		p.printf("%s:", f.name)
		if !f.many && len(f.values) == 1 {
			p.printf(" %s", p.quoted(f.values[0]))
		} else if len(f.values) > 0 {
			quoted := make([]string, len(f.values))
			for i, v := range f.values {
				quoted[i] = p.quoted(v)
			}
			p.printf(" [%s]", strings.Join(quoted, ", "))
		}
		p.printf("\n")
	}
	p.printf("---\n")
}

func (p *page) quoted(text string) string {
	raw, err := json.Marshal(safe.Text(text, 0))
	p.err = cmp.Or(p.err, err)
	return string(raw)
}

func (p *page) block(b block) {
	switch b := b.(type) {
	case heading:
		p.printf("%s %s\n", strings.Repeat("#", b.level), escape(b.text))
	case paragraph:
		p.printf("%s\n", strings.ReplaceAll(begun(string(b)), "<br>", "\\\n"))
	case written:
		for i, text := range b.paragraphs() {
			if i > 0 {
				p.printf("\n")
			}
			p.printf("%s\n", begun(text))
		}
	case blank:
		p.printf("_%s %s_\n", Blank, escape(string(b)))
	case list:
		for _, c := range b {
			p.printf("- %s\n", inCell(c))
		}
	case tasks:
		for _, text := range b {
			p.printf("- [ ] %s\n", escape(text))
		}
	case table:
		p.table(b)
	case figure:
		p.printf("%s\n\n```text\n%s\n```\n", escape(b.caption), strings.Join(b.draw.strip(), "\n"))
	}
}

func (p *page) table(t table) {
	row := func(cells []string) { p.printf("| %s |\n", strings.Join(cells, " | ")) }
	row(t.heads)
	p.printf("|%s\n", strings.Repeat(" --- |", len(t.heads)))
	for _, cells := range t.rows {
		out := make([]string, len(cells))
		for i, c := range cells {
			out[i] = inCell(c)
		}
		row(out)
	}
}

// inCell writes a cell of a table, or a point of a list.
func inCell(c cell) string {
	text := escape(c.text)
	switch {
	case c.blank:
		return "_" + Blank[:len(Blank)-1] + "_"
	case c.href != "":
		text = "[" + text + "](" + c.href + ")"
	}
	return text + escape(c.after)
}

// begun is escape for a text that begins a line: nothing that it begins with
// makes it a list, a rule or code.
func begun(text string) string {
	text = escape(text)
	if text == "" {
		return ""
	}
	numbered := strings.TrimLeft(text, "0123456789")
	if strings.IndexByte(" -+=:", text[0]) >= 0 || numbered != text && numbered != "" && (numbered[0] == '.' || numbered[0] == ')') {
		return fmt.Sprintf("&#%d;%s", text[0], text[1:])
	}
	return text
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
