package config

import (
	"cmp"
	"encoding/base64"
	"net/mail"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/safe"
)

// How long one content is tried, and how often an unacknowledged critical alert
// is said again, if nothing is written.
const (
	giveUp         = 6 * time.Hour
	giveUpPaging   = 24 * time.Hour
	remind         = 4 * time.Hour
	remindCritical = 30 * time.Minute
)

// usualTell are the reasons that a receiver hears of if it does not say which.
var usualTell = []string{"first", "new", "worse", "remind", "resolved"}

// loadReceivers builds the receivers, by name.
func (l *loader) loadReceivers() {
	l.cfg.Receivers = make(map[string]notify.Notifier, len(l.receivers))
	for _, name := range l.receivers.names() {
		v, path := l.receivers[name], join("receiver", name)
		b := l.binder
		b.section = "receiver"
		if strings.ContainsFunc(name, unicode.IsControl) || name == "" || strings.Contains(name, ":") {
			b.reportKey(v, path, "a receiver's name is not empty and has no colon and no control characters")
		}
		if b.kind = b.receiverKind(path, v); b.kind == "" {
			continue
		}
		keys := &receiverKeys{Tell: usualTell, TLS: "required", Method: "POST", Remind: remind}
		b.bindTable(path, v, keys)
		l.cfg.shown = append(l.cfg.shown, shownSection{path: path, v: v, keys: keys, kind: b.kind})
		if tell := v.table()["tell"]; tell != nil && len(elements(tell)) == 0 {
			b.report(tell, join(path, "tell"), "hears of nothing; there is %s", strings.Join(alert.Reasons, ", "))
		}
		if keys.Slack.broken+keys.Webhook.broken+keys.Secret.broken+keys.Password.broken != "" {
			continue
		}
		l.cfg.Policy.Receivers = append(l.cfg.Policy.Receivers, keys.receiver(name, v.table()["remind"] != nil))
		n, err := b.notifier(path, v, keys, l.o)
		if err != nil {
			_, text, _ := strings.Cut(err.Error(), b.kind+": ")
			b.report(v.table()[b.kind], join(path, b.kind), "%s", cmp.Or(text, err.Error()))
			continue
		}
		l.cfg.Receivers[name] = n
	}
}

// receiverKind returns the one key that says how the receiver is reached.
func (b *binder) receiverKind(path string, v *value) string {
	t := v.table()
	if t == nil {
		b.report(v, path, "want a table, got %s", describe(v.v))
		return ""
	}
	var kinds []string
	for _, kind := range receiverKinds {
		if t[kind] != nil {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 1 {
		return kinds[0]
	}
	if len(kinds) > 1 {
		b.reportKey(t[kinds[1]], join(path, kinds[1]), "a receiver is of one kind; this has %s", strings.Join(kinds, " and "))
		return ""
	}
	before := len(*b.problems)
	b.bindTable(path, v, &receiverKeys{}) // what is there, and wrong, may be why
	if len(*b.problems) == before {
		b.lacks(v, path, "a receiver needs one of %s", strings.Join(receiverKinds, ", "))
	}
	return ""
}

// receiver returns what the alerts must know of it.
func (k *receiverKeys) receiver(name string, remindWritten bool) alert.Receiver {
	r := alert.Receiver{
		Name: name, Paging: k.Paging, Tell: map[alert.Reason]bool{},
		Remind: k.Remind, RemindCritical: k.Remind, GiveUp: giveUp,
	}
	if k.Paging {
		r.GiveUp = giveUpPaging
		if !remindWritten || k.Remind > remindCritical {
			r.RemindCritical = remindCritical
		}
	}
	for _, word := range k.Tell {
		if reason, ok := alert.ParseReason(word); ok {
			r.Tell[reason] = true
		}
	}
	return r
}

// notifier builds what reaches the receiver.
func (b *binder) notifier(path string, v *value, k *receiverKeys, o Options) (notify.Notifier, error) {
	switch b.kind {
	case "log":
		file := k.Log
		if file != "" && file != "stderr" && !filepath.IsAbs(file) {
			file = filepath.Join(v.src.dir, file)
		}
		return notify.NewLog(notify.LogOptions{Path: file, Stderr: o.Stderr})
	case "slack":
		return notify.NewSlack(notify.SlackOptions{URL: safe.NewSecret(k.Slack.text), Channel: k.Channel})
	case "webhook":
		options := notify.WebhookOptions{
			URL: safe.NewSecret(k.Webhook.text), Method: k.Method, Secret: safe.NewSecret(k.Secret.text),
		}
		for _, h := range k.Headers {
			options.Headers = append(options.Headers, notify.Header{Name: h.name, Value: safe.NewSecret(h.value.text)})
		}
		if !validSigningKey(k.Secret.text) {
			b.report(v.table()["secret"], join(path, "secret"), "begins with whsec_ and goes on with what is no base64")
			return nil, nil
		}
		return notify.NewWebhook(options)
	}
	options, ok := b.emailOptions(path, v.table(), k)
	if !ok {
		return nil, nil
	}
	return notify.NewEmail(options)
}

// emailOptions checks each address and the server, each at its own place.
func (b *binder) emailOptions(path string, t table, k *receiverKeys) (o notify.EmailOptions, ok bool) {
	before := len(*b.problems)
	for _, x := range elements(t["email"]) {
		if s, _ := x.string(); !validAddress(s) {
			b.report(x, join(path, "email"), "%q is no e-mail address", safe.Line(s, 100))
		}
	}
	if k.From != "" && !validAddress(k.From) {
		b.report(t["from"], join(path, "from"), "%q is no e-mail address", safe.Line(k.From, 100))
	}
	o = notify.EmailOptions{To: k.Email, From: k.From, StartTLS: k.TLS, Password: safe.NewSecret(k.Password.text)}
	if t["smtp"] == nil {
		b.lacks(t["email"], path, `needs the server that takes the mail, as in smtp = "smtps://user@mail.example.com:465"`)
		return o, false
	}
	b.server(join(path, "smtp"), t["smtp"], k.SMTP, &o)
	if !o.Password.IsZero() && o.User == "" {
		b.report(t["smtp"], join(path, "smtp"), `there is a password and no user, as in "smtps://user@mail.example.com:465"`)
	}
	if o.TLS && t["tls"] != nil {
		b.reportKey(t["tls"], join(path, "tls"), "says nothing beside smtps://, which is encrypted from the first byte")
	}
	return o, len(*b.problems) == before
}

// server reads smtp[s]://user@host:port.
func (b *binder) server(path string, v *value, raw string, o *notify.EmailOptions) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		b.report(v, path, `the URL cannot be read; write "smtps://user@mail.example.com:465", with @ in the user's name as %%40`)
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		b.report(v, path, `write "smtp://user@host:587" or "smtps://user@host:465"`)
	case u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "":
		b.report(v, path, "the URL is a user, a host and a port, nothing else")
	default:
		if _, has := u.User.Password(); has {
			b.report(v, path, `the password does not belong in the URL; write password = "file:smtp-password"`)
		}
		o.TLS, o.Host, o.User = u.Scheme == "smtps", u.Hostname(), u.User.Username()
		if p := u.Port(); p != "" && !validPort(p) {
			b.report(v, path, "%q is no port", p)
		} else if p != "" {
			o.Port, _ = strconv.Atoi(p)
		}
	}
}

// validSigningKey holds that what says it is a key of Standard Webhooks is one.
func validSigningKey(s string) bool {
	encoded, ok := strings.CutPrefix(s, "whsec_")
	_, err := base64.StdEncoding.DecodeString(encoded)
	return !ok || err == nil
}

func validAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && !strings.ContainsFunc(s, unicode.IsControl) && strings.Contains(a.Address, "@")
}
