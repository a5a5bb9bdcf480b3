package tui

import (
	"maps"
	"slices"
	"strings"

	"sitrep/monitor"
)

// ManualPart is a table of the manual.
type ManualPart struct {
	Title string
	Lead  string     // what to know before it; "" is nothing
	Head  []string   // of the columns
	Rows  [][]string // each as long as Head
	Code  []bool     // columns that are typed as they stand
}

// Manual returns the keys, the commands and the filters of the screen, from the
// tables that the screen goes by. Keys are the usual ones, whatever a
// configuration makes of them.
func Manual() []ManualPart {
	parts := []ManualPart{}
	for _, group := range helpGroups {
		parts = append(parts, keysPart(group))
	}
	return append(parts, commandsPart(), filterPart())
}

// keysPart lists the keys of a group: in [keys] each has a name.
func keysPart(group string) ManualPart {
	p := ManualPart{Title: "Keys: " + group, Head: []string{"key", "name", "what it does", "where"}, Code: []bool{true, true, false, false}}
	for i := range table {
		if b := &table[i]; b.group == group {
			p.Rows = append(p.Rows, []string{b.label(), strings.Join(b.names, " "), b.help + needsWords(b.needs), b.where.words()})
		}
	}
	return p
}

// needsWords say which role something needs, if not everybody may.
func needsWords(role monitor.Role) string {
	if role == monitor.View {
		return ""
	}
	return " (role " + role.String() + ")"
}

// words names the screens of a set by what is shorter: those in it, or not in it.
func (s screenSet) words() string {
	switch out := everywhere &^ s; {
	case out == 0:
		return "everywhere"
	case len(out.places()) < len(s.places()):
		return "everywhere but " + out.places()
	}
	return s.places()
}

func commandsPart() ManualPart {
	p := ManualPart{
		Title: "Commands", Head: []string{"command", "what it does"}, Code: []bool{true, false},
		Lead: "The beginning of a name is enough where only one command begins so; tab completes names, up brings back what was entered before. " +
			"What stands in [ ] may be left out: it is then what is selected. The name of any key is a command too.",
	}
	for _, c := range commands() {
		if !c.onlyKey() {
			p.Rows = append(p.Rows, []string{":" + c.usage(), c.help + needsWords(c.needs)})
		}
	}
	return p
}

func filterPart() ManualPart {
	states := slices.DeleteFunc(stateWords(), func(w string) bool { return w == "down" })
	p := ManualPart{
		Title: "Filters", Head: []string{"term", "what passes"}, Code: []bool{true, false},
		Lead: "A space means and; or, ( ) and a - before a term mean what they say. * in a value stands for anything.",
		Rows: [][]string{
			{"word", "what has it in its name, its reason or a label; \"two words\" and /a regular expression/ too"},
			{"team=db,web", "a label that is one of these; also != ~ !~"},
			{"state:down", "also " + strings.Join(startingWith(states, ""), ", ")},
			{"since:1h", "what began since; also since:03:20, since:2026-04-11"},
			{"lat>1.5s", "how long it took; also <, <=, >=; p95>2s, cert<14d, fails>3"},
		},
	}
	has := filterFlags["has"]
	p.Rows = append(p.Rows, []string{"has:" + has[0], "also " + strings.Join(has[1:], ", ") + ", or any label"})
	for _, word := range filterFlags["is"] {
		p.Rows = append(p.Rows, []string{"is:" + word, isWords[word]})
	}
	for _, key := range slices.Sorted(maps.Keys(filterKeys)) {
		if filterKeys[key] == keyWords && key != "state" {
			p.Rows = append(p.Rows, []string{key + ":…", "the " + filterWords[key]})
		}
	}
	return p
}
