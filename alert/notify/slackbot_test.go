package notify

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func farSlackBot(t *testing.T) far {
	says := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, answer) }
	}
	return farHTTP(t, func(url string) (Notifier, error) {
		return NewSlack(SlackOptions{Token: safe.NewSecret("xoxb-" + canary), Channel: "#ops", API: url + "/api/"})
	}, func(r *http.Request, payload []byte) []arrival {
		if got := r.Header.Get("Authorization"); got != "Bearer xoxb-"+canary {
			t.Errorf("Authorization %q", got)
		}
		return []arrival{{text: slackDecoded.Replace(wordsOfJSON(t, payload))}}
	}, map[behaviour]http.HandlerFunc{
		takes:   says(`{"ok": true, "channel": "C1", "ts": "1.1"}`),
		refuses: says(`{"ok": false, "error": "invalid_auth", "token": "xoxb-` + canary + `"}`),
		floods: func(w http.ResponseWriter, _ *http.Request) { // of which the first is what counts
			io.WriteString(w, `{"ok": true, "channel": "C1", "ts": "1.1"}`)
			if flood(blanks{w}) {
				t.Error("50 MB were read")
			}
		},
	})
}

// blanks turns all that is written into blanks.
type blanks struct{ io.Writer }

func (b blanks) Write(p []byte) (int, error) {
	return b.Writer.Write([]byte(strings.Repeat(" ", len(p))))
}

// workspace is a Slack with one channel.
type workspace struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string            // "post #ops DOWN db …", "reply 1 …", "broadcast 1 …", "update 1 …", in order
	fault map[string][]string // by method, the next faults; "" is none
}

func openWorkspace(t *testing.T) *workspace {
	w := &workspace{fault: make(map[string][]string)}
	posts := 0
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		method := strings.TrimPrefix(r.URL.Path, "/chat.")
		if faults := w.fault[method]; len(faults) > 0 {
			w.fault[method] = faults[1:]
			if faults[0] != "" {
				fmt.Fprintf(rw, `{"ok": false, "error": %q}`, faults[0])
				return
			}
		}
		var c slackCall
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		what := "post " + c.Channel
		switch {
		case method == "update":
			what = "update " + c.Channel + " " + c.TS
		case c.Broadcast:
			what = "broadcast " + c.Channel + " " + c.Thread
		case c.Thread != "":
			what = "reply " + c.Channel + " " + c.Thread
		}
		if method == "postMessage" {
			posts++
		}
		title, _, _ := strings.Cut(c.Text, " (")
		w.calls = append(w.calls, what+" "+title)
		fmt.Fprintf(rw, `{"ok": true, "channel": "C1", "ts": "%d", "message": {"text": "…"}}`, posts)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *workspace) bot(t *testing.T) *slackBot {
	t.Helper()
	to := mustNotifier(t)(NewSlack(SlackOptions{Token: safe.NewSecret("xoxb-" + canary), Channel: "#ops", API: w.URL}))
	return to.(*slackBot)
}

// expect makes attempts and compares what the workspace was asked.
func (w *workspace) expect(t *testing.T, to Notifier, ns []alert.Notification, want ...string) {
	t.Helper()
	for _, n := range ns {
		if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
			t.Errorf("%v: %v: %s", n.Reason, d.Outcome, d.Err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff(want, w.calls); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	w.calls = nil
}

// told returns a notification for that reason, of which so many are active.
func told(why alert.Reason, active int, alerts ...alert.Alert) alert.Notification {
	n := outage(alerts...)
	n.Reason, n.Active = why, active
	return n
}

func TestSlackBotKeepsOneThreadAGroup(t *testing.T) {
	w := openWorkspace(t)
	db, api := bad("db", alert.Warning, "slow"), bad("api", alert.Critical, "503")
	worse := bad("db", alert.Critical, "refused")
	w.expect(t, w.bot(t), []alert.Notification{
		told(alert.First, 1, db),
		told(alert.New, 2, api),
		told(alert.Worse, 2, worse),
		told(alert.Over, 1, ended(api, "")),
		told(alert.Over, 0, ended(worse, "")),
		told(alert.First, 1, db), // the spell before is over: another message
	},
		"post #ops WARN db: slow",
		"update C1 1 1 DOWN, 1 WARN in shops: api, db",
		"broadcast C1 1 DOWN api: 503",
		"update C1 1 2 DOWN in shops: db, api",
		"broadcast C1 1 WORSE: DOWN db: refused",
		"update C1 1 1 DOWN, 1 RESOLVED in shops: db, api",
		"reply C1 1 RESOLVED api after 12m 4s",
		"update C1 1 2 RESOLVED in shops: db, api",
		"reply C1 1 RESOLVED db after 12m 4s",
		"post #ops WARN db: slow",
	)
}

func TestSlackBotPostsAnewWhereItCannotUpdate(t *testing.T) {
	w := openWorkspace(t)
	bot := w.bot(t)
	db := bad("db", alert.Critical, "refused")
	w.fault["update"] = []string{"message_not_found"}
	w.expect(t, bot, []alert.Notification{told(alert.First, 1, db), told(alert.Remind, 1, db), told(alert.Over, 0, ended(db, ""))},
		"post #ops DOWN db: refused",
		"post #ops STILL DOWN db for 5m: refused",
		"update C1 2 RESOLVED db after 12m 4s",
		"reply C1 2 RESOLVED db after 12m 4s",
	)
	// and what it was not told of before, as after a restart, needs no message to update
	w.expect(t, w.bot(t), []alert.Notification{told(alert.Over, 0, ended(db, ""))}, "post #ops RESOLVED db after 12m 4s")
}

func TestSlackBotTestsStandAlone(t *testing.T) {
	w := openWorkspace(t)
	db := bad("db", alert.Critical, "refused")
	test := told(alert.First, 1, db)
	test.Test = true
	w.expect(t, w.bot(t), []alert.Notification{told(alert.First, 1, db), test, told(alert.Remind, 1, db)},
		"post #ops DOWN db: refused",
		"post #ops TEST: sitrep reaches receiver chat",
		"update C1 1 DOWN db: refused",
		"broadcast C1 1 STILL DOWN db for 5m: refused",
	)
}

// Of a digest not all is known: its message is left alone until all is over.
func TestSlackBotDigest(t *testing.T) {
	w := openWorkspace(t)
	db := bad("db", alert.Critical, "refused")
	digest := func(why alert.Reason, active int, a alert.Alert) alert.Notification {
		n := told(why, active, a)
		n.Storm, n.More, n.Counts = true, 99, map[alert.Severity]int{alert.Critical: 100}
		return n
	}
	w.expect(t, w.bot(t), []alert.Notification{
		digest(alert.First, 100, db), digest(alert.New, 200, db), told(alert.Over, 100, ended(db, "")), digest(alert.Over, 0, ended(db, "")),
	},
		"post #ops STORM: 100 DOWN in shops: db and 99 more",
		"broadcast C1 1 STORM: 100 DOWN in shops: db and 99 more",
		"reply C1 1 RESOLVED db after 12m 4s",
		"update C1 1 100 RESOLVED in shops: db and 99 more",
		"reply C1 1 100 RESOLVED in shops: db and 99 more",
	)
}

func TestSlackBotFaults(t *testing.T) {
	w := openWorkspace(t)
	db := bad("db", alert.Critical, "refused")
	for fault, want := range map[string]alert.Outcome{
		"ratelimited": alert.Again, "internal_error": alert.Again, "service_unavailable": alert.Again,
		"invalid_auth": alert.Dead, "channel_not_found": alert.Dead, "not_in_channel": alert.Dead, "is_archived": alert.Dead, "whatever": alert.Dead,
	} {
		w.fault["postMessage"] = []string{fault}
		d := attempt(t.Context(), t, w.bot(t), told(alert.First, 1, db))
		if d.Outcome != want || !strings.Contains(d.Err, fault) {
			t.Errorf("%s: %v: %s, want %v", fault, d.Outcome, d.Err, want)
		}
	}
	// a reply that is put off is made later, below the same message
	bot := w.bot(t)
	w.fault["postMessage"] = []string{"", "ratelimited"}
	attempt(t.Context(), t, bot, told(alert.First, 1, db))
	if d := attempt(t.Context(), t, bot, told(alert.Remind, 1, db)); d.Outcome != alert.Again {
		t.Errorf("got %v, want again", d.Outcome)
	}
	w.expect(t, bot, []alert.Notification{told(alert.Remind, 1, db)},
		"post #ops DOWN db: refused", "update C1 1 DOWN db: refused",
		"update C1 1 DOWN db: refused", "broadcast C1 1 STILL DOWN db for 5m: refused")
}

// What answers without being Slack may have taken it, and may not.
func TestSlackBotAnswerThatIsNone(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") }))
	defer srv.Close()
	to := mustNotifier(t)(NewSlack(SlackOptions{Token: safe.NewSecret("xoxb-" + canary), Channel: "#ops", API: srv.URL}))
	if d := attempt(t.Context(), t, to, outage(bad("db", alert.Critical, "refused"))); d.Outcome != alert.Ambiguous {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
}

// An update that was cut has said nothing: what follows is no repeat.
func TestSlackBotUpdateThatIsCutIsAgain(t *testing.T) {
	var cut bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if cut {
			panic(http.ErrAbortHandler)
		}
		io.WriteString(w, `{"ok": true, "channel": "C1", "ts": "1.1"}`)
	}))
	defer srv.Close()
	to := mustNotifier(t)(NewSlack(SlackOptions{Token: safe.NewSecret("xoxb-" + canary), Channel: "#ops", API: srv.URL}))
	db := bad("db", alert.Critical, "refused")
	attempt(t.Context(), t, to, told(alert.First, 1, db))
	cut = true
	if d := attempt(t.Context(), t, to, told(alert.Remind, 1, db)); d.Outcome != alert.Again || d.Err == "" {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
}

func TestSlackBotMemoryIsBounded(t *testing.T) {
	var ts threads
	for i := range maxThreads + 50 {
		n := outage(bad("db", alert.Critical))
		n.Group = fmt.Sprint("g", i)
		ts.keep(n, "C1", fmt.Sprint(i))
	}
	n := outage()
	for i := range 3 * maxThreadAlerts {
		n.Alerts = append(n.Alerts, bad(fmt.Sprint("t", i), alert.Warning))
	}
	ts.keep(n, "C1", "x")
	if got := len(ts.last); got != maxThreads {
		t.Errorf("%d threads", got)
	}
	if got := len(ts.last[len(ts.last)-1].alerts); got != maxThreadAlerts {
		t.Errorf("%d alerts", got)
	}
}

// A reload makes new notifiers; the message that a group has stays its message.
func TestSlackBotGoesOnAfterReload(t *testing.T) {
	w := openWorkspace(t)
	d := NewDispatcher(func(alert.Delivery) {})
	before, after, elsewhere := w.bot(t), w.bot(t), w.bot(t)
	elsewhere.channel = "#other"
	db := bad("db", alert.Critical, "refused")
	d.SetReceivers(map[string]Notifier{"chat": before})
	w.expect(t, before, []alert.Notification{told(alert.First, 1, db)}, "post #ops DOWN db: refused")
	d.SetReceivers(map[string]Notifier{"chat": after})
	w.expect(t, after, []alert.Notification{told(alert.Remind, 1, db)},
		"update C1 1 DOWN db: refused", "broadcast C1 1 STILL DOWN db for 5m: refused")
	d.SetReceivers(map[string]Notifier{"chat": elsewhere})
	w.expect(t, elsewhere, []alert.Notification{told(alert.Remind, 1, db)}, "post #other STILL DOWN db for 5m: refused")
}

func TestSlackOptionsAreRefused(t *testing.T) {
	token := safe.NewSecret("xoxb-" + canary)
	for name, o := range map[string]SlackOptions{
		"both":                    {URL: safe.NewSecret("https://h.test/" + canary), Token: token, Channel: "#ops"},
		"a bot without a channel": {Token: token},
		"a token in two lines":    {Token: safe.NewSecret("xoxb-" + canary + "\n"), Channel: "#ops"},
		"an API that is none":     {Token: token, Channel: "#ops", API: "slack"},
		"neither":                 {},
	} {
		if _, err := NewSlack(o); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := paceOf("x", mustNotifier(t)(NewSlack(SlackOptions{Token: token, Channel: "#ops"}))); got.width != 1 || got.every != time.Second || strings.Contains(got.lane, canary) {
		t.Errorf("pace %+v", got)
	}
}
