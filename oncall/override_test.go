package oncall

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// held is a roster whose weeks are op0's and op1's in turn, with what a disk
// would have of it.
type held struct {
	*testing.T
	r     *Roster
	saved Saved
}

func hold(t *testing.T) *held {
	h := &held{T: t}
	s := scheduleOf(weeks("l", "op0", "op1"))
	s[0].Overrides = []Override{{ID: "primary/1", Schedule: "primary", From: day1.AddDate(0, 1, 0), To: day1.AddDate(0, 1, 1), With: "op4"}}
	h.r, h.saved = NewRoster(day1, team, s, Saved{})
	return h
}

// must takes a change, and holds that it is what a restart makes of it.
func (h *held) must(r *Roster, delta Saved, err error) Saved {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	before := h.r
	for _, o := range delta.Overrides {
		h.saved.Overrides = slices.DeleteFunc(h.saved.Overrides, func(x Override) bool { return x.ID == o.ID })
		h.saved.Overrides = append(h.saved.Overrides, o)
	}
	h.saved.Accepted = append(h.saved.Accepted, delta.Accepted...)
	h.r = r
	restarted, _ := NewRoster(day1.AddDate(0, 0, 1), team, before.Schedules(), h.saved)
	if c := Changes(r, restarted, "primary", day1, day1.AddDate(0, 2, 0)); len(c) > 0 {
		h.Errorf("restarted: %+v", c)
	}
	return delta
}

func (h *held) wants(days float64, want ...string) {
	h.Helper()
	at := day1.Add(time.Duration(days * float64(day)))
	if got := h.r.Who("primary", at); !slices.Equal(got, want) {
		h.Errorf("%v days in %v is on, want %v", days, got, want)
	}
}

func in(days int) time.Time { return day1.AddDate(0, 0, days) }

func TestOverrideTakesOver(t *testing.T) {
	h := hold(t)
	first := h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op3", From: in(1), To: in(9), By: "op3", Made: in(-3), ID: "mine", Swap: "x"})).Overrides[0]
	if first.ID != "o1" || !first.Made.Equal(in(0)) || first.Swap != "" {
		t.Errorf("made as %+v", first)
	}
	// Only where op1 is on, who has the second week; and what is made later wins.
	h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op2", For: "op1", From: in(5), To: in(12)}))
	h.wants(0.5, "op0")
	h.wants(1, "op3")
	h.wants(8.9, "op3")
	h.wants(9, "op2")
	h.wants(12, "op1")
	if s := h.r.At("primary", in(2)); s.Override != "o1" || !s.From.Equal(in(1)) || !s.To.Equal(in(9)) {
		t.Errorf("the shift is %+v", s)
	}
	// Withdrawn on the third day it is gone from then on, and its past is not.
	h.must(h.r.Withdraw(in(3), "o1", "op0"))
	h.wants(2, "op3")
	h.wants(3, "op0")
	h.wants(7, "op2")
	if next := h.must(h.r.Override(in(3), Override{Schedule: "primary", With: "op3", From: in(0), To: in(4)})).Overrides[0]; next.ID != "o3" || !next.From.Equal(in(3)) {
		t.Errorf("asked for the past, it is %+v", next)
	}
	if all, now := h.r.Overrides(true), h.r.Overrides(false); len(all) != 4 || len(now) != 3 {
		t.Errorf("%d overrides, %d of them withdrawn", len(all), len(all)-len(now))
	}
}

func TestOverrideIsRefused(t *testing.T) {
	h := hold(t)
	for name, tt := range map[string]struct {
		o    Override
		want error
	}{
		"another schedule":   {Override{Schedule: "other", With: "op3", From: in(1), To: in(2)}, ErrUnknownSchedule},
		"nobody":             {Override{Schedule: "primary", From: in(1), To: in(2)}, ErrUnknownOperator},
		"a stranger":         {Override{Schedule: "primary", With: "eve", From: in(1), To: in(2)}, ErrUnknownOperator},
		"for a stranger":     {Override{Schedule: "primary", With: "op3", For: "eve", From: in(1), To: in(2)}, ErrUnknownOperator},
		"it ends first":      {Override{Schedule: "primary", With: "op3", From: in(2), To: in(1)}, ErrTime},
		"it is past":         {Override{Schedule: "primary", With: "op3", From: in(-2), To: in(0)}, ErrTime},
		"no time":            {Override{Schedule: "primary", With: "op3"}, ErrTime},
		"longer than a year": {Override{Schedule: "primary", With: "op3", From: in(1), To: in(368)}, ErrTime},
		"for who is not on":  {Override{Schedule: "primary", With: "op3", For: "op1", From: in(1), To: in(2)}, ErrNotOn},
	} {
		r, delta, err := h.r.Override(in(0), tt.o)
		if !errors.Is(err, tt.want) || r != h.r || !delta.Empty() {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op3", From: in(1), To: in(2)}))
	for id, at := range map[string]time.Time{"o2": in(1), "primary/1": in(1), "": in(1), "o1": in(2)} {
		if _, _, err := h.r.Withdraw(at, id, "op0"); !errors.Is(err, ErrUnknownOverride) {
			t.Errorf("withdrawing %q: %v", id, err)
		}
	}
	h.must(h.r.Withdraw(in(1), "o1", "op0"))
	if _, _, err := h.r.Withdraw(in(1), "o1", "op0"); !errors.Is(err, ErrUnknownOverride) {
		t.Errorf("withdrawing it again: %v", err)
	}
}

func TestSwapHoldsOnceAccepted(t *testing.T) {
	swap := Swap{Schedule: "primary", By: "op0", With: "op1", MineFrom: in(2), MineTo: in(4), TheirsFrom: in(9), TheirsTo: in(11)}
	plain := func(h *held) {
		h.Helper()
		h.wants(1, "op0")
		h.wants(3, "op0")
		h.wants(10, "op1")
	}
	t.Run("accepted", func(t *testing.T) {
		h := hold(t)
		halves := h.must(h.r.Swap(in(0), swap)).Overrides
		if len(halves) != 2 || halves[0].ID != "o1" || halves[1].ID != "o2" || halves[1].Swap != "o1" || !halves[0].Waiting() {
			t.Fatalf("asked as %+v", halves)
		}
		plain(h)
		if _, _, err := h.r.Answer(in(1), "o1", "op0", true); !errors.Is(err, ErrNotAsked) {
			t.Errorf("accepted by who asked: %v", err)
		}
		h.must(h.r.Answer(in(1), "o1", "op1", true))
		h.wants(1, "op0")
		h.wants(2, "op1")
		h.wants(4, "op0")
		h.wants(9, "op0")
		h.wants(11, "op1")
		if _, _, err := h.r.Answer(in(1), "o1", "op1", false); !errors.Is(err, ErrUnknownOverride) {
			t.Errorf("answered again: %v", err)
		}
		// Either half withdrawn withdraws both.
		if ended := h.must(h.r.Withdraw(in(3), "o2", "op0")).Overrides; len(ended) != 2 {
			t.Errorf("withdrawn: %+v", ended)
		}
		h.wants(2.5, "op1")
		h.wants(3, "op0")
		h.wants(10, "op1")
	})
	t.Run("refused", func(t *testing.T) {
		h := hold(t)
		h.must(h.r.Swap(in(0), swap))
		if ended := h.must(h.r.Answer(in(1), "o1", "op1", false)).Overrides; len(ended) != 2 || ended[0].EndedBy != "op1" {
			t.Errorf("refused: %+v", ended)
		}
		plain(h)
	})
	t.Run("accepted late", func(t *testing.T) {
		h := hold(t)
		h.must(h.r.Swap(in(0), swap))
		h.must(h.r.Answer(in(3), "o1", "op1", true))
		h.wants(2.9, "op0")
		h.wants(3, "op1")
	})
	t.Run("accepted too late", func(t *testing.T) {
		h := hold(t)
		h.must(h.r.Swap(in(0), swap))
		if _, _, err := h.r.Answer(in(4), "o1", "op1", true); !errors.Is(err, ErrTime) {
			t.Errorf("one half is over: %v", err)
		}
	})
	t.Run("for nothing", func(t *testing.T) {
		h := hold(t)
		gift := swap
		gift.TheirsFrom, gift.TheirsTo = time.Time{}, time.Time{}
		h.must(h.r.Swap(in(0), gift))
		h.must(h.r.Answer(in(1), "o1", "op1", true))
		h.wants(3, "op1")
		h.wants(10, "op1")
	})
	t.Run("not theirs to give", func(t *testing.T) {
		h := hold(t)
		for name, tt := range map[string]struct {
			change func(*Swap)
			want   error
		}{
			"mine is not":   {func(s *Swap) { s.MineTo = in(8) }, ErrNotOn},
			"theirs is not": {func(s *Swap) { s.TheirsFrom = in(6) }, ErrNotOn},
			"with myself":   {func(s *Swap) { s.With = "op0" }, ErrUnknownOperator},
			"a stranger":    {func(s *Swap) { s.With = "eve" }, ErrUnknownOperator},
			"half a time":   {func(s *Swap) { s.TheirsTo = time.Time{} }, ErrTime},
			"no schedule":   {func(s *Swap) { s.Schedule = "" }, ErrUnknownSchedule},
		} {
			s := swap
			tt.change(&s)
			if r, delta, err := h.r.Swap(in(0), s); !errors.Is(err, tt.want) || r != h.r || !delta.Empty() {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
	})
}

// A swap of which one half is not theirs to give any more is none: it is not
// accepted, waits on, and is accepted once that is mended.
func TestSwapIsNotAcceptedByHalves(t *testing.T) {
	swap := Swap{Schedule: "primary", By: "op0", With: "op1", MineFrom: in(2), MineTo: in(4), TheirsFrom: in(9), TheirsTo: in(11)}
	for name, tt := range map[string]struct {
		o    Override
		at   int
		says string
	}{
		"theirs is taken":         {Override{With: "op2", From: in(9), To: in(11)}, 1, "op1 is not on call then all the time any more: that changed after the swap was asked for"},
		"some of theirs is taken": {Override{With: "op2", For: "op1", From: in(10), To: in(12)}, 1, "op1 is not on call then all the time any more: that changed after the swap was asked for"},
		"mine is taken":           {Override{With: "op2", From: in(3), To: in(4)}, 1, "op0 is not on call then all the time any more: that changed after the swap was asked for"},
		"mine is taken by them":   {Override{With: "op1", From: in(2), To: in(4)}, 1, "op0 is not on call then all the time any more: that changed after the swap was asked for"},
		"what is left is taken":   {Override{With: "op2", From: in(3), To: in(4)}, 3, "op0 is not on call then all the time any more: that changed after the swap was asked for"},
		"theirs is held by them":  {Override{With: "op1", From: in(9), To: in(11)}, 1, "op0 is not on call then even so: an override made after the swap was asked for wins"},
	} {
		t.Run(name, func(t *testing.T) {
			h := hold(t)
			h.must(h.r.Swap(in(0), swap))
			tt.o.Schedule = "primary"
			id := h.must(h.r.Override(in(0).Add(time.Hour), tt.o)).Overrides[0].ID
			r, delta, err := h.r.Answer(in(tt.at), "o1", "op1", true)
			if !errors.Is(err, ErrNotOn) || err.Error() != tt.says || r != h.r || !delta.Empty() {
				t.Fatalf("accepted: %v, want %q", err, tt.says)
			}
			h.must(h.r.Withdraw(in(tt.at), id, "op0"))
			h.must(h.r.Answer(in(tt.at), "o1", "op1", true))
			h.wants(3.5, "op1")
			h.wants(10, "op0")
		})
	}
	t.Run("what is past was taken", func(t *testing.T) {
		h := hold(t)
		h.must(h.r.Swap(in(0), swap))
		h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op2", From: in(2), To: in(3)}))
		h.must(h.r.Answer(in(3), "o1", "op1", true))
		h.wants(2.5, "op2")
		h.wants(3, "op1")
		h.wants(10, "op0")
	})
	t.Run("refused all the same", func(t *testing.T) {
		h := hold(t)
		h.must(h.r.Swap(in(0), swap))
		h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op2", From: in(9), To: in(11)}))
		h.must(h.r.Answer(in(1), "o1", "op1", false))
		h.wants(3, "op0")
	})
}

// A shift waits to be accepted by whoever was asked, and by nobody else.
func TestAShiftIsToBeAcceptedByWhoWasAsked(t *testing.T) {
	h := hold(t)
	shift := h.r.At("primary", in(8))
	ask := Acceptance{Schedule: "primary", Operator: "op1", From: shift.From}
	wants := func(when string, toAccept, accepted bool) {
		t.Helper()
		restarted, _ := NewRoster(in(9), team, h.r.Schedules(), h.saved)
		for _, r := range []*Roster{h.r, restarted} {
			if r.ToAccept(shift) != toAccept || r.Accepted(shift) != accepted {
				t.Errorf("%s: to accept %v, accepted %v", when, r.ToAccept(shift), r.Accepted(shift))
			}
		}
		if h.r.ToAccept(h.r.At("primary", in(1))) || h.r.ToAccept(h.r.At("primary", in(15))) {
			t.Errorf("%s: so are others", when)
		}
	}
	asks := func(a ...Acceptance) Saved {
		t.Helper()
		r, delta := h.r.Ask(a...)
		return h.must(r, delta, nil)
	}
	wants("at first", false, false)
	if s := asks(ask, Acceptance{Schedule: "primary", Operator: "op0", From: shift.From}); len(s.Accepted) != 2 {
		t.Errorf("saved: %+v", s)
	}
	wants("asked", true, false)
	if s := asks(ask); !s.Empty() {
		t.Errorf("asked again: %+v", s)
	}
	if _, _, err := h.r.Accept(in(8), "primary", "op0"); !errors.Is(err, ErrNotOn) {
		t.Errorf("accepted by who was asked and is not on: %v", err)
	}
	h.saved.Accepted = slices.DeleteFunc(h.saved.Accepted, func(a Acceptance) bool { return a.Operator == "op1" })
	h.must(h.r.Accept(in(8), "primary", "op1"))
	wants("accepted", false, true)
	if s := asks(ask); !s.Empty() {
		t.Errorf("asked for what is accepted: %+v", s)
	}
	wants("asked after that", false, true)
	later, _ := NewRoster(in(900), team, h.r.Schedules(), h.saved)
	if later.Accepted(shift) || len(later.saved.Accepted) != 0 {
		t.Errorf("years later: %+v", later.saved.Accepted)
	}
}

// Who is no operator any more is not on call by an override either, from then
// on; its number does not come again.
func TestOverrideOfWhoLeftEnds(t *testing.T) {
	h := hold(t)
	h.must(h.r.Override(in(0), Override{Schedule: "primary", With: "op3", From: in(1), To: in(4)}))
	r, delta := NewRoster(in(2), teamWithout("op3"), h.r.Schedules(), h.saved)
	if len(delta.Overrides) != 1 || !delta.Overrides[0].Ended.Equal(in(2)) {
		t.Errorf("saved: %+v", delta.Overrides)
	}
	h.r = r
	h.wants(1.5, "op3")
	h.wants(2, "op0")
	later, _ := NewRoster(in(900), team, h.r.Schedules(), h.saved)
	if _, delta, err := later.Override(in(900), Override{Schedule: "primary", With: "op3", From: in(901), To: in(902)}); err != nil || delta.Overrides[0].ID != "o2" {
		t.Errorf("years later: %+v, %v", delta, err)
	}
}

func TestOverridesOfAConfigurationCountByTheirPlace(t *testing.T) {
	ids := []string{"o2", "o10", "a/10", "a/9", "a/#f00", "o1"}
	slices.SortFunc(ids, compareIDs)
	if want := []string{"a/#f00", "a/9", "a/10", "o1", "o2", "o10"}; !slices.Equal(ids, want) {
		t.Errorf("%v, want %v", ids, want)
	}
}
