package tui

// historyKept is how many lines a prompt remembers.
const historyKept = 100

// pastLines is what was entered at a prompt in this session, oldest first.
type pastLines struct {
	lines []string
	back  int    // how far up has gone; 0 is the line that is being typed …
	typed string // … which is kept here meanwhile
}

// add takes a line in as the latest one: one that was there before moves up.
func (h *pastLines) add(line string) {
	h.back = 0
	if line == "" {
		return
	}
	kept := h.lines[:0:0]
	for _, l := range h.lines {
		if l != line {
			kept = append(kept, l)
		}
	}
	h.lines = append(kept, line)
	h.lines = h.lines[max(len(h.lines)-historyKept, 0):]
}

// step goes to an older line (1), or to a newer one (-1), and returns it; false if
// there is none. now is what stands in the prompt. Lines that are the same as it
// are passed over.
func (h *pastLines) step(by int, now string) (line string, ok bool) {
	for back := h.back + by; back >= 0 && back <= len(h.lines); back += by {
		if back == 0 {
			h.back = 0
			return h.typed, true
		}
		if line = h.lines[len(h.lines)-back]; line == now {
			continue
		}
		if h.back == 0 {
			h.typed = now
		}
		h.back = back
		return line, true
	}
	return "", false
}
