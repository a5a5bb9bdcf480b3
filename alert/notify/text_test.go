package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/alert"
	"sitrep/checker"
)

// ours is a receiver without words of its own.
var ours Wording

// shout is a markup that shows what passed through it.
var shout = markup{escape: func(s string, _ int) string { return strings.ToUpper(s) }, link: strings.ToUpper}

// because returns a notification two hours and five minutes after began.
func because(why alert.Reason, alerts ...alert.Alert) alert.Notification {
	n := outage(alerts...)
	n.Reason, n.At = why, began.Add(2*time.Hour+5*time.Minute)
	return n
}

// ended returns the alert as it is after 12 min 4 s.
func ended(a alert.Alert, how string) alert.Alert {
	a.State, a.Ending = alert.Resolved, how
	a.Resolved, a.Confirmed = a.Started.Add(12*time.Minute+4*time.Second), a.Started.Add(13*time.Minute)
	return a
}

func TestHeadline(t *testing.T) {
	search := bad("search-api", alert.Critical, "503, want 200")
	slow := bad("cart", alert.Warning, "1.4 s, slower than 300 ms")
	a, b, c := bad("a", alert.Critical), bad("b", alert.Critical), bad("c", alert.Critical)
	many := because(alert.First, a, b, c, slow)
	flaps := search
	flaps.Flapping = true
	storm := many
	storm.Storm, storm.More = true, 48
	storm.Counts = map[alert.Severity]int{alert.Critical: 40, alert.Warning: 12}
	again, calm := storm, because(alert.Over, ended(a, ""))
	again.Reason = alert.Remind
	calm.Storm, calm.More, calm.Counts = true, 51, storm.Counts
	cut := because(alert.New, a, b, c, slow)
	cut.More = 56
	counted := cut
	counted.Counts = map[alert.Severity]int{alert.Critical: 59, alert.Warning: 1}
	allOver := because(alert.Over, ended(a, ""), ended(slow, ""))
	allOver.More = 58
	allOverCounted := allOver
	allOverCounted.Counts = counted.Counts
	allMissed := because(alert.Missed, ended(a, ""), ended(b, ""))
	allMissed.More = 58
	unnamed := because(alert.First, a, b)
	unnamed.Labels = nil
	for want, n := range map[string]alert.Notification{
		"DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)":                             because(alert.First, search),
		"WARN cart: 1.4 s, slower than 300 ms (since 2026-04-12 03:29:04Z)":                       because(alert.New, slow),
		"WORSE: DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)":                      because(alert.Worse, search),
		"BETTER: WARN cart: 1.4 s, slower than 300 ms (since 2026-04-12 03:29:04Z)":               because(alert.Better, slow),
		"STILL DOWN search-api for 2h 5m: 503, want 200 (since 2026-04-12 03:29:04Z)":             because(alert.Remind, search),
		"DOWN a (since 2026-04-12 03:29:04Z)":                                                     because(alert.First, a),
		"3 DOWN, 1 WARN in shops: a, b, c and 1 more":                                             many,
		"STILL 2 DOWN in shops for 2h 5m: a, b":                                                   because(alert.Remind, a, b),
		"2 DOWN: a, b":                                                                            unnamed,
		"RESOLVED search-api after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)":         because(alert.Over, ended(search, "")),
		"RESOLVED by hand search-api after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)": because(alert.Over, ended(search, "by hand")),
		"CLOSED search-api: no longer monitored, after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)": because(
			alert.Over, ended(search, "removed")),
		"2 RESOLVED in shops: a, b": because(alert.Over, ended(a, ""), ended(b, "")),
		"FLAPPING: DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)":             because(alert.Flaps, flaps),
		"STEADY AGAIN: DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)":         because(alert.Flaps, search),
		"MISSED: DOWN search-api for 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)": because(alert.Missed, ended(search, "")),
		"MISSED: 2 DOWN in shops: a, b":                                                     because(alert.Missed, ended(a, ""), ended(b, "")),
		"STORM: 40 DOWN, 12 WARN in shops: a, b, c and 49 more":                             storm,
		"STILL 40 DOWN, 12 WARN in shops for 2h 5m: a, b, c and 49 more":                    again,
		"52 RESOLVED in shops: a and 51 more":                                               calm,
		"59 DOWN, 1 WARN in shops: a, b, c and 57 more":                                     counted,
		"60 alerts (at least 3 DOWN, 1 WARN) in shops: a, b, c and 57 more":                 cut,
		"MISSED: 60 alerts (at least 2 DOWN) in shops: a, b and 58 more":                    allMissed,
		"TEST: sitrep reaches receiver chat":                                                {Receiver: "chat", Test: true},
		"first: nothing is left to tell of all{}":                                           {Reason: alert.First, Group: "all{}"},
	} {
		if got := ours.headline(n); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	for _, n := range []alert.Notification{allOver, allOverCounted} {
		if got, want := ours.headline(n), "60 RESOLVED in shops: a, cart and 58 more"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A long answer must not push out the time, nor long names the count.
func TestHeadlineKeepsWhatMatters(t *testing.T) {
	long := bad(strings.Repeat("n", 300), alert.Critical, strings.Repeat("answer ", 100))
	got := ours.headline(because(alert.First, long))
	if len(got) > maxHeadline || !strings.HasSuffix(got, "(since 2026-04-12 03:29:04Z)") || !strings.Contains(got, ": answer") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	got = ours.headline(because(alert.First, long, long, long, long, long))
	if len(got) > maxHeadline || !strings.HasSuffix(got, "and 4 more") && !strings.HasSuffix(got, "and 3 more") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestBody(t *testing.T) {
	down := bad("search-api", alert.Critical, "503, want 200", "two", "three", "four", "five", "six")
	down.Ack = &alert.Ack{By: "ana", Note: "on it"}
	got := ours.paragraphs(because(alert.New, down, ended(bad("cart", alert.Warning, "slow"), "")), 10_000, shout)
	want := strings.ToUpper(`DOWN search-api since 2026-04-12 03:29:04Z (2h 5m)
  status: 503, want 200
  status: two
  status: three
  status: four
  and 2 more findings
  acknowledged by ana: on it

RESOLVED cart after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)
  last: slow`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := ours.paragraphs(alert.Notification{Test: true}, 100, shout); !strings.Contains(got, "NOTHING IS WRONG") {
		t.Errorf("a test says %q", got)
	}
}

func TestBodyOfEachReason(t *testing.T) {
	down := bad("db", alert.Critical, "refused")
	down.Runbook, down.Behind, down.Flapping, down.Stale = "https://wiki.test/db", 12, true, true
	one := bad("api", alert.Critical)
	one.Behind, one.Runbook = 1, "file:///etc/passwd"
	missed := because(alert.Missed, ended(down, ""))
	missed.Receiver, missed.Since = "pager", began.Add(-time.Minute)
	missed.Alerts[0].Severity, missed.Alerts[0].Worst = alert.Warning, alert.Critical
	var many []alert.Alert
	for i := range 14 {
		many = append(many, bad(fmt.Sprint("t", i), alert.Critical, "refused"))
	}
	storm := because(alert.First, many...)
	storm.Storm, storm.More, storm.Counts, storm.Shared = true, 5, map[alert.Severity]int{alert.Critical: 19}, map[string]string{"kind": "http", "group": "shops"}
	for name, c := range map[string]struct {
		n    alert.Notification
		want string
	}{
		"all there is": {because(alert.First, down, one), `DOWN db since 2026-04-12 03:29:04Z (2h 5m)
  status: refused
  flapping: it goes back and forth, and is told of less often
  stale: no result since a while, so nobody knows how it is now
  12 others depend on it and are bad too
  runbook: https://wiki.test/db

DOWN api since 2026-04-12 03:29:04Z (2h 5m)
  1 other depends on it and is bad too`},
		"missed": {missed, `pager could not be reached from 2026-04-12 03:28:04Z to 2026-04-12 05:34:04Z.

db was DOWN from 2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z
  last: refused`},
		"a storm": {storm, `Too many at once to tell each: 19 DOWN.
All of them have group=shops, kind=http.

` + strings.Join(strings.Fields(strings.Repeat("X ", 10)), "\n\n") + `

and 9 more`},
	} {
		want := c.want
		for i := range digestShown {
			want = strings.Replace(want, "X", fmt.Sprintf("DOWN t%d since 2026-04-12 03:29:04Z (2h 5m)", i), 1)
		}
		if diff := cmp.Diff(want, ours.paragraphs(c.n, 10_000, plain)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
	n := because(alert.First, one)
	n.For = "pager"
	if got, want := footer(n), "sitrep: first, all{group=shops}, receiver chat instead of pager, which does not accept, 1 active"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTimesAreInTheReceiversZone(t *testing.T) {
	w := Wording{Zone: time.FixedZone("CEST", 2*3600)}
	n := because(alert.Missed, ended(bad("db", alert.Critical), ""))
	n.Since = began
	text := w.headline(n) + w.paragraphs(n, 1000, plain)
	if strings.Contains(text, "Z") || strings.Count(text, "05:29:04 CEST") != 3 {
		t.Errorf("got %s", text)
	}
}

func TestRunbookIsAWebPageOrNothing(t *testing.T) {
	for in, want := range map[string]string{
		"https://wiki.test/db?a=b&c=d#e": "https://wiki.test/db?a=b&c=d#e",
		" http://wiki.test/a b":          "http://wiki.test/a%20b",
		"https://wiki.test/?q=<a|b>\"'":  "https://wiki.test/?q=%3Ca%7Cb%3E%22%27",
		"javascript:alert(1)":            "", "file:///etc/passwd": "", "wiki/db": "", "//wiki.test/db": "", "https:///db": "", "": "",
		"https://wiki.test/\x1b[2J":                         "",
		"https://wiki.test/" + strings.Repeat("x", maxLink): "",
	} {
		if got := runbook(&alert.Alert{Runbook: in}); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 999 * time.Millisecond: "0s", 59 * time.Second: "59s", time.Minute: "1m",
		12*time.Minute + 4*time.Second: "12m 4s", time.Hour: "1h", 25*time.Hour + 59*time.Minute: "1d 1h",
		2*time.Hour + 5*time.Minute: "2h 5m", 400 * 24 * time.Hour: "400d",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// Whatever targets are called and answer: no text that is made of it drives a
// terminal or a header, none is longer than it may be, and the count of what is
// left out is right.
func TestAnyTextIsCleanBoundedAndCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyNotification(t)
		limit := rapid.IntRange(2000, 20_000).Draw(t, "limit")
		text := ours.paragraphs(n, limit, plain)
		for what, s := range map[string]string{"headline": ours.headline(n), "body": text, "footer": footer(n)} {
			if i := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
				t.Fatalf("a control character at %d of the %s: %q", i, what, s)
			}
			if what != "body" && (len(s) > maxLine || strings.Contains(s, "\n") || s == "") {
				t.Fatalf("the %s is not one short line: %q", what, s)
			}
			if !utf8.ValidString(s) {
				t.Fatalf("the %s is not UTF-8: %q", what, s)
			}
		}
		if len(text) > limit {
			t.Fatalf("%d bytes, limit %d", len(text), limit)
		}
		shown, left := strings.Count(text, "\n\n")+1, 0
		if i := strings.LastIndex(text, "\n\nand "); i >= 0 {
			fmt.Sscanf(text[i:], "\n\nand %d more", &left)
			shown--
		}
		if len(ours.opening(n, plain)) > 0 {
			shown--
		}
		if !n.Test && len(n.Alerts) > 0 && shown+left != len(n.Alerts) {
			t.Fatalf("%d shown and %d more, of %d:\n%s", shown, left, len(n.Alerts), text)
		}
	})
}

func anyNotification(t *rapid.T) alert.Notification {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x1b]0;x\x07", "\u009b2J", "a\r\nb", "\xff\xfe", "\u202e", "界"}))
	n := alert.Notification{
		Group: text.Draw(t, "group"), Receiver: text.Draw(t, "receiver"), At: began,
		Labels: map[string]string{text.Draw(t, "label"): text.Draw(t, "value")},
		Reason: alert.Reason(rapid.IntRange(0, 8).Draw(t, "reason")),
		Test:   rapid.IntRange(0, 9).Draw(t, "test") == 0,
	}
	for range rapid.IntRange(0, 40).Draw(t, "alerts") {
		a := alert.Alert{
			Target: text.Draw(t, "target"), State: alert.State(rapid.IntRange(0, 4).Draw(t, "state")),
			Severity: alert.Severity(rapid.IntRange(0, 2).Draw(t, "severity")), Ending: text.Draw(t, "ending"),
			Started: began.Add(-time.Duration(rapid.Int64Range(-1e9, 1e16).Draw(t, "age"))),
		}
		for range rapid.IntRange(0, 6).Draw(t, "findings") {
			a.Findings = append(a.Findings, checker.Finding{What: text.Draw(t, "what"), Text: text.Draw(t, "finding")})
		}
		if rapid.Bool().Draw(t, "acked") {
			a.Ack = &alert.Ack{By: text.Draw(t, "by"), Note: text.Draw(t, "note")}
		}
		n.Alerts = append(n.Alerts, a)
	}
	return n
}

func TestWhatIsNotListedIsCounted(t *testing.T) {
	n := outage(bad("a", alert.Critical, "reset"), bad("b", alert.Critical, "reset"))
	n.More = 950
	if got := ours.headline(n); !strings.Contains(got, "952 alerts (at least 2 DOWN) in shops: a, b and 950 more") {
		t.Errorf("headline %q", got)
	}
	if got := noticeOf(ours.say(n), 1).More; got != 951 {
		t.Errorf("%d more in the payload, want 951", got)
	}
}
