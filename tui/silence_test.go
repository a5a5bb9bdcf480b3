package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

func TestSilenceUntilOver(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "s")
		s.write("name=jittery")
		s.press("tab", "space", "tab")
		s.write("known")
		s.press("enter") // hides an unacked critical
		wantAsked(t, s)
		s.write("1")
		s.press("enter")
		wantAsked(t, s, monitor.Silence{Match: alert.Matcher{{"name": {"jittery"}}}, Reason: "known"})
		s.press("s")
		s.write("name=docs")
		s.press("tab", "space", "tab")
		s.write("quiet")
		s.press("enter")
		if len(s.asked()) != 1 {
			t.Error("a silence until it is over, of what is well")
		}
		wantSeen(t, s, "give it an end")
	})
}

func TestSilenceUntilWhatIsTyped(t *testing.T) {
	for text, want := range map[string]time.Duration{"90m": 90 * time.Minute, "3h": 3 * time.Hour, "04:30": 0} {
		t.Run(text, func(t *testing.T) {
			quietBubble(t, func(t *testing.T, s *console) {
				s.openSilence(s.targetNamed("docs"))
				s.write("rack 4")
				s.press("shift+tab")
				s.write(text)
				s.press("enter")
				if want == 0 {
					want = at("04:30:00").Sub(s.now)
				}
				wantAsked(t, s, monitor.Silence{Match: alert.Matcher{{"name": {"docs"}}}, For: want, Reason: "rack 4"})
			})
		})
	}
	quietBubble(t, func(t *testing.T, s *console) {
		s.openSilence(s.targetNamed("docs"))
		s.write("rack 4")
		s.press("shift+tab")
		s.write("next we")
		s.press("enter")
		wantAsked(t, s)
		wantSeen(t, s, "no end can be read", "90m, 04:30, 2026-12-24 09:00")
		s.press("esc")
		s.openSilence(s.targetNamed("docs"))
		wantSeen(t, s, "next we") // it is kept as the rest is
		s.press("shift+tab", "ctrl+u", "enter")
		wantAsked(t, s, monitor.Silence{Match: alert.Matcher{{"name": {"docs"}}}, For: time.Hour, Reason: "rack 4"})
	})
}

func TestSilenceAsMaintenance(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.openSilence(s.targetNamed("docs"))
		s.write("rack 4")
		s.press("tab", "right", "enter")
		wantAsked(t, s, monitor.Silence{Match: alert.Matcher{{"name": {"docs"}}}, For: time.Hour, Reason: "rack 4", Maintenance: true})
	})
}

// A change of the reason alone leaves the end where it is, to the second.
func TestSilenceIsChanged(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "e", "ctrl+u")
		s.write("longer than thought")
		s.press("enter")
		match := alert.Matcher{{"name": {"reports"}}}
		wantAsked(t, s, monitor.EditSilence{ID: "s12", Match: match, Until: at("04:30:00"), Reason: "longer than thought"})
		s.press("e", "shift+tab", "right", "right", "enter")
		if c := s.asked()[1].(monitor.EditSilence); !c.Until.Equal(at("05:00:00")) {
			t.Errorf("two steps later: until %v", c.Until)
		}
		s.press("e", "shift+tab", "space", "enter")
		if c := s.asked()[2].(monitor.EditSilence); !c.Until.IsZero() {
			t.Errorf("until it is over: until %v", c.Until)
		}
	})
}

// What a change hides anew is asked for like what a new silence hides.
func TestSilenceChangeAsksForTheCount(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "e", "shift+tab", "shift+tab", "ctrl+u")
		s.write("team=web")
		s.press("enter")
		wantAsked(t, s)
		wantSeen(t, s, "silences 31 targets, 2 unacked criticals: type 31")
		s.paste("31")
		s.press("enter")
		wantAsked(t, s) // pasting is not typing
		s.write("31")
		s.press("enter")
		if len(s.asked()) != 1 {
			t.Error("the count is typed and nothing is asked for")
		}
	})
}

func TestSilenceIsEnded(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "j", "A", "A", "A")
		wantAsked(t, s)
		s.press("enter")
		wantAsked(t, s, monitor.EndSilence{ID: "s13"})
		s.press("G", "A", "e")
		if s.dialog != nil {
			t.Error("what the configuration plans is ended or changed on the screen")
		}
	})
}

// Another silence does not take the place of the one that is marked.
func TestSilencesEndOnlyTheMarkedOne(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		docs := func(id string) alert.Silence {
			return alert.Silence{ID: id, Match: alert.Matcher{{"name": {"docs"}}}, Until: at("05:00:00"), By: "bo", Reason: id}
		}
		s.desk.snap.Silences = []alert.Silence{docs("s1"), docs("s2"), docs("s3")}
		s.openSilence(s.targetNamed("docs"))
		s.press("down")
		s.republish(func(snap *monitor.Snapshot) { snap.Silences = []alert.Silence{docs("s1"), docs("s3")} })
		s.press("A")
		wantSeen(t, s, "s2 has ended meanwhile")
		s.press("A", "enter")
		wantAsked(t, s, monitor.EndSilence{ID: "s3"})
	})
}

// The key that makes a silence leads to those that hold already: enter ends none
// of them, and a reason that is typed without looking changes none.
func TestSilencesAreNotEndedByTheKeyThatMakesOne(t *testing.T) {
	for _, text := range []string{"", "deploy", "edge", "Ana has it", "j", "A", "e"} {
		for name, pause := range map[string]time.Duration{"fast": 50 * time.Millisecond, "slow": 400 * time.Millisecond} {
			quietBubble(t, func(t *testing.T, s *console) {
				for _, target := range []string{"reports", "batch"} {
					s.dialog = nil
					s.openSilence(s.targetNamed(target))
					if _, lists := s.dialog.(*silencesDialog); !lists {
						t.Fatalf("%s opens %T", target, s.dialog)
					}
					for _, r := range text {
						s.time = s.time.Add(pause)
						s.write(string(r))
					}
					s.press("enter")
					if len(text) == 1 && name == "slow" {
						continue // a key, not a text: A asks, enter confirms
					}
					if wantAsked(t, s); t.Failed() {
						t.Fatalf("%q typed %s at %s", text, name, target)
					}
				}
			})
		}
	}
}

func TestSilencesLeadOn(t *testing.T) {
	for k, want := range map[string]string{"enter": "change s12", "A": "end s12", "s": " silence "} {
		quietBubble(t, func(t *testing.T, s *console) {
			s.openSilence(s.targetNamed("reports"))
			s.write(k[:1]) // at once: not heard
			s.time = s.time.Add(typingPause)
			s.press(k)
			wantSeen(t, s, "─"+" "+strings.TrimSpace(want)+" ─")
			wantAsked(t, s)
		})
	}
}

// On the lowest screen it is to be seen what is silenced, until when, how grave
// that is and how to leave.
func TestSilenceOnALowScreen(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.resize(30, 8)
		s.openSilence(s.targetNamed("search-api"))
		wantSeen(t, s, "name=search-api", "[04:47 UTC, 1h]", "› reason", "!! silences 1 target, 1", "unacked critical: type 1", "esc cancel")
		s.write("growing the PVC to 200Gi")
		s.press("tab", "tab")
		wantSeen(t, s, "› confirm", "type 1", "esc cancel")
		for range 5 {
			s.press("tab")
			wantSeen(t, s, "› ", "type 1", "esc cancel")
		}
	})
}

// Leaving keeps all that was chosen, of a new silence and of a change.
func TestSilenceDraftKeepsAll(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "s")
		s.write("name=docs")
		s.press("tab", "right", "tab")
		s.write("rack 4")
		s.press("tab", "right", "esc", "s", "enter")
		wantAsked(t, s, monitor.Silence{Match: alert.Matcher{{"name": {"docs"}}}, For: 75 * time.Minute, Reason: "rack 4", Maintenance: true})
		s.press("s")
		if d := s.dialog.(*silenceDialog); d.match.text+d.reason.text != "" || d.maintenance() || d.end != d.began {
			t.Errorf("what was made is still a draft: %q", d.draft())
		}
		s.press("tab", "space", "esc", "s")
		wantSeen(t, s, "until what it matches is over")
		s.press("esc", "e", "shift+tab", "right", "tab")
		s.write(", again")
		s.press("esc", "e", "enter")
		want := monitor.EditSilence{ID: "s12", Match: alert.Matcher{{"name": {"reports"}}}, Until: at("04:45:00"), Reason: "nightly batch, again"}
		if diff := cmp.Diff(monitor.Command(want), s.asked()[1]); diff != "" {
			t.Errorf("a change (-want +got):\n%s", diff)
		}
	})
}

// A preview counts all and names a few, the gravest first.
func TestPreviewNamesTheGravest(t *testing.T) {
	bubble(t, func(t *testing.T, s *console) {
		var targets []*monitor.TargetStatus
		for i := range 500 {
			targets = append(targets, nightTarget(fmt.Sprintf("t-%04d", i), checker.Up))
		}
		last := targets[499]
		last.Alert = &alert.Alert{ID: "a", Target: last.Target.Name, State: alert.Firing, Severity: alert.Critical, Inhibited: "gate"}
		targets[300].Alert = &alert.Alert{Target: "t-0300", State: alert.Pending}
		s.desk.publish(targets)
		s.take(s.desk.snap)
		match, err := alert.Matcher{{"name": {"t-*"}}}.Compile()
		if err != nil {
			t.Fatal(err)
		}
		h := s.hitsOf(match)
		if h.targets != 500 || h.firing != 1 || h.alerts != 2 || h.unacked != 0 || len(h.first) != namedHits || h.first[0] != last {
			t.Errorf("%d targets, %d firing, %d alerts, %d unacked, %d named, first %s", h.targets, h.firing, h.alerts, h.unacked, len(h.first), h.first[0].Target.Name)
		}
	})
}

// The error stands right under the field that it is about.
func TestMatcherErrorIsUnderItsField(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "s")
		s.write("team")
		lines := screenLines(s)
		at := slices.IndexFunc(lines, func(l string) bool { return contains(l, "match ", "team_") })
		if at < 0 || !contains(lines[at+1], "no = in it") {
			t.Errorf("the line under the field says %q", lines[max(at, 0)+1])
		}
		s.write("=web")
		wantSeen(t, s, "31 targets now")
	})
}

// What is held is what the silence holds, not what it means: none while it has
// not begun.
func TestSilencesCountWhatTheyHold(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.republish(func(snap *monitor.Snapshot) {
			later := alert.Silence{ID: "s16", Match: alert.Matcher{{"team": {"web"}}}, From: at("06:00:00"), Until: at("07:00:00"), By: "bo"}
			snap.Silences = append(snap.Silences[:len(snap.Silences):len(snap.Silences)], later)
		})
		s.press("M")
		wantSeen(t, s,
			"s13   silence until over               1    1 ana",
			"s15   maint   until 04-13 09:47Z       3    1 bo",
			"s16   silence from 06:00:00Z          31    0 bo",
		)
	})
}

// As many are counted as are not named.
func TestCountedNamesAddUp(t *testing.T) {
	names := []string{"search-02", "search-03", "search-04", "モニター", "search-14"}
	th := newTheme(LevelNone, false)
	for _, tt := range []struct {
		n, width int
		want     string
	}{
		{5, 80, "search-02 search-03 search-04 モニター search-14"},
		{19, 80, "search-02 search-03 search-04 モニター search-14 +14"},
		{19, 42, "search-02 search-03 search-04 モニター +15"},
		{19, 41, "search-02 search-03 search-04 +16"},
		{5, 20, "search-02 +4"},
		{5, 3, "search-02 +4"},
		{0, 80, ""},
	} {
		if got := namedOf(names[:min(tt.n, len(names))], tt.n, tt.width, th); got != tt.want {
			t.Errorf("%d in %d cells: %q, want %q", tt.n, tt.width, got, tt.want)
		}
	}
}

// Of a window it is said where it can be changed.
func TestWindowNamesItsTable(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "G")
		wantSeen(t, s, "edit [maintenance.nightly] in config.toml, then ctrl+r")
		for _, k := range []string{"e", "A", "enter"} {
			s.toast = ""
			if s.press(k); !contains(s.toast, "[maintenance.nightly] in config.toml") {
				t.Errorf("%s says %q", k, s.toast)
			}
		}
	})
}

func TestSilencesKeepTheCursor(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("M", "j", "j")
		s.republish(func(snap *monitor.Snapshot) { snap.Silences = snap.Silences[1:] })
		if s.silenced.key != "s14" {
			t.Errorf("the cursor went to %q", s.silenced.key)
		}
		s.republish(func(snap *monitor.Snapshot) { snap.Silences = nil })
		if r := s.silencesRow(); s.silenced.key != "s14" || r == nil || !r.gone {
			t.Errorf("with no silence left the cursor is on %+v", r)
		}
		s.press("j")
		s.republish(func(*monitor.Snapshot) {})
		if r := s.silencesRow(); r == nil || r.window == nil {
			t.Errorf("after it left what has ended, the cursor is on %+v", r)
		}
	})
}
