package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"sitrep/alert"
	"sitrep/safe"
)

// maxNtfy bounds a message, in bytes: what is over 4 KiB ntfy turns into a file.
const maxNtfy = 3900

// ntfy publishes to a topic. It cannot drop a repeat, so an attempt that may be
// one says so.
type ntfy struct {
	*poster  // to the server: the topic is in the message
	topic    safe.Secret
	token    safe.Secret
	priority int
	wording  Wording
}

// NewNtfy returns a notifier that publishes to a topic of ntfy.
func NewNtfy(o NtfyOptions) (Notifier, error) {
	p, err := newPoster(o.URL, http.MethodPost, o.Token.Reveal()) // of the whole, whose secrets are ours
	if err != nil {
		return nil, fmt.Errorf("ntfy: %w", err)
	}
	u, _ := url.Parse(o.URL.Reveal()) // it did just now
	path := strings.Trim(u.Path, "/")
	topic := path[strings.LastIndexByte(path, '/')+1:]
	switch {
	case topic == "":
		return nil, errors.New("ntfy: the URL names no topic; write https://ntfy.sh/TOPIC")
	case o.Priority < 0 || o.Priority > 5:
		return nil, fmt.Errorf("ntfy: priority is 1 to 5, not %d", o.Priority)
	case !o.Token.IsZero() && !validBearer(o.Token):
		return nil, errors.New("ntfy: the token has characters that none has")
	}
	u.Path, u.RawPath = strings.TrimSuffix("/"+path, topic), ""
	p.url = safe.NewSecret(u.String())
	p.scrub = append(newScrubber(topic), p.scrub...)
	return &ntfy{poster: p, topic: safe.NewSecret(topic), token: o.Token, priority: o.Priority, wording: o.Wording}, nil
}

// ntfyMessage is what ntfy takes as JSON. No part of it is read as markup.
type ntfyMessage struct {
	Topic    string       `json:"topic"`
	Title    string       `json:"title"`
	Message  string       `json:"message"`
	Priority int          `json:"priority"`
	Tags     []string     `json:"tags"` // names of emoji, before the title
	Actions  []ntfyAction `json:"actions,omitempty"`
}

// ntfyAction is a button that opens a page.
type ntfyAction struct {
	Action string `json:"action"` // "view"
	Label  string `json:"label"`
	URL    string `json:"url"`
}

func (y *ntfy) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	payload, err := encode(y.message(n))
	if err != nil {
		return dead(y.scrub.line(err.Error(), maxErr))
	}
	h := http.Header{"Content-Type": {"application/json"}}
	if !y.token.IsZero() {
		h.Set("Authorization", "Bearer "+y.token.Reveal())
	}
	return y.post(ctx, h, payload)
}

func (y *ntfy) message(n alert.Notification) ntfyMessage {
	words := y.wording.say(n)
	m := ntfyMessage{Topic: cmp.Or(addressee(n).Address, y.topic.Reveal()), Title: words.title, Priority: 3, Tags: []string{"white_check_mark"}}
	if n.Repeat {
		m.Title = "(repeat) " + m.Title
	}
	foot := words.footer()
	m.Message = words.body(maxNtfy-len("\n\n")-len(foot), plain) + "\n\n" + foot
	worst, bad := severityOf(n)
	switch {
	case n.Test:
		m.Tags = []string{"test_tube"}
	case n.Reason == alert.Handover:
		m.Tags = []string{"calendar"}
		return m
	case worst == alert.Critical:
		m.Priority, m.Tags = 5, []string{"rotating_light"}
	case bad:
		m.Tags = []string{"warning"}
	}
	if (bad || n.Test) && y.priority > 0 {
		m.Priority = y.priority
	}
	for i := range n.Alerts {
		a := &n.Alerts[i]
		if u := runbook(a); u != "" && a.State != alert.Resolved && len(m.Actions) < 3 { // ntfy shows three at most
			m.Actions = append(m.Actions, ntfyAction{"view", "Runbook " + name(a.Target), u})
		}
	}
	return m
}
