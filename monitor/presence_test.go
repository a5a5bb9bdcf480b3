package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/incident"
	"sitrep/store"
)

// here returns who a snapshot shows, as "name place", with " writing" if they do.
func (h *house) here() []string {
	var list []string
	for _, p := range h.Snapshot().People {
		text := strings.TrimSpace(p.Actor.Name + " " + p.Place)
		if !p.Writing.IsZero() {
			text += " writing"
		}
		list = append(list, text)
	}
	return list
}

func (h *house) wantHere(t *testing.T, when string, want ...string) {
	t.Helper()
	if got := h.here(); !slices.Equal(got, want) {
		t.Errorf("%s: %q are here, want %q", when, got, want)
	}
}

var bo = Actor{Name: "bo", Role: Respond, From: "10.0.0.7"}

func TestWhoIsHereIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		sleep(time.Second)
		h.wantHere(t, "at first")
		enter := func(ctx context.Context, a Actor) *Visit {
			t.Helper()
			v, err := h.Enter(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		ofBo := enter(t.Context(), bo)
		ctx, hangUp := context.WithCancel(t.Context())
		first, second := enter(t.Context(), ana), enter(ctx, ana)
		first.At("inc-2026-0001")
		ofBo.At("board\x1b[2J")
		sleep(2 * time.Second)
		h.wantHere(t, "three screens", "ana inc-2026-0001", "ana", "bo board")
		if p := h.Snapshot().People; p[0].ID != first.ID() || p[2].Actor != bo || p[2].Since.IsZero() {
			t.Errorf("people %+v", p)
		}
		old := h.Snapshot().People
		hangUp()
		sleep(2 * time.Second)
		h.wantHere(t, "one hung up", "ana inc-2026-0001", "bo board")
		second.Leave()
		first.Leave()
		first.Leave()
		first.At("board") // nobody sees
		sleep(2 * time.Second)
		h.wantHere(t, "ana left", "bo board")
		if old[1].ID != second.ID() {
			t.Error("an old snapshot's people changed")
		}
		ofBo.Leave()
		sleep(2 * time.Second)
		h.wantHere(t, "all left")
	})
}

func TestWhoWritesIsShownUntilItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		if err := h.Do(t.Context(), ana, Declare{Title: "db gone"}); err != nil {
			t.Fatal(err)
		}
		id := h.Snapshot().Incidents[0].ID
		for _, a := range []Actor{ana, bo} {
			v, err := h.Enter(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			v.At(id)
		}
		do := func(c Command) {
			t.Helper()
			if err := h.Do(t.Context(), ana, c); err != nil {
				t.Fatal(err)
			}
		}
		is := func(when string, writing bool) {
			t.Helper()
			if writing {
				h.wantHere(t, when, "ana "+id+" writing", "bo "+id)
			} else {
				h.wantHere(t, when, "ana "+id, "bo "+id)
			}
		}
		do(Draft{Place: id, Text: "ha"})
		is("a key", true)
		do(Note{Incident: id, Kind: incident.Note, Text: "half a thought"})
		is("sent", false)
		do(Draft{Place: "field:" + id + ":" + incident.FieldSummary, Text: "The"})
		is("a field of it", true)
		do(Draft{Place: "field:" + id + ":" + incident.FieldSummary})
		is("thrown away", false)
		do(Draft{Place: "target:db", Text: "elsewhere"})
		is("elsewhere", false)
		do(Draft{Place: id, Text: "again"})
		sleep(20 * time.Second)
		do(Draft{Place: id, Text: "again an"})
		sleep(20 * time.Second)
		is("20 s after a key", true)
		sleep(11 * time.Second)
		is("31 s after a key", false)
	})
}

// TestWhoIsHereCostsNothingWhileNothingChanges: the same place again is no news.
func TestWhoIsHereCostsNothingWhileNothingChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, func(o *Options) { o.Setup.Targets = nil })
		v, err := h.Enter(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		v.At("board")
		sleep(3 * time.Second)
		before := h.Snapshot()
		people := before.People
		for range 100 {
			v.At("board")
			sleep(100 * time.Millisecond)
		}
		if n := h.Snapshot().Seq - before.Seq; n > 3 { // the results of the built-in target, each 5 s
			t.Errorf("%d snapshots in 10 s without a screen that waits", n)
		}
		if !shared(h.Snapshot().People, people) {
			t.Error("the list was made anew")
		}
	})
}

func TestScreensAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		var visits []*Visit
		for i := range maxVisits {
			v, err := h.Enter(t.Context(), Actor{Name: fmt.Sprintf("op%04d", i)})
			if err != nil {
				t.Fatal(err)
			}
			visits = append(visits, v)
		}
		if _, err := h.Enter(t.Context(), ana); !errors.Is(err, ErrCrowded) {
			t.Errorf("one more: %v, want ErrCrowded", err)
		}
		visits[7].Leave()
		v, err := h.Enter(t.Context(), ana)
		if err != nil {
			t.Errorf("after one left: %v", err)
		}
		v.At(strings.Repeat("x", 100_000))
		sleep(2 * time.Second)
		people := h.Snapshot().People
		if len(people) != maxVisits || len(people[0].Place) > maxPlace {
			t.Errorf("%d people, the first at %d bytes", len(people), len(people[0].Place))
		}
	})
}

func TestDraftsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startHouse(t, store.State{}, "db")
		viewer := Actor{Name: "vi", Role: View}
		draft := func(a Actor, n int, text string) error {
			return h.Do(t.Context(), a, Draft{Place: fmt.Sprintf("inc-2026-%04d", n), Text: text})
		}
		for n := range maxDrafts {
			if err := draft(viewer, n, "x"); err != nil {
				t.Fatal(err)
			}
		}
		if err := draft(viewer, maxDrafts, "x"); err == nil {
			t.Error("one more was not refused")
		}
		if err := draft(viewer, 0, strings.Repeat("x", 2*maxNote)); err != nil {
			t.Error(err)
		}
		if err := draft(ana, maxDrafts, "x"); err != nil {
			t.Errorf("of somebody else: %v", err)
		}
		drafts := h.Snapshot().Drafts
		if n := len(drafts); n != maxDrafts+1 || len(drafts[DraftKey{"vi", "inc-2026-0000"}]) > maxNote {
			t.Errorf("%d drafts", n)
		}
		if err := draft(viewer, 1, ""); err != nil {
			t.Error(err)
		}
		if err := draft(viewer, maxDrafts, "x"); err != nil {
			t.Errorf("after one was dropped: %v", err)
		}
	})
}
