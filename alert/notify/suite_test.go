package notify

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"sitrep/alert"
	"sitrep/checker"
)

// canary is in every secret that the suite hands out.
const canary = "c4nary-8f31"

// hostile is what a target may answer, or be called: markup of all the places
// that it is shown in.
const hostile = "<!channel> a & b <http://a.test|click> *x* _y_ :wave: `code` <b>bold</b>\"'"

// behaviour is what the other side does with an attempt.
type behaviour int

const (
	takes           behaviour = iota
	isBusy                    // a fault that passes
	asksPause                 // the same, for two minutes
	refuses                   // a fault that does not
	keepsMum                  // gets everything, answers nothing
	hangsUp                   // the same, and closes
	floods                    // takes it, and answers with 50 MB
	refusesAtLength           // a fault that does not pass, explained in 50 MB
	redirects                 // says that somebody else takes it
)

// far is the other side of a channel.
type far struct {
	// meet returns a notifier whose attempts meet b; nil if a channel knows no such thing.
	meet func(t *testing.T, b behaviour) Notifier
	// arrived returns what was taken so far, in order.
	arrived func() []arrival
	// mum receives once keepsMum has got everything.
	mum <-chan struct{}
	// apart says that each alert arrives by itself, and none together with others.
	apart bool
}

// arrival is what the other side has when it took an attempt.
type arrival struct {
	key  string // "" where the channel has no place for one
	text string // all of it as a reader sees it: decoded, in whatever parts
}

// channels are all notifiers: each passes the suite below.
var channels = map[string]func(*testing.T) far{
	"log":          farLog,
	"webhook":      farWebhook,
	"slack":        farSlack,
	"slack bot":    farSlackBot,
	"email":        farEmail,
	"pagerduty":    farPagerDuty,
	"alertmanager": farAlertmanager,
	"ntfy":         farNtfy,
	"exec":         farExec,
}

func everyChannel(t *testing.T, test func(*testing.T, far)) {
	for name, start := range channels {
		t.Run(name, func(t *testing.T) { test(t, start(t)) })
	}
}

// attempt makes an attempt and looks for the canary in what is reported.
func attempt(ctx context.Context, t *testing.T, to Notifier, n alert.Notification) alert.Delivery {
	t.Helper()
	d := Attempt(ctx, to, n)
	if s := fmt.Sprintf("%+v %#v %v", to, to, d); strings.Contains(s, canary) {
		t.Errorf("a secret is shown: %s", s)
	}
	if strings.ContainsFunc(d.Err, unicode.IsControl) || len(d.Err) > maxErr {
		t.Errorf("Err is not one short clean line: %q", d.Err)
	}
	return d
}

var began = time.Date(2026, 4, 12, 3, 29, 4, 0, time.UTC)

// bad returns an alert of the target, five minutes old in outage.
func bad(target string, severity alert.Severity, findings ...string) alert.Alert {
	a := alert.Alert{
		ID: "01J" + target, Target: target, Group: "shops", State: alert.Firing, Severity: severity,
		Labels:  map[string]string{"name": target, "kind": "http", "group": "shops"},
		Started: began, Detected: began.Add(30 * time.Second), Seq: 1,
	}
	for _, f := range findings {
		a.Findings = append(a.Findings, checker.Finding{What: "status", Status: checker.Down, Text: f})
	}
	return a
}

// outage returns a first notification of the alerts.
func outage(alerts ...alert.Alert) alert.Notification {
	return alert.Notification{
		Key: "4b1dfeed", Group: "all{group=shops}", Route: "all", Labels: map[string]string{"group": "shops"},
		Receiver: "chat", At: began.Add(5 * time.Minute), Attempt: 1, Reason: alert.First,
		Alerts: alerts, Active: len(alerts),
	}
}

func TestNotifierOutcomes(t *testing.T) {
	for _, c := range []struct {
		name  string
		meets behaviour
		want  alert.Outcome
		pause time.Duration
	}{
		{"taken", takes, alert.Accepted, 0},
		{"busy", isBusy, alert.Again, 0},
		{"asked to pause", asksPause, alert.Again, 2 * time.Minute},
		{"refused", refuses, alert.Dead, 0},
		{"cut between call and answer", hangsUp, alert.Ambiguous, 0},
		{"taken with 50 MB of answer", floods, alert.Accepted, 0},
		{"refused with 50 MB of answer", refusesAtLength, alert.Dead, 0},
		{"sent elsewhere", redirects, alert.Dead, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyChannel(t, func(t *testing.T, f far) {
				to := f.meet(t, c.meets)
				if to == nil {
					t.Skip("cannot happen here")
				}
				d := attempt(t.Context(), t, to, outage(bad("search-api", alert.Critical, "503, want 200")))
				if d.Outcome != c.want || d.RetryAfter != c.pause {
					t.Errorf("got %v after %v (%s), want %v after %v", d.Outcome, d.RetryAfter, d.Err, c.want, c.pause)
				}
				if (d.Err == "") != (c.want == alert.Accepted) {
					t.Errorf("Err is %q with %v", d.Err, d.Outcome)
				}
				if d.Notification.Key != "4b1dfeed" || d.At.IsZero() || d.At.Location() != time.UTC {
					t.Errorf("the delivery is not complete: %+v", d)
				}
			})
		})
	}
}

func TestNotifierSaysWhatIsWrong(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		attempt(t.Context(), t, to, outage(
			bad("search-api", alert.Critical, "503, want 200"),
			bad("cart", alert.Warning, "1.4 s, slower than 300 ms"),
		))
		got := f.arrived()
		want := []string{"search-api", "503, want 200", "cart", "1.4 s, slower than 300 ms"}
		if !f.apart {
			if len(got) != 1 {
				t.Fatalf("%d arrived, want 1", len(got))
			}
			want = append(want, "1 DOWN, 1 WARN in shops")
		}
		var all []string
		for _, a := range got {
			all = append(all, a.text)
		}
		text := strings.Join(all, "\n")
		for _, want := range want {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	})
}

func TestNotifierGivesUpWhenItsContextDoes(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, keepsMum)
		ctx, cancel := contextEndedBy(t, f.mum)
		defer cancel()
		d := attempt(ctx, t, to, outage(bad("search-api", alert.Critical, "503")))
		if d.Outcome != alert.Ambiguous {
			t.Errorf("got %v (%s), want ambiguous: the call was made", d.Outcome, d.Err)
		}
	})
}

func TestNotifierDoesNotCallOnceItsContextEnded(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		d := attempt(ctx, t, to, outage(bad("search-api", alert.Critical, "503")))
		if d.Outcome != alert.Again {
			t.Errorf("got %v (%s), want again", d.Outcome, d.Err)
		}
		if got := f.arrived(); len(got) != 0 {
			t.Errorf("%d arrived", len(got))
		}
	})
}

func TestNotifierKeepsTheKeyOverAttempts(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		n := outage(bad("search-api", alert.Critical, "503"))
		attempt(t.Context(), t, to, n)
		n.Attempt, n.Repeat, n.At = 2, true, n.At.Add(time.Minute)
		attempt(t.Context(), t, to, n)
		got := f.arrived()
		if len(got) != 2 {
			t.Fatalf("%d arrived, want 2", len(got))
		}
		if got[0].key != got[1].key {
			t.Errorf("keys %q and %q differ", got[0].key, got[1].key)
		}
		if got[0].key == "" && (strings.Contains(got[0].text, "repeat") || !strings.Contains(got[1].text, "repeat")) {
			t.Errorf("without a key, the second alone must say that it may be a repeat:\n%s\n%s", got[0].text, got[1].text)
		}
	})
}

func TestNotifierPassesHostileTextAsText(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		a := bad("a\r\nBcc: b\x1b[2J\u202e\u009b<i>", alert.Critical, hostile)
		a.ID = "01J" // ours
		if d := attempt(t.Context(), t, to, outage(a)); d.Outcome != alert.Accepted {
			t.Fatalf("got %v: %s", d.Outcome, d.Err)
		}
		text := f.arrived()[0].text
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r == '\u202e' }); i >= 0 {
			t.Errorf("a control character arrived at %d of %q", i, text)
		}
		if !strings.Contains(text, hostile) {
			t.Errorf("decoded once, the text is not what it was:\n%s\nwant\n%s", text, hostile)
		}
	})
}

func TestNotifierServesSeveralAtOnce(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				n := outage(bad(fmt.Sprintf("t%d", i), alert.Warning, "slow"))
				n.Key = fmt.Sprintf("key%d", i)
				if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
					t.Errorf("got %v: %s", d.Outcome, d.Err)
				}
			})
		}
		wg.Wait()
		if got := f.arrived(); len(got) != 4 {
			t.Errorf("%d arrived, want 4", len(got))
		}
	})
}

// arrivals collects what a far side took.
type arrivals struct {
	mu  sync.Mutex
	all []arrival
}

func (a *arrivals) add(one arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, one)
}

func (a *arrivals) list() []arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.all
}

// contextEndedBy returns a context that ends once done receives.
func contextEndedBy(t *testing.T, done <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		select {
		case <-done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
