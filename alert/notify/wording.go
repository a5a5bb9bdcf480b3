package notify

import (
	"errors"
	"strings"

	"sitrep/alert"
	"sitrep/safe"
)

// message is a notification in words, clean and not escaped yet.
type message struct {
	wording Wording
	n       alert.Notification
	title   string // one line, at most maxHeadline bytes
	text    string // the operator's own; "" is ours
	own     bool   // text is the operator's, even if it is empty
	note    string // why it is not as the operator wrote it; "" is nothing
}

// say puts n into words. A template that fails costs its own words, never the
// message: ours take their place, with a note.
func (w Wording) say(n alert.Notification) message {
	m := message{wording: w, n: n, title: w.headline(n)}
	t := w.Template
	if t == nil {
		return m
	}
	data := w.data(n)
	if t.subject != nil {
		s, err := execute(t.subject, data, maxTemplate)
		if s = safe.Line(strings.TrimSpace(s), maxHeadline); s != "" && (err == nil || errors.Is(err, errTooLong)) {
			m.title = s
		}
		m.fault("subject", err)
	}
	if t.text != nil {
		s, err := execute(t.text, data, maxTemplate)
		if err == nil || errors.Is(err, errTooLong) {
			m.text, m.own = strings.TrimSpace(safe.Text(s, maxTemplate)), true
		}
		m.fault("text", err)
	}
	return m
}

// fault notes that a template failed.
func (m *message) fault(part string, err error) {
	if err == nil || errors.Is(err, errTooLong) {
		return
	}
	e := templateErrorOf(part, "", err)
	m.note = safe.Line("The receiver's template failed, so these are not its words: "+e.Error(), maxLine)
}

// body is the text below the title, of at most max bytes, every line passed
// through k.
func (m message) body(max int, k markup) string {
	var note []string
	if m.note != "" {
		note = []string{k.text(m.note)}
		max -= len("\n\n") + len(note[0])
	}
	b := pile{max: max}
	if m.own {
		b.WriteString(fitting(m.text, max, k))
	} else {
		b.WriteString(m.wording.paragraphs(m.n, max, k))
	}
	b.max = b.Len() + len("\n\n") + len(strings.Join(note, ""))
	b.add(note)
	return b.String()
}

// fitting is as many lines of text as fit into max bytes once they are escaped.
func fitting(text string, max int, k markup) string {
	const cut = "\n…"
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		room := max - len(cut) - b.Len()
		if room > len(cut) {
			line = k.escape(line, room)
		}
		if len(line) > room {
			b.WriteString("…")
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// footer says why this message came.
func (m message) footer() string { return footer(m.n) }
