package tui

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/monitor"
)

// quietBubble runs a test in a bubble, with a console on the quiet night.
func quietBubble(t *testing.T, f func(t *testing.T, s *console)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newConsole(t, newQuietNight(t), 80, 24)) })
}

// wantSeen fails unless the screen has each text on it.
func wantSeen(t *testing.T, s *console, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !s.seen(text) {
			t.Errorf("%q is not on the screen:\n%s", text, ansi.Strip(s.render()))
		}
	}
}

// What is held back is not what nobody has acknowledged, on any screen.
func TestHeldIsNotUnacked(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		for name, sign := range map[string]string{
			"shop-eu": "d", "shop-us": "w", "batch": "m", "late": "z", "many-holds": "m", "reports": "s", "jittery": "!", "mute": "!", "gate": "a",
		} {
			status := s.targetNamed(name)
			if who, _ := flags(status); who != sign {
				t.Errorf("%s is flagged %q, want %q", name, who, sign)
			}
			if held := strings.Contains("sdwmz", sign); held != status.Alert.Held() || held == (unackedAlert(status.Alert) || sign == "a") {
				t.Errorf("%s: held %v, unacked %v", name, status.Alert.Held(), unackedAlert(status.Alert))
			}
		}
		seen := map[string]bool{}
		for range 2 * s.unacked() {
			s.press("!")
			seen[s.board.cursor] = true
		}
		for name := range seen {
			if s.targetNamed(name).Alert.Held() {
				t.Errorf("! stops at %s, which is held back", name)
			}
		}
		if len(seen) != s.unacked() {
			t.Errorf("! stops at %d rows, want the %d that are unacked", len(seen), s.unacked())
		}
	})
}

func TestFilterOfWhatIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newQuietNight(t)
		for text, want := range map[string]string{
			"is:held": "batch late many-holds reports shop-eu shop-us", "is:maint": "batch many-holds", "is:inhibited": "many-holds shop-eu",
			"is:waiting": "late shop-us", "is:flapping": "jittery many-holds", "is:stale": "mute", "is:silenced": "many-holds reports",
			"is:unacked": "ingest-worker jittery mute recommend-api search-api", "is:firing -is:held -is:unacked": "gate weaviate-eu1",
		} {
			f, err := parseFilter(text, night)
			if err != nil {
				t.Errorf("%q: %v", text, err)
				continue
			}
			var got []string
			for _, s := range d.snap.Targets() {
				if f.matchTarget(s, night) {
					got = append(got, s.Target.Name)
				}
			}
			if got := strings.Join(got, " "); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
		f, err := parseFilter("kind:flapping,inhibited,storm", night)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for i := range d.snap.Events() {
			if f.matchEvent(&d.snap.Events()[i]) {
				n++
			}
		}
		if n != 3 {
			t.Errorf("%d events of three kinds", n)
		}
	})
}

// What is owed, told and waited for, by the state of an account.
func TestTellings(t *testing.T) {
	critical := alert.Alert{ID: "a", State: alert.Firing, Severity: alert.Critical}
	warning, over, held := critical, critical, critical
	warning.Severity, over.State, held.Inhibited = alert.Warning, alert.Resolved, "gate"
	flaps := critical
	flaps.Flapping = true
	firing := alert.Word{Firing: true, Severity: alert.Critical}
	told := func(w alert.Word) alert.Ledger {
		return alert.Ledger{Told: map[string]alert.Word{"a": w}, Accepted: at("03:40:00")}
	}
	next := func(l alert.Ledger, clock string) alert.Ledger {
		l.Next = at(clock)
		return l
	}
	route := alert.Route{Name: "all", To: []string{"r"}, Wait: 10 * time.Second, WaitPaging: time.Second, GroupInterval: 10 * time.Minute}
	tell := map[alert.Reason]bool{alert.First: true, alert.New: true, alert.Worse: true, alert.Over: true, alert.Remind: true}
	for _, tt := range []struct {
		name   string
		a      alert.Alert
		ledger alert.Ledger
		paging bool
		want   string
	}{
		{"nothing told", critical, alert.Ledger{}, false, "first"},
		{"the group waits", critical, alert.Ledger{First: at("03:47:08"), Next: at("03:47:18")}, false, "first, sent in 6s"},
		{"another of the group", critical, alert.Ledger{Told: map[string]alert.Word{"b": firing}, Next: at("03:50:00")}, false, "new, sent in 2m"},
		{"due", critical, alert.Ledger{First: at("03:40:08"), Next: at("03:47:12")}, false, "first, sent now"},
		{"held", held, alert.Ledger{}, false, "nothing: held back, parent down: gate"},
		{"knows", critical, next(told(firing), "06:47:12"), false, "nothing: it knows what is true; reminder in 3h"},
		{"never reminded", critical, told(firing), false, "nothing: it knows what is true"},
		{"worse", critical, next(told(alert.Word{Firing: true, Severity: alert.Warning}), "03:50:00"), false, "worse, sent in 2m"},
		{"perhaps told to be better", critical, told(alert.Word{Firing: true, Severity: alert.Critical, Unsure: true}), false, "worse"},
		{"flaps, perhaps told", flaps, told(alert.Word{Firing: true, Severity: alert.Critical, Flapping: true, Unsure: true}), false, "flapping"},
		{"better", warning, told(firing), false, "better"},
		{"over", over, next(told(firing), "03:47:42"), false, "resolved, sent in 30s"},
		{"over, never told", over, alert.Ledger{}, false, "nothing: it was not told of it"},
		{"over, cut off", over, told(alert.Word{Unsure: true}), false, "resolved"},
		{"under way", critical, alert.Ledger{Pending: &alert.Attempt{Number: 2, Flying: true, Words: map[string]alert.Word{"a": firing}}}, false, "first, attempt 2 is under way"},
		{"something else under way", critical, alert.Ledger{Pending: &alert.Attempt{Number: 2, Flying: true}}, false, "first, after what is being sent to it now"},
		{"after something else", critical, alert.Ledger{Pending: &alert.Attempt{Number: 2, Due: at("03:47:24")}, Next: at("03:47:24")}, false, "first, after something else, which is tried again in 12s"},
		{"again", critical, alert.Ledger{Pending: &alert.Attempt{Number: 3, Due: at("03:47:24"), Words: map[string]alert.Word{"a": firing}}}, false, "first, retry in 12s after 3 attempts"},
		{"refused", critical, alert.Ledger{Refused: map[string]alert.Attempt{"k": {Number: 1, Dead: true, Due: at("04:47:12"), Words: map[string]alert.Word{"a": firing}}}}, false, "first, refused, again in 1h"},
		{"given up", critical, alert.Ledger{Refused: map[string]alert.Attempt{"k": {Number: 99, Dead: true, Words: map[string]alert.Word{"a": firing}}}}, false, "first, given up after 99 attempts"},
	} {
		bubble(t, func(t *testing.T, s *console) {
			tt.ledger.Route, tt.ledger.Receiver, tt.ledger.Group = "all", "r", "all"
			snap := *s.snap
			snap.Policy = alert.Policy{Routes: []alert.Route{route}, Receivers: []alert.Receiver{{Name: "r", Paging: tt.paging, Tell: tell, Remind: 4 * time.Hour}}}
			snap.Accounts = []alert.Ledger{tt.ledger}
			s.snap = &snap
			ts := tellingsOf(&snap, &tt.a)
			if len(ts) != 1 {
				t.Fatalf("%s: %d accounts", tt.name, len(ts))
			}
			if got, _ := s.owedWords(&ts[0], &tt.a); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
			}
		})
	}
}

// What is on its way and not owed any more is called that on both screens.
func TestWhatIsHeldIsOwedNowhere(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("D", "j")
		wantSeen(t, s, "owed new in everything{group=}: retry in 12s after 3 attempts")
		s.republish(func(snap *monitor.Snapshot) {
			mute := slices.IndexFunc(snap.Alerts, func(a alert.Alert) bool { return a.ID == "a-mute" })
			snap.Alerts = slices.Clone(snap.Alerts)
			snap.Alerts[mute].Inhibited = "gate"
		})
		wantSeen(t, s, "new in everything{group=} is not sent: held back, parent down: gate")
		s.openTold(selection{target: "mute", alerts: []string{"a-mute"}})
		wantSeen(t, s, "owed  nothing: held back, parent down: gate")
		if s.seen("retry in") {
			t.Errorf("it is tried again all the same:\n%s", ansi.Strip(s.render()))
		}
	})
}

// In a storm one account is told of all groups: what is owed is said of that one.
func TestTellingsInAStorm(t *testing.T) {
	a := alert.Alert{ID: "a", State: alert.Firing, Severity: alert.Critical, Labels: map[string]string{"group": "shops"}}
	snap := monitor.Snapshot{
		Policy: alert.Policy{
			Routes:    []alert.Route{{Name: "all", To: []string{"chat"}, GroupBy: []string{"group"}}},
			Receivers: []alert.Receiver{{Name: "chat"}},
		},
		Accounts: []alert.Ledger{
			{Group: "all", Route: "all", Receiver: "chat", First: at("03:47:00")},
			{Group: "all{group=db}", Route: "all", Receiver: "chat", Labels: map[string]string{"group": "db"}},
		},
	}
	if ts := tellingsOf(&snap, &a); len(ts) != 1 || ts[0].ledger.Group != "all" {
		t.Errorf("accounts: %+v", ts)
	}
	snap.Accounts = append(snap.Accounts, alert.Ledger{Group: "all{group=shops}", Route: "all", Receiver: "chat", Labels: a.Labels})
	if ts := tellingsOf(&snap, &a); len(ts) != 1 || ts[0].ledger.Group != "all{group=shops}" {
		t.Errorf("accounts with one of its own group: %+v", ts)
	}
}

// A receiver that is told in place of another is listed as that, and one that no
// route leads to any more as that.
func TestTellingsBesideTheRoutes(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		a := s.targetNamed("gate").Alert
		s.snap.Accounts = append(s.snap.Accounts[:len(s.snap.Accounts):len(s.snap.Accounts)], alert.Ledger{
			Group: "old", Route: "old", Receiver: "fax", Told: map[string]alert.Word{"a-gate": {Firing: true, Severity: alert.Critical}},
		})
		var got []string
		for _, tell := range tellingsOf(s.snap, a) {
			got = append(got, tell.ledger.Receiver+" "+tell.instead)
		}
		if diff := cmp.Diff([]string{"chat ", "log ", "pager ", "mail pager", "fax "}, got); diff != "" {
			t.Errorf("accounts (-want +got):\n%s", diff)
		}
	})
}

// Who is on call, and who an escalation called, is led to by the route though it
// does not name them.
func TestTellingsOfPeople(t *testing.T) {
	a := alert.Alert{ID: "a", State: alert.Firing, Severity: alert.Critical}
	account := func(receiver string) alert.Ledger {
		return alert.Ledger{Group: "all", Route: "all", Receiver: receiver, Told: map[string]alert.Word{"a": {Firing: true, Severity: alert.Critical}}}
	}
	roster := nightRoster(t)
	snap := monitor.Snapshot{
		At: at("03:47:12"), Roster: roster,
		Policy: alert.Policy{
			Routes:    []alert.Route{{Name: "all", To: []string{"operator:ana"}, Escalate: "default"}},
			Receivers: []alert.Receiver{{Name: "pager", Paging: true}, {Name: "chat"}},
		},
		Accounts:    []alert.Ledger{account("bo via pager"), account("chen via pager")},
		Escalations: []alert.Escalation{{Group: "all", Route: "all", Policy: "default", Reached: []string{"bo via pager"}}},
	}
	led := map[string]bool{}
	for _, tell := range tellingsOf(&snap, &a) {
		led[tell.ledger.Receiver] = tell.route != nil && tell.rec != nil
	}
	want := map[string]bool{"bo via pager": true, "chen via pager": false}
	for _, x := range roster.Reach("operator:ana", snap.At) {
		want[x.String()] = true
	}
	if diff := cmp.Diff(want, led); diff != "" || len(want) < 3 {
		t.Errorf("led to (-want +got):\n%s", diff)
	}
}

// Only who does not accept has somebody else in its place: that its fallback is
// told in place of another says nothing of it.
func TestTellingsStandInOnlyForWhoFailedOver(t *testing.T) {
	a := alert.Alert{ID: "a", State: alert.Firing, Severity: alert.Critical}
	firing := map[string]alert.Word{"a": {Firing: true, Severity: alert.Critical}}
	route := alert.Route{Name: "all", To: []string{"chat", "dn", "up"}}
	direct := route
	direct.To = append([]string{"mail"}, route.To...)
	for _, tt := range []struct {
		name  string
		route alert.Route
		over  []string
		want  []string
	}{
		{"one", route, []string{"dn"}, []string{"chat ", "dn ", "mail dn", "up "}},
		{"none any more", route, nil, []string{"chat ", "dn ", "up ", "mail "}},
		{"two", route, []string{"chat", "dn"}, []string{"chat ", "mail chat, dn", "dn ", "up "}},
		{"told anyway", direct, []string{"dn"}, []string{"mail ", "chat ", "dn ", "up "}},
	} {
		snap := monitor.Snapshot{Policy: alert.Policy{Routes: []alert.Route{tt.route}}}
		for _, name := range []string{"chat", "dn", "mail", "up"} {
			r := alert.Receiver{Name: name, Fallback: "mail"}
			l := alert.Ledger{Group: "all", Route: "all", Receiver: name, FailedOver: slices.Contains(tt.over, name), Told: firing}
			if name == "mail" {
				r.Fallback = ""
			}
			snap.Policy.Receivers = append(snap.Policy.Receivers, r)
			snap.Accounts = append(snap.Accounts, l)
		}
		var got []string
		for _, tell := range tellingsOf(&snap, &a) {
			got = append(got, tell.ledger.Receiver+" "+tell.instead)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A receiver with two accounts is one receiver.
func TestToldCountsReceivers(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.republish(func(snap *monitor.Snapshot) {
			again := snap.Accounts[0]
			again.Group = "everything{group=old}"
			snap.Accounts = append(snap.Accounts[:len(snap.Accounts):len(snap.Accounts)], again)
		})
		if n := len(tellingsOf(s.snap, s.targetNamed("gate").Alert)); n != 5 {
			t.Fatalf("%d accounts", n)
		}
		s.openTold(s.selectNamed("gate"))
		wantSeen(t, s, "4 receivers")
	})
}

// Who was told is known as long as the alert goes on, whatever the log's tail has
// forgotten.
func TestPagedOutlastsTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newNight(t)
		var targets []*monitor.TargetStatus
		for _, target := range d.snap.Targets() {
			targets = append(targets, target)
		}
		d.show(d.snap.Order, targets, nil)
		s := newConsole(t, d, 80, 24)
		s.press("!")
		wantSeen(t, s, "paged slack")
		s.republish(func(snap *monitor.Snapshot) {
			snap.Accounts = []alert.Ledger{
				{Receiver: "slack", Told: map[string]alert.Word{"a-ingest-worker": {Unsure: true}}},
				{Receiver: "mail", Told: map[string]alert.Word{"a-ingest-worker": {Firing: true, Silent: true}}},
			}
		})
		if s.seen("paged") {
			t.Errorf("paged is whoever knows nothing, or not for sure:\n%s", ansi.Strip(s.render()))
		}
	})
}

// What stands under a target is its own.
func TestLastEventIsTheTargetsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newNight(t), 80, 24)
		s.press("!")
		wantSeen(t, s, "03:41:21 → paged     ingest-worker")
		s.press("G")
		if s.seen("billing-db: timeout 5s") {
			t.Errorf("under %s:\n%s", s.board.cursor, ansi.Strip(s.render()))
		}
	})
}

func TestEventSigns(t *testing.T) {
	th := newTheme(LevelNone, false)
	for kind, want := range map[string]string{
		"fired": th.down, "flapping": "~", "steady": th.down, "stale": th.unknown, "fresh": " ", "inhibited": " ", "freed": " ", "failover": th.warn,
		"mended": " ", "storm": th.warn, "stillack": " ", "gap": th.unknown, "resilence": " ", "paged": th.arrow, "failed": th.cross,
	} {
		if got, _ := th.eventGlyph(&monitor.Event{Kind: kind, Status: checker.Down}); got != want {
			t.Errorf("%s has the sign %q, want %q", kind, got, want)
		}
	}
}

// The way back has each screen once, however often one goes round.
func TestWayBackHasEachScreenOnce(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		s.press("enter", "w", "D", "G", "enter", "D", "M", "D", "G", "enter", "M")
		if len(s.back) > int(nScreens) {
			t.Errorf("%d screens to go back: %v", len(s.back), s.back)
		}
		for range nScreens {
			s.press("q")
		}
		if s.screen != screenBoard {
			t.Errorf("q leads to %s", s.screen)
		}
	})
}

func TestSpanOfMaintenance(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		for i := range 300 {
			if span := nextTimes(&s.snap.Policy.Maintenance[0].When, night.Add(time.Duration(i)*time.Hour), 5); len(span) != 5 || !span[0].From.After(night) {
				t.Fatalf("%d times of a window of each day: %v", len(span), span)
			}
		}
		if got := nextTimes(&s.snap.Policy.Maintenance[1].When, night.Add(24*time.Hour), 5); got != nil {
			t.Errorf("a window that is over comes again: %v", got)
		}
	})
}

// Times of maintenance are written in UTC, in the zone that they are planned in,
// and in that of whoever looks: each once.
func TestSpanIsWrittenInAllZones(t *testing.T) {
	chicago, berlin := time.FixedZone("CDT", -5*3600), time.FixedZone("CEST", 2*3600)
	span := civil.Span{From: at("04:00:00"), Until: at("08:00:00")}
	for _, tt := range []struct {
		planned, mine *time.Location
		want          string
	}{
		{time.UTC, time.UTC, "Sun 04-12 04:00–08:00 UTC"},
		{chicago, time.UTC, "Sun 04-12 04:00–08:00 UTC (Sat 04-11 23:00–04-12 03:00 CDT)"},
		{chicago, chicago, "Sun 04-12 04:00–08:00 UTC (Sat 04-11 23:00–04-12 03:00 CDT)"},
		{time.UTC, berlin, "Sun 04-12 04:00–08:00 UTC (Sun 04-12 06:00–10:00 CEST)"},
		{chicago, berlin, "Sun 04-12 04:00–08:00 UTC (Sat 04-11 23:00–04-12 03:00 CDT) (Sun 04-12 06:00–10:00 CEST)"},
	} {
		quietBubble(t, func(t *testing.T, s *console) {
			s.opt.Zone = tt.mine
			if got := s.spanWords(span, tt.planned); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhoWouldBeTold(t *testing.T) {
	quietBubble(t, func(t *testing.T, s *console) {
		docs := s.targetNamed("docs")
		if got, want := s.explained(docs), "if down: pager at once, chat after 10s, log after 10s"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		s.resize(80, 40)
		s.openTold(s.selectNamed("docs"))
		wantSeen(t, s, "pager (paging)  by pages at once, reminder every 30m, else mail after 1m", "chat  by everything after 10s, reminder every 4h")
		never := *docs.Target
		never.Worst = checker.Degraded
		docs.Target = &never
		s.told.lines = nil
		wantSeen(t, s, "not by pages: severity is warning, want critical")
		s.snap.Policy.Routes = s.snap.Policy.Routes[1:]
		if got, want := s.explained(docs), "if down: nobody is told"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
