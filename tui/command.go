package tui

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/spell"
)

// command is one thing that can be asked for in words. It does what a key or a
// dialog does, and has no way of its own of doing it.
type command struct {
	name  string
	act   string // the key that does the same, by its name; "" is that of the command
	args  []argument
	help  string       // "" is the key's
	needs monitor.Role // if no key does it; else it is the key's
	// does says what enter would do with these arguments; nil says help.
	does func(m *Model, args []string) string
	// run does it. Each of args is as its argument has it; those left out are
	// missing at the end.
	run func(m *Model, args []string) tea.Cmd
}

// ofKey fills in what the table of keys says of what the command does.
func (c *command) ofKey() {
	c.act = cmp.Or(c.act, c.name)
	b, _ := named(c.act, nScreens)
	if b == nil {
		c.act = ""
		return
	}
	c.needs = b.needs
	switch {
	case c.help != "":
	case len(b.names) == 1:
		c.help = b.help
	default:
		c.help = strings.ReplaceAll(c.act, "-", " ")
	}
}

// onlyKey tells whether the command is no more than its key.
func (c *command) onlyKey() bool { return len(c.args) == 0 && c.act != "" }

// usage writes a command with its arguments: "page WHO [TARGET]".
func (c *command) usage() string {
	var s strings.Builder
	s.WriteString(c.name)
	for i := range c.args {
		s.WriteString(" " + c.args[i].usage())
	}
	return s.String()
}

// needed returns how many arguments there must be.
func (c *command) needed() int {
	return len(slices.DeleteFunc(slices.Clone(c.args), func(a argument) bool { return a.optional }))
}

// argument returns the i-th one, of which the last may be repeated; nil if there
// is none.
func (c *command) argument(i int) *argument {
	switch last := len(c.args) - 1; {
	case i <= last:
		return &c.args[i]
	case last >= 0 && c.args[last].many:
		return &c.args[last]
	}
	return nil
}

// argument is what a command takes.
type argument struct {
	name     string                                      // in the usage
	optional bool                                        // it may be left out, as may those behind it
	many     bool                                        // the last one: as often as one likes
	rest     func(*Model) completer                      // the last one: all of the line, completed so; nil if a word
	words    func(m *Model) []string                     // what there is to choose from; nil is nothing
	read     func(m *Model, word string) (string, error) // nil: it is one of words
}

func (a *argument) usage() string {
	s := a.name
	if a.many {
		s += "…"
	}
	if a.optional {
		s = "[" + s + "]"
	}
	return s
}

// readWord understands a word of the line, or says what is wrong with it.
func (a *argument) readWord(m *Model, word string) (string, error) {
	if a.read != nil {
		return a.read(m, word)
	}
	words := a.words(m)
	if i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, word) }); i >= 0 {
		return words[i], nil
	}
	if n := len(words); n > 0 && n <= 12 {
		return "", fmt.Errorf("%q is none of %s%s", word, strings.Join(words, " "), spell.Meant(word, words))
	}
	return "", fmt.Errorf("there is no %s %q%s", strings.ToLower(a.name), word, meant(word, words))
}

// meantMost is of how many words the nearest is looked for while one types.
const meantMost = 1000

// meant is spell.Meant for words that may be as many as there are targets.
func meant(word string, words []string) string {
	return spell.Meant(word, words[:min(len(words), meantMost)])
}

// called is a command line that is understood.
type called struct {
	command *command
	args    []string
	missing bool // an argument is still to come
}

// understand reads a command line. An error is a *wordError, which names the word
// that is wrong.
func (m *Model) understand(text string) (called, error) {
	words := splitLine(text)
	if len(words) == 0 {
		return called{missing: true}, nil
	}
	c, err := m.commandNamed(words[0])
	if err != nil {
		return called{}, err
	}
	got := called{command: c, missing: len(words)-1 < c.needed()}
	for i, w := range words[1:] {
		a := c.argument(i)
		if a == nil {
			return got, &wordError{w.span, c.name + " takes " + countArgs(c)}
		}
		if a.rest != nil {
			w = value{span: span{w.from, len(strings.TrimRight(text, " "))}}
			w.text = text[w.from:w.to]
		}
		arg, err := a.readWord(m, w.text)
		if wrong, ok := errors.AsType[*wordError](err); ok {
			return got, &wordError{span{wrong.from + w.from, wrong.to + w.from}, wrong.msg}
		} else if err != nil {
			return got, &wordError{w.span, err.Error()}
		}
		if got.args = append(got.args, arg); a.rest != nil {
			break
		}
	}
	return got, nil
}

func countArgs(c *command) string {
	if len(c.args) == 0 {
		return "nothing behind it"
	}
	return "no more than: " + c.usage()
}

// commandNamed returns the command of a name, or of what [keys] calls it, or the
// only one that begins so.
func (m *Model) commandNamed(w value) (*command, error) {
	all := commands()
	if i := slices.IndexFunc(all, func(c command) bool { return c.name == w.text || c.act == w.text }); i >= 0 {
		return &all[i], nil
	}
	var begin []string
	at := -1
	for i := range all {
		if strings.HasPrefix(all[i].name, w.text) {
			begin, at = append(begin, all[i].name), i
		}
	}
	switch len(begin) {
	case 0:
		return nil, &wordError{w.span, fmt.Sprintf("there is no command %q%s", w.text,
			cmp.Or(meantCommand(w.text), "; tab on an empty line lists them"))}
	case 1:
		return &all[at], nil
	}
	return nil, &wordError{w.span, fmt.Sprintf("%s may be %s", w.text, strings.Join(begin, ", "))}
}

// meantCommand is spell.Meant for the name of a command: who writes acknowledge
// means ack.
func meantCommand(word string) string {
	var names []string
	for _, c := range commands() {
		if len(c.name) > 2 && strings.HasPrefix(word, c.name) {
			return fmt.Sprintf("; did you mean %q?", c.name)
		}
		names = append(names, c.name)
	}
	return spell.Meant(word, names)
}

// splitLine splits a line at its blanks; "…" holds together what has some.
func splitLine(text string) (words []value) {
	for at := 0; at < len(text); {
		if text[at] == ' ' {
			at++
			continue
		}
		w := value{span: span{from: at}}
		var b strings.Builder
		for ; at < len(text) && (text[at] != ' ' || w.quoted); at++ {
			if text[at] == '"' {
				w.quoted = !w.quoted
				continue
			}
			b.WriteByte(text[at])
		}
		w.to, w.text = at, b.String()
		words = append(words, w)
	}
	return words
}

// quoteWord writes a word so that splitLine finds it whole.
func quoteWord(w string) string {
	if strings.ContainsAny(w, " ") {
		return `"` + strings.ReplaceAll(w, `"`, "") + `"`
	}
	return w
}

// completeCommand says what the word at a place of a command line may become.
func (m *Model) completeCommand(text string, at int) (span, []string) {
	words := splitLine(text[:at])
	now := value{span: span{at, at}}
	if n := len(words); n > 0 && words[n-1].to == at && (at == 0 || text[at-1] != ' ' || words[n-1].quoted) {
		now, words = words[n-1], words[:n-1]
	}
	if rest := strings.IndexByte(text[at:], ' '); rest != 0 {
		now.to = len(text)
		if rest > 0 {
			now.to = at + rest
		}
	}
	if len(words) == 0 {
		return now.span, startingWith(m.commandWords(), now.text)
	}
	c, err := m.commandNamed(words[0])
	if err != nil {
		return now.span, nil
	}
	a := c.argument(len(words) - 1)
	switch {
	case len(c.args) > 0 && c.args[len(c.args)-1].rest != nil && len(words) >= len(c.args):
		from := now.from
		if before := words[len(c.args):]; len(before) > 0 {
			from = before[0].from
		}
		s, offered := c.args[len(c.args)-1].rest(m)(text[from:], at-from)
		return span{s.from + from, s.to + from}, offered
	case a == nil || a.words == nil:
		return now.span, nil
	}
	var choice []string
	for _, w := range a.words(m) {
		w = quoteWord(w)
		if len(words) < len(c.args) || a.many {
			w += " "
		}
		choice = append(choice, w)
	}
	return now.span, startingWith(choice, now.text)
}

// commandWords returns the names of the commands that the operator may give,
// with a blank where something follows.
func (m *Model) commandWords() (names []string) {
	may := m.src.Actor().Role
	for _, c := range commands() {
		if may < c.needs {
			continue
		}
		if len(c.args) > 0 {
			c.name += " "
		}
		names = append(names, c.name)
	}
	return names
}
