package monitor

import (
	"testing"
	"time"
)

func TestWatchTellsAStepFromASuspension(t *testing.T) {
	const h, s = time.Hour, time.Second
	for name, c := range map[string]struct {
		wall, awake, all time.Duration // what went by, by each clock
		step, gap        time.Duration
	}{
		"a second":                          {s, s, s, 0, 0},
		"set forward":                       {h + s, s, s, h, 0},
		"set back":                          {-h, s, s, -h - s, 0},
		"by a day":                          {-24*h + s, s, s, -24 * h, 0},
		"slewed":                            {3 * s, s, s, 0, 0},
		"suspended":                         {h + s, s, h + s, 0, h + s},
		"suspended and set":                 {3*h + s, s, h + s, 2 * h, h + s},
		"stopped":                           {20 * s, 20 * s, 20 * s, 0, 20 * s},
		"busy":                              {9 * s, 9 * s, 9 * s, 0, 0},
		"no clock that counts a suspension": {h + s, s, 0, h, 0},
	} {
		t.Run(name, func(t *testing.T) {
			start := reading{wall: 1e18, awake: 5 * h, all: 7 * h}
			if c.all == 0 {
				start.all = 0
			}
			next := reading{start.wall + c.wall, start.awake + c.awake, start.all + c.all}
			var w watch
			if step, gap := w.look(start); step != 0 || gap != 0 {
				t.Errorf("the first look: step %v, gap %v", step, gap)
			}
			if step, gap := w.look(next); step != c.step || gap != c.gap {
				t.Errorf("step %v, gap %v, want %v, %v", step, gap, c.step, c.gap)
			}
			if step, gap := w.look(next); step != 0 || gap != 0 {
				t.Errorf("told twice: step %v, gap %v", step, gap)
			}
		})
	}
}

func TestClocksOfThisMachineAgree(t *testing.T) {
	a := readClocks()
	if d := time.Since(time.Unix(0, int64(a.wall))); d.Abs() > time.Minute {
		t.Errorf("the wall clock is read %v off", d)
	}
	b := readClocks()
	if a.awake == 0 || b.awake < a.awake || b.all < a.all {
		t.Errorf("clocks that nobody sets went from %+v to %+v", a, b)
	}
	if now := systemClocks.now(); now != now.Round(0) || now.Location() != time.UTC {
		t.Errorf("now is %#v: it must be UTC without a monotonic reading", now)
	}
}
