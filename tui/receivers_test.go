package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/monitor"
)

func TestReceiversOf(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		states := map[string]receiverState{}
		for _, r := range receiversOf(s.snap) {
			states[r.name] = r
		}
		for name, want := range map[string]string{
			"pager": "refuses since 03:41:40Z (5m), again in 54m, mail stands in: 403 Forbidden: the routing key is unknown",
			"chat":  "failing since 03:44:00Z (3m), again in 12s: 429 Too Many Requests",
			"mail":  "accepts, last 03:42:40Z",
		} {
			r := states[name]
			if got := s.receiverWords(&r); got != want {
				t.Errorf("%s %q, want %q", name, got, want)
			}
		}
		if states["pager"].refused != 1 || states["chat"].owed != 2 || states["log"].owed != 0 {
			t.Errorf("pager refused %d, chat is owed %d, log %d", states["pager"].refused, states["chat"].owed, states["log"].owed)
		}
	})
}

// What a receiver takes for an operator, or at an address of its own, is as well
// configured as the receiver.
func TestReceiversOfPeople(t *testing.T) {
	snap := monitor.Snapshot{
		Policy:   alert.Policy{Receivers: []alert.Receiver{{Name: "pager", Paging: true}}},
		Accounts: []alert.Ledger{{Group: "all", Receiver: "ana via pager"}, {Group: "all", Receiver: "pager:ops"}, {Group: "all", Receiver: "bo via fax"}},
	}
	for _, r := range receiversOf(&snap) {
		if gone := r.name == "bo via fax"; r.gone != gone || r.paging == gone {
			t.Errorf("%s: gone %v, paging %v", r.name, r.gone, r.paging)
		}
	}
}

// An attempt that is accepted ends the failing, and the standing in.
func TestReceiverIsWellAgain(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		snap := *s.snap
		snap.Owed, snap.Accounts = nil, nil
		snap.Told = append(snap.Told[:len(snap.Told):len(snap.Told)], alert.Delivery{
			Notification: alert.Notification{Receiver: "pager"}, At: at("03:47:00"), Outcome: alert.Accepted,
		})
		for _, r := range receiversOf(&snap) {
			if r.name == "pager" && (!r.failing().IsZero() || r.standsIn || !r.accepted.Equal(at("03:47:00"))) {
				t.Errorf("after an attempt that was accepted: %+v", r)
			}
		}
	})
}

// The columns are named over the rows that have them.
func TestColumnsOfAttemptsStandOverThem(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D")
		lines := screenLines(s)
		head := slices.IndexFunc(lines, func(l string) bool { return contains(l, "TIME", "REASON") })
		if head < 1 || !contains(lines[head-1], "── attempts ") || !contains(lines[head+1], "03:45:10") {
			t.Errorf("the head is in line %d:\n%s", head, strings.Join(lines, "\n"))
		}
		s.press("G")
		if r := s.deliveriesRow(); r == nil || r.attempt == nil {
			t.Errorf("the last row is %+v", r)
		}
	})
}

func TestRetryAsksFirst(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D", "j", "r", "r", "r")
		wantAsked(t, s)
		s.press("enter")
		wantAsked(t, s, monitor.Retry{Receiver: "chat"})
		if s.dialog != nil {
			t.Error("the dialog is still open")
		}
		s.press("G", "r") // an attempt with one that is owed nothing
		if s.dialog != nil || !s.toastBad {
			t.Errorf("a receiver that is owed nothing: dialog %v, said %q", s.dialog, s.toast)
		}
	})
}

// Attempts come in at the top of their part: the cursor stays on its own.
func TestDeliveriesKeepTheCursor(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.resize(80, 14)
		s.press("D", "G", "k", "k")
		key, line := s.deliver.key, s.deliver.line
		for i := range 3 {
			s.republish(func(snap *monitor.Snapshot) {
				snap.Told = append(snap.Told[:len(snap.Told):len(snap.Told)], alert.Delivery{
					Notification: alert.Notification{Receiver: "log", Key: "more", Attempt: i + 1}, At: night.Add(time.Duration(i) * time.Second), Outcome: alert.Accepted,
				})
			})
		}
		if s.deliver.key != key || s.deliver.line != line {
			t.Errorf("the cursor went from %q on line %d to %q on line %d", key, line, s.deliver.key, s.deliver.line)
		}
		if r := s.deliveriesRow(); r == nil || r.attempt == nil || r.attempt.Notification.Key != "k-gate" {
			t.Errorf("the row is %+v", r)
		}
	})
}

func TestDeliveriesLeadToTheAlert(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D", "G", "k", "k", "enter")
		if s.screen != screenTold || s.told.alert != "a-gate" {
			t.Errorf("on %s of %q, want what was told of a-gate", s.screen, s.told.alert)
		}
		s.press("esc")
		if s.screen != screenDeliveries {
			t.Errorf("esc leads to %s", s.screen)
		}
	})
}

// Screens that one is not on hold on to no snapshot.
func TestScreensLetGoOfSnapshots(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D", "j", "M", "j")
		silence, receiver := s.silenced.key, s.deliver.key
		s.press("1")
		s.republish(func(*monitor.Snapshot) {})
		if len(s.deliver.rows)+len(s.silenced.rows) > 0 {
			t.Errorf("%d deliveries and %d silences are held", len(s.deliver.rows), len(s.silenced.rows))
		}
		s.press("D")
		if r := s.deliveriesRow(); r == nil || s.deliver.key != receiver {
			t.Errorf("back on %q, not on %q", s.deliver.key, receiver)
		}
		s.press("M")
		if r := s.silencesRow(); r == nil || s.silenced.key != silence {
			t.Errorf("back on %q, not on %q", s.silenced.key, silence)
		}
	})
}

// j goes on to the attempts, over all that stands between them and the receivers.
func TestCursorPassesSeveralHeads(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D")
		for range 20 {
			s.press("j")
		}
		if r := s.deliveriesRow(); r == nil || r.attempt != &s.snap.Told[0] {
			t.Errorf("after j to the end the cursor is on %q of %q", s.deliver.key, s.deliver.keys)
		}
		for range 20 {
			s.press("k")
		}
		if r := s.deliveriesRow(); r == nil || r.receiver == nil {
			t.Errorf("and after k on %q", s.deliver.key)
		}
	})
}
