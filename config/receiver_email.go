package config

import (
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"sitrep/alert/notify"
	"sitrep/safe"
)

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

func validAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && !strings.ContainsFunc(s, unicode.IsControl) && strings.Contains(a.Address, "@")
}
