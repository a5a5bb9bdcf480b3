package tui

import (
	"slices"

	"sitrep/alert"
	"sitrep/monitor"
	"sitrep/oncall"
)

// telling is what one receiver was told of one alert, by one route, and what it
// is owed.
type telling struct {
	ledger  alert.Ledger    // but for route and receiver zero while there is none
	route   *alert.Route    // nil if it is gone
	rec     *alert.Receiver // nil if it is gone
	word    alert.Word
	knows   bool   // word is set
	routed  bool   // the route means the alert now
	instead string // the receivers that this one stands in for; "" is none
}

// tellings are those of one alert, being found.
type tellings struct {
	snap *monitor.Snapshot
	a    *alert.Alert
	all  []telling
}

// tellingsOf returns every account that names an alert, or would, since a route
// leads there: in the order of the routes, a fallback behind whom it stands in
// for, those that no route leads to any more last.
func tellingsOf(snap *monitor.Snapshot, a *alert.Alert) []telling {
	b := tellings{snap: snap, a: a}
	for i := range snap.Policy.Routes {
		r := &snap.Policy.Routes[i]
		routed := r.Match.Match(a.Labels, a.Severity, a.Findings)
		for _, to := range b.leads(r) {
			b.follow(r, to, routed)
		}
	}
	for _, l := range snap.Accounts {
		known := slices.ContainsFunc(b.all, func(t telling) bool { return t.ledger.Group == l.Group && t.ledger.Receiver == l.Receiver })
		if !known && mentions(&l, a.ID) {
			b.add(b.other(&l))
		}
	}
	return b.all
}

// leads returns whom a route leads to, as the receivers of accounts: of a schedule
// those who are on call.
func (b *tellings) leads(r *alert.Route) (names []string) {
	for _, to := range r.To {
		for _, a := range b.snap.Roster.Reach(to, b.snap.At) {
			if name := a.String(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// other is an account whose receiver the routes do not name: an escalation of its
// route called it, or nothing leads to it any more.
func (b *tellings) other(l *alert.Ledger) telling {
	t := telling{ledger: *l}
	called := slices.ContainsFunc(b.snap.Escalations, func(e alert.Escalation) bool {
		return e.Route == l.Route && (e.Group == l.Group || l.Group == l.Route) && slices.Contains(e.Reached, l.Receiver)
	})
	if called {
		t.route, t.routed = routeOf(b.snap, l, b.a)
	}
	return t
}

// routeOf returns the route of an account, nil if it is gone, and whether it means
// an alert now.
func routeOf(snap *monitor.Snapshot, l *alert.Ledger, a *alert.Alert) (*alert.Route, bool) {
	for i := range snap.Policy.Routes {
		if r := &snap.Policy.Routes[i]; r.Name == l.Route {
			return r, r.Match.Match(a.Labels, a.Severity, a.Findings)
		}
	}
	return nil, false
}

// follow takes in a receiver of a route, and as long as one after the other does
// not accept its fallback. One that is told anyway stands in for nobody.
func (b *tellings) follow(r *alert.Route, name string, routed bool) {
	for instead := ""; instead == "" || !slices.Contains(b.leads(r), name); {
		if b.has(r, name) {
			b.standIn(r, name, instead)
			return
		}
		over := false
		for _, l := range b.accounts(r, name) {
			if routed || mentions(&l, b.a.ID) {
				b.add(telling{ledger: l, route: r, routed: routed, instead: instead})
			}
			over = over || l.FailedOver
		}
		rec := receiverNamed(&b.snap.Policy, name)
		if rec == nil || rec.Fallback == "" || !over {
			return
		}
		name, instead = rec.Fallback, name
	}
}

func (b *tellings) add(t telling) {
	t.rec = receiverNamed(&b.snap.Policy, t.ledger.Receiver)
	t.word, t.knows = t.ledger.Told[b.a.ID]
	b.all = append(b.all, t)
}

func (b *tellings) has(r *alert.Route, name string) bool {
	return slices.ContainsFunc(b.all, func(t telling) bool { return t.route == r && t.ledger.Receiver == name })
}

// standIn notes one more that a receiver of a route stands in for.
func (b *tellings) standIn(r *alert.Route, name, instead string) {
	for i := range b.all {
		if t := &b.all[i]; t.route == r && t.ledger.Receiver == name && t.instead != "" && instead != "" {
			t.instead += ", " + instead
		}
	}
}

// accounts returns those of a receiver that name the alert; if there are none,
// the one of the alert's group, or that of the whole route, where a storm is told
// of; a new one if neither exists.
func (b *tellings) accounts(r *alert.Route, name string) []alert.Ledger {
	var of []alert.Ledger
	group := alert.Ledger{Route: r.Name, Receiver: name}
	var wide *alert.Ledger
	for i := range b.snap.Accounts {
		switch l := &b.snap.Accounts[i]; {
		case l.Route != r.Name || l.Receiver != name:
		case mentions(l, b.a.ID):
			of = append(of, *l)
		case sameGroup(l, r, b.a):
			group = *l
		case l.Group == r.Name:
			wide = l
		}
	}
	if len(of) == 0 && group.Group == "" && wide != nil {
		group = *wide
	}
	if len(of) == 0 {
		of = append(of, group)
	}
	return of
}

// receiverNamed returns the receiver that an account's name means, nil if there is
// none. One at an address, or for an operator, is as the receiver itself is.
func receiverNamed(p *alert.Policy, name string) *alert.Receiver {
	base := oncall.ParseAddressee(name).Receiver
	if i := slices.IndexFunc(p.Receivers, func(r alert.Receiver) bool { return r.Name == base }); i >= 0 {
		return &p.Receivers[i]
	}
	return nil
}

// sameGroup tells whether an alert is in the group of a route's account.
func sameGroup(l *alert.Ledger, r *alert.Route, a *alert.Alert) bool {
	return !slices.ContainsFunc(r.GroupBy, func(label string) bool { return l.Labels[label] != a.Labels[label] })
}

// mentions tells whether an account's receiver was told of an alert, or something
// on its way, or refused, names it.
func mentions(l *alert.Ledger, id string) bool {
	if _, ok := l.Told[id]; ok {
		return true
	}
	if l.Pending != nil {
		if _, ok := l.Pending.Words[id]; ok {
			return true
		}
	}
	for _, p := range l.Refused {
		if _, ok := p.Words[id]; ok {
			return true
		}
	}
	return false
}
