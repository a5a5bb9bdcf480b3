package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/alert"
)

// slow is a notifier that takes its time, and obeys its context if it must.
type slow struct {
	takes time.Duration
	own   pace
	check func(alert.Notification) // called when an attempt begins; nil is nothing
}

func (s slow) pace() pace { return s.own }

func (s slow) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	if s.check != nil {
		s.check(n)
	}
	select {
	case <-time.After(s.takes):
		return alert.Delivery{Outcome: alert.Accepted}
	case <-ctx.Done():
		return ambiguous("cut")
	}
}

// desk runs a dispatcher in a bubble and notes what it hands back.
type desk struct {
	*Dispatcher
	start time.Time
	end   context.CancelFunc
	ended chan struct{}

	mu  sync.Mutex
	log []alert.Delivery
}

func openDesk(t *testing.T, receivers map[string]Notifier) *desk {
	d := &desk{start: time.Now(), ended: make(chan struct{})}
	d.Dispatcher = NewDispatcher(func(out alert.Delivery) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.log = append(d.log, out)
	})
	d.SetReceivers(receivers)
	ctx, cancel := context.WithCancel(t.Context())
	d.end = cancel
	go func() {
		defer close(d.ended)
		if err := d.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-d.ended
	})
	return d
}

// note returns a notification; its key names group and number.
func note(receiver, group string, number int) alert.Notification {
	return alert.Notification{Key: fmt.Sprintf("%s%d", group, number), Group: group, Receiver: receiver, Attempt: 1}
}

// expect lets time pass and compares what was handed back since the start:
// "key outcome at", by time and then by key.
func (d *desk) expect(t *testing.T, after time.Duration, want ...string) {
	t.Helper()
	time.Sleep(after)
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	slices.SortFunc(d.log, func(a, b alert.Delivery) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Notification.Key, b.Notification.Key))
	})
	var got []string
	for _, out := range d.log {
		got = append(got, fmt.Sprintf("%s %v %v", out.Notification.Key, out.Outcome, out.At.Sub(d.start)))
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("after %v: -want +got\n%s", time.Since(d.start), diff)
	}
}

func TestOneAttemptAtATimeForEachGroupAndReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{"hook": slow{takes: 2 * time.Second}, "other": slow{takes: 3 * time.Second}})
		d.Dispatch(note("hook", "a", 1), note("hook", "a", 2), note("hook", "b", 1))
		d.Dispatch(note("other", "a", 9))
		d.expect(t, time.Minute, "a1 accepted 2s", "b1 accepted 2s", "a9 accepted 3s", "a2 accepted 4s")
	})
}

func TestAtMostEightAttemptsOfAReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{"hook": slow{takes: time.Second}})
		for i := range 20 {
			d.Dispatch(note("hook", fmt.Sprint("g", i), 1))
		}
		synctest.Wait()
		for _, want := range []int{12, 4, 0} {
			if got := d.Waiting(); got != want {
				t.Errorf("after %v: %d wait, want %d", time.Since(d.start), got, want)
			}
			time.Sleep(time.Second)
			synctest.Wait()
		}
	})
}

func TestReceiversOfOneLaneShareItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hook := slow{takes: 100 * time.Millisecond, own: pace{lane: "w", width: 1, every: time.Second}}
		d := openDesk(t, map[string]Notifier{"chat": hook, "chat2": hook, "hook": slow{}})
		d.Dispatch(note("chat", "a", 1), note("chat2", "b", 2), note("chat", "c", 3), note("hook", "d", 4))
		d.expect(t, 0, "d4 accepted 0s")
		d.expect(t, time.Minute, "d4 accepted 0s", "a1 accepted 100ms", "b2 accepted 1.1s", "c3 accepted 2.1s")
		d.Dispatch(note("chat", "a", 5)) // a rate is no debt: after a pause it goes at once
		d.expect(t, time.Second, "d4 accepted 0s", "a1 accepted 100ms", "b2 accepted 1.1s", "c3 accepted 2.1s", "a5 accepted 1m0.1s")
	})
}

func TestAttemptEndsAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{
			"usual": slow{takes: time.Hour}, "brief": slow{takes: time.Hour, own: pace{timeout: 10 * time.Second}},
		})
		d.Dispatch(note("usual", "a", 1), note("brief", "a", 2))
		d.expect(t, time.Minute, "a2 ambiguous 10s", "a1 ambiguous 30s")
	})
}

type broken struct{ with any }

func (b broken) Notify(context.Context, alert.Notification) alert.Delivery { panic(b.with) }

func TestWhatCannotBeSentIsDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{"broken": broken{errors.New(canary)}, "fine": slow{}})
		d.Dispatch(note("broken", "a", 1))
		d.expect(t, 0, "a1 dead 0s")
		d.Dispatch(note("nobody", "b", 2))
		d.expect(t, 0, "a1 dead 0s", "b2 dead 0s")
		d.Dispatch(note("fine", "c", 3)) // and it goes on
		d.expect(t, 0, "a1 dead 0s", "b2 dead 0s", "c3 accepted 0s")
	})
	out := Attempt(t.Context(), broken{errors.New(canary)}, note("broken", "a", 1))
	if strings.Contains(out.Err, canary) || !strings.Contains(out.Err, "*errors.errorString") {
		t.Errorf("Err is %q", out.Err)
	}
}

func TestReceiversAreReplacedWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{"hook": slow{takes: time.Second}})
		d.Dispatch(note("hook", "a", 1), note("hook", "a", 2))
		synctest.Wait()
		d.SetReceivers(map[string]Notifier{"hook": slow{takes: 5 * time.Second}})
		d.expect(t, time.Minute, "a1 accepted 1s", "a2 accepted 6s")
		d.SetReceivers(nil)
		d.Dispatch(note("hook", "a", 3))
		d.expect(t, 0, "a1 accepted 1s", "a2 accepted 6s", "a3 dead 1m0s")
	})
}

func TestEndLeavesFiveSecondsToAttemptsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, map[string]Notifier{"fast": slow{takes: 4 * time.Second}, "slow": slow{takes: 20 * time.Second}})
		d.Dispatch(note("fast", "a", 1), note("slow", "a", 2), note("slow", "a", 3))
		synctest.Wait()
		d.end()
		synctest.Wait()
		if got := d.Waiting(); got != 0 {
			t.Errorf("%d wait still", got)
		}
		d.expect(t, time.Second, "a3 unbegun 0s")
		d.Dispatch(note("fast", "b", 4)) // too late to begin, and not too late to be told so
		<-d.ended
		d.expect(t, 0, "a3 unbegun 0s", "b4 unbegun 1s", "a1 accepted 4s", "a2 ambiguous 5s")
		d.Dispatch(note("fast", "a", 4))
		if got := d.Waiting(); got != 0 {
			t.Error("a dispatcher that has ended takes more")
		}
	})
}

// Whenever it ends: each notification comes back once, begun or not.
func TestEndHandsEachBackOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		after := time.Duration(rapid.IntRange(0, 12_000).Draw(rt, "end")) * time.Millisecond
		many := rapid.IntRange(0, 30).Draw(rt, "many")
		synctest.Test(t, func(t *testing.T) {
			d := openDesk(t, map[string]Notifier{"hook": slow{takes: 3 * time.Second, own: pace{width: 2, every: 300 * time.Millisecond}}})
			go func() {
				for i := range many {
					d.Dispatch(note("hook", fmt.Sprint("g", i%4), i))
					time.Sleep(500 * time.Millisecond)
				}
			}()
			time.Sleep(after)
			d.end()
			<-d.ended
			over := time.Since(d.start)
			time.Sleep(time.Minute)
			handedIn := min(many, int(over/(500*time.Millisecond))+1)
			seen := make(map[string]int)
			for _, out := range d.log {
				seen[out.Notification.Key]++
				if out.At.IsZero() || (out.Outcome == alert.Unbegun) != (out.Took == 0) {
					t.Errorf("not complete: %+v", out)
				}
			}
			for key, times := range seen {
				if times != 1 {
					t.Errorf("%s came back %d times", key, times)
				}
			}
			if missing := handedIn - len(seen); missing < 0 || missing > 1 { // one at the very instant of the end
				t.Errorf("%d came back of %d", len(seen), handedIn)
			}
		})
	})
}

func TestEndIsAtOnceWithNothingUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, nil)
		d.end()
		<-d.ended
		if took := time.Since(d.start); took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// A hand returns at once, whatever the other side of the door does.
func TestDispatchDoesNotWaitForWhoeverIsHandedBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		d := NewDispatcher(func(alert.Delivery) { <-stuck })
		d.SetReceivers(map[string]Notifier{"hook": slow{}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx) }()
		d.Dispatch(note("hook", "a", 1))
		synctest.Wait()
		d.Dispatch(note("hook", "a", 2), note("hook", "b", 1))
		synctest.Wait()
		if got := d.Waiting(); got != 1 {
			t.Errorf("%d wait, want 1: b is nobody's turn but its own", got)
		}
		close(stuck)
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// Whatever is handed in, at whatever times: each is attempted once and handed
// back once, no two of a stream at a time, in the order they came, and never
// more of a lane than fit.
func TestAnyLoadIsAttemptedOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		load := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) alert.Notification {
			n := note(rapid.SampledFrom([]string{"wide", "narrow", "gone"}).Draw(t, "receiver"), rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "group"), 0)
			n.At = time.Unix(int64(rapid.IntRange(0, 5).Draw(t, "pause")), 0)
			return n
		}), 0, 40).Draw(rt, "load")
		synctest.Test(t, func(t *testing.T) { checkLoad(t, load) })
	})
}

func checkLoad(t *testing.T, load []alert.Notification) {
	var mu sync.Mutex
	begun, open := make(map[string][]int), make(map[string]int)
	begin := func(n alert.Notification) {
		mu.Lock()
		defer mu.Unlock()
		s := n.Receiver + n.Group
		begun[s] = append(begun[s], n.Attempt)
		open[s]++
		if open[n.Receiver]++; open[s] > 1 || n.Receiver == "narrow" && open[n.Receiver] > 1 {
			t.Errorf("%d attempts of %s, %d of %s at a time", open[s], s, open[n.Receiver], n.Receiver)
		}
	}
	back := 0
	d := NewDispatcher(func(out alert.Delivery) {
		mu.Lock()
		defer mu.Unlock()
		back++
		if out.Outcome != alert.Dead {
			open[out.Notification.Receiver+out.Notification.Group]--
			open[out.Notification.Receiver]--
		}
	})
	d.SetReceivers(map[string]Notifier{
		"wide":   slow{takes: 1500 * time.Millisecond, check: begin},
		"narrow": slow{takes: time.Second, check: begin, own: pace{width: 1, every: 2 * time.Second}},
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- d.Run(ctx) }()
	for i, n := range load {
		n.Attempt = i
		d.Dispatch(n)
		time.Sleep(time.Duration(n.At.Unix()) * time.Second / 2)
	}
	time.Sleep(10 * time.Minute)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if back != len(load) || d.Waiting() != 0 {
		t.Errorf("%d of %d came back, %d wait", back, len(load), d.Waiting())
	}
	for s, order := range begun {
		if !slices.IsSorted(order) {
			t.Errorf("%s began in the order %v", s, order)
		}
	}
}

// A reload in the middle of attempts: each ends with what it began with, nothing
// is attempted twice, and nothing that was started is left.
func TestReloadUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine never ends
		var mu sync.Mutex
		by := make(map[string][]int) // by key: the generations that attempted it
		generation := func(i int) map[string]Notifier {
			own := slow{takes: 700 * time.Millisecond, own: pace{width: 2}, check: func(n alert.Notification) {
				mu.Lock()
				defer mu.Unlock()
				by[n.Key] = append(by[n.Key], i)
			}}
			return map[string]Notifier{"a": own, "b": own, "c": own}
		}
		d := openDesk(t, generation(0))
		for i := range 20 {
			for _, receiver := range []string{"a", "b", "c"} {
				d.Dispatch(note(receiver, receiver+fmt.Sprint(i%3), i))
			}
			d.SetReceivers(generation(i + 1))
			time.Sleep(200 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		d.end()
		<-d.ended
		if len(d.log) != 60 || len(by) != 60 {
			t.Errorf("%d handed back, %d attempted, of 60", len(d.log), len(by))
		}
		for _, out := range d.log {
			if out.Outcome != alert.Accepted || len(by[out.Notification.Key]) != 1 {
				t.Errorf("%s: %v, attempted by %v", out.Notification.Key, out.Outcome, by[out.Notification.Key])
			}
		}
	})
}

// Whoever never answers, or obeys nobody, costs others nothing.
func TestReceiversDoNotWaitForOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		deaf := notifierFunc(func(context.Context, alert.Notification) alert.Delivery {
			<-release
			return ambiguous("at last")
		})
		d := openDesk(t, map[string]Notifier{"deaf": deaf, "fine": slow{takes: time.Second}})
		for i := range 20 {
			d.Dispatch(note("deaf", fmt.Sprint("g", i), i))
		}
		d.Dispatch(note("fine", "a", 1))
		d.expect(t, 10*time.Second, "a1 accepted 1s")
		d.Dispatch(note("fine", "a", 2))
		d.expect(t, time.Second, "a1 accepted 1s", "a2 accepted 11s")
		close(release)
	})
}

type notifierFunc func(context.Context, alert.Notification) alert.Delivery

func (f notifierFunc) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	return f(ctx, n)
}
