package monitor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/store"
)

var kills = flag.Int("kills", 20, "how often TestWhatOperatorsWroteOutlivesAKill kills")

// childDir names, in the environment, the state that a child of a test works in.
const childDir = "SITREP_TEST_STATE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := operate(dir, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// acknowledged is what a child prints once an operator was answered.
type acknowledged struct {
	By      string
	Entries []incident.Entry
	Drafted int // number of the draft, 0 is none
}

// operate has two operators at work on a state until the process is killed, and
// prints all that they were told is saved.
func operate(dir string, out io.Writer) error {
	s, err := store.Open(dir, store.Options{Owner: "a test"})
	if err != nil {
		return err
	}
	state, err := s.Restore(context.Background())
	if err != nil {
		return err
	}
	m := New(Options{Journal: s, Dispatch: func(...alert.Notification) {}, Saved: state})
	ctx := context.Background()
	go func() { _ = m.Run(ctx, idleProber{}) }()
	go func() { _ = s.Run(ctx) }()
	id, err := openIncident(ctx, m)
	if err != nil {
		return err
	}
	var busy sync.WaitGroup
	var mu sync.Mutex // guards enc
	enc := json.NewEncoder(out)
	for i, a := range []Actor{ana, bo} {
		o := &operator{Actor: a, m: m, inc: id, n: int(state.Boot) * 100_000, rng: rand.New(rand.NewPCG(state.Boot, uint64(i)))}
		busy.Go(func() {
			for {
				entries, err := o.act(ctx)
				if err != nil { // not saved yet, so not promised either
					continue
				}
				mu.Lock()
				_ = enc.Encode(acknowledged{o.Name, entries, o.drafted})
				mu.Unlock()
			}
		})
	}
	busy.Wait()
	return nil
}

// idleProber probes nothing.
type idleProber struct{}

func (idleProber) SetTargets([]checker.Target) {}
func (idleProber) ProbeNow(string)             {}
func (idleProber) Stats() checker.Stats        { return checker.Stats{} }

// TestWhatOperatorsWroteOutlivesAKill kills a process with two operators at
// work again and again, at random moments. All that they were told is saved is
// there, in the order in which it was shown.
func TestWhatOperatorsWroteOutlivesAKill(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, uint64(*kills)))
	var said []incident.Entry
	drafted := map[string]int{}
	for range *kills {
		for _, a := range killed(t, dir, time.Duration(20+rng.IntN(300))*time.Millisecond) {
			said = append(said, a.Entries...)
			drafted[a.By] = max(drafted[a.By], a.Drafted)
		}
		state := reopen(t, dir)
		checkSaved(t, said, state.Entries)
		for by, n := range drafted {
			if n == 0 {
				continue
			}
			i := slices.IndexFunc(state.Drafts, func(d store.Draft) bool { return d.By == by })
			var got int
			if i >= 0 {
				_, _ = fmt.Sscan(state.Drafts[i].Text, &got)
			}
			if got < n {
				t.Errorf("the draft of %s is number %d, and %d was saved", by, got, n)
			}
		}
		if t.Failed() {
			return
		}
	}
	if len(said) < 5**kills {
		t.Errorf("only %d entries in %d lives: the test does not test", len(said), *kills)
	}
	t.Logf("%d kills, %d entries", *kills, len(said))
}

// killed starts a child, kills it once it said something and then some time
// later, and returns what it said.
func killed(t *testing.T, dir string, after time.Duration) []acknowledged {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.Peek(1); err != nil {
		t.Error(err)
	}
	time.AfterFunc(after, func() { _ = child.Process.Kill() })
	var said []acknowledged
	for dec := json.NewDecoder(lines); ; {
		var a acknowledged
		if err := dec.Decode(&a); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		} else if err != nil {
			t.Errorf("what it said: %v", err)
			break
		}
		said = append(said, a)
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	return said
}

// reopen returns what a restart finds.
func reopen(t *testing.T, dir string) store.State {
	t.Helper()
	s, err := store.Open(dir, store.Options{Owner: "the test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	state, err := s.Restore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return state
}
