package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sitrep/spell"
)

// maxParents is how many names one target may hang on, all groups together.
const maxParents = 1000

// groupPrefix begins what stands for every member of a group in depends_on.
const groupPrefix = "group:"

// dependsOn is what a target's reachability hangs on, as written.
type dependsOn []dependency

// dependency is one name or group, or a list of these of which any is enough.
type dependency struct {
	names []string
	any   bool
}

// bind reads one name, or a list of names and of lists of these. That there are
// such targets is seen once all of them are known.
func (d *dependsOn) bind(b *binder, path string, v *value) {
	*d = nil
	for i, x := range elements(v) {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if list, ok := x.v.([]*value); ok && len(list) == 0 {
			b.report(x, at, "is empty; of a list within the list any is enough")
			continue
		}
		one := dependency{any: len(elements(x)) > 0 && elements(x)[0] != x}
		for _, y := range elements(x) {
			if s, ok := y.string(); ok && s != "" {
				one.names = append(one.names, s)
			} else {
				b.report(y, at, `want the name of a target or "group:NAME", got %s`, describe(y.v))
			}
		}
		if len(one.names) > 0 {
			*d = append(*d, one)
		}
	}
}

// family is who belongs to which group, and what every target says it hangs on.
type family struct {
	members map[string][]string // of each group, by name
	all     map[string]bool
}

func (l *loader) family() family {
	f := family{members: map[string][]string{}, all: map[string]bool{}}
	for _, name := range l.targets.names() {
		f.all[name] = true
		if g, _ := l.targets[name].table()["group"].string(); g != "" {
			f.members[g] = append(f.members[g], name)
		}
	}
	return f
}

// loadParents gives each target those that its reachability hangs on, and
// refuses names that are none, and circles.
func (l *loader) loadParents() {
	f := l.family()
	l.checkNames("defaults", l.defaults, f)
	for _, name := range l.groups.names() {
		l.checkNames(join("group", name), l.groups[name], f)
	}
	for _, name := range l.targets.names() {
		l.checkNames(join("target", name), l.targets[name], f)
	}
	for i := range l.cfg.Targets {
		t := &l.cfg.Targets[i]
		parents, n := f.parents(t.Name, l.dependsOn[t.Name])
		if n > maxParents {
			l.reportKey(l.targets[t.Name], join("target", t.Name)+".depends_on", "hangs on %d targets; at most %d", n, maxParents)
			continue
		}
		t.Parents = parents
	}
	l.refuseCircles()
}

// checkNames holds that what one table depends on exists.
func (l *loader) checkNames(path string, v *value, f family) {
	on := v.table()["depends_on"]
	for _, x := range elements(on) {
		for _, y := range elements(x) {
			name, _ := y.string()
			group, isGroup := strings.CutPrefix(name, groupPrefix)
			switch {
			case name == "": // said already
			case isGroup && len(f.members[group]) == 0:
				l.report(y, path+".depends_on", "no target is in the group %q%s", group, spell.Meant(group, slices.Sorted(maps.Keys(f.members))))
			case path == join("target", name):
				l.report(y, path+".depends_on", "a target does not depend on itself")
			case !isGroup && !f.all[name]:
				hint := spell.Meant(name, l.targets.names())
				if hint == "" && len(f.members[name]) > 0 {
					hint = fmt.Sprintf("; did you mean %q?", groupPrefix+name)
				}
				l.report(y, path+".depends_on", "there is no target %q%s", name, hint)
			}
		}
	}
}

// parents returns what a target hangs on, one entry a redundancy group, and how
// many names that are. A group in the list is an entry for each of its members;
// in an inner list they join it. No target is its own parent through a group
// or what was laid under it.
func (f family) parents(self string, on dependsOn) (parents [][]string, n int) {
	seen := map[string]bool{}
	add := func(group []string) {
		if key := strings.Join(group, "\n"); len(group) > 0 && !seen[key] { // names have no line ends
			seen[key] = true
			parents = append(parents, group)
			n += len(group)
		}
	}
	for _, d := range on {
		names := f.resolve(self, d.names)
		if d.any {
			add(names)
			continue
		}
		for _, name := range names[:min(len(names), maxParents+1)] {
			add([]string{name})
		}
	}
	return parents, n
}

// resolve returns the targets that names and groups stand for, each once, in
// order, without self.
func (f family) resolve(self string, names []string) (targets []string) {
	for _, name := range names {
		members := []string{name}
		if group, isGroup := strings.CutPrefix(name, groupPrefix); isGroup {
			members = f.members[group]
		}
		for _, m := range members {
			if m != self && f.all[m] {
				targets = append(targets, m)
			}
		}
	}
	slices.Sort(targets)
	return slices.Compact(targets)
}
