package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
)

// Nothing that was done is ever deleted: it is undone by another command that
// compensates it, and the log and the timeline keep both.

// How many of an operator's deeds can be undone, and for how long.
const (
	undoKept = 50
	undoFor  = 10 * time.Minute
)

// undoState is what the operator did on this screen, the latest last.
type undoState struct {
	deeds []deed
	press uint64 // counts keys: what one key did is undone at once
}

// deed is a command that was carried out.
type deed struct {
	at    time.Time
	press uint64
	say   string // what was done, as it was said then
	reversal
}

// reversal is how a command is compensated.
type reversal struct {
	// back returns the commands that compensate it as things stand now; none says
	// that it does not hold any more, since somebody changed it or it is over.
	back func(now *monitor.Snapshot) []monitor.Command
	why  string // why it cannot be compensated: in place of back
	left string // what is not undone by back
}

// undoneMsg tells what came of an undoing.
type undoneMsg struct {
	say, left string
	err       error
}

// did takes note of a command that was carried out; was is the picture before it.
func (m *Model) did(c monitor.Command, say string, press uint64, was *monitor.Snapshot) {
	is := m.src.Snapshot()
	if was == nil || is == nil {
		return
	}
	r, ok := reverse(c, m.src.Actor().Name, was, is)
	if !ok {
		return
	}
	u := &m.undoing
	u.deeds = append(u.deeds, deed{at: m.now, press: press, say: say, reversal: r})
	if over := len(u.deeds) - undoKept; over > 0 {
		u.deeds = append(u.deeds[:0], u.deeds[over:]...)
	}
}

// undo takes the operator's last action back by what compensates it.
func (m *Model) undo() tea.Cmd {
	last, ok := m.undoing.pop(m.now)
	if !ok {
		m.refuse("you did nothing in the last " + limit(undoFor) + " that can be undone")
		return nil
	}
	say := last[0].say
	var back []monitor.Command
	var why, left []string
	for _, d := range last {
		if d.back == nil {
			why = append(why, d.why)
			continue
		}
		back = append(back, d.back(m.src.Snapshot())...)
		if d.left != "" {
			left = append(left, d.left)
		}
	}
	switch {
	case len(back) > 0:
		return m.takeBack(back, undoneMsg{say: say, left: strings.Join(append(left, why...), "; ")})
	case len(why) > 0:
		m.refuse("not undone: " + say + ". " + why[0] + m.undoing.next())
	default:
		m.refuse("not undone: " + say + ". It is over, or was changed since" + m.undoing.next())
	}
	return nil
}

// pop returns what the last key did that did something, and forgets it.
func (u *undoState) pop(now time.Time) ([]deed, bool) {
	n := len(u.deeds)
	if n == 0 || now.Sub(u.deeds[n-1].at) > undoFor {
		u.deeds = nil
		return nil, false
	}
	from := n - 1
	for from > 0 && u.deeds[from-1].press == u.deeds[n-1].press {
		from--
	}
	last := u.deeds[from:]
	u.deeds = u.deeds[:from]
	return last, true
}

// next says what u would undo now.
func (u *undoState) next() string {
	if n := len(u.deeds); n > 0 {
		return "; u again undoes: " + u.deeds[n-1].say
	}
	return ""
}

// takeBack has commands carried out one after the other, up to the first that fails.
func (m *Model) takeBack(back []monitor.Command, msg undoneMsg) tea.Cmd {
	src, ctx := m.src, m.ctx
	return func() tea.Msg {
		msg.err = doAll(ctx, src, back)
		return msg
	}
}

func doAll(ctx context.Context, src Source, commands []monitor.Command) error {
	for _, c := range commands {
		if err := src.Do(ctx, c); err != nil && !errors.Is(err, monitor.ErrUnsaved) {
			return err
		}
	}
	return nil
}

// undone takes in what came of an undoing.
func (m *Model) undone(msg undoneMsg) {
	m.take(m.src.Snapshot())
	if msg.err != nil {
		m.refuse("not undone: " + msg.say + ": " + msg.err.Error())
		return
	}
	text := "undone: " + msg.say
	if msg.left != "" {
		text += "; " + msg.left
	}
	m.say(text)
}
