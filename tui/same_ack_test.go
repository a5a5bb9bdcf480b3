package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/checker"
)

// Two operators open the same acknowledgement. What the first one sends is on the
// other's screen, in the open dialog too, and enter there acknowledges nothing
// again.
func TestTwoOpenTheSameAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(night))
		r := newRoom(t, checker.Target{
			Name: "search", Kind: "tcp", Addr: "tcp://127.0.0.1:1", Interval: time.Second, Timeout: time.Second, Attempts: 1, FailAfter: 1,
		})
		for i := range uint64(5) {
			time.Sleep(time.Second)
			r.Observe(checker.Result{
				Target: "search", Vantage: "local", Boot: 1, Seq: i + 1, At: time.Now(), Took: time.Millisecond, Attempt: 1,
				Status: checker.Down, Believed: checker.Down, Detail: checker.Detail{Findings: []checker.Finding{{What: "connect", Status: checker.Down, Text: "refused"}}},
			})
		}
		ana, bo := r.sit(t, "ana"), r.sit(t, "bo")
		for _, o := range []*operator{ana, bo} {
			o.types("1", "a")
			if screen := strings.Join(o.screen(), "\n"); !strings.Contains(screen, "enter acknowledge") {
				t.Fatalf("%s sees\n%s", o.name, screen)
			}
		}
		ana.types("\r")
		if screen := strings.Join(bo.screen(), "\n"); !strings.Contains(screen, "nothing left to acknowledge") || !strings.Contains(screen, "ana") {
			t.Errorf("bo sees\n%s", screen)
		}
		bo.types("\r")
		bo.types("\x1b")
		if screen := strings.Join(bo.screen(), "\n"); !strings.Contains(screen, "acked by ana") || strings.Contains(screen, "UNACKED") {
			t.Errorf("bo sees\n%s", screen)
		}
		snap := r.Snapshot()
		acks := 0
		for _, e := range snap.Events() {
			if e.Kind == "ack" {
				acks++
			}
		}
		if a := snap.Alerts; len(a) != 1 || a[0].Ack == nil || a[0].Ack.By != "ana" || acks != 1 {
			t.Errorf("%d acks were written, the alerts are %+v", acks, a)
		}
	})
}
