package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sitrep/checker"
)

// sometime is where tests begin: at a full hour.
var sometime = time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)

// foldTime is what folding takes for the time of day. It is before any row of the
// tail was saved, so that none is too young, and no result is too old.
var foldTime = sometime.AddDate(-1, 0, 0)

// alike compares what was saved with what came back: nil and empty lists are
// one, times the same instant.
var alike = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if reflect.DeepEqual(got, want) { // the usual case, and a hundred times faster
		return
	}
	if diff := cmp.Diff(want, got, alike); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// open opens the state in dir and closes it with the test.
func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func save(t testing.TB, s *Store, b Batch) {
	t.Helper()
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func restore(t testing.TB, s *Store) State {
	t.Helper()
	st, err := s.Restore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// foldAll moves the whole tail into blocks.
func foldAll(t testing.TB, s *Store) {
	t.Helper()
	for n := 0; ; n++ {
		more, err := s.fold(t.Context(), foldTime)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
		if n > 10_000 {
			t.Fatal("folding does not end")
		}
	}
}

// all returns what the store has of a target, oldest first.
func all(t testing.TB, s *Store, target string) []checker.Result {
	t.Helper()
	found, err := s.Results(t.Context(), target, time.Unix(0, 0), sometime.AddDate(10, 0, 0), 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

// house makes the results of targets that are probed once a step: mostly plain,
// each in its own place of the step, a little late at times.
type house struct {
	names []string
	step  time.Duration
	seq   uint64
	round int
}

func newHouse(targets int, step time.Duration) *house {
	h := &house{step: step}
	for i := range targets {
		h.names = append(h.names, fmt.Sprintf("target-%04d", i))
	}
	return h
}

// next returns the next result of every target.
func (h *house) next() []checker.Result {
	rs := make([]checker.Result, len(h.names))
	for i, name := range h.names {
		h.seq++
		noise := scramble(h.seq)
		late := time.Duration(noise%5_000) * time.Microsecond
		first := time.Duration(300+noise%2_000) * time.Microsecond
		body := time.Duration(20+noise%100) * time.Microsecond
		rs[i] = checker.Result{
			Target: name, Vantage: "local", Boot: 1, Seq: h.seq,
			At: sometime.Add(time.Duration(h.round)*h.step + h.step*time.Duration(i)/time.Duration(len(h.names)) + late).
				Truncate(time.Microsecond),
			Took:    first + body + time.Duration(noise%60)*time.Microsecond,
			Attempt: 1, Status: checker.Up, Believed: checker.Up,
			Detail: checker.Detail{
				Code: 200, Peer: fmt.Sprintf("10.0.%d.%d:443", i/256, i%256),
				NotAfter: sometime.AddDate(0, 0, 60+i%30),
				Phases:   []checker.Phase{{Name: "first byte", Took: first}, {Name: "body", Took: body}},
				Facts:    []checker.Fact{{Name: "issuer", Text: "CN=Example CA"}, {Name: "tls", Text: "1.3"}},
			},
		}
	}
	h.round++
	return rs
}
