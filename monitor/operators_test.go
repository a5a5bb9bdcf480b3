package monitor

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"sitrep/incident"
)

// operator is somebody at a console who writes, stars, edits, takes back and hands
// over as they like, and remembers what they were told is saved.
type operator struct {
	Actor
	m   *Monitor
	inc string // ID of the incident that they work on
	rng *rand.Rand
	n   int // of texts written so far

	said    []incident.Entry // what was answered as saved
	drafted int              // likewise the number of the last draft
}

// draftPlace is where an operator writes something that is never sent.
func (o *operator) draftPlace() string { return "field:" + o.inc + ":" + incident.FieldSummary }

// next returns what they do next, given what they see.
func (o *operator) next(inc *incident.Incident) Command {
	var own, all []incident.Line
	for _, l := range inc.Entries {
		if l.Written() && l.Retracted.IsZero() {
			all = append(all, l)
			if l.By == o.Name {
				own = append(own, l)
			}
		}
	}
	o.n++
	text := fmt.Sprintf("%s %d\nand a second line", o.Name, o.n)
	switch k := o.rng.IntN(16); {
	case k < 3 && len(own) > 0:
		return Edit{Seq: pick(o.rng, own).Seq, Text: text + ", edited"}
	case k < 6 && len(all) > 0:
		l := pick(o.rng, all)
		return Star{Seq: l.Seq, On: !l.Starred}
	case k == 6 && len(own) > 0:
		return Retract{Seq: pick(o.rng, own).Seq}
	case k == 7 && len(inc.Actions) > 0:
		return SetAction{Incident: inc.ID, Item: pick(o.rng, inc.Actions).ID, Part: incident.PartTicket, Value: fmt.Sprintf("OPS-%d", o.n)}
	case k == 8:
		return SetField{Incident: inc.ID, Field: incident.FieldImpact, Value: text}
	case k == 9:
		return Draft{Place: o.draftPlace(), Text: fmt.Sprint(o.n)}
	case k < 13:
		return o.handOver(inc)
	}
	kinds := []incident.Kind{incident.Note, incident.Decision, incident.Comms, incident.Action}
	return Note{Incident: inc.ID, Kind: pick(o.rng, kinds), Text: text}
}

// handOver takes a role that they were asked to take, or asks the other to take
// what is theirs, or else takes it.
func (o *operator) handOver(inc *incident.Incident) Command {
	role := incident.RoleCommander
	for _, h := range inc.Roles {
		switch {
		case h.Role != role:
		case h.Asked && h.Operator == o.Name:
			return AcceptRole{Incident: inc.ID, Role: role}
		case !h.Asked && h.Operator == o.Name:
			return Assign{Incident: inc.ID, Role: role, Operator: map[string]string{"ana": "bo", "bo": "ana"}[o.Name]}
		}
	}
	return Assign{Incident: inc.ID, Role: role, Operator: o.Name}
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// act does one thing, and returns the entries that came of it.
func (o *operator) act(ctx context.Context) ([]incident.Entry, error) {
	before := o.m.Snapshot().Incident(o.inc)
	c := o.next(before)
	err := o.m.Do(ctx, o.Actor, c)
	if errors.Is(err, incident.ErrNotAsked) { // the other took it meanwhile
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %T: %w", o.Name, c, err)
	}
	if _, draft := c.(Draft); draft {
		o.drafted = o.n
	}
	var mine []incident.Entry
	for _, e := range o.m.Snapshot().Incident(o.inc).Log() {
		if e.Seq > before.Version && e.By == o.Name {
			mine = append(mine, e)
		}
	}
	o.said = append(o.said, mine...)
	return mine, nil
}

// openIncident returns the ID of the incident that all of them work on.
func openIncident(ctx context.Context, m *Monitor) (string, error) {
	if len(m.Snapshot().Incidents) == 0 {
		if err := m.Do(ctx, ana, Declare{Title: "db gone"}); err != nil && !errors.Is(err, ErrUnsaved) {
			return "", err
		}
	}
	return m.Snapshot().Incidents[0].ID, nil
}

// timeline is what a screen shows of an incident: each line in its order.
func timeline(inc *incident.Incident) []string {
	var lines []string
	for i := range inc.Entries {
		l := &inc.Entries[i]
		lines = append(lines, fmt.Sprintf("%d %s %s %q starred=%v taken back=%v", l.ID(), l.Kind, l.By, l.Text, l.Starred, !l.Retracted.IsZero()))
	}
	return lines
}

// beside is what a screen shows next to that: who does what, and what is to be done.
func beside(inc *incident.Incident) []string {
	return []string{fmt.Sprint(inc.Roles), fmt.Sprint(inc.Actions), inc.Fields[incident.FieldImpact]}
}

// checkSaved holds what operators were told is saved against what was.
func checkSaved(t *testing.T, said, saved []incident.Entry) {
	t.Helper()
	bySeq := map[uint64]incident.Entry{}
	for _, e := range saved {
		bySeq[e.Seq] = e
	}
	for _, e := range said {
		got, ok := bySeq[e.Seq]
		if !ok {
			t.Errorf("entry %d by %s is lost: %s %q", e.Seq, e.By, e.Kind, e.Text)
			continue
		}
		if fmt.Sprint(got) != fmt.Sprint(e) {
			t.Errorf("entry %d was %v and is %v", e.Seq, e, got)
		}
	}
	for i, e := range saved {
		if e.Seq != uint64(i+1) {
			t.Fatalf("entry %d is number %d on the disk", i+1, e.Seq)
		}
	}
}
