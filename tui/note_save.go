package tui

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
	"sitrep/safe"
)

// noteSaved tells what came of a note.
type noteSaved struct {
	d       *noteDialog
	err     error
	written []monitor.Command
	press   uint64            // of the key that sent them
	was     *monitor.Snapshot // before them
}

// leave closes the dialog and keeps what was typed as a draft.
func (d *noteDialog) leave(m *Model) tea.Cmd {
	d.close(m)
	if d.busy {
		return nil // what is being saved is no draft any more; if that fails it becomes one
	}
	text := d.draft(m)
	if !d.fresh() && text == d.was {
		text = "" // as it is: there is nothing to keep
	}
	return tea.Batch(m.typed(d.place, text), m.sendDraft(d.place))
}

// close goes back to what was there before the dialog.
func (d *noteDialog) close(m *Model) {
	if m.dialog != d {
		return
	}
	m.dialog = d.from
	if d.from != nil {
		d.from.follow(m)
	}
}

// save sends the note. The text stays until the monitor has it.
func (d *noteDialog) save(m *Model) tea.Cmd {
	text := strings.TrimRight(d.text.text, " \n")
	at, err := m.moment(d.at.text)
	switch {
	case strings.TrimSpace(text) == "" && d.report == "":
		d.failure = "nothing is written yet"
		return nil
	case err != nil:
		d.failure = err.Error()
		return nil
	case !d.fresh() && text == d.was:
		d.close(m)
		return tea.Batch(m.typed(d.place, ""), m.sendDraft(d.place))
	}
	c, err := d.command(m, text, at)
	if err != nil {
		d.failure = err.Error()
		return nil
	}
	d.sent, d.busy, d.failure = d.text.text, true, ""
	m.stopDraft(d.place)
	src, ctx, place := m.src, m.ctx, d.place
	msg := noteSaved{d: d, press: m.undoing.press, was: src.Snapshot()}
	all := d.commands(c)
	return func() tea.Msg {
		for _, c := range all {
			err := src.Do(ctx, c)
			msg.err = cmp.Or(err, msg.err)
			if err != nil && !errors.Is(err, monitor.ErrUnsaved) {
				return msg
			}
			msg.written = append(msg.written, c)
		}
		if shared(place) {
			// A draft that stays behind is shown again, which harms less than
			// telling somebody that a note is lost which is not.
			_ = src.Do(ctx, monitor.Draft{Place: place})
		}
		return msg
	}
}

// command returns what the dialog asks of the monitor.
func (d *noteDialog) command(m *Model, text string, at time.Time) (monitor.Command, error) {
	switch {
	case d.report != "":
		return monitor.SetField{Incident: d.incident, Field: d.report, Value: text}, nil
	case d.edit != 0:
		return monitor.Edit{Seq: d.edit, Text: text}, nil
	}
	c := monitor.Note{Incident: d.incident, Target: d.target, Kind: noteKinds[d.kind], Text: text, At: at}
	for _, p := range d.asks() {
		value, err := p.value(m)
		switch {
		case err != nil:
			return nil, err
		case value == "":
		case p.name == partAudience:
			c.Audience = value
		case p.name == partChannel:
			c.Channel = value
		default:
			if c.Parts == nil {
				c.Parts = map[string]string{}
			}
			c.Parts[p.name] = value
		}
	}
	return c, nil
}

// commands returns a command for each place that the dialog writes to.
func (d *noteDialog) commands(c monitor.Command) []monitor.Command {
	all := []monitor.Command{c}
	note, _ := c.(monitor.Note)
	for _, p := range d.also {
		note.Incident, note.Target = p.incident, p.target
		all = append(all, note)
	}
	return all
}

// savedNote takes in what came of a note. What was typed meanwhile stays.
func (m *Model) savedNote(msg noteSaved) tea.Cmd {
	d := msg.d
	m.take(m.src.Snapshot())
	if m.inline(d) && m.timeline.follow {
		m.timelineEnd()
	}
	for _, c := range msg.written {
		m.did(c, "wrote "+strconv.Quote(safe.Line(firstLine(d.sent), 40)), msg.press, msg.was)
	}
	if !d.settle(msg.err) {
		d.written(len(msg.written))
		m.refuse("not saved, the text is kept: " + msg.err.Error())
		return tea.Batch(m.typed(d.place, d.draft(m)), m.sendDraft(d.place))
	}
	if errors.Is(msg.err, monitor.ErrUnsaved) {
		m.refuse("written, not saved yet: the disk does not answer")
	} else {
		m.say("saved")
	}
	rest, more := strings.CutPrefix(d.text.text, d.sent)
	if !more {
		rest = d.text.text
	}
	if rest = strings.TrimLeft(rest, " \n"); rest == "" {
		m.forget(d.place)
		d.close(m)
		return nil
	}
	d.text.set(rest)
	d.parts, d.at, d.dated, d.focus = newNoteParts(), field{}, false, noteText
	return m.typed(d.place, d.draft(m))
}

// inline tells whether a note is written on the screen that is open, and not in
// a box over it.
func (m *Model) inline(d *noteDialog) bool {
	return m.screen == screenTimeline && d.incident != "" && d.incident == m.timeline.id && d.report == ""
}

// kindOf returns the kind of line that is written.
func (d *noteDialog) kindOf() incident.Kind { return noteKinds[d.kind] }

// firstLine returns a text up to its first line break.
func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}
