package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sitrep/monitor"
	"sitrep/safe"
)

// How often a plain output says how things stand: after a change of the counts,
// and when nothing happens, so that silence is not taken for calm.
const (
	plainCounts = 10 * time.Second
	plainAlive  = 5 * time.Minute
)

// RunPlain writes what happens, a line an event, in words and without any
// sequence that drives a terminal: for screen readers, pipes and the slowest of
// links. It begins with how things stand and what is not well, and takes no keys.
// With a filter it is about what passes that; the counts are of all.
// It returns when ctx ends, which is no error, or out takes nothing any more.
func RunPlain(ctx context.Context, src Source, opt Options, out io.Writer) error {
	opt.Level, opt.ASCII = LevelNone, true
	opt.Order, opt.GroupBy = "", "" // problems first
	p := &plainOutput{model: New(ctx, src, opt), out: out}
	snap, err := src.Wait(ctx, 0)
	if err != nil {
		return plainEnd(ctx, err)
	}
	p.begin(snap)
	for p.err == nil {
		next, err := p.wait(ctx, snap.Seq)
		switch {
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			p.stale()
			continue
		case err != nil:
			return plainEnd(ctx, err)
		}
		snap = next
		p.follow(snap)
	}
	return p.err
}

// plainEnd is what an error of waiting comes to: none if the session was ended.
func plainEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// plainOutput is the model of a screen of which only words are used.
type plainOutput struct {
	model  *Model
	out    io.Writer
	err    error // of the first write that failed
	last   uint64
	day    string
	counts monitor.Counts // as they were last said …
	said   time.Time      // … and when
	late   bool           // that no picture comes was said
}

// wait waits for a picture newer than seq, at most until it is late.
func (p *plainOutput) wait(ctx context.Context, seq uint64) (*monitor.Snapshot, error) {
	ctx, stop := context.WithTimeout(ctx, staleAfter)
	defer stop()
	return p.model.src.Wait(ctx, seq)
}

// begin says how things stand.
func (p *plainOutput) begin(snap *monitor.Snapshot) {
	p.take(snap)
	p.last = snap.LastEvent()
	p.sayCounts()
	m := p.model
	for _, i := range m.board.all {
		if k := &m.board.keys[i]; k.class.problem() {
			if t := m.targetNamed(k.name()); t != nil {
				p.line(m.now, m.plainTarget(t))
			}
		}
	}
	for _, inc := range snap.Incidents {
		if inc.Open() {
			p.line(m.now, fmt.Sprintf("incident %s %s %s, %s for %s, commander %s", shortID(inc.ID), severityOr(inc.Severity), inc.Title,
				inc.Status, age(m.now.Sub(startOf(inc))), orNobody(inc.Commander)))
		}
	}
}

// severityOr is a severity as a word.
func severityOr(s string) string {
	if s == "" {
		return "without severity"
	}
	return s
}

// plainTarget says how a target that is not well is.
func (m *Model) plainTarget(t *monitor.TargetStatus) string {
	text := m.theme.faceOf(t).word + " " + t.Target.Name
	if at := onsetOf(t); !at.IsZero() {
		text += " since " + m.since(at)
	}
	if why := m.why(t); why != "" {
		text += ": " + why
	}
	if unackedAlert(t.Alert) {
		text += ", not acknowledged"
	}
	if t.Incident != "" {
		text += ", in " + shortID(t.Incident)
	}
	return text
}

// follow says what happened since the last picture.
func (p *plainOutput) follow(snap *monitor.Snapshot) {
	p.take(snap)
	if p.late {
		p.late = false
		p.line(p.model.now, "pictures come again")
	}
	events, missed := snap.EventsAfter(p.last)
	p.last = snap.LastEvent()
	if missed > 0 {
		p.line(p.model.now, count(int(missed), "event")+" left out: this output is too slow for all")
	}
	f := p.model.filter.current()
	f.snap, f.now = snap, p.model.now
	for i := range events {
		if !f.matchEvent(&events[i]) {
			continue
		}
		p.line(events[i].At, plainEvent(&events[i]))
	}
	now := p.model.now
	if snap.Counts != p.counts && now.Sub(p.said) >= plainCounts || now.Sub(p.said) >= plainAlive {
		p.sayCounts()
	}
}

// plainEvent is an event in words.
func plainEvent(e *monitor.Event) string {
	about := e.Target
	if about == "" && e.Incident != "" {
		about = shortID(e.Incident)
	}
	words := e.Kind
	if about != "" {
		words += " " + about
	}
	if e.Text != "" {
		words += ": " + e.Text
	}
	if e.By != "" {
		words += ", by " + e.By
	}
	return words
}

// sayCounts says how many are how.
func (p *plainOutput) sayCounts() {
	p.counts, p.said = p.model.snap.Counts, p.model.now
	var words []string
	for _, part := range p.model.countParts() {
		words = append(words, fmt.Sprint(part.n, " ", part.word))
	}
	if n := p.counts.Unacked; n > 0 {
		words = append(words, fmt.Sprint(n, " UNACKED"))
	}
	p.line(p.model.now, p.model.opt.Title+": "+strings.Join(words, ", "))
}

// stale says once that no picture comes: silence must not look like calm.
func (p *plainOutput) stale() {
	p.model.now = p.model.opt.Now()
	if d := p.model.stale(); d > 0 && !p.late {
		p.late = true
		p.line(p.model.now, "STALE: no picture for "+age(d))
	}
}

func (p *plainOutput) take(snap *monitor.Snapshot) {
	p.model.now = p.model.opt.Now()
	p.model.take(snap)
}

// line writes one line, with a line for each new day before it.
func (p *plainOutput) line(at time.Time, text string) {
	if p.err != nil {
		return
	}
	m := p.model
	var b strings.Builder
	if day := m.clock(at, time.DateOnly); day != p.day {
		p.day = day
		fmt.Fprintf(&b, "%s %s\n", day, m.zone())
	}
	b.WriteString(m.clock(at, "15:04:05") + " " + safe.Line(text, plainLine) + "\n")
	_, p.err = io.WriteString(p.out, b.String())
}

// plainLine is the longest line, in bytes.
const plainLine = 500
