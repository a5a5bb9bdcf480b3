package tui

import (
	"testing"
	"testing/synctest"

	"sitrep/monitor"
)

// hostile are names and texts that have torn other programs' tables.
var hostile = []string{
	"\x1b[31mred\x1b[0m", "\x1b]0;owned\x07", "a\x9b2Jb", "tab\there", "two\nlines", "\u202egnp.exe", "\u2066iso\u2069",
	"label \U0001F3F7\uFE0F x", "모니터링 서버", "e\u0301te\u0301", "ＡＰＩ", "soft\u00adhyphen", "zero\u200bwidth",
	"family 👨\u200d👩\u200d👧\u200d👦", "flag 🇩🇪", "👍🏽 ok", "שלום 123 (x)", "مرحبا", "\xff\xfe", "z" + string(repeatRune('\u0308', 200)),
}

func repeatRune(r rune, n int) []rune {
	all := make([]rune, n)
	for i := range all {
		all[i] = r
	}
	return all
}

// haunt publishes the fleet with every text from outside replaced by hostile ones.
func (d *desk) haunt() {
	k := 0
	next := func() string { k++; return hostile[k%len(hostile)] }
	var targets []*monitor.TargetStatus
	for _, t := range d.snap.Targets() {
		c, g := *t, *t.Target
		if k < len(hostile)*2 {
			g.Name = next() + string(rune('a'+k%26))
		}
		g.Addr, g.Title, g.Note = next(), next(), next()
		g.Labels = map[string]string{next(): next()}
		c.Target = &g
		if c.Alert != nil {
			a := *c.Alert
			a.Target = g.Name
			c.Alert = &a
		}
		c.Last.Findings = append(c.Last.Findings[:0:0], c.Last.Findings...)
		for i := range c.Last.Findings {
			c.Last.Findings[i].Text = next()
		}
		c.Failures = append(c.Failures[:0:0], c.Failures...)
		for i := range c.Failures {
			c.Failures[i].Text, c.Failures[i].Body, c.Failures[i].Peer = next(), next(), next()
		}
		targets = append(targets, &c)
	}
	events := append([]monitor.Event(nil), d.snap.Events()...)
	for i := range events {
		events[i].Text, events[i].By, events[i].Target = next(), next(), targets[i%len(targets)].Target.Name
	}
	d.snap.Incidents = nil
	d.show(d.snap.Order+1, targets, events)
}

func TestScreensFitEverySize(t *testing.T) {
	for _, sc := range boardSights {
		t.Run(sc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { everySize(t, play(t, sc)) })
		})
	}
}

func TestHostileTextFitsEverySize(t *testing.T) {
	for _, keys := range [][]string{nil, {"enter"}, {"2"}} {
		synctest.Test(t, func(t *testing.T) {
			d := newNight(t)
			d.haunt()
			s := newConsole(t, d, 80, 24)
			s.press(keys...)
			everySize(t, s)
		})
	}
}

// everySize draws a screen at each size up to 40×15 and at a sample of the larger
// ones.
func everySize(t *testing.T, s *console) {
	for w := 1; w <= 40; w++ {
		for h := 1; h <= 15; h++ {
			s.resize(w, h)
			fits(t, s)
		}
	}
	for w := 41; w <= 220; w += 7 {
		for h := 1; h <= 70; h += 5 {
			s.resize(w, h)
			fits(t, s)
		}
	}
}
