package notify

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func secretOf(s string) safe.Secret { return safe.NewSecret(s) }

var oneDown = outage(bad("db", alert.Critical, "connection refused"))

func TestMailOverEachKindOfConnection(t *testing.T) {
	srv, pool := loopbackTLS(t)
	secure := &tls.Config{Certificates: srv.TLS.Certificates}
	for name, c := range map[string]struct {
		offers   *tls.Config
		implicit bool
		change   func(*EmailOptions)
		want     alert.Outcome
		errHas   string
		tls      bool
	}{
		"STARTTLS":                    {offers: secure, want: alert.Accepted, tls: true},
		"smtps":                       {offers: secure, implicit: true, change: func(o *EmailOptions) { o.TLS = true }, want: alert.Accepted, tls: true},
		"STARTTLS is not offered":     {want: alert.Dead, errHas: "offers no STARTTLS"},
		"STARTTLS, unknown authority": {offers: secure, change: func(o *EmailOptions) { o.RootCAs = nil }, want: alert.Dead, errHas: "certificate"},
		"smtps, unknown authority": {
			offers: secure, implicit: true, change: func(o *EmailOptions) { o.TLS, o.RootCAs = true, nil }, want: alert.Dead, errHas: "certificate"},
		"smtps to a server in clear": {change: func(o *EmailOptions) { o.TLS = true }, want: alert.Dead, errHas: "tls"},
		"opportunistic": {
			offers: secure, change: func(o *EmailOptions) { o.StartTLS = "opportunistic" }, want: alert.Accepted, tls: true},
		"opportunistic, not offered, no password": {
			change: func(o *EmailOptions) { o.StartTLS, o.User = "opportunistic", "" }, want: alert.Accepted},
		"opportunistic, not offered, a password": {
			change: func(o *EmailOptions) { o.StartTLS = "opportunistic" }, want: alert.Dead, errHas: "not encrypted"},
		"opportunistic, unknown authority, no password": {
			offers: secure, change: func(o *EmailOptions) { o.StartTLS, o.User, o.RootCAs = "opportunistic", "", nil }, want: alert.Accepted, tls: true},
		"opportunistic, unknown authority, a password": {
			offers: secure, change: func(o *EmailOptions) { o.StartTLS, o.RootCAs = "opportunistic", nil }, want: alert.Dead, errHas: "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			m := startMail(t, c.offers, c.implicit)
			to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) {
				o.RootCAs = pool
				if c.change != nil {
					c.change(o)
				}
			})))
			d := attempt(t.Context(), t, to, oneDown)
			if d.Outcome != c.want || !strings.Contains(d.Err, c.errHas) {
				t.Errorf("got %v: %q, want %v: … %s …", d.Outcome, d.Err, c.want, c.errHas)
			}
			got := m.list()
			if (len(got) == 1) != (c.want == alert.Accepted) {
				t.Fatalf("%d mails arrived", len(got))
			}
			if len(got) == 1 && got[0].tls != c.tls {
				t.Errorf("over TLS: %v, want %v", got[0].tls, c.tls)
			}
			if _, clear := m.seen(); clear > 0 && c.want != alert.Accepted {
				t.Error("MAIL went over a connection in clear")
			}
		})
	}
}

// A server, or whoever sits in between, that offers STARTTLS and then says no
// must not see so much as the sender, unless clear text was allowed.
func TestSTARTTLSThatIsAnsweredNo(t *testing.T) {
	for policy, want := range map[string]alert.Outcome{"required": alert.Again, "opportunistic": alert.Accepted} {
		port, commands := scriptedMail(t, map[string]string{
			"EHLO": "250-mail.test\r\n250 STARTTLS", "STARTTLS": "454 not now", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye",
		})
		to := mustNotifier(t)(NewEmail(EmailOptions{To: []string{"a@x.test"}, Host: "127.0.0.1", Port: port, StartTLS: policy}))
		d := attempt(t.Context(), t, to, oneDown)
		if d.Outcome != want {
			t.Errorf("%s: %v: %s, want %v", policy, d.Outcome, d.Err, want)
		}
		if commands.has("MAIL") != (want == alert.Accepted) {
			t.Errorf("%s: it went on with %v", policy, commands.seen)
		}
	}
}

func TestSTARTTLSThatCannotAgreeSendsNothing(t *testing.T) {
	srv, pool := loopbackTLS(t)
	m := startMail(t, &tls.Config{Certificates: srv.TLS.Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false)
	to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) { o.RootCAs = pool })))
	if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Dead {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	if senders, _ := m.seen(); senders > 0 {
		t.Errorf("%d senders went through", senders)
	}
}

// An answer that never comes, wherever it is missing, ends with the context,
// and only behind the end of the message may something have arrived.
func TestMailServerThatFallsSilent(t *testing.T) {
	for at, want := range map[string]alert.Outcome{
		"EHLO": alert.Again, "MAIL": alert.Again, "RCPT": alert.Again, "DATA": alert.Again, ".": alert.Ambiguous,
	} {
		answers := map[string]string{"EHLO": "250 mail.test", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"}
		answers[at] = ""
		port, commands := scriptedMail(t, answers)
		to := mustNotifier(t)(NewEmail(EmailOptions{To: []string{"a@x.test"}, Host: "127.0.0.1", Port: port, StartTLS: "opportunistic"}))
		ctx, cancel := contextEndedBy(t, commands.silent)
		d := attempt(ctx, t, to, oneDown)
		cancel()
		if d.Outcome != want || !strings.Contains(d.Err, "stopped") {
			t.Errorf("silent at %s: %v: %s, want %v", at, d.Outcome, d.Err, want)
		}
	}
}

func TestMailServerThatNeverStopsTalking(t *testing.T) {
	for name, answer := range map[string]string{
		"one line":   "250 " + strings.Repeat("x", 20<<20),
		"many lines": strings.Repeat("250-x\r\n", 2<<20) + "250 x",
	} {
		port, commands := scriptedMail(t, map[string]string{"EHLO": "250 mail.test", "MAIL": answer})
		to := mustNotifier(t)(NewEmail(EmailOptions{To: []string{"a@x.test"}, Host: "127.0.0.1", Port: port, StartTLS: "opportunistic"}))
		d := attempt(t.Context(), t, to, oneDown)
		if d.Outcome != alert.Again || !strings.Contains(d.Err, "more than 1 MiB") {
			t.Errorf("%s: %v: %s", name, d.Outcome, d.Err)
		}
		if commands.has("DATA") {
			t.Errorf("%s: it went on", name)
		}
	}
}

// commands are the first words of what a scripted server was told.
type commands struct {
	silent chan struct{} // receives when one is left without an answer

	mu   sync.Mutex
	seen []string
}

func (c *commands) has(word string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.seen, word)
}

// scriptedMail answers commands by their first word: as told, with nothing at
// all for "", and 250 where nothing is told. "." is the end of a message.
func scriptedMail(t *testing.T, answers map[string]string) (port int, told *commands) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	told = &commands{silent: make(chan struct{}, 1)}
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "220 mail.test\r\n")
		body := false
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			word, _, _ := strings.Cut(lines.Text(), " ")
			if body && word != "." {
				continue
			}
			body = word == "DATA"
			told.mu.Lock()
			told.seen = append(told.seen, word)
			told.mu.Unlock()
			answer, known := answers[word]
			if known && answer == "" {
				told.silent <- struct{}{}
				continue
			}
			fmt.Fprint(conn, cmp.Or(answer, "250 fine")+"\r\n")
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, told
}

func TestMailAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		plays func(*mailServer)
		want  alert.Outcome
		grey  bool
	}{
		"sender put off":  {func(m *mailServer) { m.sender = func() error { return says(451) } }, alert.Again, true},
		"sender refused":  {func(m *mailServer) { m.sender = func() error { return says(550) } }, alert.Dead, false},
		"greylisted":      {func(m *mailServer) { m.rcpt = func(string) error { return says(451) } }, alert.Again, true},
		"it hangs up":     {func(m *mailServer) { m.rcpt = func(string) error { return says(421) } }, alert.Again, true},
		"unknown address": {func(m *mailServer) { m.rcpt = func(string) error { return says(550) } }, alert.Dead, false},
		"password wrong":  {func(m *mailServer) { m.login = func(string, string) error { return says(535) } }, alert.Dead, false},
		"login later":     {func(m *mailServer) { m.login = func(string, string) error { return says(454) } }, alert.Again, true},
	} {
		t.Run(name, func(t *testing.T) {
			srv, pool := loopbackTLS(t)
			m := startMail(t, &tls.Config{Certificates: srv.TLS.Certificates}, false)
			m.play(c.plays)
			to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) { o.RootCAs = pool })))
			d := attempt(t.Context(), t, to, oneDown)
			if d.Outcome != c.want || d.Greylisted != c.grey || d.Err == "" {
				t.Errorf("got %v, greylisted %v: %q, want %v, %v", d.Outcome, d.Greylisted, d.Err, c.want, c.grey)
			}
		})
	}
}

func TestMailLogsInWithTheVeryPassword(t *testing.T) {
	for _, password := range []string{"qu$HOMEer7", "100%s", "a#b", `a"b\c`, "p@ss:w/rd", " blank "} {
		srv, pool := loopbackTLS(t)
		m := startMail(t, &tls.Config{Certificates: srv.TLS.Certificates}, false)
		var got string
		m.login = func(_, p string) error {
			got = p
			return nil
		}
		to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) { o.RootCAs, o.Password = pool, secretOf(password) })))
		if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Accepted {
			t.Errorf("%q: %v: %s", password, d.Outcome, d.Err)
		}
		if got != password {
			t.Errorf("the server got %q, want %q", got, password)
		}
	}
}

// three returns a notifier with three recipients, at a server that answers
// them as told.
func three(t *testing.T, answers map[string]error) (*mailServer, Notifier) {
	m := startMail(t, nil, false)
	m.play(func(m *mailServer) { m.rcpt = func(a string) error { return answers[a] } })
	return m, mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) {
		o.StartTLS, o.User = "opportunistic", ""
		o.To = []string{"Ana <a@example.com>", "b@example.com", "c@example.com"}
	})))
}

func recipients(m *mailServer) [][]string {
	var all [][]string
	for _, r := range m.list() {
		all = append(all, r.to)
	}
	return all
}

func TestMailToOneAddressThatDoesNotExistReachesTheOthers(t *testing.T) {
	m, to := three(t, map[string]error{"b@example.com": says(550)})
	d := attempt(t.Context(), t, to, oneDown)
	if d.Outcome != alert.Accepted || !strings.HasPrefix(d.Err, "b@example.com: 550") {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	if diff := gocmp.Diff([][]string{{"a@example.com", "c@example.com"}}, recipients(m)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMailPutOffIsSentAgainToThoseAlone(t *testing.T) {
	answers := map[string]error{"b@example.com": says(450)}
	m, to := three(t, answers)
	d := attempt(t.Context(), t, to, oneDown)
	if d.Outcome != alert.Again || !d.Greylisted {
		t.Errorf("got %v, greylisted %v: %s", d.Outcome, d.Greylisted, d.Err)
	}
	m.play(func(*mailServer) {})
	if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Accepted {
		t.Errorf("got %v: %s", d.Outcome, d.Err)
	}
	all := []string{"a@example.com", "b@example.com", "c@example.com"}
	// What was accepted is over: a reminder of the same content goes to all again.
	attempt(t.Context(), t, to, oneDown)
	want := [][]string{{"a@example.com", "c@example.com"}, {"b@example.com"}, all}
	if diff := gocmp.Diff(want, recipients(m)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMailThatNobodyTakes(t *testing.T) {
	m, to := three(t, map[string]error{"a@example.com": says(550), "b@example.com": says(550), "c@example.com": says(550)})
	if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Dead {
		t.Errorf("all refused: %v", d.Outcome)
	}
	m.play(func(m *mailServer) {
		m.rcpt = func(a string) error {
			if a == "b@example.com" {
				return says(450)
			}
			return says(550)
		}
	})
	if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Again || !d.Greylisted {
		t.Errorf("one put off, two refused: %v", d.Outcome)
	}
	if got := m.list(); len(got) != 0 {
		t.Errorf("%d mails arrived", len(got))
	}
}

func TestMailMessage(t *testing.T) {
	m, to := three(t, nil)
	attempt(t.Context(), t, to, outage(bad("db", alert.Critical, "a & b <i>x</i>")))
	got := parseMail(t, m.list()[0].raw)
	if want := "DOWN db: a & b <i>x</i> (since 2026-04-12 03:29:04Z)"; got.subject != want {
		t.Errorf("subject %q, want %q", got.subject, want)
	}
	if strings.Contains(got.html, "<i>") || !strings.Contains(got.html, "a &amp; b &lt;i&gt;x&lt;/i&gt;") {
		t.Errorf("HTML is not escaped once:\n%s", got.html)
	}
	want := "DOWN db: a & b <i>x</i> (since 2026-04-12 03:29:04Z)\n\n" +
		"DOWN db since 2026-04-12 03:29:04Z (5m)\n  status: a & b <i>x</i>\n\n" +
		"-- \nsitrep: first, all{group=shops}, receiver chat, 1 active\n"
	if diff := gocmp.Diff(want, got.plain); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	header := map[string]string{}
	for _, k := range []string{"To", "Message-Id", "Auto-Submitted", "X-Mailer", "User-Agent"} {
		header[k] = got.header.Get(k)
	}
	wantHeader := map[string]string{
		"To":         `"Ana" <a@example.com>, <b@example.com>, <c@example.com>`,
		"Message-Id": "<4b1dfeed@" + hostname() + ">", "Auto-Submitted": "auto-generated", "X-Mailer": "", "User-Agent": "",
	}
	if diff := gocmp.Diff(wantHeader, header); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if date, err := got.header.Date(); err != nil || date.IsZero() {
		t.Errorf("date %v: %v", date, err)
	}
}

func TestMailLinesKeepSMTPsLimit(t *testing.T) {
	for name, target := range map[string]string{
		"no blanks": strings.Repeat("x", 1000), "wide": strings.Repeat("界", 300), "line breaks": "a\r\nBcc: b@x.test\n\nbody",
		"lone line feed": "a\nBcc: b@x.test",
	} {
		m, to := three(t, nil)
		a := bad(target, alert.Critical, strings.Repeat("y", 3000))
		if d := attempt(t.Context(), t, to, outage(a)); d.Outcome != alert.Accepted {
			t.Fatalf("%s: %v: %s", name, d.Outcome, d.Err)
		}
		raw := m.list()[0].raw
		for line := range bytes.Lines(raw) {
			if len(line) > 998+len("\r\n") {
				t.Errorf("%s: a line of %d bytes", name, len(line))
			}
		}
		if got := parseMail(t, raw); got.header.Get("Bcc") != "" {
			t.Errorf("%s: a header came in by the name: %v", name, got.header)
		}
	}
}

func TestMessageIDIsOneWhateverTheKey(t *testing.T) {
	for _, key := range []string{"4b1dfeed", "a b", "x>\r\nBcc: y", "", strings.Repeat("k", 500), "ключ"} {
		id := messageID(key, "ops@example.com")
		if strings.ContainsAny(id, " <>\r\n") || len(id) > 200 || strings.Count(id, "@") != 1 || id != messageID(key, "ops@example.com") {
			t.Errorf("%q: %q", key, id)
		}
	}
	if messageID("a b", "x@y.test") == messageID("a c", "x@y.test") {
		t.Error("two keys share an ID")
	}
}

func TestEmailOptionsAreRefused(t *testing.T) {
	for name, change := range map[string]func(*EmailOptions){
		"no recipient":        func(o *EmailOptions) { o.To = nil },
		"no address":          func(o *EmailOptions) { o.To = []string{"sre"} },
		"a header in it":      func(o *EmailOptions) { o.To = []string{"\"a\r\nBcc: b\"@x.test"} },
		"a lone line feed":    func(o *EmailOptions) { o.To = []string{"a@x.test\n"} },
		"two in one":          func(o *EmailOptions) { o.To = []string{"a@x.test, b@x.test"} },
		"a sender that is no": func(o *EmailOptions) { o.From = "nobody" },
		"no server":           func(o *EmailOptions) { o.Host = "" },
		"a port beyond":       func(o *EmailOptions) { o.Port = 70000 },
		"an unknown policy":   func(o *EmailOptions) { o.StartTLS = "maybe" },
	} {
		o := EmailOptions{To: []string{"a@x.test"}, Host: "mail.test"}
		if _, err := NewEmail(o); err != nil {
			t.Fatal(err)
		}
		change(&o)
		if _, err := NewEmail(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestHeardIsBounded(t *testing.T) {
	m, to := three(t, map[string]error{"b@example.com": says(450)})
	for i := range maxHeard + 5 {
		n := oneDown
		n.Key = strings.Repeat("k", i+1)
		attempt(t.Context(), t, to, n)
	}
	if got := len(to.(*emailNotifier).heard.last); got != maxHeard {
		t.Errorf("%d contents are remembered, want %d", got, maxHeard)
	}
	if got := recipients(m); !slices.Equal(got[len(got)-1], []string{"a@example.com", "c@example.com"}) {
		t.Errorf("the last went to %v", got[len(got)-1])
	}
}

func TestMailLinksTheRunbookAlone(t *testing.T) {
	a := bad("db", alert.Critical, `<a href="http://evil.test">x</a>`)
	a.Runbook = `https://wiki.test/db?a="><script>&b=1`
	page := htmlPage(ours.say(outage(a)))
	const link = `<a href="https://wiki.test/db?a=%22%3E%3Cscript%3E&amp;b=1">https://wiki.test/db?a=%22%3E%3Cscript%3E&amp;b=1</a>`
	if strings.Count(page, "<a ") != 1 || !strings.Contains(page, "  runbook: "+link) {
		t.Errorf("got %s", page)
	}
}

func TestMailInTheOperatorsWords(t *testing.T) {
	m := startMail(t, nil, false)
	to := mustNotifier(t)(NewEmail(m.options(func(o *EmailOptions) {
		o.StartTLS, o.User = "opportunistic", ""
		o.Wording.Template = mustTemplate(t, "acme\r\nBcc: x@y.test {{.Title}}", "<b>{{.Reason}}</b>\n.\nend")
	})))
	if d := attempt(t.Context(), t, to, oneDown); d.Outcome != alert.Accepted {
		t.Fatalf("%v: %s", d.Outcome, d.Err)
	}
	got := parseMail(t, m.list()[0].raw)
	if got.header.Get("Bcc") != "" || !strings.HasPrefix(got.subject, "acme  Bcc: x@y.test DOWN db") {
		t.Errorf("subject %q of %v", got.subject, got.header)
	}
	if !strings.Contains(got.plain, "<b>first</b>\n.\nend") || !strings.Contains(got.html, "&lt;b&gt;first&lt;/b&gt;\n.\nend") {
		t.Errorf("%s\n%s", got.plain, got.html)
	}
}
