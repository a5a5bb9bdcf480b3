package incident

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Two operators write into one incident at once. In whatever order their commands
// come, each line is there, with its author's last text, and both see the same.
func TestTwoOperatorsLoseNoLine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		j := newJournal(t, Settings{})
		id := j.declare(night, Declaration{Title: "x", By: "ana"})
		type written struct {
			id        uint64
			by, text  string
			retracted bool
		}
		var all []*written
		now := night
		for n := range rapid.IntRange(1, 40).Draw(rt, "commands") {
			now = now.Add(rapid.SampledFrom([]time.Duration{-2, 0, 0, 1, 60}).Draw(rt, "later") * time.Second)
			by := rapid.SampledFrom([]string{"ana", "bo"}).Draw(rt, "by")
			text := fmt.Sprintf("%s %d", by, n)
			what := rapid.SampledFrom([]string{"note", "note", "edit", "retract", "star", "field", "commander"}).Draw(rt, "what")
			var mine *written
			if i := slices.IndexFunc(all, func(w *written) bool { return w.by == by && !w.retracted }); i >= 0 {
				mine = all[i]
			}
			switch {
			case what == "note" || mine == nil:
				es := j.must(j.Add(now, Draft{Incident: id, Text: text, By: by}))
				all = append(all, &written{id: es[0].Seq, by: by, text: text})
			case what == "edit":
				j.must(j.Edit(now, mine.id, by, text))
				mine.text = text
			case what == "retract":
				j.must(j.Retract(now, mine.id, by))
				mine.retracted = true
			case what == "star":
				j.must(j.Star(now, all[0].id, by, n%2 == 0))
			case what == "field":
				j.must(j.SetField(now, id, FieldSummary, text, by))
			case what == "commander":
				j.must(j.Assign(now, id, RoleCommander, by, by))
			}
		}
		got := map[uint64]written{}
		inc := j.Get(id)
		for i := range inc.Entries {
			if l := &inc.Entries[i]; l.Written() {
				got[l.ID()] = written{l.ID(), l.By, l.Text, !l.Retracted.IsZero()}
			}
		}
		for _, w := range all {
			if got[w.id] != *w {
				rt.Fatalf("line %d is %+v, want %+v", w.id, got[w.id], *w)
			}
		}
		if len(got) != len(all) || len(inc.Log()) != len(j.log) {
			rt.Fatalf("%d lines of %d entries, want %d of %d", len(got), len(inc.Log()), len(all), len(j.log))
		}
		if diff := cmp.Diff(inc, j.restored().Get(id)); diff != "" {
			rt.Fatal(diff)
		}
	})
}
