package notify

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/alert"
)

func TestWordsOfWhoIsOnCall(t *testing.T) {
	at := time.Date(2026, 4, 13, 7, 0, 0, 0, time.UTC)
	shift := alert.Notice{Schedule: "primary", Operator: "ana", Other: "bo", From: at, To: at.AddDate(0, 0, 7), Accept: true}
	of := func(kind string, alerts ...alert.Alert) alert.Notification {
		n := outage(alerts...)
		n.Reason, n.At, n.Notice, n.Receiver = alert.Handover, at, new(shift), "ana via pager"
		n.Notice.Kind = kind
		return n
	}
	nudge := of("stillack", bad("db", alert.Critical))
	nudge.Notice.Schedule, nudge.Notice.From = "", at.Add(-time.Hour)
	escalated := outage(bad("db", alert.Critical, "503"))
	escalated.Reason, escalated.Step, escalated.OnCall = alert.Escalated, 2, []string{"ana", "bo"}
	paged := outage(bad("db", alert.Critical, "503"))
	paged.OnCall = []string{"ana"}
	for want, n := range map[string]alert.Notification{
		"You are on call for primary from Mon 2026-04-13 07:00Z\nFrom Mon 2026-04-13 07:00Z, until Mon 2026-04-20 07:00Z. Before you: bo.\nNothing is open.":                      of("ahead"),
		"You are on call for primary now, until Mon 2026-04-20 07:00Z\nOn call until now: bo.\nAccept it on the screen within 15 minutes.\nOpen now:\n\nDOWN db since ":           of("on", bad("db", alert.Critical)),
		"You are off call for primary: bo has it now\nNothing is open.":                                                                                                           of("off"),
		"You acknowledged this 1h ago, and it goes on: db\nDOWN db since ":                                                                                                        nudge,
		"ESCALATED (step 2): DOWN db: 503 (since 2026-04-12 03:29:04Z)\nNobody has acknowledged it.\nOn call: ana, bo.\n\nDOWN db since 2026-04-12 03:29:04Z (5m)\n  status: 503": escalated,
		"DOWN db: 503 (since 2026-04-12 03:29:04Z)\nOn call: ana.\n\nDOWN db":                                                                                                     paged,
	} {
		w := Wording{}
		if got := w.headline(n) + "\n" + w.paragraphs(n, maxMail, plain); !strings.HasPrefix(got, want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Whatever can use an address goes to it alone, and what cannot be one reaches
// nobody.
func TestAddressIsWhereItGoes(t *testing.T) {
	for channel, c := range map[string]struct{ address, want string }{
		"email": {"ana@example.org", "ana@example.org"},
		"exec":  {"+49 30 123", "SITREP_TO=+49 30 123"},
		"ntfy":  {"ana-topic", "ana-topic"},
	} {
		t.Run(channel, func(t *testing.T) {
			n := outage(bad("db", alert.Critical, "503"))
			n.Receiver = "ana via r:" + c.address
			var got string
			switch channel {
			case "email":
				e := &emailNotifier{}
				to, err := e.recipients(n)
				if err != nil || len(to) != 1 {
					t.Fatal(to, err)
				}
				got = to[0].Address
			case "exec":
				got = strings.Join(environment(noticeOf(Wording{}.say(n), 10)), "\n")
			case "ntfy":
				got = ntfyOf(t, "https://ntfy.test/ops", 0).message(n).Topic
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
	n := outage(bad("db", alert.Critical))
	for _, address := range []string{"nobody", "a@x.test\r\nBcc: b@x.test", "a@x.test, b@x.test"} {
		n.Receiver = "mail:" + address
		if to, err := (&emailNotifier{}).recipients(n); err == nil {
			t.Errorf("%q reaches %v", address, to)
		}
	}
}

// taker notes what it is told.
type taker struct {
	mu  sync.Mutex
	got []string
}

func (r *taker) Notify(_ context.Context, n alert.Notification) alert.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, n.Receiver)
	return alert.Delivery{Outcome: alert.Accepted}
}

func TestOperatorAndAddressLeadToTheirReceiver(t *testing.T) {
	back := make(chan alert.Delivery, 8)
	d := NewDispatcher(func(x alert.Delivery) { back <- x })
	pager, special := new(taker), new(taker)
	d.SetReceivers(map[string]Notifier{"pager": pager, "pager:special": special})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	for _, name := range []string{"pager", "ana via pager", "bo via pager:x", "pager:special", "gone:x"} {
		n := outage(bad("db", alert.Critical))
		n.Receiver = name
		d.Dispatch(n)
	}
	outcomes := map[string]alert.Outcome{}
	for range 5 {
		x := <-back
		outcomes[x.Notification.Receiver] = x.Outcome
	}
	stop()
	<-done
	if len(pager.got) != 3 || len(special.got) != 1 || outcomes["gone:x"] != alert.Dead {
		t.Errorf("pager %v, special %v, outcomes %v", pager.got, special.got, outcomes)
	}
}
