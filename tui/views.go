package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// View is a way of looking at the board that has a name.
type View struct {
	Name    string // letters, digits, - and _
	Filter  string // in the language of filters, see CheckFilter; "" shows all
	Order   string // "problems", "name", "latency", "group"; "" leaves it as it is
	GroupBy string // label, or "group"; "" leaves it as it is
}

// CheckFilter tells what is wrong with a filter, nil if nothing is.
func CheckFilter(text string) error {
	if len(text) > filterLimit {
		return fmt.Errorf("a filter has at most %d bytes", filterLimit)
	}
	_, err := parseFilter(text, time.Now())
	return err
}

// viewSave is the word that makes a view of what is shown.
const viewSave = "save"

// maxViews is how many views a session keeps.
const maxViews = 100

var viewName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// CheckViewName tells what is wrong with the name of a view, nil if nothing is.
func CheckViewName(name string) error {
	if name == viewSave || !viewName.MatchString(name) {
		return fmt.Errorf("%q is no name of a view: letters, digits, - and _", name)
	}
	return nil
}

// viewWords are what may stand behind view.
func (m *Model) viewWords() []string {
	words := []string{viewSave}
	for _, v := range m.views {
		words = append(words, v.Name)
	}
	return words
}

// viewNamed returns the place of a view, -1 if there is none.
func (m *Model) viewNamed(name string) int {
	return slices.IndexFunc(m.views, func(v View) bool { return v.Name == name })
}

func saysView(m *Model, args []string) string {
	switch {
	case args[0] == viewSave && len(args) < 2:
		return "view save NAME: keeps the filter and the order of the board"
	case args[0] == viewSave:
		return "keeps what is shown as " + args[1] + ": " + m.viewNow(args[1]).words()
	}
	return m.views[m.viewNamed(args[0])].words()
}

// words say what a view shows.
func (v View) words() string {
	parts := []string{"everything"}
	if v.Filter != "" {
		parts[0] = v.Filter
	}
	if v.Order != "" {
		parts = append(parts, "order "+v.Order)
	}
	if v.GroupBy != "" {
		parts = append(parts, "by "+v.GroupBy)
	}
	return strings.Join(parts, ", ")
}

// line writes a view as a line of a configuration.
func (v View) line() string {
	if v.Order == "" && v.GroupBy == "" {
		return fmt.Sprintf("view.%s = %s", v.Name, strconv.Quote(v.Filter))
	}
	keys := []string{"filter = " + strconv.Quote(v.Filter)}
	if v.Order != "" {
		keys = append(keys, "order = "+strconv.Quote(v.Order))
	}
	if v.GroupBy != "" {
		keys = append(keys, "group_by = "+strconv.Quote(v.GroupBy))
	}
	return fmt.Sprintf("view.%s = { %s }", v.Name, strings.Join(keys, ", "))
}

// runView goes to a view, or keeps what is shown as one.
func runView(m *Model, args []string) tea.Cmd {
	switch {
	case args[0] != viewSave && len(args) == 1:
		m.useView(m.views[m.viewNamed(args[0])])
	case args[0] != viewSave:
		m.refuse("view takes one name; view save NAME keeps what is shown")
	case len(args) == 1:
		m.refuse("view save needs a name")
	default:
		m.saveView(args[1])
	}
	return nil
}

// useView shows the board as a view says.
func (m *Model) useView(v View) {
	if !lists.has(m.screen) {
		m.tab(screenBoard)
	}
	if v.Order != "" {
		m.orderBy(sortingNamed(v.Order))
	}
	if v.GroupBy != "" {
		m.groupBy(v.GroupBy)
	}
	m.setFilter(v.Filter)
	m.say("view " + v.Name + ": " + v.words())
}

// viewNow makes a view of what is shown: of the order and the groups of the board
// only what is not as they are at the start.
func (m *Model) viewNow(name string) View {
	v := View{Name: name}
	if by := m.board.by; by != sortingNamed(m.opt.Order) {
		v.Order = sortings[by].name
	}
	if by := m.board.groupBy; by != m.opt.GroupBy {
		v.GroupBy = by
	}
	if m.filter.active() {
		v.Filter = m.filter.valid.text
	}
	return v
}

// saveView keeps what is shown for this session, and says how to keep it for good:
// nobody but operators writes their configuration.
func (m *Model) saveView(name string) {
	v := m.viewNow(name)
	if i := m.viewNamed(name); i >= 0 {
		m.views[i] = v
	} else if len(m.views) >= maxViews {
		m.refuse(fmt.Sprintf("there are %d views already", maxViews))
		return
	} else {
		m.views = append(m.views[:len(m.views):len(m.views)], v)
	}
	m.dialog = &viewDialog{form: m.newForm(0), view: v}
}

// viewDialog shows what to write into a configuration to keep a view.
type viewDialog struct {
	form
	view View
}

// key leaves the box for the next command: it only tells something, and whoever
// goes on typing did not look for it.
func (d *viewDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if k.Keystroke() == ":" {
		m.shut(d)
		return m.openCommand()
	}
	cmd, _ := m.begin(d, &d.form, k, func(m *Model) tea.Cmd { m.shut(d); return nil })
	return cmd
}

func (d *viewDialog) paste(*Model, string) tea.Cmd        { return nil }
func (d *viewDialog) follow(*Model)                       {}
func (d *viewDialog) done(*Model, monitor.Command, error) {}

func (d *viewDialog) draw(m *Model, w, h int) string {
	b := box{title: "view " + d.view.Name, enter: "enter", leave: "esc leave"}
	b.say(plain, "kept until you leave: :view "+d.view.Name+" shows it. For good, in the configuration, above its first table:", w)
	b.say(key, d.view.line(), w)
	return b.draw(m, w, h)
}
