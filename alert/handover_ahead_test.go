package alert

import (
	"fmt"
	"testing"
	"time"

	"sitrep/oncall"
)

// byHours has ana, bo and cy take turns of some hours.
func byHours(now time.Time, every int) *oncall.Roster {
	r, _ := oncall.NewRoster(now,
		[]oncall.Operator{{Name: "ana", Contact: []string{"pager"}}, {Name: "bo", Contact: []string{"pager"}}, {Name: "cy", Contact: []string{"pager"}}},
		[]oncall.Schedule{{Name: "primary", Zone: time.UTC, Layers: []oncall.Layer{{
			Name: "turns", Operators: []string{"ana", "bo", "cy"}, Every: every, Unit: oncall.Hour, From: time.Date(2027, 2, 28, 0, 0, 0, 0, time.UTC),
		}}}}, oncall.Saved{})
	return r
}

// However short the shifts are, each is told of a day ahead.
func TestShortShiftsAreToldADayAhead(t *testing.T) {
	for _, every := range []int{1, 8, 12, 23, 24, 25} {
		t.Run(fmt.Sprint(every, " hours"), func(t *testing.T) {
			p := climbing()
			p.Routes[0].Escalate, p.Routes[0].To = "", []string{"schedule:primary"}
			h := build(t, p)
			h.roster = byHours(h.now, every)
			h.boot()
			h.wantNotices(0)
			h.pass(5 * 24 * time.Hour)
			ahead := map[time.Time]bool{}
			for _, n := range h.sent {
				x := n.Notice
				if x.Kind != "ahead" {
					continue
				}
				if got := x.From.Sub(n.At); got != aheadOf {
					t.Errorf("%s is told of %v %v ahead", x.Operator, x.From, got)
				}
				if on := h.roster.At("primary", x.From); on.On[0] != x.Operator || !on.To.Equal(x.To) || ahead[x.From] {
					t.Errorf("told of %+v, which is %+v (before: %v)", x, on, ahead[x.From])
				}
				if before := h.roster.Who("primary", x.From.Add(-1)); x.Other != before[0] {
					t.Errorf("%v: before that %s, want %s", x.From, x.Other, before[0])
				}
				ahead[x.From] = true
			}
			// All that begin later than a day after the start.
			begin := start.Add(aheadOf)
			want := len(h.roster.Shifts("primary", begin, h.now.Add(aheadOf))) - 1
			if len(ahead) != want {
				t.Errorf("%d shifts are told of ahead, want %d", len(ahead), want)
			}
		})
	}
}

// A rotation of nothing but hand-overs does not have everybody told without end.
func TestShiftsToldOfAtOnceAreBounded(t *testing.T) {
	h := onDuty(t)
	var overrides []oncall.Override
	for i := range 1000 {
		with, from := []string{"ana", "bo"}[i%2], h.now.Add(time.Minute+time.Duration(i)*time.Second)
		overrides = append(overrides, oncall.Override{
			ID: fmt.Sprintf("primary/%d", i+1), Schedule: "primary", With: with, From: from, To: from.Add(time.Second),
		})
	}
	h.roster = duty(h.now, overrides...)
	from := len(h.sent)
	h.follow(h.m.SetRoster(h.now, h.roster))
	if got := len(h.sent) - from; got == 0 || got > 2*maxAhead {
		t.Errorf("%d notices at once, with at most %d shifts", got, maxAhead)
	}
	if due, ok := h.m.Next(); !ok || !due.Equal(overrides[1].From) { // ana, who has the first, is on already
		t.Errorf("looked at again at %v, want when the first begins", due)
	}
}
