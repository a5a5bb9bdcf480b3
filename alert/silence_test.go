package alert

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

func finding(what string) checker.Finding { return checker.Finding{What: what, Text: what} }

// silence silences one target for so long.
func (h *house) silence(target string, d time.Duration) string {
	h.t.Helper()
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {target}}}, By: "ada", Reason: "known", Until: h.now.Add(d)}))
	return h.m.Silences()[len(h.m.Silences())-1].ID
}

func TestNothingIsSentOfWhatIsSilencedAllItsLife(t *testing.T) {
	h := build(t, usual())
	h.silence("web", 24*time.Hour)
	h.down("web")
	if a := h.alert("web"); a.SilencedBy != "s1" {
		t.Errorf("silenced by %q", a.SilencedBy)
	}
	h.pass(6 * time.Hour)
	h.up("web")
	h.pass(24 * time.Hour)
	h.wantSent()
}

func TestSilencedResolvedGoesToWhoWasTold(t *testing.T) {
	h := build(t, usual())
	h.results("web", down, down) // the pager hears it at once, the chat would after 10 s
	h.silence("web", time.Hour)
	h.pass(time.Minute)
	h.up("web")
	h.pass(time.Minute)
	h.wantSent("pager: first web", "pager: resolved web")
}

func TestSilenceThatEndsHasWhatIsOwedToldThen(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(h *house)
		want string
	}{
		{"by itself", func(h *house) { h.pass(time.Hour) }, ""},
		{"by hand", func(h *house) { h.must(h.m.EndSilence(h.now, "s1", "bob")) }, "bob"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t, only("chat"))
			h.silence("web", time.Hour)
			h.down("web")
			h.log = nil
			tt.end(h)
			h.pass(10 * time.Second)
			h.want("s1 unsilence", "chat: first web")
			if a := h.alert("web"); a.SilencedBy != "" || len(h.m.Silences()) != 0 {
				t.Errorf("silenced by %q", a.SilencedBy)
			}
			if got := h.disk.silences["s1"]; got.EndedBy != tt.want || got.Ended.IsZero() {
				t.Errorf("saved as %+v", got)
			}
		})
	}
}

func TestSilencedIsNotRemindedOf(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(time.Minute)
	h.silence("web", 10*time.Hour)
	h.log = nil
	h.pass(9 * time.Hour)
	h.wantSent()
}

// Worse while silenced is owed when it is not any more.
func TestSilencedWorseIsToldAfter(t *testing.T) {
	h := build(t, only("chat"))
	h.results("web", degraded, degraded)
	h.pass(5 * time.Minute)
	h.silence("web", time.Hour)
	h.results("web", down, down)
	h.pass(time.Minute)
	h.wantSent("chat: first web")
	h.pass(time.Hour)
	h.wantSent("chat: worse web")
}

func TestSilenceOfAFindingEndsWithIt(t *testing.T) {
	h := build(t, only("chat"))
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"finding": {"slow"}}}, By: "ada", Reason: "r", Until: h.now.Add(time.Hour)}))
	h.result("web", degraded, finding("slow"))
	h.result("web", degraded, finding("slow"))
	h.pass(time.Minute)
	h.wantSent()
	h.result("web", degraded, finding("expiry"))
	h.pass(time.Minute)
	h.wantSent("chat: first web")
}

func TestSilenceThatBeginsLater(t *testing.T) {
	h := build(t, only("chat"))
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"name": {"web"}}}, By: "ada", Reason: "r", From: at(3600), Until: at(7200)}))
	h.down("web")
	h.pass(time.Minute)
	h.wantSent("chat: first web")
	h.pass(time.Hour)
	if a := h.alert("web"); a.SilencedBy != "s1" {
		t.Errorf("silenced by %q an hour later", a.SilencedBy)
	}
	h.wantSent("chat: remind web") // half an hour after the first
}

func TestLabelsOfAReloadDecideWhatIsSilenced(t *testing.T) {
	h := build(t, only("chat"))
	h.must(h.m.Silence(h.now, Silence{Match: Matcher{{"team": {"db"}}}, By: "ada", Reason: "r", Until: at(3600)}))
	h.targets[0] = newTarget("web", "team=db")
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.down("web")
	h.pass(time.Minute)
	h.wantSent()
	h.targets[0] = newTarget("web", "team=web")
	h.follow(h.m.SetTargets(h.now, h.targets))
	h.pass(time.Minute)
	h.wantSent("chat: first web")
}

func TestSilenceOutlastsARestart(t *testing.T) {
	h := build(t, usual())
	h.silence("web", time.Hour)
	h.silence("db", time.Minute)
	h.down("web")
	h.now = h.now.Add(10 * time.Minute)
	h.log = nil
	h.crash()
	h.pass(0)
	h.want("s2 unsilence") // it ended meanwhile
	if a := h.alert("web"); a.SilencedBy != "s1" {
		t.Errorf("silenced by %q", a.SilencedBy)
	}
	if id := h.silence("db", time.Hour); id != "s3" {
		t.Errorf("the next silence is %s: IDs never come again", id)
	}
}

func TestSilencesAreListedOldestFirst(t *testing.T) {
	h := build(t, usual())
	var got []string
	for range 11 {
		h.silence("web", time.Hour)
	}
	h.must(h.m.EndSilence(h.now, "s4", "ada"))
	for _, s := range h.m.Silences() {
		got = append(got, s.ID)
	}
	if diff := cmp.Diff([]string{"s1", "s2", "s3", "s5", "s6", "s7", "s8", "s9", "s10", "s11"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
