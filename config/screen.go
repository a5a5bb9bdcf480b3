package config

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sitrep/spell"
)

// loadScreen reads how the screen looks, what its keys are and what views it has.
func (l *loader) loadScreen() {
	screen := screenKeys{Theme: "auto", Colors: "auto", Glyphs: "auto", Start: "board", Order: "problems", Bell: true, Title: true,
		Notify: "off", Zone: zone{time.UTC}}
	l.setting("screen", &screen)
	l.cfg.Screen = Screen{Theme: screen.Theme, Colors: screen.Colors, Glyphs: screen.Glyphs,
		Start: screen.Start, GroupBy: screen.GroupBy, Order: screen.Order, Columns: screen.Columns,
		Bell: screen.Bell, Title: screen.Title, Notify: screen.Notify, Mouse: screen.Mouse, Cursor: screen.Cursor, Zone: screen.Zone.loc}
	l.loadKeys()
	for _, name := range l.views.names() {
		l.loadView(name, l.views[name])
	}
}

// freeKeys is a table whose names are those of something else.
type freeKeys struct{}

// loadKeys reads [keys]: a key, or several, by what they do.
func (l *loader) loadKeys() {
	v := l.settings["keys"]
	if v == nil {
		return
	}
	t := v.table()
	if t == nil {
		l.report(v, "keys", "want a table, got %s", describe(v.v))
		return
	}
	own := map[string][]string{}
	for _, name := range t.names() {
		if known := l.o.Console.Actions; known != nil && !slices.Contains(known, name) {
			l.reportKey(t[name], join("keys", name), "no key does %q%s; sitrep help keys lists what they do", name, spell.Meant(name, known))
			continue
		}
		said := len(l.problems)
		if keys := l.strings(join("keys", name), t[name], key{}); len(l.problems) == said {
			own[name] = keys
		}
	}
	if check := l.o.Console.Misbound; check != nil {
		for name, wrong := range check(own) {
			l.report(t[name], join("keys", name), "%s", wrong)
		}
	}
	l.show("", "keys", v, new(freeKeys))
	l.cfg.Screen.Keys = own
}

// loadView reads one [view.NAME], or the filter that is one by itself.
func (l *loader) loadView(name string, v *value) {
	path := join("view", name)
	if _, short := v.v.(string); short {
		long := *v
		long.v = table{"filter": v}
		v = &long
	}
	var k viewKeys
	l.bindTable(path, v, &k)
	if check := l.o.Console.View; check != nil {
		if err := check(name, k.Filter); err != nil {
			l.report(cmp.Or(v.table()["filter"], v), path, "%v", err)
		}
	}
	l.show("view", name, v, &k)
	l.cfg.Screen.Views = append(l.cfg.Screen.Views, View{Name: name, Filter: strings.TrimSpace(k.Filter), Order: k.Order, GroupBy: k.GroupBy})
}
