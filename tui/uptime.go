package tui

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/store"
)

// uptimeWindows are the times that availability is told for, up to now.
var uptimeWindows = [...]struct {
	name string
	long time.Duration
}{{"1h", time.Hour}, {"24h", 24 * time.Hour}, {"7d", 7 * 24 * time.Hour}, {"30d", 30 * 24 * time.Hour}}

// uptimeState is the availability of the target on the screen, as the store said.
type uptimeState struct {
	asked  time.Time
	asking bool
	came   bool
	sums   [len(uptimeWindows)]store.Sum
	err    error // why the latest answer did not come; sums are from before
}

// uptimeMsg brings the sums that were asked for.
type uptimeMsg struct {
	target string
	sums   [len(uptimeWindows)]store.Sum
	err    error
}

// uptimeRefresh is how often availability is asked for anew.
const uptimeRefresh = time.Minute

// askUptime returns the command that asks for the availability of the target on
// the screen, nil if it is known or under way.
func (m *Model) askUptime() tea.Cmd {
	u := &m.target.uptime
	if u.asking || m.now.Sub(u.asked) < uptimeRefresh {
		return nil
	}
	u.asked, u.asking = m.now, true
	src, parent, name, now := m.src, m.ctx, m.target.name, m.now
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, pastTimeout)
		defer cancel()
		msg := uptimeMsg{target: name}
		for i, w := range uptimeWindows {
			if msg.sums[i], msg.err = src.Sum(ctx, name, now.Add(-w.long), now); msg.err != nil {
				break
			}
		}
		return msg
	}
}

// gotUptime takes the answer in.
func (m *Model) gotUptime(msg uptimeMsg) {
	u := &m.target.uptime
	if msg.target != m.target.name {
		return
	}
	u.asking, u.err = false, msg.err
	if msg.err == nil {
		u.came, u.sums = true, msg.sums
	}
}

// upOf returns which share of the judged results passed, "-" if none was judged.
func upOf(s *store.Sum) string {
	if share, known := s.Uptime(); known {
		return percentWords(share)
	}
	return "-"
}

// uptimeWords is the availability in one line: of how much of a time it is, where
// that is not all of it.
func (m *Model) uptimeWords(t *monitor.TargetStatus) string {
	u := &m.target.uptime
	switch {
	case u.err != nil:
		return "cannot be read: " + u.err.Error()
	case !u.came:
		return "reading"
	}
	var parts []string
	for i, w := range uptimeWindows {
		s := &u.sums[i]
		part := w.name + " " + upOf(s)
		if share := measuredShare(t, s, w.long); s.Total() > 0 && share < 1 {
			part += " of " + age(time.Duration(share*float64(w.long)))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "   ")
}

// uptimeTable returns the availability as a table: besides what was up how much
// was unknown, and how much of the time was measured at all.
func (m *Model) uptimeTable(t *monitor.TargetStatus) *figureTable {
	u := &m.target.uptime
	table := &figureTable{title: "availability", lead: 14}
	up, unknown, measured := []string{"up"}, []string{"unknown"}, []string{"measured"}
	for i, w := range uptimeWindows {
		s := &u.sums[i]
		table.heads = append(table.heads, w.name)
		if n := s.Total(); n == 0 {
			up, unknown, measured = append(up, "-"), append(unknown, "-"), append(measured, mark(u.came, "0%", "-"))
		} else {
			up = append(up, upOf(s))
			unknown = append(unknown, percentWords(float64(s.Unknown)/float64(n)))
			measured = append(measured, percentWords(measuredShare(t, s, w.long)))
		}
	}
	table.rows = [][]string{up, unknown, measured}
	if u.err != nil {
		table.rows = append(table.rows, []string{"not to be read"})
	}
	return table
}

// measuredShare returns about which share of a time results stand for. A few less
// than there could be are all.
func measuredShare(t *monitor.TargetStatus, s *store.Sum, long time.Duration) float64 {
	share := float64(s.Total()) * float64(t.Target.Interval) / float64(long)
	if share > 0.98 {
		return 1
	}
	return share
}

// budgetWords say how much of what 99.9 % would allow in 30 days is used up; "" if
// nothing failed.
func (m *Model) budgetWords(t *monitor.TargetStatus) string {
	last := len(uptimeWindows) - 1
	s := &m.target.uptime.sums[last]
	if s.Failed == 0 {
		return ""
	}
	used := time.Duration(s.Failed) * t.Target.Interval
	allowed := uptimeWindows[last].long / 1000
	return fmt.Sprintf("99.9%% in 30d allows %s of failing: about %s used", limit(allowed.Round(time.Minute)), limit(used.Round(mark(used < 10*time.Minute, time.Second, time.Minute))))
}

// percentWords writes a share with so many figures that less than all never
// looks like all.
func percentWords(share float64) string {
	switch {
	case share >= 1:
		return "100%"
	case share >= 0.99:
		return fmt.Sprintf("%.2f%%", math.Floor(share*1e4+1e-6)/100)
	}
	return fmt.Sprintf("%.1f%%", math.Floor(share*1e3+1e-6)/10)
}
