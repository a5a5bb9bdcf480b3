package alert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhoWouldBeToldIsExplained(t *testing.T) {
	p := Policy{
		Routes: []Route{
			{Name: "page", Match: Matcher{{"severity": {"down"}}}, To: []string{"pager", "chat"}, GroupBy: []string{"team"}, Wait: 10 * time.Second, GroupInterval: time.Minute},
			{Name: "db", Match: Matcher{{"team": {"db"}, "severity": {"down"}}, {"finding": {"expiry"}}}, To: []string{"chat"}},
			{Name: "nowhere", To: []string{"gone"}},
			{Name: "all", To: []string{"log"}, Wait: 30 * time.Second},
		},
		Receivers: []Receiver{
			{Name: "pager", Paging: true, Tell: tellAll(), Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute, Fallback: "mail"},
			{Name: "mail", Tell: tellAll(), Fallback: "chat"},
			{Name: "chat", Tell: tellAll(First), Fallback: "mail"},
			{Name: "log", Tell: tellAll(Remind), Remind: time.Hour},
		},
	}
	paths, misses := p.Explain(nil, start, map[string]string{"name": "api", "team": "web"}, Critical, nil)
	want := []Path{
		{Route: "page", Group: "page{team=web}", Receiver: "pager", Paging: true, Hears: true, Interval: time.Minute, Remind: 30 * time.Minute, Fallbacks: []string{"mail", "chat"}, FailOver: time.Minute},
		{Route: "page", Group: "page{team=web}", Receiver: "chat", Wait: 10 * time.Second, Interval: time.Minute, Fallbacks: []string{"mail"}},
		{Route: "all", Group: "all", Receiver: "log", Hears: true, Wait: 30 * time.Second},
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	wantMisses := []Miss{
		{"db", []string{`team is "web", want db`, "finding is not known, want expiry"}},
		{"nowhere", []string{"it leads to no receiver"}},
	}
	if diff := cmp.Diff(wantMisses, misses); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
	paths, misses = p.Explain(nil, start, map[string]string{"name": "api"}, Warning, nil)
	if len(paths) != 1 || paths[0].Receiver != "log" {
		t.Errorf("of a warning: %+v", paths)
	}
	if diff := cmp.Diff([]string{"severity is warning, want down"}, misses[len(misses)-1].Why); diff != "" {
		t.Error(diff)
	}
}
