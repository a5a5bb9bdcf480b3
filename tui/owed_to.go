package tui

import (
	"fmt"
	"maps"
	"slices"

	"sitrep/alert"
)

// owedTo lists the accounts in which a receiver is owed something.
func (m *Model) owedTo(r *receiverState) []string {
	var lines []string
	for i := range m.snap.Owed {
		if m.snap.Owed[i].Receiver != r.name {
			continue
		}
		l := m.accountOf(&m.snap.Owed[i])
		before := len(lines)
		if p := l.Pending; p != nil {
			lines = append(lines, m.owedLine(l, p))
		}
		for _, k := range slices.Sorted(maps.Keys(l.Refused)) {
			p := l.Refused[k]
			lines = append(lines, m.owedLine(l, &p))
		}
		if len(lines) > before {
			continue
		}
		text := "owed news in " + l.Group
		if !l.First.IsZero() {
			text += " since " + m.shortTime(l.First)
		}
		if !l.Next.IsZero() {
			text += ", sent " + m.in(l.Next)
		}
		lines = append(lines, text)
	}
	return lines
}

// accountOf returns the account that something is owed with, in which more is
// said of it, if there is one.
func (m *Model) accountOf(owed *alert.Ledger) *alert.Ledger {
	for i := range m.snap.Accounts {
		if l := &m.snap.Accounts[i]; l.Group == owed.Group && l.Receiver == owed.Receiver {
			return l
		}
	}
	return owed
}

// owedLine says how far an attempt is, or, if nothing of it is owed any more, why
// not: the next time it is not made.
func (m *Model) owedLine(l *alert.Ledger, p *alert.Attempt) string {
	if quiet := m.quietAttempt(l, p); quiet != "" {
		return fmt.Sprintf("%s in %s is not sent: %s", p.Reason, l.Group, quiet)
	}
	return fmt.Sprintf("owed %s in %s: %s", p.Reason, l.Group, m.attemptWords(l.Receiver, p))
}

// quietAttempt says why nothing of an attempt is owed any more, "" if something
// is: one that is under way cannot be called back, and a reminder is owed as long
// as nothing else is.
func (m *Model) quietAttempt(l *alert.Ledger, p *alert.Attempt) string {
	if p.Flying || p.Reason == alert.Remind {
		return ""
	}
	quiet := ""
	for i := range m.snap.Alerts {
		a := &m.snap.Alerts[i]
		if _, about := p.Words[a.ID]; !about {
			continue
		}
		t := m.tellingWith(l, a)
		if t.owes(a) != alert.Told {
			return ""
		}
		if quiet == "" {
			quiet = m.quietOwed(&t, a)
		}
	}
	return quiet
}

// tellingWith is what an alert is to an account.
func (m *Model) tellingWith(l *alert.Ledger, a *alert.Alert) telling {
	t := telling{ledger: *l, rec: receiverNamed(&m.snap.Policy, l.Receiver)}
	t.word, t.knows = l.Told[a.ID]
	t.route, t.routed = routeOf(m.snap, l, a)
	return t
}
