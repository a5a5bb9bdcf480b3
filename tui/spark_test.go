package tui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
	"sitrep/store"
)

// sparkline draws the last n columns of a target as of now, in Unicode.
func sparkline(t *monitor.TargetStatus, now time.Time, step time.Duration, n int) string {
	a := axisAt(now, step, n)
	cells := make([]cell, n)
	a.sparkline(cells, t, nil)
	c := newCanvas(newTheme(LevelNone, false), n, 1)
	c.drawSpark(cells)
	return ansi.Strip(c.String())
}

// samples makes one sample per letter at a distance, the last one at end: digits
// are the latency in units, "x" failed, "~" passed on the second attempt, "?"
// unknown, "d" degraded, " " none.
func samples(end time.Time, every time.Duration, unit time.Duration, letters string) (all []monitor.Sample) {
	for i, l := range letters {
		p := monitor.Sample{At: end.Add(-time.Duration(len(letters)-1-i) * every).UnixMilli(), Status: uint8(checker.Up), Attempt: 1, Took: uint32(unit.Microseconds())}
		switch l {
		case ' ':
			continue
		case 'x':
			p.Status = uint8(checker.Down)
		case '?':
			p.Status = uint8(checker.Unknown)
		case '~':
			p.Attempt = 2
		case 'd':
			p.Status = uint8(checker.Degraded)
		default:
			p.Took = uint32(l-'0') * uint32(unit.Microseconds())
		}
		all = append(all, p)
	}
	return all
}

func TestSparklineOfSamples(t *testing.T) {
	now := time.Date(2026, 4, 12, 3, 47, 12, 0, time.UTC)
	for _, c := range []struct {
		name           string
		interval, step time.Duration
		slow           time.Duration
		letters, want  string
		every          time.Duration
	}{
		{name: "a scale anchored at the limit", interval: 10 * time.Second, step: 10 * time.Second, slow: 400 * time.Millisecond, letters: "1234689", want: "▃▄▅▅▆▆▇"},
		{name: "one column of two probes", interval: 5 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "111xx1x11~", want: "▂Xx▂~"},
		{name: "all kinds", interval: 10 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "1x~?d", want: "▂X~?▂"},
		{name: "due and missing is blank", interval: 10 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "11   11", want: "▂▂   ▂▂"},
		{name: "not due repeats", interval: 30 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "1  1  1", want: "▂▂▂▂▂▂▂"},
		{name: "not due repeats a failure too", interval: 30 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "1  x  1", want: "▂▂▂XXX▂"},
		{name: "a gap among slow probes", interval: 30 * time.Second, step: 10 * time.Second, slow: time.Second, letters: "1     1", want: "▂▂▂   ▂"},
	} {
		s := &monitor.TargetStatus{Target: &checker.Target{Interval: c.interval, Slow: c.slow}}
		every := c.interval
		if strings.Contains(c.letters, " ") {
			every = c.step
		}
		s.Samples = samples(now.Add(-time.Second), every, 100*time.Millisecond, c.letters)
		if got := sparkline(s, now, c.step, len([]rune(c.want))); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSparklineNewestColumnWaits: the column that is not over repeats the one
// before until its answer comes, and a dead probe shows as soon as it is over.
func TestSparklineNewestColumnWaits(t *testing.T) {
	cut := time.Date(2026, 4, 12, 3, 47, 0, 0, time.UTC)
	s := &monitor.TargetStatus{Target: &checker.Target{Interval: 10 * time.Second, Slow: time.Second}}
	s.Samples = samples(cut.Add(-5*time.Second), 10*time.Second, 100*time.Millisecond, "111")
	for _, c := range []struct {
		after time.Duration
		want  string
	}{{2 * time.Second, "▂▂▂▂"}, {9 * time.Second, "▂▂▂▂"}, {12 * time.Second, "▂▂  "}} {
		if got := sparkline(s, cut.Add(c.after), 10*time.Second, 4); got != c.want {
			t.Errorf("%v after the cut: %q, want %q", c.after, got, c.want)
		}
	}
}

func TestSparklineOfMinutes(t *testing.T) {
	now := time.Date(2026, 4, 12, 3, 47, 12, 0, time.UTC)
	s := &monitor.TargetStatus{Target: &checker.Target{Interval: time.Minute, Slow: time.Second}}
	for i, b := range []store.Bucket{{Passed: 6, Median: 100 * time.Millisecond}, {Passed: 5, Failed: 1}, {Failed: 6}, {}, {Unknown: 6}, {Passed: 6, Retried: 1}} {
		if b.Start = now.Truncate(time.Minute).Add(time.Duration(i-6) * time.Minute); b.Total() > 0 {
			s.Minutes = append(s.Minutes, b)
		}
	}
	s.Minute = store.Bucket{Start: now.Truncate(time.Minute), Passed: 1, Median: 3 * time.Second}
	if got, want := sparkline(s, now, time.Minute, 8), " ▂xX ?~▇"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSparklineKnowsMinutesBeforeTheFirstSample: after a start of the program
// what was measured before is not a gap.
func TestSparklineKnowsMinutesBeforeTheFirstSample(t *testing.T) {
	now := time.Date(2026, 4, 12, 3, 47, 29, 0, time.UTC)
	s := &monitor.TargetStatus{Target: &checker.Target{Interval: 10 * time.Second, Slow: time.Second}}
	s.Minutes = []store.Bucket{
		{Start: now.Truncate(time.Minute).Add(-2 * time.Minute), Failed: 6}, {Start: now.Truncate(time.Minute).Add(-time.Minute), Passed: 6, Median: 100 * time.Millisecond},
	}
	s.Samples = samples(now, 10*time.Second, 900*time.Millisecond, "111")
	if got, want := sparkline(s, now, 30*time.Second, 6), " XX▂▂▅"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFailuresStandOutUntilAcknowledged(t *testing.T) {
	now := time.Date(2026, 4, 12, 3, 47, 12, 0, time.UTC)
	s := &monitor.TargetStatus{Target: &checker.Target{Interval: 10 * time.Second, Slow: time.Second}}
	s.Samples = samples(now.Add(-time.Second), 10*time.Second, 100*time.Millisecond, "xx11xxx")
	s.Alert = &alert.Alert{State: alert.Firing, Started: now.Add(-25 * time.Second)}
	hot := func() string {
		cells := make([]cell, 7)
		axisAt(now, 10*time.Second, 7).sparkline(cells, s, nil)
		var b strings.Builder
		for _, c := range cells {
			b.WriteString(mark(c.hot, "!", "."))
		}
		return b.String()
	}
	if got, want := hot(), "....!!!"; got != want {
		t.Errorf("unacknowledged: %q, want %q", got, want)
	}
	s.Alert.Ack = &alert.Ack{}
	if got, want := hot(), "......."; got != want {
		t.Errorf("acknowledged: %q, want %q", got, want)
	}
}

// TestPictureDoesNotRescale: one slow sample changes its own cell and no other.
func TestPictureDoesNotRescale(t *testing.T) {
	now := time.Date(2026, 4, 12, 3, 47, 12, 0, time.UTC)
	for _, slow := range []time.Duration{0, time.Second} {
		s := &monitor.TargetStatus{Target: &checker.Target{Interval: 10 * time.Second, Slow: slow}}
		s.Samples = samples(now.Add(-time.Second), 10*time.Second, 100*time.Millisecond, "1112111211111")
		calm := sparkline(s, now, 10*time.Second, 13)
		s.Samples[12].Took = 60_000_000
		spike := sparkline(s, now, 10*time.Second, 13)
		if string([]rune(calm)[:12]) != string([]rune(spike)[:12]) || !strings.HasSuffix(spike, "█") {
			t.Errorf("limit %v: %q, with a spike %q", slow, calm, spike)
		}
	}
}

func TestThresholdWithoutALimit(t *testing.T) {
	s := &monitor.TargetStatus{Target: &checker.Target{}}
	if limit, own := threshold(s); limit != 0 || own {
		t.Errorf("nothing known: %v, %v", limit, own)
	}
	s.Samples = samples(time.Unix(1000, 0), time.Second, 10*time.Millisecond, "11111")
	if limit, own := threshold(s); own || limit < 30*time.Millisecond || limit >= 60*time.Millisecond {
		t.Errorf("of 10ms: %v, own %v; want 30 to 60ms", limit, own)
	}
	s.Target.Slow = time.Second
	if limit, own := threshold(s); !own || limit != time.Second {
		t.Errorf("own limit: %v, %v", limit, own)
	}
}

func TestStepHoldsFiveProbes(t *testing.T) {
	for _, c := range []struct{ fastest, want time.Duration }{
		{0, time.Minute}, {time.Second, 5 * time.Second}, {2 * time.Second, 10 * time.Second}, {3 * time.Second, 30 * time.Second},
		{6 * time.Second, 30 * time.Second}, {10 * time.Second, time.Minute}, {15 * time.Second, time.Minute}, {time.Minute, time.Minute}, {time.Hour, time.Minute},
	} {
		if got := stepFor(c.fastest, 40); got != c.want {
			t.Errorf("every %v: %v, want %v", c.fastest, got, c.want)
		}
	}
	if got := stepFor(time.Second, 110); got == 5*time.Second {
		t.Errorf("110 columns of %v are more than the samples that are kept", got)
	}
}

func TestChartHeights(t *testing.T) {
	ch := &chart{limit: time.Second}
	for _, c := range []struct {
		took time.Duration
		want int // eighths
	}{
		{time.Microsecond, 1}, {time.Second / 32, 8}, {time.Second / 16, 16}, {time.Second / 2, 40}, {time.Second, 48},
		{2 * time.Second, 56}, {4 * time.Second, 64}, {time.Hour, 64},
	} {
		if got := ch.height(c.took); got != c.want {
			t.Errorf("%v: %d eighths, want %d", c.took, got, c.want)
		}
	}
}

// TestFirstColumnStandsStill moves the axis on, second by second, over probes that
// come less often than its columns: nothing on the screen but the newest cells
// ever changes from a bar to a blank, at the beginning least of all.
func TestFirstColumnStandsStill(t *testing.T) {
	begin := time.Date(2026, 4, 12, 3, 0, 0, 0, time.UTC)
	for _, interval := range []time.Duration{2 * time.Second, 3 * time.Second, 7 * time.Second, 30 * time.Second} {
		target := &monitor.TargetStatus{Target: &checker.Target{Interval: interval, Slow: time.Second}}
		for at := begin; at.Before(begin.Add(5 * time.Minute)); at = at.Add(interval) {
			target.Samples = append(target.Samples, samples(at, interval, 100*time.Millisecond, "5")...)
		}
		for now := begin.Add(2 * time.Minute); now.Before(begin.Add(4 * time.Minute)); now = now.Add(time.Second) {
			seen := *target
			for len(seen.Samples) > 0 && seen.Samples[len(seen.Samples)-1].At > now.UnixMilli() {
				seen.Samples = seen.Samples[:len(seen.Samples)-1]
			}
			if row := sparkline(&seen, now, time.Second, 20); strings.Contains(row, " ") {
				t.Fatalf("probes every %v, %v after the beginning: %q has a hole", interval, now.Sub(begin), row)
			}
			a := axisAt(now, time.Second, 20)
			ch := chartOf(&seen, a, nil)
			inside := 0
			for _, p := range seen.Samples {
				if p.At >= a.start(0) {
					inside++
				}
			}
			if sum := ch.sum(); int(sum.passed) != inside {
				t.Fatalf("probes every %v, %v after the beginning: %d passed in the chart, want %d", interval, now.Sub(begin), sum.passed, inside)
			}
			for i, k := range ch.shown {
				if k < 0 || ch.slots[k].total() == 0 {
					t.Fatalf("probes every %v, %v after the beginning: column %d of the chart is empty", interval, now.Sub(begin), i)
				}
			}
		}
	}
}

// TestTicksLeaveMarksAlone writes times into lanes with any marks in them: each
// mark stays where it is, and each time is whole.
func TestTicksLeaveMarksAlone(t *testing.T) {
	m := newConsole(t, newNight(t), 80, 24).Model
	whole := regexp.MustCompile(`\|(\d\d:\d\d(:\d\d)?|\d\d-\d\d)`)
	rapid.Check(t, func(rt *rapid.T) {
		step := rapid.SampledFrom(steps).Draw(rt, "step")
		ch := &chart{axis: axisAt(night, step, rapid.IntRange(1, chartColumns).Draw(rt, "columns"))}
		lane := ch.emptyLane()
		for i := range lane {
			if rapid.IntRange(0, 9).Draw(rt, "mark") == 0 {
				lane[i] = 'n'
			}
		}
		before := string(lane)
		ch.ticks(lane, m)
		for i, b := range before {
			if b == 'n' && lane[i] != 'n' {
				rt.Fatalf("%q became %q", before, lane)
			}
		}
		if rest := whole.ReplaceAllString(string(lane), ""); strings.ContainsAny(rest, "0123456789:-") {
			rt.Fatalf("a piece of a time in %q", lane)
		}
	})
}
