package config

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"sitrep/oncall"
	"sitrep/spell"
)

// checkEach holds that each of a list, or the one that is there, is what check
// says it must be. It hands on the place of each.
func (l *loader) checkEach(path string, v *value, check func(path string, x *value, s string)) {
	list := elements(v)
	for i, x := range list {
		at := path
		if x != v && len(list) > 1 {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if s, ok := x.string(); ok { // or it is said already
			check(at, x, s)
		}
	}
}

// checkTold holds that something that is told exists: "schedule:NAME",
// "operator:NAME", a receiver, or one with an address.
func (l *loader) checkTold(path string, x *value, s string) {
	kind, name, prefixed := strings.Cut(s, ":")
	switch {
	case prefixed && kind == "schedule":
		l.used.schedules[name] = true
		if l.schedules[name] == nil {
			l.report(x, path, "there is no schedule %q%s", name, meantOr(name, l.schedules.names()))
		}
	case prefixed && kind == "operator":
		l.used.operators[name] = true
		if l.operators[name] == nil {
			l.report(x, path, "there is no operator %q%s", name, meantOr(name, l.operators.names()))
		}
	default:
		l.checkAddressee(path, x, s)
	}
}

// checkOperator holds that somebody exists.
func (l *loader) checkOperator(path string, x *value, s string) {
	if l.operators[s] == nil {
		l.report(x, path, "there is no operator %q%s", s, meantOr(s, l.operators.names()))
	}
}

// meantOr is meant, or says that there is none at all.
func meantOr(word string, names []string) string {
	if len(names) == 0 {
		return ": none is defined"
	}
	return spell.Meant(word, names)
}

// checkAddressee holds that a receiver exists, and can use the address that it is
// given, if it is.
func (l *loader) checkAddressee(path string, x *value, s string) {
	name, address, addressed := strings.Cut(s, ":")
	v := l.receivers[name]
	if v == nil {
		l.report(x, path, "there is no receiver %q%s", name, meantOr(name, l.receivers.names()))
		return
	}
	l.reachable(name)
	if !addressed {
		return
	}
	i := slices.IndexFunc(receiverKinds, func(kind string) bool { return v.table()[kind] != nil })
	if i < 0 {
		return // said already
	}
	kind := receiverKinds[i]
	if kind == "slack" && !l.slackBot(v) {
		l.report(x, path, "a webhook of Slack posts to the one channel that it was made for: a bot can choose, with a token that begins with xoxb-")
		return
	}
	if why := badAddress(kind, address); why != "" {
		l.report(x, path, "%s", why)
	}
}

// slackBot tells whether a receiver of Slack posts as a bot, which can choose
// where, or might do so if its token could be had.
func (l *loader) slackBot(v *value) bool {
	x := v.table()["slack"]
	s, _ := x.string()
	text, _, err := l.secrets.resolve(x.src, s)
	return err != nil || strings.HasPrefix(text, "xoxb-")
}

var (
	slackPlace = regexp.MustCompile(`^[#@]?[A-Za-z0-9_.-]{1,80}$`)
	ntfyTopic  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// badAddress says why an address is none for a kind of receiver, "" if it is one.
func badAddress(kind, address string) string {
	switch kind {
	case "email":
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
			return fmt.Sprintf("%q is no mail address", address)
		}
	case "slack":
		if !slackPlace.MatchString(address) {
			return fmt.Sprintf("%q is no channel or member of Slack", address)
		}
	case "ntfy":
		if !ntfyTopic.MatchString(address) {
			return fmt.Sprintf("%q is no topic: letters, digits, - and _, 64 at most", address)
		}
	case "exec", "webhook":
		if address == "" || len(address) > 200 || strings.ContainsFunc(address, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return "an address is one line of 200 bytes at most"
		}
	default:
		return fmt.Sprintf("a receiver of kind %s has no addresses: name it alone", kind)
	}
	return ""
}

// operatorName is what an operator may be called: it is what people sign with.
var operatorName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// loadOperators builds the operators, by name.
func (l *loader) loadOperators() {
	for _, name := range l.operators.names() {
		v, path := l.operators[name], join("operator", name)
		if !operatorName.MatchString(name) {
			l.reportKey(v, path, "an operator's name has letters, digits, _ . and - only, 64 at most: it is what they sign with")
		}
		b := l.binder
		b.section = "operator"
		keys := &operatorKeys{}
		b.bindTable(path, v, keys)
		if v.table() == nil {
			continue
		}
		l.show("operator", name, v, keys)
		l.checkEach(join(path, "contact"), v.table()["contact"], l.checkAddressee)
		l.cfg.Operators = append(l.cfg.Operators, oncall.Operator{
			Name: name, Title: oneLine(keys.Name), Zone: keys.Zone.loc, Contact: keys.Contact,
		})
	}
}
