package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sitrep/incident"
	"sitrep/monitor"
)

// copyLine copies the line one is on as text, in full where the screen cuts it.
func (m *Model) copyLine() tea.Cmd {
	what, text := m.lineText()
	if text == "" {
		m.refuse("no line is selected here; " + m.keyFor("Y") + " copies the screen")
		return nil
	}
	return m.copy(what, text)
}

// copyScreen copies the screen as Markdown.
func (m *Model) copyScreen() tea.Cmd {
	if m.snap == nil {
		m.refuse("there is no picture yet")
		return nil
	}
	return m.copy("the screen", m.screenText())
}

// lineText returns what the cursor is on, by name and in words; "" if it is on
// nothing.
func (m *Model) lineText() (what, text string) {
	if m.snap == nil {
		return "", ""
	}
	m.drawHeld(func() { // what it is, and of when
		switch m.screen {
		case screenBoard:
			what, text = m.targetText(m.board.cursor)
		case screenTarget:
			what, text = m.targetText(m.target.name)
		case screenAlerts:
			if e := m.alerts.event(); e != nil {
				what, text = "the event", m.eventText(e)
			}
		case screenIncidents:
			if inc := m.selectedIncident(); inc != nil {
				what, text = shortID(inc.ID), m.incidentText(inc)
			}
		case screenTimeline:
			if l := m.selectedLine(); l != nil {
				what, text = "the "+entryWord(l), m.entryCopy(l)
			}
		}
	})
	if text == "" {
		return "the line", m.drawnLine()
	}
	return what, text
}

// targetText is a target as one says it to somebody who does not see the screen:
// how it is at which time, why, since when, and where it is.
func (m *Model) targetText(name string) (what, text string) {
	t := m.targetNamed(name)
	if t == nil {
		return "", ""
	}
	parts := []string{m.stamp(m.now) + " " + m.theme.faceOf(t).word + " " + t.Target.Name}
	for _, s := range []string{m.longWhy(t), m.stateWords(t), t.Target.Addr} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return t.Target.Name, strings.Join(parts, "; ")
}

// eventText is a line of the log.
func (m *Model) eventText(e *monitor.Event) string {
	return m.stamp(e.At) + " " + e.Kind + " " + eventWords(e)
}

// incidentText is an incident in one line.
func (m *Model) incidentText(inc *incident.Incident) string {
	severity := inc.Severity
	if severity == "" {
		severity = "no severity"
	}
	return fmt.Sprintf("%s %s %s: %s since %s, IC %s, %s", inc.ID, severity, inc.Title, inc.Status,
		m.stamp(startOf(inc)), orNobody(inc.Commander), count(len(inc.Alerts), "alert"))
}

// entryCopy is a line of a timeline, with all lines of its text.
func (m *Model) entryCopy(l *incident.Line) string {
	return m.stamp(l.At) + " " + entryWord(l) + " " + l.Sentence()
}

// drawnLine is the selected line as it is drawn, on screens whose lines are no
// more than that; "" if none is selected.
func (m *Model) drawnLine() string {
	for _, line := range m.drawnLines() {
		if rest, selected := strings.CutPrefix(line, m.theme.bar); selected {
			return oneLine(rest)
		}
	}
	return ""
}

// drawnLines are the lines of the screen without styles, tabs and keys.
func (m *Model) drawnLines() []string {
	lines := strings.Split(ansi.Strip(m.render()), "\n")
	lines = lines[:max(len(lines)-m.footLines(), 0)]
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// screenText is the screen as Markdown: what it is and of when, and its lines in
// a block that keeps their columns. The fence is longer than any in them.
func (m *Model) screenText() string {
	lines := m.drawnLines()
	fence := "```"
	for _, line := range lines {
		for strings.Contains(line, fence) {
			fence += "`"
		}
	}
	return fmt.Sprintf("**%s: %s**, %s\n\n%stext\n%s\n%s\n", escapeMarkdown(m.opt.Title), m.screen,
		m.now.UTC().Format(time.RFC3339), fence, strings.Join(lines, "\n"), fence)
}

// escapeMarkdown makes a name harmless in a line of Markdown.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
