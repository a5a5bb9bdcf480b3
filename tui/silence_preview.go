package tui

import (
	"fmt"
	"slices"

	"sitrep/alert"
	"sitrep/monitor"
)

// silenceHits is what a matcher means at the moment.
type silenceHits struct {
	targets  int                     // all of them
	first    []*monitor.TargetStatus // a few to name: those with the gravest alerts
	firing   int                     // active alerts
	unacked  int                     // of those, critical ones that nobody has and nothing holds back
	alerts   int                     // pending ones as well
	overlaps []alert.Silence         // that mean some of the same
}

// namedHits is how many targets a preview names at most.
const namedHits = 12

// silences tells whether a matcher means a target: its alert if there is one,
// else the one that it would have as it stands.
func silences(match *alert.Compiled, t *monitor.TargetStatus) bool {
	if a := t.Alert; a != nil {
		return match.Match(t.Target.Labels, a.Severity, a.Findings)
	}
	return match.Match(t.Target.Labels, alert.SeverityOf(t.Believed), t.Last.Findings)
}

// hitsOf finds what a matcher means: one pass over the targets.
func (m *Model) hitsOf(match *alert.Compiled) silenceHits {
	var h silenceHits
	var by [4][]*monitor.TargetStatus // by gravity, a few each
	for _, t := range m.snap.Targets() {
		if !silences(match, t) {
			continue
		}
		h.targets++
		if g := gravityOf(t); len(by[g]) < namedHits {
			by[g] = append(by[g], t)
		}
		switch a := t.Alert; {
		case a == nil:
		case !a.State.Active():
			h.alerts++
		default:
			h.alerts++
			h.firing++
			if a.Severity == alert.Critical && unackedAlert(a) {
				h.unacked++
			}
		}
	}
	for _, some := range slices.Backward(by[:]) {
		h.first = append(h.first, some[:min(len(some), namedHits-len(h.first))]...)
	}
	return h
}

// gravityOf is 0 for a target without an active alert, else 1 to 3.
func gravityOf(t *monitor.TargetStatus) int {
	if t.Alert == nil || !t.Alert.State.Active() {
		return 0
	}
	return 1 + int(min(t.Alert.Severity, alert.Critical))
}

// overlapsOf returns the silences, but for one, that mean some of the targets
// that a matcher means.
func (m *Model) overlapsOf(match *alert.Compiled, but string) []alert.Silence {
	var found []alert.Silence
	for i := range m.snap.Silences {
		s := &m.snap.Silences[i]
		other, err := s.Match.Compile()
		if err != nil || s.ID == but {
			continue
		}
		for _, t := range m.snap.Targets() {
			if silences(other, t) && silences(match, t) {
				found = append(found, *s)
				break
			}
		}
	}
	return found
}

// silencesOf returns the silences that hold, or will, for a target.
func (m *Model) silencesOf(t *monitor.TargetStatus) []alert.Silence {
	return slices.DeleteFunc(slices.Clone(m.snap.Silences), func(s alert.Silence) bool {
		match, err := s.Match.Compile()
		return err != nil || !silences(match, t)
	})
}

// drawHits says what a silence would hold back as it stands.
func (d *silenceDialog) drawHits(m *Model, b *box, w int) {
	h := &d.hits
	if d.compiled == nil {
		return
	}
	if h.targets == 0 {
		b.row(piece{warn, "matches no target now"})
	} else {
		row := b.row(piece{plain, fmt.Sprintf("%s now, %s ", count(h.targets, "target"), count(h.firing, "active alert"))})
		if h.unacked > 0 {
			row.pieces = append(row.pieces, piece{urgent, fmt.Sprintf(" %d UNACKED ", h.unacked)})
		}
		d.drawTargets(m, b, w)
	}
	for i, s := range h.overlaps {
		if i == 3 {
			b.row(piece{dim, fmt.Sprintf("and %s more", count(len(h.overlaps)-i, "silence"))})
			break
		}
		b.row(piece{dim, fmt.Sprintf("overlaps %s (%s, %s): %s", s.ID, silenceBy(&s), m.untilShort(s.Until), oneLine(s.Reason))})
	}
	text := "nobody is notified meanwhile; board, log and timeline still show it"
	if d.maintenance() {
		text = "nobody is notified, and its time is not counted as downtime; all screens still show it"
	}
	b.say(dim, text, w)
}

// drawTargets names what is hit, as much as fits a row.
func (d *silenceDialog) drawTargets(m *Model, b *box, w int) {
	row := b.row(piece{plain, " "})
	room := boxInner(w) - 6
	for i, t := range d.hits.first {
		sign := piece{plain, m.theme.ok}
		if t.Alert != nil && t.Alert.State.Active() {
			sign = m.glyphOf(t.Alert.Severity)
		}
		room -= m.theme.width(t.Target.Name) + 4
		if room < 0 && i > 0 {
			row.pieces = append(row.pieces, piece{plain, fmt.Sprintf("  +%d", d.hits.targets-i)})
			return
		}
		row.pieces = append(row.pieces, piece{plain, " "}, sign, piece{plain, " " + t.Target.Name + " "})
	}
	if more := d.hits.targets - len(d.hits.first); more > 0 {
		row.pieces = append(row.pieces, piece{plain, fmt.Sprintf("  +%d", more)})
	}
}
