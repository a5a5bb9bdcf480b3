package alert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsOwed(t *testing.T) {
	firing := func(s Severity) Alert { return Alert{State: Firing, Severity: s} }
	over := Alert{State: Resolved, Severity: Critical}
	silenced := Alert{State: Firing, Severity: Critical, SilencedBy: "s1"}
	critical, warning := Word{Firing: true, Severity: Critical}, Word{Firing: true, Severity: Warning}
	unsure := func(w Word) Word { w.Unsure = true; return w }
	for _, tt := range []struct {
		name  string
		alert Alert
		word  Word
		want  Reason
	}{
		{"not told", firing(Critical), Word{}, New},
		{"told", firing(Critical), critical, Told},
		{"recovering", Alert{State: Recovering, Severity: Critical}, critical, Told},
		{"worse", firing(Critical), warning, Worse},
		{"better", firing(Warning), critical, Better},
		{"pending", Alert{State: Pending, Severity: Critical}, Word{}, Told},
		{"over and told", over, critical, Over},
		{"over before it was told", over, Word{}, Told},
		{"over, and may have been told", over, unsure(Word{}), Over},
		{"silenced", silenced, Word{}, Told},
		{"silenced and worse", silenced, warning, Told},
		{"silenced and over", Alert{State: Resolved, SilencedBy: "s1"}, critical, Over},
		{"may have been told", firing(Critical), unsure(Word{}), New},
		{"may have been told that it is better", firing(Critical), unsure(critical), Worse},
		{"may have been told that it is worse", firing(Warning), unsure(warning), Better},
	} {
		if got := Owes(&tt.alert, tt.word, true, true); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		name            string
		alert           Alert
		word            Word
		belongs, routed bool
		want            Reason
	}{
		{"no route leads there any more", firing(Critical), Word{}, false, true, Told},
		{"but it was told", firing(Critical), warning, false, true, Worse},
		{"the route is gone", firing(Critical), warning, false, false, Told},
		{"and then it is over", over, critical, false, false, Over},
	} {
		if got := Owes(&tt.alert, tt.word, tt.belongs, tt.routed); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDoubtKeepsWhatIsKnown(t *testing.T) {
	told := map[string]Word{
		"same":   {Firing: true, Severity: Critical, Seq: 1},
		"worse":  {Firing: true, Severity: Warning, Seq: 1},
		"over":   {Firing: true, Severity: Critical, Seq: 1},
		"silent": {Firing: true, Severity: Critical, Seq: 1, Silent: true},
	}
	got := doubt(told, map[string]Word{
		"new":    {Firing: true, Severity: Critical, Seq: 1},
		"same":   {Firing: true, Severity: Critical, Seq: 1},
		"worse":  {Firing: true, Severity: Critical, Seq: 2},
		"over":   {Severity: Critical, Seq: 2},
		"silent": {Firing: true, Severity: Critical, Seq: 1},
	})
	want := map[string]Word{
		"new":    {Unsure: true},
		"same":   {Firing: true, Severity: Critical, Seq: 1},
		"worse":  {Firing: true, Severity: Warning, Seq: 1, Unsure: true},
		"over":   {Severity: Critical, Seq: 1, Unsure: true},
		"silent": {Firing: true, Severity: Critical, Seq: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if told["worse"].Unsure {
		t.Error("the map that was given is written to")
	}
}

func TestKeyIsThatOfTheContent(t *testing.T) {
	words := map[string]Word{"a": {Seq: 1}, "b": {Seq: 2}}
	key := contentKey("chat", "all", First, words, "")
	for name, other := range map[string]string{
		"receiver": contentKey("pager", "all", First, words, ""),
		"group":    contentKey("chat", "all{x=y}", First, words, ""),
		"reason":   contentKey("chat", "all", New, words, ""),
		"seq":      contentKey("chat", "all", First, map[string]Word{"a": {Seq: 1}, "b": {Seq: 3}}, ""),
		"alerts":   contentKey("chat", "all", First, map[string]Word{"a": {Seq: 1}}, ""),
		"round":    contentKey("chat", "all", First, words, "2"),
	} {
		if key == other {
			t.Errorf("another %s, the same key", name)
		}
	}
	if again := contentKey("chat", "all", First, words, ""); again != key || len(key) != 32 {
		t.Errorf("%s, then %s", key, again)
	}
}

func TestJitterDependsOnTheAttemptAlone(t *testing.T) {
	for attempt, limit := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 9: 256 * time.Second, 10: 5 * time.Minute, 1000: 5 * time.Minute} {
		var longest time.Duration
		for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			d := jitter(key, attempt)
			if d != jitter(key, attempt) || d < shortestPause || d > limit {
				t.Errorf("attempt %d of %s: %v, want at most %v and always the same", attempt, key, d, limit)
			}
			longest = max(longest, d)
		}
		if longest < limit/4 {
			t.Errorf("attempt %d: %v at most among eight, of %v", attempt, longest, limit)
		}
	}
}
