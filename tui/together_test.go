package tui

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/store"
)

// paper is a journal that takes everything, a little later.
type paper struct {
	mu      sync.Mutex
	entries []incident.Entry // guarded by mu
	drafts  map[monitor.DraftKey]string
}

func (p *paper) Append(_ context.Context, b store.Batch) error {
	time.Sleep(7 * time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.entries = append(p.entries, b.Entries...)
	for _, d := range b.Drafts {
		p.drafts[monitor.DraftKey{By: d.By, Place: d.Place}] = d.Text
	}
	return nil
}

// nobody probes nothing.
type nobody struct{}

func (nobody) SetTargets([]checker.Target) {}
func (nobody) ProbeNow(string)             {}
func (nobody) Stats() checker.Stats        { return checker.Stats{} }

// seat is a real monitor as one operator's screen knows it.
type seat struct {
	*monitor.Monitor
	actor monitor.Actor
}

func (s seat) Actor() monitor.Actor { return s.actor }
func (s seat) Do(ctx context.Context, c monitor.Command) error {
	return s.Monitor.Do(ctx, s.actor, c)
}
func (s seat) Buckets(context.Context, string, time.Time, time.Time, time.Duration) ([]store.Bucket, error) {
	return nil, nil
}

func (s seat) Sum(context.Context, string, time.Time, time.Time) (store.Sum, error) {
	return store.Sum{}, nil
}

func (s seat) Results(context.Context, string, time.Time, time.Time, int) ([]checker.Result, error) {
	return nil, nil
}
func (s seat) Log(context.Context, uint64, int) ([]monitor.Event, error) { return nil, nil }
func (s seat) Timeline(_ context.Context, id string) (*incident.Incident, error) {
	if inc := s.Snapshot().Incident(id); inc != nil {
		return inc, nil
	}
	return nil, incident.ErrUnknownIncident
}

// room is a real monitor with an open incident, and a screen an operator.
type room struct {
	*monitor.Monitor
	paper    *paper
	incident string
}

func newRoom(t *testing.T, targets ...checker.Target) *room {
	t.Helper()
	r := &room{paper: &paper{drafts: map[monitor.DraftKey]string{}}}
	r.Monitor = monitor.New(monitor.Options{Journal: r.paper, Dispatch: func(...alert.Notification) {}, Setup: monitor.Setup{Targets: targets}})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx, nobody{}) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	ana := seat{r.Monitor, monitor.Actor{Name: "ana", Role: monitor.Respond}}
	if err := ana.Do(ctx, monitor.Declare{Title: "search is slow", Severity: "SEV2", Commander: "ana"}); err != nil {
		t.Fatal(err)
	}
	r.incident = r.Snapshot().Incidents[0].ID
	return r
}

// sit opens a screen for an operator, on the incident's timeline.
func (r *room) sit(t *testing.T, name string) *operator {
	t.Helper()
	actor := monitor.Actor{Name: name, Role: monitor.Respond, From: "local"}
	o := &operator{session: startSession(t, seat{r.Monitor, actor}, Options{}, 80, 24), name: name, term: newTerminal(t)}
	o.types("3", "\r")
	return o
}

// operator presses keys as people do: not all at once.
type operator struct {
	*session
	name string
	rng  *rand.Rand
	term *vt.Emulator
}

// types writes keys, each a while after the one before.
func (o *operator) types(keys ...string) {
	for _, k := range keys {
		_, _ = io.WriteString(o.keys, k)
		pause := 400 * time.Millisecond
		if o.rng != nil {
			pause += time.Duration(o.rng.IntN(150)) * time.Millisecond
		}
		time.Sleep(pause)
	}
}

// works writes notes, and stars and edits its own; every third time the command
// changes hands.
func (o *operator) works(other string, rounds int) {
	o.types("/", "by:"+o.name+" kind:note", "\r")
	for i := range rounds {
		o.types("n", fmt.Sprintf("%s %d", o.name, i), "\r", "*", "e", "e", " mended", "\r")
		switch {
		case i%3 != 0:
		case o.name == "ana":
			o.types("R", "g", other, "\r")
		default:
			o.types("R", "\r")
		}
		for strings.Contains(strings.Join(o.screen(), "\n"), "roles of") {
			o.types("\x1b") // it changed meanwhile, or is theirs already
		}
	}
	o.types("\x1b", "G")
}

// screen returns what an operator's terminal shows, line by line.
func (o *operator) screen() []string {
	_, _ = o.term.Write(o.out.taken())
	lines := strings.Split(ansi.Strip(o.term.Render()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// Two operators on one monitor, each with a whole program: both write, star,
// edit and hand over at once. Nothing that was typed is lost, and both see the
// same lines in the same order.
func TestTwoOperatorsSeeOneTimeline(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			const rounds = 7
			r := newRoom(t)
			ana, bo := r.sit(t, "ana"), r.sit(t, "bo")
			ana.rng, bo.rng = rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
			var working sync.WaitGroup
			working.Go(func() { ana.works("bo", rounds) })
			working.Go(func() { bo.works("ana", rounds) })
			working.Wait()
			time.Sleep(2 * time.Second)
			synctest.Wait()

			inc := r.Snapshot().Incident(r.incident)
			checkWritten(t, inc, rounds)
			a, b := ana.screen(), bo.screen()
			if !slices.Equal(a[2:20], b[2:20]) {
				t.Errorf("ana sees\n%s\nand bo\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
			if !strings.HasSuffix(a[0], "ana +bo") || !strings.HasSuffix(b[0], "bo +ana") {
				t.Errorf("line 1 is %q for ana and %q for bo", a[0], b[0])
			}
			r.paper.mu.Lock()
			defer r.paper.mu.Unlock()
			if last := r.paper.entries[len(r.paper.entries)-1].Seq; last != inc.Version {
				t.Errorf("entry %d is saved, and %d on the screens", last, inc.Version)
			}
			for key, text := range r.paper.drafts {
				if text != "" {
					t.Errorf("%s still has the draft %q at %s", key.By, text, key.Place)
				}
			}
		})
	}
}

// checkWritten fails unless each operator's notes are there, starred and edited,
// and the command changed hands.
func checkWritten(t *testing.T, inc *incident.Incident, rounds int) {
	t.Helper()
	for _, name := range []string{"ana", "bo"} {
		for i := range rounds {
			text := fmt.Sprintf("%s %de mended", name, i) // the second e is text
			at := slices.IndexFunc(inc.Entries, func(l incident.Line) bool { return l.Text == text })
			switch {
			case at < 0:
				t.Errorf("%q is not in the timeline", text)
			case !inc.Entries[at].Starred || len(inc.Entries[at].Older) != 1:
				t.Errorf("%q: starred %v, older texts %d", text, inc.Entries[at].Starred, len(inc.Entries[at].Older))
			}
		}
	}
	hands := 0
	for i := range inc.Entries {
		if e := &inc.Entries[i]; e.Kind == incident.SetRole && e.By == "bo" {
			hands++
		}
	}
	if hands == 0 {
		t.Error("the command never changed hands")
	}
}

// What somebody types is on the disk before they send it, whatever becomes of
// their connection; another screen of theirs goes on with it, its kind and parts
// too.
func TestDraftOutlivesItsScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		ana := r.sit(t, "ana")
		ana.types("T", "grow the volu", "\x1b[B", "\x1b[B", "\x1b[B", "bo")
		time.Sleep(time.Second)
		ana.end() // the line is cut: no key says so
		<-ana.done
		r.paper.mu.Lock()
		kept := r.paper.drafts[monitor.DraftKey{By: "ana", Place: r.incident}]
		r.paper.mu.Unlock()
		if !strings.HasSuffix(kept, "grow the volu") {
			t.Fatalf("the disk has %q", kept)
		}
		again := r.sit(t, "ana")
		again.types("n")
		if screen := strings.Join(again.screen(), "\n"); !strings.Contains(screen, "action› grow the volu") || !strings.Contains(screen, "owner bo") {
			t.Errorf("the next screen shows\n%s", screen)
		}
		again.types("me", "\r")
		time.Sleep(time.Second)
		inc := r.Snapshot().Incident(r.incident)
		if len(inc.Actions) != 1 || inc.Actions[0].Text != "grow the volume" || inc.Actions[0].Owner != "bo" {
			t.Errorf("the action items are %+v", inc.Actions)
		}
	})
}
