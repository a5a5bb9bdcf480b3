package incident

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNamesFollowThePattern(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{"", "inc-2026-0001"},
		{"INC-{n}", "INC-1"},
		{"{year}.{n:3}", "2026.001"},
		{"{n:9}_{year}", "000000001_2026"},
		{"{n}{n}", "inc-2026-0001"}, // refused: the default
	} {
		id, _, err := NewBook(Settings{ID: tt.pattern}).Declare(night, Declaration{Title: "x"}, nil)
		if err != nil || id != tt.want {
			t.Errorf("%q: %s, %v; want %s", tt.pattern, id, err, tt.want)
		}
	}
	for pattern, good := range map[string]bool{
		"": true, "{n}": true, "inc-{year}-{n:4}": true, "a_b.C-{n}": true,
		"inc": false, "{n}-{n}": false, "{year}{year}{n}": false, "{n:0}": false, "{n:12}": false, "a b{n}": false, "../{n}": false,
		"x/{n}": false, "x:{n}": false, "-{n}": false, "{month}{n}": false, "é{n}": false,
		"0123456789012345678901234567890123456789012345678901234567890{n}": false,
	} {
		if err := CheckID(pattern); (err == nil) != good {
			t.Errorf("CheckID(%q): %v", pattern, err)
		}
	}
}

// Whatever the pattern was and is, and if only the last declaration came back
// from the disk, no name comes twice, and the newest incident is listed first.
func TestNoNameComesTwice(t *testing.T) {
	patterns := []string{"", "INC-{n}", "{year}-{n}", "inc-{n:4}", "{n}-{year}", "inc-{year}-{n:2}"}
	rapid.Check(t, func(rt *rapid.T) {
		b, now, last := NewBook(Settings{}), night, Entry{}
		seen := map[string]bool{}
		for range rapid.IntRange(1, 30).Draw(rt, "declarations") {
			b.SetSettings(Settings{ID: rapid.SampledFrom(patterns).Draw(rt, "pattern")})
			now = now.AddDate(0, rapid.IntRange(-13, 13).Draw(rt, "months"), 0)
			id, es, err := b.Declare(now, Declaration{Title: "x"}, nil)
			if err != nil || seen[id] {
				rt.Fatalf("%s again, or %v", id, err)
			}
			seen[id], last = true, es[0]
			if got := b.Incidents()[0].ID; got != id {
				rt.Fatalf("%s is listed first, not %s", got, id)
			}
			if rapid.Bool().Draw(rt, "restart") {
				b = NewBook(Settings{})
				b.Restore([]Entry{last})
			}
		}
	})
}

// Names of earlier versions are counted on, whatever comes after.
func TestNumbersGoOnAfterAnUpgrade(t *testing.T) {
	b := NewBook(Settings{})
	b.Restore([]Entry{{Seq: 7, Incident: "inc-2026-0412", Kind: Declared, At: night, Recorded: night, Text: "x"}})
	for _, tt := range []struct{ pattern, want string }{
		{"", "inc-2026-0413"}, {"OPS-{n}", "OPS-414"}, {"", "inc-2026-0415"},
	} {
		b.SetSettings(Settings{ID: tt.pattern})
		if id, _, err := b.Declare(night.Add(time.Hour), Declaration{Title: "x"}, nil); err != nil || id != tt.want {
			t.Errorf("%s, %v; want %s", id, err, tt.want)
		}
	}
}
