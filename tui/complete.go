package tui

import (
	"cmp"
	"strings"
)

// offer is what the word under the cursor of a prompt may become. It is worked
// out when the text changes, not when it is drawn.
type offer struct {
	span           // the word, in the text
	words []string // what it may become, whole, with the blank that follows it

	turning bool   // tab goes through them …
	at      int    // … and stands on this one
	before  string // the text before that …
	cursor  int    // … and its cursor
}

// completer returns the word at a place of a text, and what it may become.
type completer func(text string, at int) (span, []string)

// startingWith returns the words that begin as a text does, upper and lower case
// the same, each once and in their order.
func startingWith(words []string, begin string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] && len(w) >= len(begin) && strings.EqualFold(w[:len(begin)], begin) {
			out, seen[w] = append(out, w), true
		}
	}
	return out
}

// common returns the longest beginning that all words have, as the first of them
// writes it.
func common(words []string) string {
	if len(words) == 0 {
		return ""
	}
	c := words[0]
	for _, w := range words[1:] {
		n := 0
		for n < min(len(c), len(w)) && lower(c[n]) == lower(w[n]) {
			n++
		}
		c = c[:n]
	}
	return strings.ToValidUTF8(c, "")
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b | 0x20
	}
	return b
}

// complete does what tab does: it completes as far as there is only one way, and
// where there are several goes through them, the next (1) or the one before (-1).
func (p *prompt) complete(by int) {
	o := &p.offer
	switch {
	case len(o.words) == 0:
	case o.turning:
		o.at = (o.at + by + len(o.words)) % len(o.words)
		p.put(o.words[o.at])
	case len(o.words) == 1:
		p.put(o.words[0])
	default:
		if c := common(o.words); len(c) > o.to-o.from {
			p.put(c)
			return
		}
		o.turning, o.before, o.cursor, o.at = true, p.text, p.field.at, 0
		if by < 0 {
			o.at = len(o.words) - 1
		}
		p.put(o.words[o.at])
	}
}

// put writes a word in place of the one that is offered for, if it fits.
func (p *prompt) put(word string) {
	o := &p.offer
	tail := p.text[o.to:]
	if strings.HasSuffix(word, " ") {
		tail = strings.TrimPrefix(tail, " ")
	}
	if len(p.text)-(o.to-o.from)+len(word) > cmp.Or(p.limit, fieldLimit) {
		return
	}
	o.to = len(p.text) - len(tail)
	p.text = p.text[:o.from] + word + tail
	o.to = o.from + len(word)
	p.field.at = o.to
}

// takeBack undoes what going through the offers did, and tells whether it had.
func (p *prompt) takeBack() bool {
	o := &p.offer
	if !o.turning {
		return false
	}
	p.text, p.field.at = o.before, o.cursor
	return true
}
