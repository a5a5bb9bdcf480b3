package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/oncall"
)

// youPart is what of all that is whoever looks's.
type youPart struct {
	swaps    []oncall.Override // one half of each swap that asks them
	handover []string          // schedules that they have to accept
	pages    int               // notifications to them in the last week …
	atLeast  bool              // … that the snapshot still has
}

// asked tells whether something waits for an answer.
func (y *youPart) asked() bool { return len(y.swaps)+len(y.handover) > 0 }

// refreshYou looks at what is asked of whoever looks.
func (m *Model) refreshYou(changed bool) {
	s, me := &m.onCall, m.src.Actor().Name
	y := &s.you
	if changed {
		y.swaps = y.swaps[:0:0]
		for _, o := range m.snap.Roster.Overrides(false) {
			known := slices.ContainsFunc(y.swaps, func(x oncall.Override) bool { return x.Swap == o.Swap })
			if o.Waiting() && o.Asked == me && o.To.After(m.now) && !known {
				y.swaps = append(y.swaps, o)
			}
		}
	}
	y.handover = y.handover[:0:0]
	for i := range s.rows {
		if r := &s.rows[i]; r.has(me) && m.toAccept(r) {
			y.handover = append(y.handover, r.name)
		}
	}
	y.countPages(m, me)
}

// countPages counts what was delivered to somebody in the last week.
func (y *youPart) countPages(m *Model, me string) {
	since := m.now.Add(-7 * 24 * time.Hour)
	y.pages = 0
	for i := range m.snap.Told {
		d := &m.snap.Told[i]
		if d.Outcome == alert.Accepted && d.At.After(since) && oncall.ParseAddressee(d.Notification.Receiver).Operator == me {
			y.pages++
		}
	}
	y.atLeast = len(m.snap.Told) > 0 && m.snap.Told[0].At.After(since) && len(m.snap.Told) >= toldKept
}

// toldKept is how many attempts a snapshot has.
const toldKept = 200

// toAccept tells whether whoever came on call was asked to accept it and did not.
func (m *Model) toAccept(r *scheduleRow) bool {
	wanted := slices.ContainsFunc(m.snap.Policy.Escalations, func(p alert.EscalationPolicy) bool {
		return p.Accept && uses(&p, r.name)
	})
	return wanted && !r.now.Fallback && m.snap.Roster.ToAccept(r.now)
}

// onCallAsked says what of on-call whoever looks is asked, "" if nothing.
func (m *Model) onCallAsked() string {
	y := &m.onCall.you
	where := fmt.Sprintf(": %s %s ", m.keyFor("4"), m.keys.shown("R", screenOnCall))
	if b := find("R", m.screen); b != nil && (acting | on(screenOnCall)).has(m.screen) {
		where = ": " + m.keyFor("R") + " "
	}
	switch {
	case len(y.handover) > 0:
		return " accept " + y.handover[0] + where
	case len(y.swaps) > 0:
		return " " + cmp.Or(y.swaps[0].By, "somebody") + " asks you to swap" + where
	}
	return ""
}

// youLines are the part of the screen that is about whoever looks.
func (m *Model) youLines() []toldLine {
	s, me := &m.onCall, m.src.Actor().Name
	lines := []toldLine{{title: "you, " + me}}
	add := func(r role, text string) { lines = append(lines, toldLine{pieces: []piece{{r, "  " + text}}}) }
	for _, name := range s.you.handover {
		add(warn, "you came on call for "+name+" and have not accepted it: "+m.keyFor("R"))
	}
	for i := range s.you.swaps {
		add(warn, m.swapWords(s.you.swaps[i].Swap)+": "+m.keyFor("R"))
	}
	duty := false
	for i := range s.rows {
		if r := &s.rows[i]; r.has(me) {
			duty = true
			add(plain, m.dutyWords(r))
		}
	}
	if !duty {
		add(dim, "not on call"+m.nextDuty(me))
	}
	if s.you.pages > 0 {
		least := ""
		if s.you.atLeast {
			least = " at least"
		}
		add(dim, count(s.you.pages, "notification")+least+" reached you in the last 7 days")
	}
	return lines
}

// dutyWords say since when and until when somebody is on call for a schedule.
func (m *Model) dutyWords(r *scheduleRow) string {
	text := "on call for " + r.name
	if !r.since.IsZero() {
		text += " since " + longAge(m.now.Sub(r.since))
	}
	if r.ends {
		text += fmt.Sprintf("; hand-over to %s %s", cmp.Or(onNames(&r.next), "nobody"), r.next.From.In(m.onCallZone()).Format("Mon 2 Jan 15:04"))
	}
	return text
}

// nextDuty says for which schedule somebody is on call next, if they are the next.
func (m *Model) nextDuty(who string) string {
	best := -1
	for i := range m.onCall.rows {
		r := &m.onCall.rows[i]
		if r.ends && slices.Contains(r.next.On, who) && (best < 0 || r.next.From.Before(m.onCall.rows[best].next.From)) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	r := &m.onCall.rows[best]
	return "; next for " + r.name + " " + r.next.From.In(m.onCallZone()).Format("Mon 2 Jan 15:04") + ", " + inTime(r.next.From.Sub(m.now))
}

// onCallBrief says in a few words who is on call: "on call ana, bo", "" without
// any schedule. Who is on call for several schedules is named once.
func (m *Model) onCallBrief() string {
	if len(m.onCall.rows) == 0 {
		return ""
	}
	var names []string
	nobody := ""
	for i := range m.onCall.rows {
		r := &m.onCall.rows[i]
		if len(r.now.On) == 0 && nobody == "" {
			nobody = r.name + " nobody"
		}
		for _, n := range r.now.On {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	if nobody != "" {
		names = append([]string{nobody}, names...)
	}
	s := "on call " + strings.Join(names[:min(len(names), 3)], ", ")
	if more := len(names) - 3; more > 0 {
		s += fmt.Sprintf(" +%d", more)
	}
	return s
}
