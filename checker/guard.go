package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"sitrep/safe"
)

// How the guard asks its anchors.
const (
	anchorTimeout   = 3 * time.Second
	anchorsInterval = 15 * time.Second // where no other is set
	// checkGap is from one check to the next at least: whatever fails in between
	// waits for it, and anchors are asked once a second however much fails.
	checkGap = time.Second
	// judgeWithin bounds how long a failure waits: a check under way, the gap,
	// and one more check.
	judgeWithin = 2*anchorTimeout + checkGap
)

// Anchor is something beyond this machine's link whose answer, whatever it says,
// shows that the link is up.
type Anchor struct {
	Name  string // for people
	Probe Probe
}

// Guard tells a target that fails from a machine that is cut off. It asks its
// anchors now and then, and besides when something fails. The link is down if
// fewer of them answer than are needed; an anchor that cannot be judged is no
// evidence of that.
//
// Run does the asking; the other methods may be called from anywhere.
type Guard struct {
	wake chan struct{} // one place: somebody waits for a check

	mu      sync.Mutex // guards what follows; never held across a probe
	anchors []Anchor
	need    int
	every   time.Duration
	changed int           // counts the calls of Set
	over    chan struct{} // closed when a check ends, and made anew
	began   time.Time     // when the last check that ended began; zero for none
	down    bool          // what that found
	since   time.Time     // when the first check of those began that found the link down in a row
	until   time.Time     // until when it is known that it may have been down
	why     string        // what the last check found that found it down
}

// NewGuard returns a guard that is set so.
func NewGuard(anchors []Anchor, need int, interval time.Duration) *Guard {
	g := &Guard{wake: make(chan struct{}, 1), over: make(chan struct{})}
	g.Set(anchors, need, interval)
	return g
}

// Set replaces the anchors, how many of them must answer (0 is a majority, and
// more than there are is all of them) and how often they are asked (0 is 15 s).
// Without anchors the guard is off: the link is taken to be up.
func (g *Guard) Set(anchors []Anchor, need int, interval time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if need <= 0 {
		need = len(anchors)/2 + 1
	}
	if interval <= 0 {
		interval = anchorsInterval
	}
	g.anchors, g.need, g.every = anchors, min(need, len(anchors)), max(interval, checkGap)
	g.began, g.down, g.since, g.until, g.why = time.Time{}, false, time.Time{}, time.Time{}, ""
	g.changed++
	g.tell()
	g.rouse()
}

// Down tells whether the link was down when the anchors were last asked, since
// when, and what is known of it: "own link down: no anchor answers (…)".
func (g *Guard) Down() (down bool, since time.Time, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.down {
		return false, time.Time{}, ""
	}
	return true, g.since, g.why
}

// Judge tells whether a run that began at began failed, or may have, because
// the link was down: when it was down at any time since then, or still is. That
// it is up is believed of a check that began at fresh or later; if there is none
// yet, one is made, the same for all who wait. It returns within 7 s, or when
// ctx ends; if nothing is known by then, the link is not to blame.
func (g *Guard) Judge(ctx context.Context, began, fresh time.Time) (down bool, why string) {
	over, down, why := g.look(began, fresh)
	if over == nil {
		return down, why
	}
	limit := time.NewTimer(judgeWithin)
	defer limit.Stop()
	for over != nil {
		select {
		case <-over:
			over, down, why = g.look(began, fresh)
		case <-limit.C:
			return false, ""
		case <-ctx.Done():
			return false, ""
		}
	}
	return down, why
}

// look returns what is known, or else what is closed when there is more.
func (g *Guard) look(began, fresh time.Time) (over <-chan struct{}, down bool, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case len(g.anchors) == 0:
		return nil, false, ""
	case g.down && time.Since(g.began) <= g.every,
		!g.until.IsZero() && !g.until.Before(began):
		return nil, true, g.why
	case !g.began.IsZero() && !g.down && !g.began.Before(fresh):
		return nil, false, ""
	}
	g.rouse()
	return g.over, false, ""
}

// pause returns how long it is from one check to the next while all is well.
func (g *Guard) pause() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.every
}

// tell has all who wait look again. The lock is held.
func (g *Guard) tell() {
	close(g.over)
	g.over = make(chan struct{})
}

// rouse has Run make a check, or one more if one is under way.
func (g *Guard) rouse() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Run asks the anchors until ctx ends, and returns once all that it began has
// ended. While the link is down they are asked three times as often, so that
// its coming back is soon seen.
func (g *Guard) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var began time.Time
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		case <-g.wake:
		}
		if !began.IsZero() && !sleep(ctx, checkGap-time.Since(began)) {
			return context.Cause(ctx)
		}
		began = time.Now()
		timer.Reset(g.check(ctx, began))
	}
}

// check asks the anchors once and returns how long it is until the next time.
func (g *Guard) check(ctx context.Context, began time.Time) time.Duration {
	g.mu.Lock()
	select {
	case <-g.wake: // whoever asked until now is served by this check
	default:
	}
	anchors, need, changed := g.anchors, g.need, g.changed
	g.mu.Unlock()
	if len(anchors) == 0 {
		return time.Hour // or until they are set
	}

	down, why := askAnchors(ctx, anchors, need)

	g.mu.Lock()
	defer g.mu.Unlock()
	if ctx.Err() != nil || g.changed != changed {
		return 0
	}
	if down {
		if !g.down {
			g.since = began
		}
		g.why = why
	}
	if down || g.down {
		g.until = began
	}
	g.began, g.down = began, down
	g.tell()
	pause := g.every
	if down {
		pause = max(pause/3, checkGap)
	}
	return pause - time.Since(began)
}

// askAnchors probes all of them at once, until it is clear whether as many
// answer as are needed.
func askAnchors(ctx context.Context, anchors []Anchor, need int) (down bool, why string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		asking           sync.WaitGroup
		mu               sync.Mutex // guards what follows
		answered, failed int
		faults           = make([]string, len(anchors))
	)
	for i, a := range anchors {
		asking.Go(func() {
			fault := a.fault(ctx)
			mu.Lock()
			defer mu.Unlock()
			if answered >= need || failed > len(anchors)-need {
				return // it is clear, and this one was called off
			}
			if fault == "" {
				answered++
			} else {
				failed++
				faults[i] = a.Name + ": " + fault
			}
			if answered >= need || failed > len(anchors)-need {
				cancel()
			}
		})
	}
	asking.Wait()
	if answered >= need {
		return false, ""
	}
	return true, linkText(failed, faults)
}

// fault asks an anchor and says why it does not answer; "" if it does, or if
// that cannot be told.
func (a *Anchor) fault(ctx context.Context) string {
	t := Target{Timeout: anchorTimeout, Probe: a.Probe}
	d, err := attempt(ctx, &t)
	if err == nil || d.Code != 0 || errors.Is(err, ErrCannotJudge) {
		return ""
	}
	return asFinding(&t, err).Text
}

// linkText says that the link is down, and what shows it: the fault of each
// anchor, "" for those that have none.
func linkText(failed int, faults []string) string {
	who := "no anchor answers"
	if failed < len(faults) {
		who = fmt.Sprintf("%d of %d anchors do not answer", failed, len(faults))
	}
	known := slices.DeleteFunc(faults, func(f string) bool { return f == "" })
	return safe.Line("own link down: "+who+" ("+strings.Join(known, ", ")+")", maxFindingText)
}
