package notify

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpguts"

	"sitrep/alert"
	"sitrep/safe"
)

// staysFor is how long an Alertmanager takes an alert for firing that nobody
// repeats: four of the reminders that keep it there.
const staysFor = 4 * time.Minute

// Alertmanager limits no request itself, but proxies in front of it do.
const (
	maxAlertmanagerAlerts = 10_000 // what is beyond is one alert that counts it
	alertmanagerAtOnce    = 500    // alerts of one request
	alertmanagerTimeout   = 2 * time.Minute
)

// alertmanager posts alerts to each member of a cluster of Alertmanager.
type alertmanager struct {
	members []*poster
	auth    string // the header of that name; "" is none
	baseURL string
	wording Wording
}

// NewAlertmanager returns a notifier that posts alerts by Alertmanager's API v2.
func NewAlertmanager(o AlertmanagerOptions) (Notifier, error) {
	a := &alertmanager{baseURL: o.BaseURL, wording: o.Wording}
	var secrets []string
	switch {
	case len(o.URLs) == 0:
		return nil, errors.New("alertmanager: there is no URL")
	case !o.Bearer.IsZero() && o.User != "":
		return nil, errors.New("alertmanager: it takes a bearer token or a user, not both")
	case !o.Bearer.IsZero() && !validBearer(o.Bearer):
		return nil, errors.New("alertmanager: the token has characters that none has")
	case !o.Bearer.IsZero():
		a.auth = "Bearer " + o.Bearer.Reveal()
		secrets = []string{o.Bearer.Reveal()}
	case o.User != "":
		basic := base64.StdEncoding.EncodeToString([]byte(o.User + ":" + o.Password.Reveal()))
		a.auth = "Basic " + basic
		secrets = []string{o.Password.Reveal(), basic}
	}
	for _, base := range o.URLs {
		base := strings.TrimRight(base.Reveal(), "/")
		if api := apiPath.FindString(base); api != "" {
			return nil, fmt.Errorf("alertmanager: the URL ends in %s; write what is before it, /api/v2/alerts is added", api)
		}
		p, err := newPoster(safe.NewSecret(base+"/api/v2/alerts"), http.MethodPost, secrets...)
		if err != nil {
			return nil, fmt.Errorf("alertmanager: %w", err)
		}
		a.members = append(a.members, p)
	}
	return a, nil
}

// apiPath is what people copy with a base URL.
var apiPath = regexp.MustCompile(`/api/v[0-9]+(/alerts)?$`)

// validBearer tells whether a header can carry it.
func validBearer(token safe.Secret) bool {
	t := token.Reveal()
	return httpguts.ValidHeaderFieldValue(t) && !strings.ContainsAny(t, " \t")
}

// Format shows the notifier by its hosts alone.
func (a *alertmanager) Format(f fmt.State, verb rune) {
	for i, p := range a.members {
		if i > 0 {
			fmt.Fprint(f, ", ")
		}
		p.Format(f, verb)
	}
}

func (a *alertmanager) pace() pace { return pace{timeout: alertmanagerTimeout} }

// Notify tells all members at once, so that one which is out of reach costs the
// others nothing. One that takes it is enough; whoever did not is named.
func (a *alertmanager) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	if forOthers(n) {
		return alert.Delivery{Outcome: alert.Accepted} // it is no alert
	}
	var payloads [][]byte
	for some := range slices.Chunk(a.alertsOf(n, time.Now()), alertmanagerAtOnce) {
		payload, err := encode(some)
		if err != nil {
			return dead(safe.Line(err.Error(), maxErr))
		}
		payloads = append(payloads, payload)
	}
	answers := make([]alert.Delivery, len(a.members))
	var wg sync.WaitGroup
	for i, p := range a.members {
		wg.Go(func() { answers[i] = a.post(ctx, p, payloads) })
	}
	wg.Wait()
	return a.verdict(answers)
}

// post makes the requests of one attempt to one member. One that is refused keeps
// the others from being made only if it is the first: then it is not about an
// alert. All of them are made again if one has to be, which changes nothing
// there for what was taken.
func (a *alertmanager) post(ctx context.Context, p *poster, payloads [][]byte) alert.Delivery {
	all := alert.Delivery{Outcome: alert.Accepted}
	for i, payload := range payloads {
		h := http.Header{"Content-Type": {"application/json"}}
		if a.auth != "" {
			h.Set("Authorization", a.auth)
		}
		d := p.post(ctx, h, payload)
		if d.Err != "" && len(payloads) > 1 {
			d.Err = p.scrub.line(fmt.Sprintf("request %d of %d: %s", i+1, len(payloads), d.Err), maxErr)
		}
		switch {
		case d.Outcome == alert.Accepted:
		case d.Outcome != alert.Dead || i == 0:
			return d
		default:
			all = d
		}
	}
	return all
}

// verdict is what the answers come to: the best of them, and the longest pause
// that any of those who are to be asked again wants.
func (a *alertmanager) verdict(answers []alert.Delivery) alert.Delivery {
	better := map[alert.Outcome]int{alert.Accepted: 3, alert.Ambiguous: 2, alert.Again: 1, alert.Dead: 0}
	best := answers[0]
	var faults []string
	for i, d := range answers {
		if better[d.Outcome] > better[best.Outcome] {
			best.Outcome = d.Outcome
		}
		best.RetryAfter = max(best.RetryAfter, d.RetryAfter)
		if d.Err != "" && len(answers) > 1 {
			d.Err = fmt.Sprintf("%v: %s", a.members[i], d.Err)
		}
		if d.Err != "" {
			faults = append(faults, d.Err)
		}
	}
	best.Err = safe.Line(strings.Join(faults, "; "), maxErr)
	if best.Outcome == alert.Accepted {
		best.RetryAfter = 0
	}
	return best
}

// postableAlert is an alert as Alertmanager's API v2 takes it. Its labels are
// what it is known by.
type postableAlert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	StartsAt     time.Time         `json:"startsAt,omitzero"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// alertsOf returns what n comes to. What is bad ends some minutes from now unless
// it is said again; what is over ended when it did. Each alert that is
// listed is posted, and one more that counts the rest if there is any.
func (a *alertmanager) alertsOf(n alert.Notification, now time.Time) []postableAlert {
	if n.Test {
		return []postableAlert{a.special(n, "SitrepTest", alert.Info, now.Add(time.Minute))}
	}
	all := make([]postableAlert, 0, len(n.Alerts)+1)
	for i := range n.Alerts {
		one := n
		one.Alerts, one.More = n.Alerts[i:i+1], 0
		all = append(all, a.alertOf(one, now))
		if other, ok := before(&n.Alerts[i], n); ok {
			all = append(all, postableAlert{Labels: alertmanagerLabels(&n.Alerts[i], other), StartsAt: n.Alerts[i].Started.UTC(), EndsAt: now.UTC()})
		}
	}
	if n.More > 0 && n.Reason != alert.Over && n.Reason != alert.Missed {
		worst, _ := severityOf(n)
		all = append(all, a.special(n, "SitrepMore", worst, now.Add(staysFor)))
	}
	return all
}

// before returns the severity under which Alertmanager knows an alert that got
// worse or better, and which must end there: its name says how bad it is.
func before(x *alert.Alert, n alert.Notification) (alert.Severity, bool) {
	switch {
	case n.Reason == alert.Worse && x.Severity == alert.Critical:
		return alert.Warning, true
	case n.Reason == alert.Better && x.Severity == alert.Warning:
		return alert.Critical, true
	}
	return 0, false
}

// alertOf is n's one alert.
func (a *alertmanager) alertOf(n alert.Notification, now time.Time) postableAlert {
	x := &n.Alerts[0]
	words := a.wording.say(n)
	out := postableAlert{
		Labels: alertmanagerLabels(x, x.Severity), StartsAt: x.Started.UTC(), EndsAt: now.Add(staysFor).UTC(), GeneratorURL: a.baseURL,
		Annotations: map[string]string{"summary": words.title, "description": words.body(maxTemplate, plain)},
	}
	if x.State == alert.Resolved {
		out.EndsAt = endOf(x, now).UTC()
	}
	if u := runbook(x); u != "" {
		out.Annotations["runbook_url"] = u
	}
	return out
}

// special is an alert about the notification and not about a target.
func (a *alertmanager) special(n alert.Notification, alertname string, severity alert.Severity, until time.Time) postableAlert {
	words := a.wording.say(n)
	labels := map[string]string{}
	for k, v := range cleanLabels(n.Labels) {
		labels[labelName(k)] = v
	}
	labels["alertname"], labels["severity"], labels["receiver"] = alertname, severity.String(), safe.Line(n.Receiver, 0)
	return postableAlert{
		Labels: labels, StartsAt: n.At.UTC(), EndsAt: until.UTC(), GeneratorURL: a.baseURL,
		Annotations: map[string]string{"summary": words.title, "description": words.body(maxTemplate, plain)},
	}
}

// alertmanagerLabels are what an alert of that severity is known by.
func alertmanagerLabels(x *alert.Alert, severity alert.Severity) map[string]string {
	labels := make(map[string]string, len(x.Labels)+3)
	for k, v := range cleanLabels(x.Labels) {
		labels[labelName(k)] = v
	}
	maps.Copy(labels, map[string]string{
		"alertname": alertName(severity), "severity": severity.String(), "target": safe.Line(x.Target, 0),
	})
	return labels
}

// labelName makes k a name that every Alertmanager takes: letters, digits and
// underscores. One name that it does not take costs all alerts of a request.
func labelName(k string) string {
	k = strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, k)
	if k == "" || k[0] >= '0' && k[0] <= '9' {
		k = "_" + k
	}
	return k
}
