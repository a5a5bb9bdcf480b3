package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/safe"
)

// prompt is a line of the frame that takes text: the filter, or a command. It
// completes words, and brings back what was entered before.
type prompt struct {
	field
	past  pastLines
	offer offer
}

// What a key means to a prompt.
type promptKey uint8

const (
	promptSame  promptKey = iota // nothing has changed
	promptTyped                  // the text may be another one
	promptEnter
	promptLeave
)

// press takes a key in. complete says what words may become.
func (p *prompt) press(k tea.KeyPressMsg, complete completer) promptKey {
	switch k.Keystroke() {
	case "enter":
		return promptEnter
	case "esc":
		if !p.takeBack() {
			return promptLeave
		}
	case "tab":
		p.complete(1)
	case "shift+tab":
		p.complete(-1)
	case "up":
		return p.recall(1, complete)
	case "down":
		return p.recall(-1, complete)
	default:
		if !p.field.key(k) {
			return promptSame
		}
		p.past.back = 0
		p.look(complete)
		return promptTyped
	}
	if !p.offer.turning || k.Keystroke() == "esc" {
		p.look(complete)
	}
	return promptTyped
}

// recall brings back an older line (1) or a newer one (-1).
func (p *prompt) recall(by int, complete completer) promptKey {
	line, ok := p.past.step(by, p.text)
	if !ok {
		return promptSame
	}
	p.field.set(line)
	p.look(complete)
	return promptTyped
}

// look works out what the word under the cursor may become, if it is not that
// already. What goes into the line is clean, whoever named it.
func (p *prompt) look(complete completer) {
	s, words := complete(p.text, p.field.at)
	p.offer = offer{span: s}
	for _, w := range words {
		if safe.Line(w, 0) == w && (len(words) > 1 || w != p.text[s.from:s.to]) {
			p.offer.words = append(p.offer.words, w)
		}
	}
}

// drawOffer draws what tab would do: the words that there are to choose from, as
// many as fit, from the one that was chosen on.
func (p *prompt) drawOffer(c *canvas) {
	o := &p.offer
	if len(o.words) == 0 || c.left() < 12 {
		return
	}
	c.put(key, "tab")
	from := 0
	if o.turning {
		from = o.at
	}
	for i, w := range o.words[from:] {
		w = strings.TrimSuffix(w, " ")
		if c.th.width(w)+2 > c.left() {
			c.rest(dim, " "+c.th.more)
			return
		}
		r := dim
		if o.turning && i == 0 {
			r = urgent
		}
		c.put(plain, " ")
		c.put(r, w)
	}
}
