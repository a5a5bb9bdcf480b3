package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	slackHeader  = 150
	slackSection = 2900
	slackLine    = 350
)

// slackNotifier posts to an incoming webhook. It cannot drop a repeat, so an
// attempt that may be one says so.
type slackNotifier struct {
	*poster
	channel string
}

// NewSlack returns a notifier that posts to an incoming webhook of Slack.
func NewSlack(o SlackOptions) (Notifier, error) {
	p, err := newPoster(o.URL, http.MethodPost)
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	return &slackNotifier{poster: p, channel: o.Channel}, nil
}

// pace is Slack's limit of a message a second, which is that of the webhook and
// not of the receivers that share it.
func (s *slackNotifier) pace() pace {
	sum := sha256.Sum256([]byte(s.url.Reveal()))
	return pace{lane: "slack " + hex.EncodeToString(sum[:8]), width: 1, every: time.Second}
}

func (s *slackNotifier) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	payload, err := json.Marshal(slackMessageOf(n, s.channel))
	if err != nil {
		return dead(safe.Line(err.Error(), maxErr))
	}
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {"sitrep"}}
	return s.post(ctx, h, payload)
}

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
	Type  string `json:"type"` // "plain_text"
	Text  string `json:"text"` // escaped
	Emoji bool   `json:"emoji"`
}

func slackMessageOf(n alert.Notification, channel string) slackMessage {
	title := headline(n)
	if n.Repeat {
		title = "(repeat) " + title
	}
	m := slackMessage{Channel: channel, Text: slackEscape(title, 2*maxHeadline), Parse: "none"}
	m.Blocks = append(m.Blocks, slackBlock{Type: "header", Text: plainText(slackEscape(title, slackHeader))})
	line := func(l string) string { return slackEscape(l, slackLine) }
	if text := body(n, slackSection, line); text != "" {
		m.Blocks = append(m.Blocks, slackBlock{Type: "section", Text: plainText(text)})
	}
	m.Blocks = append(m.Blocks, slackBlock{Type: "context", Elements: []slackText{*plainText(line(footer(n)))}})
	return m
}

func plainText(escaped string) *slackText { return &slackText{Type: "plain_text", Text: escaped} }

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
