package notify

import (
	"encoding/json"
	"html"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"sitrep/alert"
	"sitrep/safe"
)

// everything is a template that writes all that came from outside.
const everything = `{{.Receiver}}{{.For}}{{.Group}}{{.Route}}{{.Labels}}{{.Shared}}{{range .Alerts}}{{.}}{{end}}
{{json .Labels}}`

// renderings are all texts that a notification becomes, decoded as their reader
// decodes them, by the channel that they are for.
func renderings(t interface {
	Fatal(...any)
	Helper()
}, n alert.Notification, w Wording) map[string][]string {
	t.Helper()
	out := make(map[string][]string)
	m := w.say(n)
	add := func(channel string, v any) {
		raw, err := encode(v)
		if err != nil {
			t.Fatal(channel, err)
		}
		var decoded any
		if err := json.Unmarshal(raw, &decoded); err != nil {
			t.Fatal(channel, err)
		}
		out[channel] = append(allStrings(decoded), string(raw))
	}
	line, err := logLine(m, began)
	if err != nil {
		t.Fatal(err)
	}
	add("log", json.RawMessage(line))
	add("webhook", webhookBodyOf(m, "https://sitrep.test"))
	add("sitrep", noticeOf(m, 10))
	add("slack", slackMessageOf(m))
	add("pagerduty", (&pagerDuty{key: safe.NewSecret("k"), wording: w, open: new(opened)}).events(n))
	add("alertmanager", (&alertmanager{wording: w}).alertsOf(n, began))
	add("ntfy", (&ntfy{wording: w}).message(n))
	out["exec"] = environment(noticeOf(m, 10))
	someone := &mail.Address{Address: "a@x.test"}
	raw, err := (&emailNotifier{wording: w, from: someone}).message(n, []*mail.Address{someone})
	if err != nil {
		t.Fatal(err)
	}
	out["mail"] = []string{strings.ReplaceAll(string(raw), "\r\n", "\n"), m.title, m.body(maxMail, plain), htmlPage(m)}
	return out
}

// allStrings lists the strings of decoded JSON, names included.
func allStrings(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var s []string
		for _, e := range v {
			s = append(s, allStrings(e)...)
		}
		return s
	case map[string]any:
		s := slices.Collect(maps.Keys(v))
		for _, e := range v {
			s = append(s, allStrings(e)...)
		}
		return s
	}
	return nil
}

// Whatever comes from outside, and in whoever's words: nothing that is sent
// holds a control character but the end of a line, and nothing of it is markup.
func TestNothingThatIsSentDrivesATerminal(t *testing.T) {
	own, err := ParseTemplate("{{.}}", everything)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := anyWord(t)
		for _, w := range []Wording{ours, {Template: own, Zone: time.FixedZone("CEST", 7200)}} {
			for channel, texts := range renderings(t, n, w) {
				for _, s := range texts {
					if i := strings.IndexFunc(s, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
						t.Fatalf("%s: a control character at %d of %q", channel, i, s)
					}
					if !utf8.ValidString(s) {
						t.Fatalf("%s: not UTF-8: %q", channel, s)
					}
				}
			}
			m := w.say(n)
			checkMarkup(t, m)
			for _, e := range environment(noticeOf(m, 10)) {
				if strings.Contains(e, "\n") {
					t.Fatalf("two lines in the environment: %q", e)
				}
			}
		}
	})
}

var (
	ownTags  = regexp.MustCompile(`</?(?:html|head|meta charset="utf-8"|body|p|strong|pre style="white-space: pre-wrap"|p style="color: #666"|a|pre)>|<!doctype html>`)
	ownLinks = regexp.MustCompile(`<a href="https://wiki\.test/[^"<>]*">https://wiki\.test/[^"<>]*</a>`)
	entities = regexp.MustCompile(`&(amp|lt|gt);`)
)

// checkMarkup holds that text from outside is no markup of Slack's nor of HTML's.
func checkMarkup(t *rapid.T, m message) {
	for _, b := range slackMessageOf(m).Blocks {
		for _, text := range slackTexts(slackMessage{Blocks: []slackBlock{b}}) {
			plain := entities.ReplaceAllString(text.Text, "")
			if text.Type == "mrkdwn" {
				if !strings.HasPrefix(text.Text, "<https://wiki.test/") || strings.Count(text.Text, "<") != 1 || strings.Count(text.Text, ">") != 1 {
					t.Fatalf("slack: %q", text.Text)
				}
				continue
			}
			if text.Type != "plain_text" || strings.ContainsAny(plain, "<>&") || len(text.Text) > 3000 {
				t.Fatalf("slack: %s of %d bytes: %q", text.Type, len(text.Text), text.Text)
			}
		}
	}
	page := ownTags.ReplaceAllString(ownLinks.ReplaceAllString(htmlPage(m), ""), "")
	if strings.ContainsAny(page, `<>"'`) {
		t.Fatalf("html: %q", page)
	}
	if back := html.UnescapeString(page); back == page && strings.Contains(page, "&") {
		t.Fatalf("html: %q is not escaped", page)
	}
}

// anyWord is any notification with all that one may have.
func anyWord(t *rapid.T) alert.Notification {
	n := anyNotification(t)
	n.Alerts = n.Alerts[:min(len(n.Alerts), 3)]
	text := rapid.SampledFrom([]string{"", "a", "\x1b]0;x\x07", "\u009b2J", "a\r\nb", "\xff\xfe", "\u202e", "<b>&\"'`*_|", "界"})
	n.Storm = rapid.Bool().Draw(t, "storm")
	n.For, n.Route, n.Repeat = text.Draw(t, "for"), text.Draw(t, "route"), rapid.Bool().Draw(t, "repeat")
	n.More = rapid.IntRange(0, 2).Draw(t, "more")
	n.Since = began
	if n.Storm {
		n.Counts = map[alert.Severity]int{alert.Critical: 5}
		n.Shared = map[string]string{text.Draw(t, "shared"): text.Draw(t, "value")}
	}
	for i := range n.Alerts {
		a := &n.Alerts[i]
		a.Group = text.Draw(t, "group")
		a.Labels = map[string]string{text.Draw(t, "label"): text.Draw(t, "value")}
		a.Runbook = rapid.SampledFrom([]string{"", "https://wiki.test/", "javascript:"}).Draw(t, "scheme") + text.Draw(t, "path")
		a.Behind, a.Flapping, a.Stale = rapid.IntRange(0, 2).Draw(t, "behind"), rapid.Bool().Draw(t, "flapping"), rapid.Bool().Draw(t, "stale")
	}
	return n
}
