package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/checker"
	"sitrep/monitor"
)

// columnState is what the store said of the single results of the column that is
// looked at.
type columnState struct {
	from, to int64 // of the column, Unix milliseconds; 0 is none
	asking   bool
	results  []checker.Result // newest first
	err      error
}

// columnMsg brings the results of a column.
type columnMsg struct {
	target   string
	from, to int64
	results  []checker.Result
	err      error
}

// columnResults is how many results of a column are read.
const columnResults = 1000

// askColumn returns the command that fetches the results of the column one looks
// at, nil if they are there or others are being fetched: that answer asks for
// these.
func (m *Model) askColumn() tea.Cmd {
	t, col := m.targetNamed(m.target.name), &m.target.column
	if t == nil || m.screen != screenTarget || col.asking {
		return nil
	}
	a := m.targetAxis(t)
	at := a.cross(m.axes.cross)
	if at < 0 || col.from == a.start(at) && col.to == a.start(at+1) {
		return nil
	}
	*col = columnState{from: a.start(at), to: a.start(at + 1), asking: true}
	src, ctx, name, from, to := m.src, m.ctx, t.Target.Name, col.from, col.to
	return func() tea.Msg {
		r, err := src.Results(ctx, name, time.UnixMilli(from), time.UnixMilli(to), columnResults)
		return columnMsg{name, from, to, r, err}
	}
}

// gotColumn takes the results of a column in, and asks for those of the one that
// is looked at by now.
func (m *Model) gotColumn(msg columnMsg) tea.Cmd {
	col := &m.target.column
	if msg.target != m.target.name || msg.from != col.from || msg.to != col.to {
		return nil
	}
	col.asking, col.results, col.err = false, msg.results, msg.err
	return m.askColumn()
}

// columnFailures returns the results of a column that were not up, newest first,
// and what to say if there are none.
func (m *Model) columnFailures(t *monitor.TargetStatus, ch *chart, at int) (list []monitor.Failure, none string) {
	from, to := ch.axis.start(at), ch.axis.start(at+1)
	col := &m.target.column
	if col.from == from && col.to == to && !col.asking && col.err == nil && len(col.results) > 0 {
		for i := range col.results {
			if col.results[i].Status != checker.Up {
				list = append(list, monitor.FailureOf(col.results[i]))
			}
		}
		if len(col.results) == columnResults {
			return list, fmt.Sprintf("none among the last %d of this column", columnResults)
		}
		return list, "none in this column"
	}
	for _, f := range t.Failures {
		if ms := f.At.UnixMilli(); ms >= from && ms < to {
			list = append(list, f)
		}
	}
	switch {
	case col.err != nil:
		return list, "cannot be read: " + col.err.Error()
	case col.asking:
		return list, "reading"
	case ch.slots[at].total() == 0:
		return list, "nothing was measured"
	}
	return list, "none of this column is kept one by one"
}
