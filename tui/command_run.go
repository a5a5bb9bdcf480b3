package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"sitrep/alert"
	"sitrep/incident"
)

// What commands do: what the key for it does, on what is named or selected.

// runner is what a command does.
type runner func(*Model, []string) tea.Cmd

// tabTo goes to one of the screens with a number.
func tabTo(id screenID) runner {
	return func(m *Model, _ []string) tea.Cmd { m.tab(id); return nil }
}

// showing goes to a screen that esc leaves again.
func showing(id screenID) runner {
	return func(m *Model, _ []string) tea.Cmd { m.show(id); return nil }
}

// byKey does what a key does, by its name: to what is named as the key does it to
// what is selected.
func byKey(name string) runner {
	return func(m *Model, args []string) tea.Cmd {
		b, k := named(name, m.screen)
		switch {
		case len(args) > 0:
			return m.act(k, m.selectPlaces(args))
		case !b.where.has(m.screen):
			m.refuse(name + ": only on the " + b.where.places())
			return nil
		}
		return m.strike(b, k, m.keyFor(":")+name)
	}
}

// saysOf says what is done to what.
func saysOf(verb string) func(*Model, []string) string {
	return func(m *Model, args []string) string {
		what := m.namesOf(m.selectPlaces(args))
		return verb + " " + cmp.Or(what, "what is selected: nothing")
	}
}

// ofIncident asks about the incident that is meant.
func ofIncident(open func(*Model, string) tea.Cmd) runner {
	return func(m *Model, args []string) tea.Cmd {
		id := m.incidentMeant(args)
		if id == "" {
			m.refuse("which incident? name it: its ID, or the end of it")
			return nil
		}
		return open(m, id)
	}
}

func saysIncident(what string) func(*Model, []string) string {
	return func(m *Model, args []string) string {
		inc := m.snap.Incident(m.incidentMeant(args))
		if inc == nil {
			return what + ": which incident?"
		}
		return fmt.Sprintf("%s of %s %s", what, shortID(inc.ID), inc.Title)
	}
}

// writing begins a note of a kind.
func writing(kind incident.Kind) func(*Model, string) tea.Cmd {
	return func(m *Model, id string) tea.Cmd { return m.openWriting(id, "", kind) }
}

// openLint is openReport, on the first thing that is missing.
func (m *Model) openLint(id string) tea.Cmd {
	cmd := m.openReport(id)
	if d, ok := m.dialog.(*reportDialog); ok {
		d.mark(len(incident.Fields))
	}
	return cmd
}

// ofSchedule asks about the schedule that is named, or marked on the on-call
// screen.
func ofSchedule(open func(*Model, string) tea.Cmd) runner {
	return func(m *Model, args []string) tea.Cmd { return open(m, m.scheduleMeant(args)) }
}

func saysSchedule(what string) func(*Model, []string) string {
	return func(m *Model, args []string) string {
		return what + " " + cmp.Or(m.scheduleMeant(args), "a schedule: none is configured")
	}
}

func (m *Model) scheduleMeant(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return m.onCall.schedule
}

func runTarget(m *Model, args []string) tea.Cmd { return m.openTarget(args[0]) }

// runIncident opens the incident that is meant; where there is none, it is
// declared.
func runIncident(m *Model, args []string) tea.Cmd {
	if id := m.incidentMeant(args); id != "" {
		return m.openTimeline(id)
	}
	return byKey("incident")(m, nil)
}

func runLeave(m *Model, _ []string) tea.Cmd { return m.leaveNow() }

func runRetry(m *Model, args []string) tea.Cmd {
	if len(args) == 0 {
		return byKey("retry")(m, nil)
	}
	return m.openRetry(args[0])
}

func runUnsilence(m *Model, args []string) tea.Cmd {
	m.openEndSilence(args[0])
	return nil
}

func runDeclare(m *Model, args []string) tea.Cmd { return m.openDeclare(m.selectTargets(args).alerts) }

// runResolve goes the way of an incident if one is meant, else that of an alert.
func runResolve(m *Model, args []string) tea.Cmd {
	if len(args) == 0 && !acting.has(m.screen) {
		return byKey("resolve")(m, nil)
	}
	sel := m.selectPlaces(args)
	if sel.incident != "" {
		return m.openStatus(sel.incident)
	}
	return m.openResolveAlert(sel)
}

func runTime(m *Model, args []string) tea.Cmd {
	if len(args) == 0 {
		return byKey("time")(m, nil)
	}
	m.local = args[0] == "local"
	m.say("times in " + m.zone())
	return nil
}

// runSilence asks for a silence of a target, or of what a matcher means.
func runSilence(m *Model, args []string) tea.Cmd {
	if len(args) == 0 {
		return byKey("silence")(m, nil)
	}
	if t := m.targetNamed(args[0]); t != nil {
		return m.openSilence(t)
	}
	m.openNewSilence(nil)
	if d, ok := m.dialog.(*silenceDialog); ok {
		d.match.set(args[0])
		d.focus = silenceReason
		d.read(m)
	}
	return nil
}

func saysSilence(m *Model, args []string) string {
	if len(args) == 0 {
		return saysOf("silence")(m, nil)
	}
	if m.targetNamed(args[0]) != nil {
		return "silence " + args[0]
	}
	matcher, err := alert.ParseMatcher(args[0])
	if err != nil {
		return err.Error()
	}
	return "silence what matches " + matcher.String()
}

// readMatch takes a target's name, or what a silence matches.
func (m *Model) readMatch(word string) (string, error) {
	if m.targetNamed(word) != nil {
		return word, nil
	}
	if err := onlyLabels(word); err != nil {
		return "", err
	}
	matcher, err := alert.ParseMatcher(word)
	if err == nil {
		_, err = matcher.Compile()
	}
	return word, err
}

// onlyLabels refuses the terms of a filter that a silence cannot have: it holds
// for whatever its labels mean, however that is at the time.
func onlyLabels(text string) error {
	for _, w := range splitLine(text) {
		key, _, ok := strings.Cut(w.text, ":")
		if _, known := filterKeys[strings.ToLower(strings.TrimPrefix(key, "-"))]; ok && known && !strings.ContainsAny(key, "=~") {
			return fmt.Errorf("%s: a silence takes names and labels only: team=db name=shop-*", w.text)
		}
		if w.text == "or" || strings.HasPrefix(w.text, "(") {
			return fmt.Errorf("%s: a silence takes terms that all hold, or alternatives with | between them", w.text)
		}
		if w.text != "|" && !strings.ContainsAny(w.text, "=~") {
			return fmt.Errorf("%q is no target; a silence takes names and labels: team=db name=shop-*", w.text)
		}
	}
	return nil
}

// runPage asks to page somebody, who is chosen already.
func runPage(m *Model, args []string) tea.Cmd {
	cmd := m.openPage(m.selectTargets(args[1:]))
	if d, ok := m.dialog.(*pageDialog); ok {
		d.to.choose(args[0])
	}
	return cmd
}

func saysPage(m *Model, args []string) string {
	about := cmp.Or(m.namesOf(m.selectTargets(args[1:])), "nothing that is selected")
	return "page " + args[0] + " about " + about
}

// runHandover shows what on-call asks of whoever looks; if that is nothing, it
// asks who takes their shift over from now on: whoever is next.
func runHandover(m *Model, _ []string) tea.Cmd {
	if m.openOnCallAsked() {
		return nil
	}
	me := m.src.Actor().Name
	for i := range m.onCall.rows {
		r := &m.onCall.rows[i]
		if !r.has(me) {
			continue
		}
		cmd := m.openOverride(r.name)
		if d, ok := m.dialog.(*overrideDialog); ok && r.ends && len(r.next.On) > 0 {
			d.fields[overrideWith].set(r.next.On[0])
			d.follow(m)
		}
		return cmd
	}
	m.refuse("nothing is asked of you, and you have no shift to hand over")
	return nil
}

// selectPlaces is selectTargets for what may be incidents as well. Of several the
// selection has the alerts of all, each once.
func (m *Model) selectPlaces(args []string) selection {
	if len(args) == 0 {
		return m.selected()
	}
	sel := m.selectPlace(args[0])
	for _, arg := range args[1:] {
		for _, id := range m.selectPlace(arg).alerts {
			if !slices.Contains(sel.alerts, id) {
				sel.alerts = append(sel.alerts, id)
			}
		}
	}
	return sel
}

// selectPlace returns the selection of an incident, by its whole ID, or of a target.
func (m *Model) selectPlace(arg string) selection {
	if inc := m.snap.Incident(arg); inc != nil {
		return selection{incident: inc.ID, alerts: activeAlerts(inc)}
	}
	return m.selectNamed(arg)
}

// completeMatch completes what a silence matches: a target's name, labels, and
// their values.
func completeMatch(m *Model) completer {
	return func(text string, at int) (span, []string) {
		from := strings.LastIndexAny(text[:at], " ,") + 1
		to := at
		if i := strings.IndexAny(text[at:], " ,"); i >= 0 {
			to += i
		} else {
			to = len(text)
		}
		word := text[from:at]
		if i := strings.IndexAny(word, "=~"); i > 0 {
			name := strings.TrimRight(word[:i], "!")
			values := m.labelValues(name)
			return span{from + i + 1, to}, startingWith(quoted(values), word[i+1:])
		}
		names := m.labelNames()
		all := []string{"name="}
		for _, n := range names {
			all = append(all, n+"=")
		}
		if from == 0 {
			all = append(all, m.targetNames()...)
		}
		return span{from, to}, startingWith(all, word)
	}
}

func readFilter(m *Model, text string) (string, error) {
	_, err := parseFilter(text, m.now)
	return text, err
}

// runFilter puts a filter in force, as if it had been typed at its prompt.
func runFilter(m *Model, args []string) tea.Cmd {
	m.setFilter(strings.Join(args, " "))
	if !lists.has(m.screen) {
		m.tab(screenBoard)
	}
	return nil
}
