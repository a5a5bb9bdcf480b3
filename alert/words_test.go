package alert

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnumerationsAreWords(t *testing.T) {
	type all struct {
		State    State
		Severity Severity
		Reason   Reason
		Outcome  Outcome
	}
	want := all{Recovering, Warning, Over, Ambiguous}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); got != `{"State":"recovering","Severity":"warning","Reason":"resolved","Outcome":"ambiguous"}` {
		t.Error(got)
	}
	var got all
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("read back as %+v, %v", got, err)
	}
	err = json.Unmarshal([]byte(`{"Severity":"dreadful"}`), &got)
	if err == nil || !strings.Contains(err.Error(), `severity is none of ["info" "warning" "critical"]: "dreadful"`) {
		t.Errorf("%v", err)
	}
}

func TestReasonsAreReadByTheirWords(t *testing.T) {
	var got []string
	for _, word := range Reasons {
		r, ok := ParseReason(word)
		if !ok {
			t.Errorf("no reason %q", word)
		}
		got = append(got, r.String())
	}
	if diff := cmp.Diff(Reasons, got); diff != "" {
		t.Error(diff)
	}
	for _, word := range []string{"", "told", "Resolved"} {
		if r, ok := ParseReason(word); ok {
			t.Errorf("%q is %s", word, r)
		}
	}
}
