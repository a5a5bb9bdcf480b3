package tui

import (
	"sitrep/incident"
)

func (d *rolesDialog) draw(m *Model, w, h int) string {
	b := box{title: m.titled("roles of", d.incident), enter: "enter take it", leave: "g give  r give back  esc leave"}
	inc := m.incident(d.incident)
	if inc == nil {
		return b.draw(m, w, h)
	}
	me := m.src.Actor().Name
	for i, r := range roleRows(inc) {
		row := b.item(m, d.is(i), piece{dim, pad(r.role, 11)})
		switch {
		case r.holder == nil:
			row.pieces = append(row.pieces, piece{dim, "-"})
			continue
		case r.holder.Asked && r.mine(me):
			row.pieces = append(row.pieces, piece{urgent, " you? "})
		default:
			row.pieces = append(row.pieces, piece{key, r.holder.Operator})
		}
		row.right = m.heldSince(r.holder)
	}
	r := d.row(m)
	switch {
	case r == nil:
	case d.giving:
		b.input(w, "to", &d.name, true, "↑ ↓ who")
		b.enter, b.leave = "enter ask them", "↑ ↓ who  esc back"
		if d.name.value() == me {
			b.enter = "enter take it"
		}
		b.say(dim, giveWords(inc, r, d.name.value(), me), w)
	default:
		if r.mine(me) {
			b.enter = ""
		}
		if r.mine(me) && r.holder.Asked {
			b.enter, b.leave = "enter accept", "r refuse  g give  esc leave"
		}
		b.say(dim, takeWords(inc, r, me), w)
	}
	d.warn(m, &b, w)
	d.status(&b, w)
	return b.draw(m, w, h)
}

// heldSince says since when somebody has a role, or who asked them when.
func (m *Model) heldSince(h *incident.Holder) string {
	at := m.nearClock(h.Since, m.now) + m.zulu()
	switch {
	case h.Asked && h.By != "":
		return "asked " + at + " by " + h.By
	case h.Asked:
		return "asked " + at
	}
	return "since " + at
}

// holderOf returns who has a role that one operator has, "" if nobody.
func holderOf(inc *incident.Incident, role string) string {
	for _, h := range inc.Roles {
		if h.Role == role && !h.Asked && !several(role) {
			return h.Operator
		}
	}
	return ""
}

// takeWords say what enter does to a role.
func takeWords(inc *incident.Incident, r *roleRow, me string) string {
	from := holderOf(inc, r.role)
	switch {
	case r.mine(me) && !r.holder.Asked:
		return "you are " + r.role + "; g asks somebody to take it over, r gives it back"
	case r.mine(me) && from != "":
		return r.role + " goes from " + from + " to you"
	case from != "" && from != me:
		return "enter: " + r.role + " goes from " + from + " to you, at once; it stands in the timeline"
	}
	return "enter: you are " + r.role + ", at once; it stands in the timeline"
}

// giveWords say what giving a role to somebody does.
func giveWords(inc *incident.Incident, r *roleRow, who, me string) string {
	from := holderOf(inc, r.role)
	switch {
	case who == "":
		return "who is asked sees it on every screen, and accepts with R"
	case who == me:
		return takeWords(inc, r, me)
	case from == me:
		return r.role + " goes from you to " + who + " once they accept; until then you have it"
	case from != "":
		return r.role + " goes from " + from + " to " + who + " once they accept; until then " + from + " has it"
	}
	return who + " is " + r.role + " once they accept, with R"
}
