package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// slackAnswer bounds what is read of a method's answer: it holds the whole
// message that was sent.
const slackAnswer = 256 << 10

// slackBot posts by Slack's Web API. What a group tells from its first bad news
// until nothing of it is bad any more is one thread: the first message is kept
// true in place, so that whoever scrolls past it sees how things are and not
// how they were, and each later word is a reply, since an edit tells nobody.
// Replies with bad news are shown in the channel too; that something is better
// or over is for those who follow.
type slackBot struct {
	post, update *poster
	token        safe.Secret
	channel      string
	wording      Wording
	threads      *threads
}

func newSlackBot(o SlackOptions) (Notifier, error) {
	switch {
	case !o.URL.IsZero():
		return nil, errors.New("slack: a webhook has no token, and a bot no webhook; one of them is too much")
	case o.Channel == "":
		return nil, errors.New(`slack: a bot needs a channel, as in channel = "#ops"`)
	case !validBearer(o.Token):
		return nil, errors.New("slack: the token has characters that none has")
	}
	base := strings.TrimSuffix(cmp.Or(o.API, "https://slack.com/api"), "/")
	post, err := newPoster(safe.NewSecret(base+"/chat.postMessage"), http.MethodPost, o.Token.Reveal())
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	update, err := newPoster(safe.NewSecret(base+"/chat.update"), http.MethodPost, o.Token.Reveal())
	if err != nil {
		return nil, fmt.Errorf("slack: %w", err)
	}
	return &slackBot{post: post, update: update, token: o.Token, channel: o.Channel, wording: o.Wording, threads: new(threads)}, nil
}

// Format shows the notifier by its host alone.
func (s *slackBot) Format(f fmt.State, verb rune) { s.post.Format(f, verb) }

// pace is Slack's limit of a message a second and channel.
func (s *slackBot) pace() pace {
	return pace{lane: laneOfSecret("slack "+s.channel, s.token), width: 1, every: time.Second}
}

func (s *slackBot) inherit(old Notifier) {
	if o, ok := old.(*slackBot); ok && o.token == s.token && o.channel == s.channel && o.post.url == s.post.url {
		s.threads = o.threads
	}
}

// slackCall is what the methods are asked with.
type slackCall struct {
	slackMessage
	TS        string `json:"ts,omitempty"`              // of the message to update
	Thread    string `json:"thread_ts,omitempty"`       // of the message to reply to
	Broadcast bool   `json:"reply_broadcast,omitempty"` // shown in the channel too
}

// slackResult is what they answer.
type slackResult struct {
	OK      bool   `json:"ok"`
	Error   string `json:"error"`
	Channel string `json:"channel"` // its ID, which alone an update takes
	TS      string `json:"ts"`
}

// Notify posts a new message, or updates the group's and replies to it. The
// update comes first: it can be made twice without harm, and so one attempt
// that broke between the two leaves nothing to remember.
func (s *slackBot) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	t, ok := s.threads.of(n)
	if !ok {
		return s.begin(ctx, n)
	}
	if now, ok := t.root(n); ok {
		root := slackMessageOf(s.wording.say(now))
		root.Channel = t.channel
		d, result := s.call(ctx, s.update, slackCall{slackMessage: root, TS: t.ts})
		if unchangeable(result.Error) {
			s.threads.drop(n)
			return s.begin(ctx, n)
		}
		switch d.Outcome {
		case alert.Accepted:
		case alert.Ambiguous: // whatever came of it, the word itself was not said
			d.Outcome = alert.Again
			return d
		default:
			return d
		}
	}
	reply := slackMessageOf(s.wording.say(n))
	reply.Channel = t.channel
	d, _ := s.call(ctx, s.post, slackCall{slackMessage: reply, Thread: t.ts, Broadcast: badNews(n)})
	if d.Outcome == alert.Accepted {
		s.threads.keep(n, t.channel, t.ts)
	}
	return d
}

// begin posts a message that later ones of the group belong to, to the channel or
// member that n is addressed to if it is.
func (s *slackBot) begin(ctx context.Context, n alert.Notification) alert.Delivery {
	m := slackMessageOf(s.wording.say(n))
	m.Channel = cmp.Or(addressee(n).Address, s.channel)
	d, result := s.call(ctx, s.post, slackCall{slackMessage: m})
	if d.Outcome == alert.Accepted {
		s.threads.keep(n, result.Channel, result.TS)
	}
	return d
}

// call makes one request. Slack says no with status 200 and a word.
func (s *slackBot) call(ctx context.Context, to *poster, c slackCall) (alert.Delivery, slackResult) {
	payload, err := json.Marshal(c)
	if err != nil {
		return dead(safe.Line(err.Error(), maxErr)), slackResult{}
	}
	h := http.Header{"Content-Type": {slackJSON}, "Authorization": {"Bearer " + s.token.Reveal()}}
	d, answer := to.exchange(ctx, h, payload, slackAnswer)
	var result slackResult
	if d.Outcome != alert.Accepted {
		return d, result
	}
	switch err := json.Unmarshal(answer, &result); {
	case err != nil:
		return ambiguous("the answer is not one of Slack's, or was cut short"), slackResult{}
	case result.OK:
		return d, result
	case slices.Contains(slackBusy, result.Error):
		return again("slack says " + to.scrub.line(result.Error, maxName)), result
	}
	return dead("slack says " + to.scrub.line(result.Error, maxName)), result
}

// slackBusy are the faults that pass. All others (invalid_auth, not_in_channel,
// channel_not_found, …) need a human.
var slackBusy = []string{
	"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
	"request_timeout", "team_added_to_org", "accesslimited",
}

// unchangeable tells whether that fault is about a message that cannot be
// updated any more, so that there must be another.
func unchangeable(fault string) bool {
	return slices.Contains([]string{"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"}, fault)
}

// badNews tells whether whoever looks at the channel should see it.
func badNews(n alert.Notification) bool {
	switch n.Reason {
	case alert.Better, alert.Over:
		return false
	case alert.Flaps:
		return false // it goes on as it was, in one thread
	}
	return true
}
