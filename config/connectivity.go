package config

import (
	"cmp"
	"fmt"
	"time"

	"sitrep/checker"
)

// maxAnchors is how many there may be: each is asked every few seconds.
const maxAnchors = 16

// anchors are the URLs of what shows that the link works.
type anchors []anchor

type anchor struct {
	path string
	v    *value
	url  secret
}

// bind reads one URL or several.
func (a *anchors) bind(b *binder, path string, v *value) {
	*a = nil
	for i, x := range elements(v) {
		one := anchor{path: path, v: x}
		if x != v {
			one.path = fmt.Sprintf("%s[%d]", path, i)
		}
		if one.url.bind(b, one.path, x); one.url.text != "" {
			*a = append(*a, one)
		}
	}
	if n := len(elements(v)); n > maxAnchors {
		b.report(v, path, "%d anchors are too many: at most %d", n, maxAnchors)
	}
}

// loadConnectivity builds the anchors and says how many of them must answer: a
// majority, if nothing else is written.
func (l *loader) loadConnectivity() {
	const path = "connectivity"
	b := l.binder
	b.section = path
	keys := connectivityKeys{Interval: 15 * time.Second}
	v := cmp.Or(l.settings[path], &value{v: table{}})
	b.bindTable(path, v, &keys)
	c := &l.cfg.Connectivity
	for _, a := range keys.Anchors {
		if built, ok := l.anchor(a); ok {
			c.Anchors = append(c.Anchors, built)
		}
	}
	n := len(elements(v.table()["anchors"]))
	switch need := v.table()["need"]; {
	case need == nil && n > 0:
		keys.Need = n/2 + 1
	case need != nil && keys.Need > n:
		l.report(need, path+".need", "%d can never answer: %s", keys.Need, anchorCount(n))
	}
	if c.Interval = keys.Interval; n > 0 {
		c.Need = keys.Need
	}
	l.show("", path, v, &keys)
}

func anchorCount(n int) string {
	switch n {
	case 0:
		return "there is no anchor"
	case 1:
		return "there is 1 anchor"
	}
	return fmt.Sprintf("there are %d anchors", n)
}

// anchor builds one. Any answer of it will do, whatever it says.
func (l *loader) anchor(a anchor) (checker.Anchor, bool) {
	end, err := parseEndpoint(a.url.text)
	if err != nil {
		l.report(a.v, a.path, "%v", err)
		return checker.Anchor{}, false
	}
	if end.local("") {
		l.warn(a.v, a.path, "is on this machine: it answers whether the link works or not")
	}
	b := l.binder
	b.kind = end.kind
	keys := newTargetKeys()
	keys.Redirects, keys.TLS.ExpiresWithin = 0, 0
	keys.ExpectStatus = statusCodes{{From: 100, To: 599}}
	probe, _ := b.probe(a.path, table{"url": a.v}, keys, end, l.cfg.Dialer)
	return checker.Anchor{Name: end.shown, Probe: probe}, probe != nil
}
