package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// SetSeverity sets SEV1 … SEV5; "" or "unset" is unset. Like the other setters
// it writes nothing where nothing changes. It fails with ErrUnknownIncident,
// ErrClosed or ErrInvalid.
func (b *Book) SetSeverity(now time.Time, incident, value, by string) ([]Entry, error) {
	r, err := b.unsealed(incident)
	if err != nil {
		return nil, err
	}
	if value, err = severity(value); err != nil || value == r.inc.Severity {
		return nil, err
	}
	p := b.pen(now)
	p.write(Entry{
		Incident: incident, Kind: SetSeverity, By: by, Field: "severity", Value: severityWord(value),
		Text: severityWord(r.inc.Severity) + " to " + severityWord(value),
	})
	return p.out, nil
}

// SetStatus sets one of Statuses; "resolved" is what Resolve does, and one that
// is open opens an incident that was over again, without its resolved milestone.
// It fails with ErrUnknownIncident or ErrInvalid.
func (b *Book) SetStatus(now time.Time, incident, value, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Statuses, value) {
		return nil, fmt.Errorf("%w: status %q; known are %s", ErrInvalid, value, strings.Join(Statuses, ", "))
	}
	if value == r.inc.Status {
		return nil, nil
	}
	p := b.pen(now)
	if value == "resolved" {
		p.resolve(r, by, "")
		return p.out, nil
	}
	p.status(r, value, by, "")
	return p.out, nil
}

func (p *pen) status(r *record, value, by, text string) {
	change := r.inc.Status + " to " + value
	if text != "" {
		change += ": " + text
	}
	p.write(Entry{Incident: r.inc.ID, Kind: SetStatus, By: by, Field: "status", Value: value, Text: change})
}

// SetTitle renames an incident. It fails with ErrUnknownIncident, ErrEmpty or ErrTooLong.
func (b *Book) SetTitle(now time.Time, incident, value, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	if value, err = title(value); err != nil || value == r.inc.Title {
		return nil, err
	}
	p := b.pen(now)
	p.write(Entry{Incident: incident, Kind: SetTitle, By: by, Field: "title", Value: value, Text: value})
	return p.out, nil
}

// SetMilestone says when a milestone was reached, from then on whatever happens;
// a zero at is now. Its one rule beside not being in the future: no milestone
// lies before the start. It fails with ErrUnknownIncident, ErrInvalid,
// ErrFuture or ErrOrder.
func (b *Book) SetMilestone(now time.Time, incident string, m Milestone, at time.Time, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Milestones, m) {
		return nil, fmt.Errorf("%w: milestone %q", ErrInvalid, m)
	}
	p := b.pen(now)
	if at = instant(at); at.IsZero() {
		at = p.now
	}
	if err := past(at, p.now); err != nil {
		return nil, err
	}
	if err := r.inOrder(m, at); err != nil {
		return nil, err
	}
	p.milestone(incident, m, at, by, r.was(m))
	return p.out, nil
}

// milestone writes when one was reached; by "" it may still move by itself.
func (p *pen) milestone(id string, m Milestone, at time.Time, by, text string) {
	p.write(Entry{
		Incident: id, Kind: SetMilestone, At: at, By: by, Text: text,
		Field: string(m), Value: at.Format(time.RFC3339Nano),
	})
}

// was is the text that keeps what a milestone was before, "" if it was not set.
func (r *record) was(m Milestone) string {
	if old, ok := r.inc.Milestones[m]; ok {
		return "was " + stamp(old)
	}
	return ""
}

// inOrder refuses a start after another milestone, and one before the start.
func (r *record) inOrder(m Milestone, at time.Time) error {
	for _, other := range Milestones {
		t, ok := r.inc.Milestones[other]
		switch {
		case !ok || other == m:
		case m == Started && at.After(t):
			return orderError(at, other, t)
		case other == Started && at.Before(t):
			return orderError(t, m, at)
		}
	}
	return nil
}

// Resolve ends an incident. Its milestone is the moment when the last of its
// alerts was over, or now if one is not or it has none; text may say how. It
// fails with ErrUnknownIncident, ErrClosed or ErrTooLong.
func (b *Book) Resolve(now time.Time, incident, by, text string) ([]Entry, error) {
	r, err := b.open(incident)
	if err != nil {
		return nil, err
	}
	if text, err = remark(text); err != nil {
		return nil, err
	}
	p := b.pen(now)
	p.resolve(r, by, text)
	return p.out, nil
}

func (p *pen) resolve(r *record, by, text string) {
	at, why := p.now, ""
	if last := r.lastOver(); !last.IsZero() && !last.After(p.now) && !last.Before(r.inc.Milestones[Started]) {
		at, why = last, "the last alert was over"
	}
	p.status(r, "resolved", by, text)
	p.milestone(r.inc.ID, ResolvedAt, at, "", why)
}

// lastOver returns when the last of the alerts was over, zero if one is not.
func (r *record) lastOver() time.Time {
	var last time.Time
	for _, m := range r.inc.Alerts {
		if m.Resolved.IsZero() {
			return time.Time{}
		}
		if m.Resolved.After(last) {
			last = m.Resolved
		}
	}
	return last
}

func (b *Book) known(id string) (*record, error) {
	if r := b.records[id]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknownIncident, id)
}

// unsealed returns an incident that is not closed or cancelled.
func (b *Book) unsealed(id string) (*record, error) {
	r, err := b.known(id)
	if err == nil && r.inc.over() {
		return nil, fmt.Errorf("%w: %s is %s", ErrClosed, id, r.inc.Status)
	}
	return r, err
}

// open returns an incident that somebody is still at.
func (b *Book) open(id string) (*record, error) {
	r, err := b.known(id)
	if err == nil && !r.inc.Open() {
		return nil, fmt.Errorf("%w: %s is %s", ErrClosed, id, r.inc.Status)
	}
	return r, err
}
