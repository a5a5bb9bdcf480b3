package config

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"sitrep/alert"
	"sitrep/alert/notify"
)

// What a paging receiver is told of something critical that nobody has
// acknowledged, at the latest; and how long one content is tried.
const (
	remindCritical = 30 * time.Minute
	giveUp         = 6 * time.Hour
	giveUpPaging   = 24 * time.Hour
)

// alertmanagerHears is how often an Alertmanager is to hear of an alert, which
// it takes for over if it does not for four of these.
const alertmanagerHears = time.Minute

// loadReceivers builds the receivers, by name.
func (l *loader) loadReceivers() {
	l.cfg.Receivers = make(map[string]notify.Notifier, len(l.receivers))
	for _, name := range l.receivers.names() {
		v, path := l.receivers[name], join("receiver", name)
		b := l.binder
		b.section = "receiver"
		if strings.ContainsFunc(name, unicode.IsControl) || name == "" || strings.Contains(name, ":") || strings.Contains(name, " via ") {
			b.reportKey(v, path, "a receiver's name is not empty and has no colon, no \" via \" and no control characters")
		}
		if b.kind = b.receiverKind(path, v); b.kind == "" {
			continue
		}
		keys := newReceiverKeys(b.kind)
		b.bindTable(path, v, keys)
		if v.table()["tell_missed"] == nil {
			keys.TellMissed = keys.Paging
		}
		if v.table()["tls"] == nil && strings.HasPrefix(keys.SMTP, "smtps:") {
			keys.TLS = "" // it is encrypted from the first byte
		}
		l.cfg.shown = append(l.cfg.shown, shownSection{table: "receiver", name: name, v: v, keys: keys, kind: b.kind, section: "receiver"})
		b.checkTell(path, v.table(), keys)
		if keys.broken() {
			continue
		}
		l.cfg.Policy.Receivers = append(l.cfg.Policy.Receivers, keys.receiver(name, notify.Defaults(b.kind)))
		before := len(l.problems)
		n, err := b.notifier(path, v, keys, l.o)
		switch {
		case err != nil && !l.problems[before:].fatal():
			_, text, _ := strings.Cut(err.Error(), b.kind+": ")
			b.report(v.table()[b.kind], join(path, b.kind), "%s", cmp.Or(text, err.Error()))
		case n != nil:
			l.cfg.Receivers[name] = n
		}
	}
}

// newReceiverKeys returns the built-in defaults of a kind.
func newReceiverKeys(kind string) *receiverKeys {
	d := notify.Defaults(kind)
	k := &receiverKeys{
		TLS: "required", Method: "POST", Zone: zone{time.UTC},
		Paging: d.Paging, TellMissed: d.TellMissed, Remind: d.Remind, RemindFlapping: d.RemindFlapping,
	}
	for _, word := range alert.Reasons {
		if reason, _ := alert.ParseReason(word); d.Tell[reason] && reason != alert.Missed {
			k.Tell = append(k.Tell, word)
		}
	}
	return k
}

// broken tells whether one of its secrets cannot be had, which is said already.
func (k *receiverKeys) broken() bool {
	all := []string{
		k.Slack.broken, k.Webhook.broken, k.Secret.broken(), k.Password.broken, k.PagerDuty.broken, k.Alertmanager.broken(),
		k.Ntfy.broken, k.Bearer.broken, k.Basic.Password.broken, k.Token.broken,
	}
	for _, h := range k.Headers {
		all = append(all, h.value.broken)
	}
	return strings.Join(all, "") != ""
}

// checkTell holds that a receiver hears of something, and that an Alertmanager
// hears often enough for an alert to stay.
func (b *binder) checkTell(path string, t table, k *receiverKeys) {
	tell := t["tell"]
	if tell != nil && len(elements(tell)) == 0 {
		b.warn(tell, join(path, "tell"), "hears of nothing; there is %s", strings.Join(keysOf(reflect.TypeFor[receiverKeys]()).byName["tell"].oneof, ", "))
	}
	if b.kind != "alertmanager" {
		return
	}
	const why = "an Alertmanager takes an alert for over that it does not hear of for 4 minutes"
	if len(k.Tell) > 0 && !slices.Contains(k.Tell, "remind") {
		b.report(tell, join(path, "tell"), `needs "remind": %s`, why)
	}
	if remind := t["remind"]; remind != nil && (k.Remind == 0 || k.Remind > alertmanagerHears) {
		b.report(remind, join(path, "remind"), "is at most 1m here: %s", why)
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

// receiver returns what the alerts must know of it, where d is what its kind has.
func (k *receiverKeys) receiver(name string, d alert.Receiver) alert.Receiver {
	r := alert.Receiver{
		Name: name, Most: d.Most, Keepalive: d.Keepalive, Paging: k.Paging, Tell: map[alert.Reason]bool{}, TellMissed: k.TellMissed, Fallback: k.Fallback,
		Remind: k.Remind, RemindCritical: k.Remind, RemindFlapping: k.RemindFlapping, GiveUp: giveUp,
	}
	if k.Body != "" && !slices.Contains(bodyFormats, k.Body) {
		r.Most = 0 // its words are made for a few
	}
	if k.Paging {
		r.GiveUp = giveUpPaging
		r.RemindCritical = min(k.Remind, remindCritical)
	}
	for _, word := range k.Tell {
		if reason, ok := alert.ParseReason(word); ok {
			r.Tell[reason] = true
		}
	}
	if k.TellMissed {
		r.Tell[alert.Missed] = true
	}
	return r
}
