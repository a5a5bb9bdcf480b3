package notify

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// PagerDuty takes 120 events a minute for a key, and summaries of 1,024
// characters, of which ours is shorter.
const (
	pagerDutyEvery   = 500 * time.Millisecond
	pagerDutyTimeout = 2 * time.Minute
	pagerDutyDetails = 8 << 10 // bytes of text
)

// pagerDuty sends the Events API v2 one event for each alert, whose ID is the
// dedup_key from first to resolved: whatever is sent again is dropped there or
// adds to the same incident. A digest is one event of its own, so that nobody
// has a hundred incidents to acknowledge; it is resolved with the last alert of
// its group.
type pagerDuty struct {
	*poster
	key     safe.Secret
	baseURL string
	wording Wording
	heard   *heard
	open    *opened
	every   time.Duration // between two events

	mu   sync.Mutex
	next time.Time // no event before
}

// NewPagerDuty returns a notifier that sends events to PagerDuty.
func NewPagerDuty(o PagerDutyOptions) (Notifier, error) {
	if o.Key.IsZero() {
		return nil, errors.New("pagerduty: the routing key is missing")
	}
	base := strings.TrimSuffix(cmp.Or(o.URL, "https://events.pagerduty.com"), "/")
	p, err := newPoster(safe.NewSecret(base+"/v2/enqueue"), http.MethodPost, o.Key.Reveal())
	if err != nil {
		return nil, fmt.Errorf("pagerduty: %w", err)
	}
	return &pagerDuty{poster: p, key: o.Key, baseURL: o.BaseURL, wording: o.Wording, heard: new(heard), open: new(opened), every: pagerDutyEvery}, nil
}

func (p *pagerDuty) pace() pace {
	return pace{lane: laneOfSecret("pagerduty", p.key), width: 1, every: p.every, timeout: pagerDutyTimeout}
}

func (p *pagerDuty) inherit(old Notifier) {
	if o, ok := old.(*pagerDuty); ok && o.key == p.key && o.url == p.url {
		p.heard, p.open = o.heard, o.open
	}
}

// Notify sends the events of n that were not taken before. A fault that passes
// ends the attempt, and the next one goes on from there. An event that is
// refused does not keep the others from being sent, unless it is the first of
// all: then the key is wrong, or the place.
func (p *pagerDuty) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	if forOthers(n) {
		return alert.Delivery{Outcome: alert.Accepted} // PagerDuty has schedules of its own
	}
	events := p.events(n)
	refused := alert.Delivery{Outcome: alert.Accepted}
	for i, e := range events {
		part := e.Action + " " + e.DedupKey
		if p.heard.has(n.Key, part) {
			continue
		}
		d := p.send(ctx, e)
		if d.Err != "" && len(events) > 1 {
			d.Err = p.scrub.line(fmt.Sprintf("event %d of %d: %s", i+1, len(events), d.Err), maxErr)
		}
		switch {
		case d.Outcome == alert.Accepted:
			p.heard.add(n.Key, part)
			p.open.note(n.Group, e.DedupKey, e.Action == "trigger")
		case d.Outcome != alert.Dead || i == 0:
			return d
		default:
			refused = d
		}
	}
	if refused.Outcome == alert.Accepted {
		p.heard.forget(n.Key)
	}
	return refused
}

// send makes one call, when the key's rate allows it.
func (p *pagerDuty) send(ctx context.Context, e pagerDutyEvent) alert.Delivery {
	p.mu.Lock()
	now := time.Now()
	turn := now
	if p.next.After(now) {
		turn = p.next
	}
	p.next = turn.Add(p.every)
	p.mu.Unlock()
	if wait := turn.Sub(now); wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return again(explain(ctx, ctx.Err(), false))
		}
	}
	payload, err := encode(e)
	if err != nil {
		return dead(p.scrub.line(err.Error(), maxErr))
	}
	return p.post(ctx, http.Header{"Content-Type": {"application/json"}}, payload)
}

// pagerDutyEvent is one call of the Events API v2.
type pagerDutyEvent struct {
	RoutingKey string            `json:"routing_key"`
	Action     string            `json:"event_action"` // "trigger", "resolve"
	DedupKey   string            `json:"dedup_key"`
	Client     string            `json:"client,omitempty"`
	ClientURL  string            `json:"client_url,omitempty"`
	Links      []pagerDutyLink   `json:"links,omitempty"`
	Payload    *pagerDutyPayload `json:"payload,omitempty"` // of a trigger
}

type pagerDutyLink struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

type pagerDutyPayload struct {
	Summary   string         `json:"summary"`
	Source    string         `json:"source"`
	Severity  string         `json:"severity"` // "critical", "warning", "info"
	Timestamp string         `json:"timestamp,omitempty"`
	Component string         `json:"component,omitempty"`
	Group     string         `json:"group,omitempty"`
	Class     string         `json:"class,omitempty"`
	Details   pagerDutyFacts `json:"custom_details"`
}

// pagerDutyFacts is what an incident shows below its summary.
type pagerDutyFacts struct {
	Text     string            `json:"text"`
	Findings []string          `json:"findings,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Counts   map[string]int    `json:"counts,omitempty"`
	AckedBy  string            `json:"acked_by,omitempty"`
	Reason   string            `json:"reason"`
	Route    string            `json:"route"`
	Receiver string            `json:"receiver"`
	For      string            `json:"instead_of,omitempty"`
	Active   int               `json:"active"`
}

// events returns what n comes to, in order. What is told when it is over
// already is triggered and resolved, so that nothing stays open.
func (p *pagerDuty) events(n alert.Notification) []pagerDutyEvent {
	if n.Test {
		return p.both(n, "sitrep-test-"+n.Key)
	}
	if bad := n.Reason != alert.Over && n.Reason != alert.Missed; bad && (n.Storm || n.More > 0) {
		return []pagerDutyEvent{p.trigger(n, digestKey(n))}
	}
	var events []pagerDutyEvent
	for i := range n.Alerts {
		one := n
		one.Alerts, one.More = n.Alerts[i:i+1], 0
		switch id := n.Alerts[i].ID; {
		case n.Reason == alert.Missed:
			events = append(events, p.both(one, id)...)
		case n.Alerts[i].State == alert.Resolved:
			events = append(events, p.resolve(id))
		default:
			events = append(events, p.trigger(one, id))
		}
	}
	if n.Reason != alert.Over || n.Active > 0 {
		return events
	}
	if n.More > 0 {
		events = append(events, p.unlisted(n, events)...)
	}
	return append(events, p.resolve(digestKey(n))) // perhaps there was none: then this is ignored
}

// unlisted resolves what n tells of without listing it.
func (p *pagerDuty) unlisted(n alert.Notification, listed []pagerDutyEvent) []pagerDutyEvent {
	var events []pagerDutyEvent
	for _, key := range p.open.of(n.Group) {
		if key != digestKey(n) && !slices.ContainsFunc(listed, func(e pagerDutyEvent) bool { return e.DedupKey == key }) {
			events = append(events, p.resolve(key))
		}
	}
	return events
}

func (p *pagerDuty) both(n alert.Notification, key string) []pagerDutyEvent {
	return []pagerDutyEvent{p.trigger(n, key), p.resolve(key)}
}

func (p *pagerDuty) resolve(key string) pagerDutyEvent {
	return pagerDutyEvent{RoutingKey: p.key.Reveal(), Action: "resolve", DedupKey: key}
}

// trigger is the event of n's one alert, or of the whole of a digest.
func (p *pagerDuty) trigger(n alert.Notification, key string) pagerDutyEvent {
	words := p.wording.say(n)
	e := pagerDutyEvent{
		RoutingKey: p.key.Reveal(), Action: "trigger", DedupKey: key, Client: "sitrep", ClientURL: p.baseURL,
		Payload: &pagerDutyPayload{
			Summary: words.title, Source: "sitrep", Severity: pagerDutySeverity(n),
			Details: pagerDutyFacts{
				Text: words.body(pagerDutyDetails, plain), Counts: countsOf(n), Labels: cleanLabels(n.Shared),
				Reason: reasonOf(n), Route: safe.Line(n.Route, 0), Receiver: safe.Line(n.Receiver, 0), For: safe.Line(n.For, 0), Active: n.Active,
			},
		},
	}
	for i := range n.Alerts {
		if u := runbook(&n.Alerts[i]); u != "" && len(e.Links) < maxFindings {
			e.Links = append(e.Links, pagerDutyLink{u, "runbook of " + name(n.Alerts[i].Target)})
		}
	}
	if len(n.Alerts) == 1 {
		e.Payload.about(&n.Alerts[0])
	}
	return e
}

// about fills in what is known of one alert.
func (y *pagerDutyPayload) about(a *alert.Alert) {
	y.Source, y.Component, y.Group = name(a.Target), name(a.Target), safe.Line(a.Group, maxName)
	if !a.Started.IsZero() {
		y.Timestamp = a.Started.UTC().Format(time.RFC3339Nano)
	}
	if len(a.Findings) > 0 {
		y.Class = safe.Line(a.Findings[0].What, maxName)
	}
	for _, f := range a.Findings {
		y.Details.Findings = append(y.Details.Findings, safe.Line(f.What+": "+f.Text, 2*maxLine))
	}
	y.Details.Labels = cleanLabels(a.Labels)
	if a.Ack != nil {
		y.Details.AckedBy = name(a.Ack.By)
	}
}

// pagerDutySeverity is that of the gravest, and of what is over the gravest it was.
func pagerDutySeverity(n alert.Notification) string {
	worst, bad := severityOf(n)
	if !bad {
		for i := range n.Alerts {
			worst = max(worst, n.Alerts[i].Severity, n.Alerts[i].Worst)
		}
	}
	if n.Test {
		worst = alert.Info
	}
	return worst.String()
}

// digestKey is the dedup_key of what is told of a group as a whole.
func digestKey(n alert.Notification) string {
	sum := sha256.Sum256([]byte(n.Receiver + "\x00" + n.Group))
	return "sitrep-group-" + hex.EncodeToString(sum[:12])
}
