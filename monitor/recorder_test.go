package monitor

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/store"
)

var errFull = errors.New("no space left on device")

func TestSavedFirstThenSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		h.disk.set(nil, 300*time.Millisecond)
		h.turn("db", checker.Down)
		for range 600 {
			sleep(100 * time.Millisecond)
			if sent := len(h.receiver.reasons()); sent > 0 {
				if saved := len(h.disk.all().Notifications); saved < sent {
					t.Fatalf("%d notifications sent and %d saved", sent, saved)
				}
				return
			}
		}
		t.Fatal("nothing was ever sent")
	})
}

func TestADiskThatHangsDelaysNoPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db", "web")
		sleep(30 * time.Second)
		h.disk.set(nil, time.Hour)
		h.turn("db", checker.Down)
		sleep(25 * time.Second)
		if got := h.receiver.reasons(); len(got) != 1 {
			t.Fatalf("told %v with a hanging disk, want the first page", got)
		}
		h.turn("web", checker.Down) // while the first batch still hangs
		sleep(25 * time.Second)
		if got := h.receiver.reasons(); len(got) != 2 {
			t.Errorf("told %v, want both pages", got)
		}
		began := time.Now()
		err := h.Do(t.Context(), ana, Acknowledge{Alerts: []string{h.alert(t, "db").ID}})
		if !errors.Is(err, ErrUnsaved) {
			t.Errorf("an acknowledgement the disk does not take: %v, want ErrUnsaved", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the answer took %v", took)
		}
		if h.alert(t, "db").Ack == nil {
			t.Error("it is not applied either")
		}
		sleep(10 * time.Second)
		if h.Snapshot().Health.Unsaved == 0 {
			t.Error("Health knows of nothing unsaved")
		}
		h.disk.set(nil, 0)
		sleep(2 * time.Hour)
		if n := h.Snapshot().Health.Unsaved; n != 0 {
			t.Errorf("%d unsaved after the disk is back", n)
		}
	})
}

func TestAFullDiskLosesNoEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(30 * time.Second)
		h.disk.set(errFull, 0)
		h.turn("db", checker.Down)
		sleep(time.Minute)
		if got := h.receiver.reasons(); len(got) == 0 || got[0] != "first" {
			t.Errorf("told %v with a full disk", got)
		}
		health := h.Snapshot().Health
		if health.SaveError == "" || health.Unsaved == 0 || len(health.Troubles) == 0 {
			t.Errorf("health %+v says nothing of it", health)
		}
		if got := h.alerts(Self); len(got) != 1 {
			t.Errorf("alerts of %s: %v, want one", Self, got)
		}
		h.disk.set(nil, 0)
		sleep(time.Minute)
		if health := h.Snapshot().Health; health.SaveError != "" || health.Unsaved != 0 {
			t.Errorf("health after the disk is back: %+v", health)
		}
		seq := uint64(0)
		for _, e := range h.disk.all().Events {
			if e.Seq != seq+1 {
				t.Fatalf("event %d follows %d on the disk", e.Seq, seq)
			}
			seq = e.Seq
		}
		if want := h.Snapshot().LastEvent(); seq != want {
			t.Errorf("the disk ends at event %d, the screen at %d", seq, want)
		}
	})
}

func TestTheLastBatchIsSavedAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(10*time.Second + 100*time.Millisecond)
		h.stop()
		results := h.disk.all().Results
		if len(results) == 0 || h.Snapshot().LastEvent() != h.disk.all().Events[len(h.disk.all().Events)-1].Seq {
			t.Errorf("%d results and not every event saved at the end", len(results))
		}
	})
}

// TestWhatWasHandedInBeforeTheEndIsSaved hands deliveries in behind many
// results, and ends the loop at once.
func TestWhatWasHandedInBeforeTheEndIsSaved(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			d := &disk{}
			m := New(Options{Journal: d, Dispatch: func(...alert.Notification) {}})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- m.Run(ctx, noProber{}) }()
			for range 200 {
				m.Observe(checker.Result{Target: "nobody"})
			}
			for range 3 {
				m.Delivered(alert.Delivery{Outcome: alert.Accepted, Notification: alert.Notification{Receiver: "hook"}})
			}
			cancel()
			<-done
			if n := len(d.all().Deliveries); n != 3 {
				t.Fatalf("%d of 3 deliveries saved", n)
			}
		})
	}
}

type noProber struct{}

func (noProber) SetTargets([]checker.Target) {}
func (noProber) ProbeNow(string)             {}
func (noProber) Stats() checker.Stats        { return checker.Stats{} }

// TestADeadDiskCostsNoMemoryWithoutEnd: of what is saved over and over the latest
// value is kept, of what happened everything.
func TestADeadDiskCostsNoMemoryWithoutEnd(t *testing.T) {
	r := newRecorder(nil, nil)
	taken := store.Batch{Events: []store.Event{{Seq: 1}}, Alerts: []alert.Alert{{ID: "a0", Seq: -1}}}
	const n = 50_000
	for i := range n {
		r.put(store.Batch{
			Results:  []checker.Result{{Seq: uint64(i)}},
			Events:   []store.Event{{Seq: uint64(i + 2)}},
			Alerts:   []alert.Alert{{ID: "a" + string(rune('0'+i%10)), Seq: i}},
			Ledgers:  []alert.Ledger{{Group: "g", Receiver: "r", Accepted: time.Unix(int64(i), 0)}},
			Silences: []alert.Silence{{ID: "s1", Reason: string(rune(i))}},
			Drafts:   []store.Draft{{By: "ana", Place: "x", Text: string(rune(i))}},
		}, nil)
		if i == n/2 { // what was on its way comes back in front
			r.settle(taken, errFull)
		}
	}
	b := &r.batch
	if k := len(b.Results); k < maxUnsavedResults || k > maxUnsavedResults+spareResults || b.Results[0].Seq != uint64(n-k) || r.dropped != uint64(n-k) {
		t.Errorf("%d samples kept, from number %d, %d dropped", k, b.Results[0].Seq, r.dropped)
	}
	if len(b.Events) != n+1 {
		t.Errorf("%d of %d events kept", len(b.Events), n+1)
	}
	for i := range b.Events {
		if b.Events[i].Seq != uint64(i+1) {
			t.Fatalf("event %d is number %d", i, b.Events[i].Seq)
		}
	}
	if w := weight(b); w > 4*(n+1) {
		t.Errorf("%d changes kept for %d events", w, n+1)
	}
	compact(b)
	if len(b.Alerts) != 10 || len(b.Ledgers) != 1 || len(b.Silences) != 1 || len(b.Drafts) != 1 {
		t.Errorf("kept %d alerts, %d ledgers, %d silences, %d drafts", len(b.Alerts), len(b.Ledgers), len(b.Silences), len(b.Drafts))
	}
	if last := b.Alerts[9]; last.Seq != n-1 || b.Ledgers[0].Accepted.Unix() != n-1 {
		t.Errorf("the latest are %v, %v", last.Seq, b.Ledgers[0].Accepted)
	}
}
