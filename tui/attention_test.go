package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/monitor"
)

// fall publishes a new critical alert of a target; more make a storm.
func (s *console) fall(names ...string) {
	var targets []*monitor.TargetStatus
	for _, t := range s.desk.snap.Targets() {
		c := *t
		for _, name := range names {
			if t.Target.Name == name {
				c.Alert = &alert.Alert{ID: "new-" + name, Target: name, State: alert.Firing, Severity: alert.Critical, Started: s.time}
			}
		}
		targets = append(targets, &c)
	}
	s.desk.show(s.desk.snap.Order+1, targets, s.desk.snap.Events())
	s.desk.snap.At = s.time
}

// raw returns what the screen writes past the picture when time goes on.
func (s *console) raw(d time.Duration) (text string) {
	batch, _ := s.goOn(d)().(tea.BatchMsg)
	for _, c := range batch {
		if raw, is := c().(tea.RawMsg); is {
			text += raw.Msg.(string)
		}
	}
	return text
}

func caller(t *testing.T, a Attention) *console {
	s := newConsole(t, newNight(t), 80, 24)
	s.opt.Attention, s.opt.Environ = a, []string{"TERM=xterm-256color"}
	return s
}

// The bell rings for what is new, critical and unacknowledged while nobody looks,
// once a minute at most; not for what was there when the screen was opened.
func TestBellRingsForWhoLooksAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := caller(t, Attention{Bell: true})
		s.Update(tea.BlurMsg{})
		if got := s.raw(time.Second); got != "" {
			t.Errorf("for alerts that were there before: %q", got)
		}
		s.fall("payments")
		if got := s.raw(time.Second); got != "\a" {
			t.Errorf("for a new one: %q", got)
		}
		s.fall("payments", "docs")
		if got := s.raw(time.Second); got != "" {
			t.Errorf("a second later for another one: %q", got)
		}
		if got := s.raw(callEvery); got != "\a" {
			t.Errorf("a minute later: %q", got)
		}
		if got := s.raw(callEvery); got != "" {
			t.Errorf("twice for the same: %q", got)
		}
	})
}

// What comes under one's eyes rings only if no key says that it was seen.
func TestBellWaitsForWhoMayBeThere(t *testing.T) {
	for _, sees := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := caller(t, Attention{Bell: true})
			s.fall("payments")
			if got := s.raw(time.Second); got != "" {
				t.Errorf("while one looks: %q", got)
			}
			if sees {
				s.press("j")
			}
			if got, want := s.raw(awayAfter), mark(sees, "", "\a"); got != want {
				t.Errorf("after two minutes, key %v: %q, want %q", sees, got, want)
			}
		})
	}
}

// An alert that somebody has by then calls nobody.
func TestBellLeavesOutWhatIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := caller(t, Attention{Bell: true})
		s.fall("payments")
		s.goOn(time.Second)
		s.desk.show(s.desk.snap.Order+1, nil, s.desk.snap.Events())
		if got := s.raw(awayAfter); got != "" {
			t.Errorf("rings for what is over: %q", got)
		}
	})
}

// A notification names the target and its state and no more, in one harmless line,
// whatever the target is called.
func TestNotifications(t *testing.T) {
	for _, c := range []struct {
		notify  Notify
		term    string
		targets []string
		want    string
	}{
		{NotifyOff, "xterm", []string{"payments"}, ""},
		{NotifyOSC9, "xterm", []string{"payments"}, "\x1b]9;sitrep: payments DOWN\a"},
		{NotifyOSC9, "xterm", []string{"payments", "docs"}, "\x1b]9;sitrep: docs DOWN (+1)\a"},
		{NotifyOSC777, "xterm", []string{"payments"}, "\x1b]777;notify;sitrep;sitrep: payments DOWN\a"},
		{NotifyOSC9, "linux", []string{"payments"}, ""},
		{NotifyOSC9, "screen-256color", []string{"payments"}, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := caller(t, Attention{Notify: c.notify})
			s.opt.Environ = []string{"TERM=" + c.term}
			s.Update(tea.BlurMsg{})
			s.fall(c.targets...)
			if got := s.raw(time.Second); got != c.want {
				t.Errorf("%v on %s: %q, want %q", c.notify, c.term, got, c.want)
			}
		})
	}
	for _, name := range append(hostile, "4;1;50", strings.Repeat("long", 200)) {
		synctest.Test(t, func(t *testing.T) {
			s := caller(t, Attention{Notify: NotifyOSC777})
			s.desk.snap.Alerts[0].Target = name
			s.attention.owed = []string{s.desk.snap.Alerts[0].ID}
			got, _ := strings.CutPrefix(s.notification(), "\x1b]777;notify;sitrep;")
			got, ended := strings.CutSuffix(got, "\a")
			if !ended || len(got) > 4*notifyLong || strings.ContainsAny(got, ";\x1b\a\n\u009c") {
				t.Errorf("%q is notified as %q", name, got)
			}
		})
	}
}

// The bell goes out past the picture, in a whole program, and the title with it:
// neither unless it is asked for.
func TestBellAndTitleGoOut(t *testing.T) {
	for _, on := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			atNight()
			f := newFeed(newNight(t))
			s := startSession(t, f, Options{Title: "prod-eu", Attention: Attention{Bell: on, Title: on}}, 80, 24)
			if got := strings.Contains(string(s.out.taken()), "\x1b]2;■3 sitrep prod-eu\a"); got != on {
				t.Errorf("title %v is set: %v", on, got)
			}
			s.send("\x1b[O") // the focus is lost
			d := &console{desk: &desk{snap: f.Snapshot()}, time: time.Now()}
			d.fall("payments")
			f.publish(func(snap *monitor.Snapshot) {
				seq := snap.Seq
				*snap = *d.desk.snap
				snap.Seq, snap.At = seq, time.Now()
			})
			time.Sleep(2 * time.Second)
			synctest.Wait()
			got := strings.ReplaceAll(string(s.out.taken()), "\x1b]2;■4 sitrep prod-eu\a", "")
			if rang := strings.Contains(got, "\a"); rang != on {
				t.Errorf("bell %v rang: %v", on, rang)
			}
		})
	}
}
