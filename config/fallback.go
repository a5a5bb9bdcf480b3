package config

import (
	"strings"

	"sitrep/spell"
)

// loadFallbacks holds that whoever is told in another's place exists, and that
// no way from one to the next leads back.
func (l *loader) loadFallbacks() {
	names := l.receivers.names()
	edges := make(map[string][][]string, len(names))
	for _, name := range names {
		v := l.receivers[name].table()["fallback"]
		path := join("receiver", name) + ".fallback"
		switch other, _ := v.string(); {
		case v == nil || other == "": // none, or said already
		case other == name:
			l.report(v, path, "a receiver does not stand in for itself")
		case l.receivers[other] == nil && strings.Contains(other, ":"):
			l.report(v, path, "want the name of a receiver, got %q", other)
		case l.receivers[other] == nil:
			l.report(v, path, "there is no receiver %q%s", other, spell.Meant(other, names))
		default:
			edges[name] = [][]string{{other}}
		}
	}
	for _, circle := range circles(names, edges) {
		l.report(l.receivers[circle[0]].table()["fallback"], join("receiver", circle[0])+".fallback", "%s", circleText(circle))
	}
}

// reachable marks a receiver as told of something, and those that stand in for it.
func (l *loader) reachable(name string) {
	for !l.used.receivers[name] {
		l.used.receivers[name] = true
		name, _ = l.receivers[name].table()["fallback"].string()
	}
}
