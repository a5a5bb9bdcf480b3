package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"sitrep/alert"
	"sitrep/oncall"
	"sitrep/safe"
)

// maxMail bounds the text of a mail, in bytes.
const maxMail = 64 << 10

// emailNotifier sends one message to all addresses of a receiver, over one
// connection that it makes for it.
type emailNotifier struct {
	from     *mail.Address
	to       []*mail.Address
	host     string
	port     int
	smtps    bool
	optional bool // STARTTLS may be missing
	user     string
	password safe.Secret
	tls      *tls.Config
	scrub    scrubber
	wording  Wording
	heard    *heard
}

// NewEmail returns a notifier that sends mail by SMTP.
func NewEmail(o EmailOptions) (Notifier, error) {
	e := &emailNotifier{
		host: o.Host, port: o.Port, smtps: o.TLS, user: o.User, password: o.Password, wording: o.Wording, heard: new(heard),
		tls: &tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
	}
	switch o.StartTLS {
	case "", "required":
	case "opportunistic":
		e.optional = true
	default:
		return nil, fmt.Errorf(`email: tls is "required" or "opportunistic", not %q`, safe.Line(o.StartTLS, maxName))
	}
	if e.port == 0 {
		e.port = 587
		if o.TLS {
			e.port = 465
		}
	}
	if o.Host == "" || e.port < 0 || e.port > 65535 {
		return nil, errors.New("email: the server is missing, or its port is none; write smtp://user@host:587")
	}
	if len(o.To) == 0 {
		return nil, errors.New("email: there is no address")
	}
	for _, raw := range o.To {
		a, err := parseAddress(raw)
		if err != nil {
			return nil, fmt.Errorf("email: %w", err)
		}
		e.to = append(e.to, a)
	}
	from, err := parseAddress(cmp.Or(o.From, senderOf(o.User)))
	if err != nil {
		return nil, fmt.Errorf("email: from: %w", err)
	}
	e.from = from
	password := o.Password.Reveal()
	e.scrub = newScrubber(password,
		base64.StdEncoding.EncodeToString([]byte(password)),
		base64.StdEncoding.EncodeToString([]byte("\x00"+o.User+"\x00"+password)))
	return e, nil
}

// Format shows the notifier by its server alone: fmt reads unexported fields
// without asking the secrets in them.
func (e *emailNotifier) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "mail by %s:%d", safe.Line(e.host, maxName), e.port)
}

// parseAddress reads "a@b" or "Name <a@b>". Whatever could begin another line
// of a header, or of the dialogue with the server, is refused before anything else.
func parseAddress(raw string) (*mail.Address, error) {
	shown := safe.Line(raw, maxName)
	if strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return nil, fmt.Errorf("the address %q holds control characters", shown)
	}
	a, err := mail.ParseAddress(raw)
	if err != nil {
		return nil, fmt.Errorf("%q is no mail address", shown)
	}
	return a, nil
}

// senderOf is who writes when nobody is named: the account, or this machine.
func senderOf(user string) string {
	if _, err := mail.ParseAddress(user); err == nil {
		return user
	}
	return "sitrep@" + hostname()
}

// hostname is this machine's name where that is one that SMTP allows.
func hostname() string {
	h, err := os.Hostname()
	bad := func(r rune) bool {
		return !(r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	if err != nil || h == "" || len(h) > 253 || strings.ContainsFunc(h, bad) {
		return "localhost"
	}
	return h
}

func (e *emailNotifier) inherit(old Notifier) {
	if o, ok := old.(*emailNotifier); ok {
		e.heard = o.heard
	}
}

// pace is one connection at a time to a server, whoever it is for.
func (e *emailNotifier) pace() pace {
	return pace{lane: "smtp " + e.user + "@" + e.host + ":" + strconv.Itoa(e.port), width: 1}
}

// Notify sends to every address that has not taken this very content before.
// The receiver has heard once one address has: an address that the server will
// never take is then named in Err of an accepted delivery, since holding back
// the news that it is over from all the others would be worse. While an
// address is put off, the outcome is again, for it alone.
func (e *emailNotifier) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	to, err := e.recipients(n)
	if err != nil {
		return dead(e.scrub.line(err.Error(), maxErr))
	}
	message, err := e.message(n, to)
	if err != nil {
		return dead(e.scrub.line(err.Error(), maxErr))
	}
	t := transaction{email: e, to: e.unheard(to, n.Key)}
	if err := t.run(ctx, message); err != nil {
		code, _ := smtpCode(err)
		return alert.Delivery{
			Outcome:    classifyError(err, t.sent),
			Greylisted: code >= 400 && code <= 499,
			Err:        e.scrub.line(t.step+": "+explain(ctx, err, t.sent), maxErr),
		}
	}
	d := alert.Delivery{Outcome: alert.Accepted, Err: e.scrub.line(t.refusals(), maxErr)}
	if len(t.putOff) > 0 {
		for _, a := range t.took {
			e.heard.add(n.Key, a.Address)
		}
		d.Outcome, d.Greylisted = alert.Again, true
		return d
	}
	if len(t.took) == 0 && len(t.to) == len(to) { // nobody took it, now or before
		d.Outcome = alert.Dead
	}
	e.heard.forget(n.Key)
	return d
}

// recipients returns whom n goes to: its own address if it has one, else those
// of the receiver.
func (e *emailNotifier) recipients(n alert.Notification) ([]*mail.Address, error) {
	own := oncall.ParseAddressee(n.Receiver).Address
	if own == "" {
		return e.to, nil
	}
	a, err := parseAddress(own)
	if err != nil {
		return nil, err
	}
	return []*mail.Address{a}, nil
}

// unheard returns the addresses that have not taken the content of that key.
func (e *emailNotifier) unheard(to []*mail.Address, key string) []*mail.Address {
	return slices.DeleteFunc(slices.Clone(to), func(a *mail.Address) bool { return e.heard.has(key, a.Address) })
}

// message renders n. Its Message-ID is made of the key, the same for every
// attempt, so that a server which has it already can drop the repeat.
func (e *emailNotifier) message(n alert.Notification, to []*mail.Address) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(e.from)
	m.ToMailAddress(to...)
	m.SetMessageIDWithValue(messageID(n.Key, e.from.Address))
	m.SetDateWithValue(time.Now().UTC())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday greetings in return
	words := e.wording.say(n)
	m.Subject(words.title)
	m.SetBodyString(gomail.TypeTextPlain, words.title+"\n\n"+words.body(maxMail, plain)+"\n\n-- \n"+words.footer()+"\n")
	m.AddAlternativeString(gomail.TypeTextHTML, htmlPage(words))
	var b bytes.Buffer
	_, err := m.WriteTo(&b)
	return b.Bytes(), err
}

// htmlPage is the same text for those who read HTML, every word of it escaped.
// The runbook alone is a link: an operator wrote it, and no target.
func htmlPage(m message) string {
	return fmt.Sprintf(`<!doctype html>
<html><head><meta charset="utf-8"></head><body>
<p><strong>%s</strong></p>
<pre style="white-space: pre-wrap">%s</pre>
<p style="color: #666">%s</p>
</body></html>
`, html.EscapeString(m.title), m.body(2*maxMail, htmlMarkup), html.EscapeString(m.footer()))
}

var htmlMarkup = markup{
	escape: func(line string, _ int) string { return html.EscapeString(line) },
	link: func(url string) string {
		url = html.EscapeString(url)
		return `<a href="` + url + `">` + url + `</a>`
	},
}

// messageID is made of key, the same for all attempts, and the sender's domain.
func messageID(key, from string) string {
	plain := func(r rune) bool {
		return r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	if key == "" || len(key) > 128 || strings.ContainsFunc(key, func(r rune) bool { return !plain(r) }) {
		sum := sha256.Sum256([]byte(key))
		key = hex.EncodeToString(sum[:16])
	}
	return key + from[strings.LastIndexByte(from, '@'):]
}
