package alert

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

// Every time that a ledger has moves, also one that somebody adds.
func TestAllTimesOfALedgerMove(t *testing.T) {
	l := Ledger{
		Accepted: at(1), First: at(2), Ends: at(3), Failing: at(4), NotBefore: at(5),
		Told:    map[string]Word{"a": {Flapped: at(6), Tried: at(7)}, "b": {}},
		Pending: &Attempt{Since: at(8), Due: at(9)},
		Refused: map[string]Attempt{"k": {Since: at(10), Due: at(11)}},
		Calls:   map[string]time.Time{"a": at(12)},
		Notices: []Notice{{Due: at(13), Expires: at(14)}},
	}
	kept := l.Told["a"]
	before := timesIn(reflect.ValueOf(l))
	if len(before) != 5+4+2+2+1+1+4 { // Next, which is no part of what is kept, is not set
		t.Fatalf("%d times: one is missing above", len(before))
	}
	told, pending := l.Told, l.Pending
	l.shift(time.Hour)
	for i, now := range timesIn(reflect.ValueOf(l)) {
		if want := before[i].Add(time.Hour); !before[i].IsZero() && !now.Equal(want) || before[i].IsZero() && !now.IsZero() {
			t.Errorf("time %d: %v, want %v", i, now, want)
		}
	}
	if told["a"] != kept || !pending.Since.Equal(at(8)) {
		t.Error("what was handed out is written to")
	}
}

// timesIn returns all times in a value, of maps in any order that is the same
// for maps of the same keys.
func timesIn(v reflect.Value) (all []time.Time) {
	if t, ok := v.Interface().(time.Time); ok {
		return []time.Time{t}
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			all = append(all, timesIn(field)...)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			all = timesIn(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, timesIn(v.Index(i))...)
		}
	case reflect.Map:
		for _, key := range []string{"a", "b", "k"} {
			if x := v.MapIndex(reflect.ValueOf(key)); v.Type().Key().Kind() == reflect.String && x.IsValid() {
				all = append(all, timesIn(x)...)
			}
		}
	}
	return all
}

// What waits, waits as long as without the step: nothing comes early, nothing late.
func TestClockStepMovesWhatCountsFromSomething(t *testing.T) {
	for _, d := range []time.Duration{24 * time.Hour, -24 * time.Hour, time.Hour, -3 * time.Second} {
		for name, run := range map[string]func(h *house, step func()){
			"first wait": func(h *house, step func()) {
				h.down("web")
				step()
				h.pass(time.Minute)
			},
			"wait of ends and reminder": func(h *house, step func()) {
				h.down("web")
				h.down("db")
				h.pass(time.Minute)
				h.up("web")
				step()
				h.pass(2 * time.Hour)
			},
			"group interval": func(h *house, step func()) {
				h.down("web")
				h.pass(30 * time.Second)
				h.down("db")
				step()
				h.pass(10 * time.Minute)
			},
			"retry and fail-over": func(h *house, step func()) {
				h.mute(Again, "pager", "chat")
				h.down("web")
				h.pass(30 * time.Second)
				step()
				h.pass(2 * time.Minute)
			},
			"refused": func(h *house, step func()) {
				h.mute(Dead, "pager", "chat")
				h.down("web")
				h.pass(30 * time.Second)
				step()
				h.pass(90 * time.Minute)
			},
			"flapping": func(h *house, step func()) {
				h.down("web")
				h.pass(5 * time.Minute)
				h.flaps("web", true, checker.Up)
				h.pass(5 * time.Minute)
				step()
				h.pass(2 * time.Hour)
			},
		} {
			live := func(d time.Duration) (said []string, times []time.Duration) {
				p := flappy()
				p.Routes[0].To = []string{"chat", "pager"}
				p.Receivers[1].Fallback = "second"
				p.Receivers = append(p.Receivers, Receiver{Name: "second", Tell: tellAll()})
				h := build(t, p)
				h.pass(time.Minute)
				base := h.now
				run(h, func() {
					h.now = h.now.Add(d)
					base = base.Add(d)
					before := len(h.sent)
					h.follow(h.m.Step(h.now, d))
					if len(h.sent) > before && d > 0 {
						t.Errorf("%s, %v: %q at once", name, d, h.log[len(h.log)-1])
					}
				})
				for _, n := range h.sent {
					times = append(times, n.At.Sub(base))
				}
				return h.log, times
			}
			said, times := live(d)
			want, wantTimes := live(0)
			if diff := cmp.Diff(want, said); diff != "" {
				t.Errorf("%s, %v: happened (-without +with the step):\n%s", name, d, diff)
			}
			for i := range min(len(times), len(wantTimes)) {
				if late := times[i] - wantTimes[i]; wantTimes[i] > 0 && times[i] > 0 && late != 0 && late != -d {
					t.Errorf("%s, %v: notification %d by %v late", name, d, i, late)
				}
			}
		}
	}
}

func TestClockStepMovesTheCountOfAStorm(t *testing.T) {
	h := build(t, single("pager"), numbered(40)...)
	for _, x := range h.targets[:16] {
		h.result(x.Name, down)
		h.result(x.Name, down)
	}
	h.now = h.now.Add(24 * time.Hour)
	h.follow(h.m.Step(h.now, 24*time.Hour))
	for _, x := range h.targets[16:] {
		h.result(x.Name, down)
		h.result(x.Name, down)
	}
	if len(h.sent) != 16 {
		t.Errorf("%d notifications: those before the step count no more", len(h.sent))
	}
}
