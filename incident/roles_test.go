package incident

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// whoHas returns the roles as words: "commander ana", "ops lead bo?" if asked.
func whoHas(inc *Incident) string {
	var all []string
	for _, h := range inc.Roles {
		asked := ""
		if h.Asked {
			asked = "?"
		}
		all = append(all, h.Role+" "+h.Operator+asked)
	}
	return strings.Join(all, ", ")
}

func TestRoleIsTakenAtOnceAndGivenWhenAccepted(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	now := night
	for i, step := range []struct {
		do   func() ([]Entry, error)
		want string
		say  string // what the new entry says; "" if there is none
	}{
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "ana", "ana") }, "commander ana", "ana: commander ana"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "ana", "bo") }, "commander ana", ""},
		{func() ([]Entry, error) { return j.Assign(now, id, "Ops Lead ", "bo", "ana") }, "commander ana, ops lead bo?", "ana: asks bo to be ops lead"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleOps, "bo", "chen") }, "commander ana, ops lead bo?", ""},
		{func() ([]Entry, error) { return j.AcceptRole(now, id, RoleOps, "bo", false) }, "commander ana, ops lead bo", "bo: ops lead bo"},
		{func() ([]Entry, error) { return j.AcceptRole(now, id, RoleOps, "bo", false) }, "commander ana, ops lead bo", ""},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "dara", "ana") }, "commander ana, commander dara?, ops lead bo", "ana: asks dara to be commander"},
		{func() ([]Entry, error) { return j.AcceptRole(now, id, RoleCommander, "dara", true) }, "commander ana, ops lead bo", "dara: does not take commander"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "chen", "ana") }, "commander ana, commander chen?, ops lead bo", "ana: asks chen to be commander"},
		{func() ([]Entry, error) { return j.AcceptRole(now, id, RoleCommander, "chen", false) }, "commander chen, ops lead bo", "chen: commander chen, until now ana"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "", "bo") }, "ops lead bo", "bo: no commander any more, until now chen"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleCommander, "", "bo") }, "ops lead bo", ""},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleSME, "eve", "eve") }, "ops lead bo, sme eve", "eve: sme eve"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleSME, "fay", "fay") }, "ops lead bo, sme eve, sme fay", "fay: sme fay"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleSME, "", "gus") }, "ops lead bo, sme eve, sme fay", ""},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleSME, "", "eve") }, "ops lead bo, sme fay", "eve: eve is sme no more"},
		{func() ([]Entry, error) { return j.Release(now, id, RoleSME, "fay", "bo") }, "ops lead bo", "bo: fay is sme no more"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleScribe, "hal", "bo") }, "ops lead bo, scribe hal?", "bo: asks hal to be scribe"},
		{func() ([]Entry, error) { return j.Assign(now, id, RoleScribe, "ivy", "bo") }, "ops lead bo, scribe ivy?", "bo: asks ivy to be scribe"},
		{func() ([]Entry, error) { return j.Release(now, id, RoleScribe, "ivy", "bo") }, "ops lead bo", "bo: ivy is not asked to be scribe any more"},
	} {
		now = now.Add(time.Minute)
		es, err := step.do()
		j.must(es, err)
		if got := whoHas(j.Get(id)); got != step.want {
			t.Errorf("step %d: %q, want %q", i, got, step.want)
		}
		say := ""
		if len(es) == 1 {
			say = es[0].Sentence()
		}
		if len(es) > 1 || say != step.say {
			t.Errorf("step %d: %d entries, %q, want %q", i, len(es), say, step.say)
		}
	}
	if diff := cmp.Diff(j.Get(id), j.restored().Get(id)); diff != "" {
		t.Error(diff)
	}
	var spans []string
	for _, s := range j.Get(id).RoleSpans() {
		to := "now"
		if !s.To.IsZero() {
			to = fmt.Sprint(s.To.Sub(night).Minutes())
		}
		spans = append(spans, fmt.Sprintf("%s %s %v-%s", s.Role, s.Operator, s.From.Sub(night).Minutes(), to))
	}
	want := []string{"commander ana 1-10", "ops lead bo 5-now", "commander chen 10-11", "sme eve 13-16", "sme fay 14-17"}
	if diff := cmp.Diff(want, spans); diff != "" {
		t.Error(diff)
	}
}

func TestRolesAreRefused(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", By: "ana"})
	over := j.declare(night, Declaration{Title: "y", By: "ana"})
	j.must(j.SetStatus(night, over, "closed", "ana"))
	for _, tt := range []struct {
		name string
		do   func() ([]Entry, error)
		want error
	}{
		{"no such role", func() ([]Entry, error) { return j.Assign(night, id, "king", "ana", "ana") }, ErrInvalid},
		{"no such incident", func() ([]Entry, error) { return j.Assign(night, "x", RoleOps, "ana", "ana") }, ErrUnknownIncident},
		{"closed", func() ([]Entry, error) { return j.Assign(night, over, RoleOps, "ana", "ana") }, ErrClosed},
		{"long name", func() ([]Entry, error) { return j.Assign(night, id, RoleOps, strings.Repeat("a", 101), "ana") }, ErrTooLong},
		{"not asked", func() ([]Entry, error) { return j.AcceptRole(night, id, RoleOps, "ana", false) }, ErrNotAsked},
		{"refuses what nobody asked", func() ([]Entry, error) { return j.AcceptRole(night, id, RoleOps, "ana", true) }, ErrNotAsked},
	} {
		if es, err := tt.do(); !errors.Is(err, tt.want) || es != nil {
			t.Errorf("%s: %v, %v; want %v", tt.name, es, err, tt.want)
		}
	}
}

func TestDeclaringForSomebodyElseAsksThem(t *testing.T) {
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "x", Commander: "bo", By: "ana"})
	if inc := j.Get(id); whoHas(inc) != "commander bo?" || inc.Commander != "" || inc.Roles[0].By != "ana" {
		t.Errorf("declared for bo: %q, commander %q", whoHas(inc), inc.Commander)
	}
	j.must(j.AcceptRole(night, id, RoleCommander, "bo", false))
	if inc := j.Get(id); whoHas(inc) != "commander bo" || inc.Commander != "bo" {
		t.Errorf("accepted: %q, commander %q", whoHas(inc), inc.Commander)
	}
}

// What versions wrote that knew of no roles but one still means the same.
func TestCommandersOfEarlierVersionsStay(t *testing.T) {
	b := NewBook(Settings{})
	b.Restore([]Entry{
		{Seq: 1, Incident: "inc-2026-0001", Kind: Declared, At: night, Recorded: night, Text: "x", By: "ana"},
		{Seq: 2, Incident: "inc-2026-0001", Kind: SetRole, At: night, Recorded: night, Field: "commander", Value: "bo", By: "ana"},
	})
	inc := b.Get("inc-2026-0001")
	if inc.Commander != "bo" || inc.Status != "investigating" || inc.Entries[1].Sentence() != "ana: commander bo" {
		t.Errorf("commander %q, %s, %q", inc.Commander, inc.Status, inc.Entries[1].Sentence())
	}
}
