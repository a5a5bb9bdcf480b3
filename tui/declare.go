package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
)

// declareDialog asks for what an incident begins with.
type declareDialog struct {
	form
	place     string
	title     field
	severity  choice
	commander field
	started   field // "" is the start of the earliest chosen alert
	items     []ackItem
}

// The stops of the dialog; the alerts follow.
const (
	declareTitle = iota
	declareSeverity
	declareCommander
	declareStarted
	declareAlerts
)

const unsetSeverity = "unset"

// openDeclare asks for a new incident with these alerts in it.
func (m *Model) openDeclare(alertIDs []string) tea.Cmd {
	if !m.may(monitor.Respond) || m.snap == nil {
		return nil
	}
	d := &declareDialog{
		place:    "declare:" + strings.Join(alertIDs, " "),
		severity: choice{words: append(slices.Clone(incident.Severities), unsetSeverity), at: len(incident.Severities)},
	}
	title := ""
	for _, id := range alertIDs {
		a := m.snap.Alert(id)
		if a == nil || !a.State.Active() {
			continue
		}
		d.items = append(d.items, ackItem{id: id, target: a.Target, chosen: true})
		if title == "" {
			title = a.Target + ": " + a.What()
		}
		if a.Severity == alert.Critical {
			d.severity.choose("SEV2")
		} else if d.severity.word() == unsetSeverity {
			d.severity.choose("SEV3")
		}
	}
	if kept := m.draft(d.place); kept != "" {
		title = kept
	}
	d.title.set(title)
	d.commander.set(m.src.Actor().Name)
	d.form = m.newForm(declareAlerts + len(d.items))
	m.dialog = d
	return nil
}

func (d *declareDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	switch stroke := k.Keystroke(); {
	case stroke == "up":
		d.step(-1)
	case stroke == "down":
		d.step(1)
	case stroke == "ctrl+t":
		d.focus = declareStarted
	case d.worded() && d.text(k, declareTitle):
		d.title.key(k)
		return m.typed(d.place, d.title.text)
	case d.focus == declareSeverity:
		d.severity.key(stroke)
	case d.focus >= declareAlerts:
		if it := &d.items[d.focus-declareAlerts]; stroke == "space" {
			it.chosen = !it.chosen
		}
	default:
		d.field().key(k)
		return m.typed(d.place, d.title.text)
	}
	return nil
}

// worded tells whether the focus is on something that is chosen, and no field.
func (d *declareDialog) worded() bool {
	return d.focus == declareSeverity || d.focus >= declareAlerts
}

func (d *declareDialog) field() *field {
	switch d.focus {
	case declareCommander:
		return &d.commander
	case declareStarted:
		return &d.started
	}
	return &d.title
}

// chosen returns the IDs of the alerts that will be part of it, and when the
// earliest of them began; zero if there is none.
func (d *declareDialog) chosen(m *Model) (ids []string, first time.Time, target string) {
	for _, it := range d.items {
		a := m.snap.Alert(it.id)
		if !it.chosen || a == nil {
			continue
		}
		ids = append(ids, it.id)
		if first.IsZero() || a.Started.Before(first) {
			first, target = a.Started, a.Target
		}
	}
	return ids, first, target
}

func (d *declareDialog) confirm(m *Model) tea.Cmd {
	started, err := m.moment(d.started.text)
	switch {
	case d.title.value() == "":
		d.failure, d.focus = "an incident needs a title", declareTitle
		return nil
	case err != nil:
		d.failure, d.focus = err.Error(), declareStarted
		return nil
	}
	ids, _, _ := d.chosen(m)
	c := monitor.Declare{Title: d.title.value(), Commander: d.commander.value(), Alerts: ids, Started: started}
	if word := d.severity.word(); word != unsetSeverity {
		c.Severity = word
	}
	return m.send(&d.form, c, "declared: "+c.Title)
}

func (d *declareDialog) paste(m *Model, text string) tea.Cmd {
	if d.worded() {
		d.focus = declareTitle
	}
	d.fill(d.field(), text)
	return m.typed(d.place, d.title.text)
}

func (d *declareDialog) follow(*Model) {}

func (d *declareDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Declare); !mine || !d.busy || !d.settle(err) {
		return
	}
	m.forget(d.place)
	m.shut(d)
	if id := m.newest(); id != "" {
		m.openTimeline(id)
	}
}

// newest returns the incident that was declared last, "" if there is none.
func (m *Model) newest() string {
	var id string
	var at time.Time
	for _, inc := range m.snap.Incidents {
		if t := inc.Milestones[incident.DeclaredAt]; !t.Before(at) {
			id, at = inc.ID, t
		}
	}
	return id
}

func (d *declareDialog) draw(m *Model, w, h int) string {
	b := box{title: "declare an incident", enter: "enter declare", leave: "esc cancel, draft kept"}
	b.input(w, "title", &d.title, d.focus == declareTitle, "")
	b.pick("severity", &d.severity, d.focus == declareSeverity, "← →")
	hint := ""
	if d.commander.value() == m.src.Actor().Name {
		hint = "you"
	}
	b.input(w, "commander", &d.commander, d.focus == declareCommander, hint)
	b.input(w, "started", &d.started, d.focus == declareStarted, d.startHint(m))
	for i, it := range d.items {
		text := tick(it.chosen) + it.target
		row := b.row(piece{plain, "  " + text})
		if a := m.snap.Alert(it.id); a != nil {
			row.pieces = append(row.pieces, piece{dim, "  " + a.Severity.String() + ": " + a.What()})
		}
		if row.focus = d.focus == declareAlerts+i; row.focus {
			row.pieces[0] = piece{key, "› " + text}
			row.right = "space toggles"
		}
	}
	b.say(dim, "opens a timeline; alerts of the same group join it by themselves", w)
	for _, inc := range m.snap.Incidents {
		if inc.Open() {
			b.row(piece{warn, "open now: " + shortID(inc.ID) + " " + inc.Severity + " " + inc.Title})
		}
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}

// startHint says which start will be taken.
func (d *declareDialog) startHint(m *Model) string {
	if d.started.value() != "" {
		at, err := m.moment(d.started.text)
		if err != nil {
			return "no time yet: 03:24 or -20m"
		}
		return m.clock(at, time.DateTime) + " " + m.zone()
	}
	_, first, target := d.chosen(m)
	if first.IsZero() {
		return "now; ctrl+t dates it"
	}
	return m.clock(first, time.TimeOnly) + " " + m.zone() + ", first bad result of " + target
}

// joinDialog asks whether alerts belong to an open incident or to a new one.
type joinDialog struct {
	form
	alerts []string
	open   []*incident.Incident
	at     string // ID of the marked one; "" is the new one
}

// openIncidentOrDeclare goes to the incident that alerts are part of; if some are
// in none, it asks which one those belong to.
func (m *Model) openIncidentOrDeclare(alertIDs []string) tea.Cmd {
	if m.snap == nil {
		return nil
	}
	loose := m.loose(alertIDs)
	var open []*incident.Incident
	for _, inc := range m.snap.Incidents {
		if !inc.Open() {
			continue
		}
		if len(loose) == 0 && slices.ContainsFunc(inc.Alerts, func(a incident.Member) bool { return slices.Contains(alertIDs, a.Alert) }) {
			return m.openTimeline(inc.ID)
		}
		open = append(open, inc)
	}
	alertIDs = loose
	if !m.may(monitor.Respond) {
		return nil
	}
	if len(open) == 0 || len(alertIDs) == 0 {
		return m.openDeclare(alertIDs)
	}
	m.dialog = &joinDialog{form: m.newForm(0), alerts: alertIDs, open: open, at: open[0].ID}
	return nil
}

// place returns where the mark stands; the new incident comes last.
func (d *joinDialog) place() int {
	for i, inc := range d.open {
		if inc.ID == d.at {
			return i
		}
	}
	return len(d.open)
}

func (d *joinDialog) key(m *Model, k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := m.begin(d, &d.form, k, d.confirm); done {
		return cmd
	}
	i := d.place()
	switch k.Keystroke() {
	case "up", "k":
		i = max(i-1, 0)
	case "down", "j":
		i = min(i+1, len(d.open))
	}
	d.at = ""
	if i < len(d.open) {
		d.at = d.open[i].ID
	}
	return nil
}

func (d *joinDialog) confirm(m *Model) tea.Cmd {
	if d.at == "" {
		m.shut(d)
		return m.openDeclare(d.alerts)
	}
	var cmds []tea.Cmd
	for _, id := range d.alerts {
		cmds = append(cmds, m.send(&d.form, monitor.Join{Incident: d.at, Alert: id}, "added to "+shortID(d.at)))
	}
	return tea.Batch(cmds...)
}

func (d *joinDialog) paste(*Model, string) tea.Cmd { return nil }

func (d *joinDialog) follow(m *Model) {
	d.open = slices.DeleteFunc(slices.Clone(m.snap.Incidents), func(i *incident.Incident) bool { return !i.Open() })
	if d.place() == len(d.open) {
		d.at = ""
	}
}

func (d *joinDialog) done(m *Model, c monitor.Command, err error) {
	if _, mine := c.(monitor.Join); mine && d.busy && d.settle(err) {
		m.shut(d)
	}
}

func (d *joinDialog) draw(m *Model, w, h int) string {
	b := box{title: "which incident?", enter: "enter add it", leave: "esc cancel"}
	for _, id := range d.alerts {
		if a := m.snap.Alert(id); a != nil {
			b.row(m.glyphOf(a.Severity), piece{key, " " + a.Target + "  "}, piece{plain, a.Severity.String() + ": " + a.What()})
		}
	}
	b.row()
	for i := range len(d.open) + 1 {
		row := b.item(m, i == d.place())
		if i == len(d.open) {
			row.pieces = append(row.pieces, piece{plain, "a new one: declare it"})
			continue
		}
		inc := d.open[i]
		row.pieces = append(row.pieces, piece{key, shortID(inc.ID) + " " + inc.Severity + "  "}, piece{plain, inc.Title})
		row.right = inc.Status
	}
	if d.at == "" {
		b.enter = "enter declare"
	}
	d.status(&b, w)
	return b.draw(m, w, h)
}
