package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func TestSlackPingsNobodyAndLinksNothing(t *testing.T) {
	m := slackMessageOf(ours.say(outage(bad("a<b>&\"", alert.Critical, hostile))))
	if m.Parse != "none" || m.LinkNames || m.Mrkdwn || m.UnfurlLinks || m.UnfurlMedia {
		t.Errorf("Slack is asked to read markup: %+v", m)
	}
	for _, text := range slackTexts(m) {
		if text.Type != "plain_text" || *text.Emoji {
			t.Errorf("%q is formatted text", text.Text)
		}
		if strings.ContainsAny(text.Text, "<>") || strings.Contains(text.Text, "&amp;lt;") {
			t.Errorf("not escaped once: %s", text.Text)
		}
	}
	if want := "&lt;!channel&gt; a &amp; b &lt;http://a.test|click&gt;"; !strings.Contains(m.Blocks[1].Text.Text, want) {
		t.Errorf("%s is not in %s", want, m.Blocks[1].Text.Text)
	}
	if strings.ContainsAny(m.Text, "<>") {
		t.Errorf("not escaped: %s", m.Text)
	}
}

func slackTexts(m slackMessage) []slackText {
	var all []slackText
	for _, b := range m.Blocks {
		if b.Text != nil {
			all = append(all, *b.Text)
		}
		all = append(all, b.Elements...)
	}
	return all
}

func TestSlackKeepsItsLimits(t *testing.T) {
	for name, finding := range map[string]string{
		"letters": strings.Repeat("x", 200), "escapes": strings.Repeat("&", 200), "wide": strings.Repeat("界", 66),
	} {
		for _, count := range []int{1, 2, 60, 500} {
			var alerts []alert.Alert
			for i := range count {
				alerts = append(alerts, bad(fmt.Sprintf("%03d%s", i, strings.Repeat("<", 120)), alert.Critical, finding, finding, finding, finding, finding))
			}
			n := outage(alerts...)
			n.Repeat = true
			m := slackMessageOf(ours.say(n))
			for i, b := range m.Blocks {
				for _, text := range slackTexts(slackMessage{Blocks: []slackBlock{b}}) {
					limit := 3000
					if b.Type == "header" {
						limit = 150
					}
					if got := len([]rune(text.Text)); got > limit || got == 0 {
						t.Errorf("%s ×%d: block %d has %d characters, limit %d", name, count, i, got, limit)
					}
					if cut := strings.LastIndexByte(text.Text, '&'); cut >= 0 && !strings.Contains(text.Text[cut:], ";") {
						t.Errorf("%s ×%d: block %d ends inside an entity: %s", name, count, i, text.Text[cut:])
					}
				}
			}
			shown := strings.Count(m.Blocks[1].Text.Text, "DOWN ")
			if rest := fmt.Sprintf("and %d more", count-shown); shown < count && !strings.HasSuffix(m.Blocks[1].Text.Text, rest) {
				t.Errorf("%s ×%d: %d are shown, and it ends with %q", name, count, shown, m.Blocks[1].Text.Text[len(m.Blocks[1].Text.Text)-30:])
			}
		}
	}
}

func TestSlackMessage(t *testing.T) {
	got, err := json.Marshal(slackMessageOf(ours.say(outage(bad("db", alert.Critical, "connection refused")))))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"text":"DOWN db: connection refused (since 2026-04-12 03:29:04Z)",` +
		`"mrkdwn":false,"parse":"none","link_names":false,"unfurl_links":false,"unfurl_media":false,"blocks":[` +
		`{"type":"header","text":{"type":"plain_text","text":"DOWN db: connection refused (since 2026-04-12 03:29:04Z)","emoji":false}},` +
		`{"type":"section","text":{"type":"plain_text","text":"DOWN db since 2026-04-12 03:29:04Z (5m)\n  status: connection refused","emoji":false}},` +
		`{"type":"context","elements":[{"type":"plain_text","text":"sitrep: first, all{group=shops}, receiver chat, 1 active","emoji":false}]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSlackRateIsThatOfTheWebhook(t *testing.T) {
	slack := func(url string) Notifier { return mustNotifier(t)(NewSlack(SlackOptions{URL: safe.NewSecret(url)})) }
	a, b := paceOf("a", slack("https://h.test/x")), paceOf("b", slack("https://h.test/x"))
	if a != b {
		t.Errorf("two receivers of one webhook: %v and %v", a, b)
	}
	if c := paceOf("c", slack("https://h.test/y")); c.lane == a.lane {
		t.Error("two webhooks share a lane")
	}
}

// The operator's own link works, and nothing else becomes one.
func TestSlackLinksTheRunbookAlone(t *testing.T) {
	a, b, c := bad("*a* <http://evil.test|x>", alert.Critical, hostile), bad("b", alert.Critical), bad("c", alert.Critical)
	a.Runbook, b.Runbook, c.Runbook = "https://wiki.test/a?x=<!channel>|y&z=1", "javascript:alert(1)", "https://wiki.test/a?x=<!channel>|y&z=1"
	gone := ended(bad("d", alert.Critical), "")
	gone.Runbook = "https://wiki.test/d"
	m := slackMessageOf(ours.say(outage(a, b, c, gone)))
	want := []slackText{
		{Type: "mrkdwn", Text: "<https://wiki.test/a?x=%3C!channel%3E%7Cy&amp;z=1|runbook>", Verbatim: true},
		*plainText("*a* &lt;http://evil.test|x&gt;, c"),
	}
	if diff := cmp.Diff(want, m.Blocks[2].Elements); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for i, text := range slackTexts(m) {
		if text.Type == "mrkdwn" && text.Text != want[0].Text {
			t.Errorf("text %d is read as markup: %s", i, text.Text)
		}
	}
	var many []alert.Alert
	for i := range 50 {
		x := bad(fmt.Sprint(i), alert.Critical)
		x.Runbook = fmt.Sprintf("https://wiki.test/%d", i)
		many = append(many, x)
	}
	if got := len(slackMessageOf(ours.say(outage(many...))).Blocks[2].Elements); got > slackElements {
		t.Errorf("%d elements", got)
	}
}

func TestSlackEscapesTheOperatorsTemplateToo(t *testing.T) {
	w := Wording{Template: mustTemplate(t, "<!here> {{.Title}}", "<https://a.test|x> & {{.Text}}")}
	for _, text := range slackTexts(slackMessageOf(w.say(outage(bad("db", alert.Critical, hostile))))) {
		if strings.ContainsAny(text.Text, "<>") || text.Type != "plain_text" {
			t.Errorf("%+v", text)
		}
	}
}
