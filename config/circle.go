package config

import (
	"slices"
	"strings"
)

// maxCircle is how many names of a circle are shown.
const maxCircle = 12

// refuseCircles reports what depends on itself by way of others, each circle
// once, at the first of its targets by name.
func (l *loader) refuseCircles() {
	edges := make(map[string][][]string, len(l.cfg.Targets))
	names := make([]string, 0, len(l.cfg.Targets))
	for i := range l.cfg.Targets {
		t := &l.cfg.Targets[i]
		names = append(names, t.Name)
		edges[t.Name] = t.Parents
	}
	for _, circle := range circles(names, edges) {
		name := circle[0]
		v := l.targets[name]
		if own := v.table()["depends_on"]; own != nil {
			v = own
		}
		l.reportKey(v, join("target", name)+".depends_on", "%s", circleText(circle))
	}
}

// circleText draws one, "a circle: core → db → gate → core".
func circleText(circle []string) string {
	shown := append(slices.Clone(circle), circle[0])
	if len(shown) > maxCircle {
		shown = slices.Concat(shown[:maxCircle-2], []string{"…", circle[0]})
	}
	return "a circle: " + strings.Join(shown, " → ")
}

// circles returns ways from a name along edges back to it, each beginning with
// the first of its names in order. No name is in two of them: whoever breaks one
// may find another behind it.
func circles(names []string, edges map[string][][]string) (found [][]string) {
	const (
		fresh = iota
		onWay
		done
	)
	state := make(map[string]int, len(names))
	told := map[string]bool{}
	var way []string
	var visit func(name string)
	visit = func(name string) {
		state[name] = onWay
		way = append(way, name)
		for _, group := range edges[name] {
			for _, next := range group {
				switch state[next] {
				case fresh:
					visit(next)
				case onWay:
					circle := slices.Clone(way[slices.Index(way, next):])
					if !slices.ContainsFunc(circle, func(n string) bool { return told[n] }) {
						for _, n := range circle {
							told[n] = true
						}
						found = append(found, fromFirst(circle))
					}
				}
			}
		}
		way = way[:len(way)-1]
		state[name] = done
	}
	for _, name := range names {
		if state[name] == fresh {
			visit(name)
		}
	}
	return found
}

// fromFirst turns a circle so that it begins with the first of its names in order.
func fromFirst(circle []string) []string {
	i := slices.Index(circle, slices.Min(circle))
	return slices.Concat(circle[i:], circle[:i])
}
