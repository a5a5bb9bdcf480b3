package oncall

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var reachable = []Operator{
	{Name: "ana", Contact: []string{"pager", "mail:ana@example.org", "pager"}},
	{Name: "bo", Contact: []string{"pager"}},
	{Name: "chen"},
}

func TestReach(t *testing.T) {
	none := Layer{Name: "never", Operators: []string{"ana"}, Every: 1, Unit: Week, From: day1.AddDate(100, 0, 0)}
	r, _ := NewRoster(day1, reachable, []Schedule{
		{Name: "ana", Zone: time.UTC, Layers: []Layer{weeks("l", "ana")}, Fallback: []string{"chat"}},
		{Name: "chen", Zone: time.UTC, Layers: []Layer{weeks("l", "chen")}, Fallback: []string{"chat"}},
		{Name: "fallback", Zone: time.UTC, Layers: []Layer{none}, Fallback: []string{"bo", "chat", "mail:leads@example.org", "chen", "chat"}},
		{Name: "nobody", Zone: time.UTC},
	}, Saved{})
	pager := Addressee{Receiver: "pager", Operator: "ana"}
	mail := Addressee{Receiver: "mail", Address: "ana@example.org", Operator: "ana"}
	for to, want := range map[string][]Addressee{
		"schedule:ana":           {pager, mail},
		"schedule:chen":          nil,
		"schedule:fallback":      {{Receiver: "pager", Operator: "bo"}, {Receiver: "chat"}, {Receiver: "mail", Address: "leads@example.org"}},
		"schedule:nobody":        nil,
		"schedule:unknown":       nil,
		"operator:ana":           {pager, mail},
		"operator:chen":          nil,
		"operator:eve":           nil,
		"chat":                   {{Receiver: "chat"}},
		"mail:leads@example.org": {{Receiver: "mail", Address: "leads@example.org"}},
		"chat:a via b":           {{Receiver: "chat", Address: "a via b"}},
	} {
		got := r.Reach(to, day1)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", to, diff)
		}
		for _, a := range got {
			if back := ParseAddressee(a.String()); back != a {
				t.Errorf("%s is read back as %+v", a, back)
			}
		}
	}
}

// Next is when somebody else is on, and not when the same people are for
// another reason; Edge is the first of all schedules.
func TestNextIsSomebodyElse(t *testing.T) {
	r, _ := NewRoster(day1, team, []Schedule{
		{Name: "week", Zone: time.UTC, Layers: []Layer{weeks("l", "op0", "op1")}, Overrides: []Override{
			{ID: "week/1", Schedule: "week", From: in(5), To: in(8), With: "op0"}, // is on for two of these days anyway
		}},
		{Name: "day", Zone: time.UTC, Layers: []Layer{{Name: "l", Operators: []string{"op2", "op3"}, Every: 1, Unit: Day, From: in(-1)}}},
		{Name: "always", Zone: time.UTC, Layers: []Layer{weeks("l", "op4", "op4")}},
		{Name: "nobody", Zone: time.UTC},
	}, Saved{})
	s, ok := r.Next("week", in(1))
	want := Shift{Schedule: "week", From: in(8), To: in(14), On: []string{"op1"}, Layer: "l"}
	if diff := cmp.Diff(want, s); !ok || diff != "" {
		t.Errorf("next in the week (-want +got)\n%s", diff)
	}
	for _, schedule := range []string{"always", "nobody", "unknown"} {
		if s, ok := r.Next(schedule, in(1)); ok {
			t.Errorf("%s: next is %+v", schedule, s)
		}
	}
	if s, ok := r.Next("always", in(-1)); !ok || !s.From.Equal(day1) || !s.To.IsZero() {
		t.Errorf("always, before the first: %+v", s)
	}
	if e, ok := r.Edge(in(1).Add(time.Minute)); !ok || !e.Equal(in(2)) {
		t.Errorf("the next edge is at %v", e)
	}
}

func TestLayersAreSaidAlone(t *testing.T) {
	night := Layer{Name: "night", Operators: []string{"op5"}, Every: 1, Unit: Day, From: day1, Start: 20 * time.Hour, End: 8 * time.Hour}
	r, _ := NewRoster(day1, team, scheduleOf(weeks("l", "op0", "op1"), night), Saved{})
	shift := func(from, to time.Time, layer string, on ...string) Shift {
		return Shift{Schedule: "primary", From: from, To: to, Layer: layer, On: on}
	}
	dusk, dawn := day1.Add(11*time.Hour), day1.Add(23*time.Hour)
	for _, tt := range []struct {
		got, want []Shift
	}{
		{r.LayerShifts("primary", 0, in(0), in(1)), []Shift{shift(in(0), in(1), "l", "op0")}},
		{r.LayerShifts("primary", 1, in(0), in(1)), []Shift{shift(in(0), dusk, ""), shift(dusk, dawn, "night", "op5"), shift(dawn, in(1), "")}},
		{r.Shifts("primary", in(0), in(1)), []Shift{shift(in(0), dusk, "l", "op0"), shift(dusk, dawn, "night", "op5"), shift(dawn, in(1), "l", "op0")}},
		{r.LayerShifts("primary", 2, in(0), in(1)), nil},
		{r.LayerShifts("primary", -1, in(0), in(1)), nil},
		{r.Shifts("unknown", in(0), in(1)), nil},
		{r.Shifts("primary", in(1), in(1)), nil},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// A shift is taken over once, and by somebody who is on call in it.
func TestAccept(t *testing.T) {
	h := hold(t)
	if h.r.Accepted(h.r.At("primary", in(1))) {
		t.Error("accepted by nobody")
	}
	if _, _, err := h.r.Accept(in(1), "primary", "op1"); !errors.Is(err, ErrNotOn) {
		t.Errorf("by somebody else: %v", err)
	}
	if _, _, err := h.r.Accept(in(1), "other", "op0"); !errors.Is(err, ErrUnknownSchedule) {
		t.Errorf("of another schedule: %v", err)
	}
	h.must(h.r.Accept(in(8), "primary", "op1"))
	if !h.r.Accepted(h.r.At("primary", in(13))) || h.r.Accepted(h.r.At("primary", in(15))) || h.r.Accepted(h.r.At("primary", in(22))) {
		t.Error("it is the one shift that is accepted, to its end")
	}
	if r, delta, err := h.r.Accept(in(9), "primary", "op1"); err != nil || !delta.Empty() || r != h.r {
		t.Errorf("again: %+v, %v", delta, err)
	}
}
