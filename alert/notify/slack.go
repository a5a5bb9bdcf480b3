package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// Slack's limits are in characters, 150 for a header and 3,000 for a section.
// Ours are in bytes of escaped text, which are never fewer.
const (
	slackHeader   = 150
	slackSection  = 2900
	slackLine     = 350
	slackElements = 10 // of a context
)

// slackNotifier posts to an incoming webhook. It cannot drop a repeat, so an
// attempt that may be one says so.
type slackNotifier struct {
	*poster
	channel string
	wording Wording
}

// NewSlack returns a notifier that posts to an incoming webhook of Slack, or as
// a bot if there is a token.
func NewSlack(o SlackOptions) (Notifier, error) {
	if !o.Token.IsZero() {
		return newSlackBot(o)
	}
	p, err := newPoster(o.URL, http.MethodPost)
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	return &slackNotifier{poster: p, channel: o.Channel, wording: o.Wording}, nil
}

// pace is Slack's limit of a message a second, which is that of the webhook and
// not of the receivers that share it.
func (s *slackNotifier) pace() pace {
	return pace{lane: laneOfSecret("slack", s.url), width: 1, every: time.Second}
}

func (s *slackNotifier) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	m := slackMessageOf(s.wording.say(n))
	m.Channel = s.channel
	payload, err := json.Marshal(m)
	if err != nil {
		return dead(safe.Line(err.Error(), maxErr))
	}
	return s.post(ctx, http.Header{"Content-Type": {slackJSON}}, payload)
}

const slackJSON = "application/json; charset=utf-8"

// slackMessage holds no text that Slack would read as markup: targets and their
// answers are in all of it.
type slackMessage struct {
	Channel     string       `json:"channel,omitempty"`
	Text        string       `json:"text"` // what a notification on a phone shows
	Mrkdwn      bool         `json:"mrkdwn"`
	Parse       string       `json:"parse"` // "none": @channel stays a word
	LinkNames   bool         `json:"link_names"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
	Blocks      []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string      `json:"type"` // "header", "section", "context"
	Text     *slackText  `json:"text,omitempty"`
	Elements []slackText `json:"elements,omitempty"`
}

type slackText struct {
	Type     string `json:"type"` // "plain_text"; "mrkdwn" only for a link of the operator's
	Text     string `json:"text"` // escaped
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim bool   `json:"verbatim,omitempty"`
}

func slackMessageOf(m message) slackMessage {
	title := m.title
	if m.n.Repeat {
		title = "(repeat) " + title
	}
	out := slackMessage{Text: slackEscape(title, 2*maxHeadline), Parse: "none"}
	out.Blocks = append(out.Blocks, slackBlock{Type: "header", Text: plainText(slackEscape(title, slackHeader))})
	if text := m.body(slackSection, slackMarkup); text != "" {
		out.Blocks = append(out.Blocks, slackBlock{Type: "section", Text: plainText(text)})
	}
	if links := slackLinks(m.n); len(links) > 0 {
		out.Blocks = append(out.Blocks, slackBlock{Type: "context", Elements: links})
	}
	out.Blocks = append(out.Blocks, slackBlock{Type: "context", Elements: []slackText{*plainText(slackEscape(m.footer(), slackLine))}})
	return out
}

// slackMarkup leaves links to slackLinks: in plain text they are none.
var slackMarkup = markup{escape: slackEscape, link: func(string) string { return "" }}

// slackLinks are the runbooks of what is bad, each a link that the operator
// wrote, and beside it the targets that it is for, in plain text.
func slackLinks(n alert.Notification) []slackText {
	var urls []string
	targets := make(map[string]string)
	for i := range n.Alerts {
		a := &n.Alerts[i]
		u := runbook(a)
		if u == "" || a.State == alert.Resolved {
			continue
		}
		if targets[u] == "" {
			urls = append(urls, u)
			targets[u] = name(a.Target)
		} else {
			targets[u] += ", " + name(a.Target)
		}
	}
	var links []slackText
	for _, u := range urls[:min(len(urls), slackElements/2)] {
		links = append(links,
			slackText{Type: "mrkdwn", Text: "<" + strings.ReplaceAll(u, "&", "&amp;") + "|runbook>", Verbatim: true},
			*plainText(slackEscape(targets[u], slackHeader)))
	}
	return links
}

func plainText(escaped string) *slackText {
	return &slackText{Type: "plain_text", Text: escaped, Emoji: new(false)}
}

// slackEscape writes the three characters that control Slack's text as it wants
// them, once, and cuts what is over max bytes between two characters, not
// inside an entity.
func slackEscape(s string, max int) string {
	var b strings.Builder
	for i, r := range s {
		next := string(r)
		switch r {
		case '&':
			next = "&amp;"
		case '<':
			next = "&lt;"
		case '>':
			next = "&gt;"
		}
		room := max
		if i+len(string(r)) < len(s) {
			room -= len("…")
		}
		if b.Len()+len(next) > room {
			b.WriteString("…")
			break
		}
		b.WriteString(next)
	}
	return b.String()
}
