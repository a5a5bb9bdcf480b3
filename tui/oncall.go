package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/monitor"
	"sitrep/oncall"
)

// onCallState is where one is among the schedules. What costs to find out of
// them is kept: View looks up nothing.
type onCallState struct {
	schedule string // the selected one; "" while there is none
	list     list
	walked   int  // weeks from the present one
	frame    bool // times in the frame's zone and not in the operator's own

	of   *oncall.Roster // whose these are:
	hour time.Time      // in which the gaps were looked for
	rows []scheduleRow  // by name
	week week
	you  youPart

	escalation escalationLines
}

// scheduleRow is a schedule as it stands.
type scheduleRow struct {
	name  string
	now   oncall.Shift
	since time.Time // when those who are on call came; zero is not known
	next  oncall.Shift
	ends  bool // next is set: somebody else comes
	gaps  int  // within gapHorizon
	gap   time.Duration
}

// gapHorizon is how far gaps are looked for.
const gapHorizon = 90 * 24 * time.Hour

// refreshOnCall takes up what the time, or a change of the roster, made of who is
// on call. It costs nothing while neither did anything.
func (m *Model) refreshOnCall() {
	if m.snap == nil {
		return
	}
	s, r, hour := &m.onCall, m.snap.Roster, m.now.Truncate(time.Hour)
	fresh := s.of != r || !s.hour.Equal(hour)
	if fresh {
		s.rows = s.rows[:0:0]
		for _, sch := range r.Schedules() {
			row := scheduleRow{name: sch.Name}
			for _, g := range r.Gaps(sch.Name, m.now, m.now.Add(gapHorizon)) {
				row.gaps++
				row.gap += g.To.Sub(g.From)
			}
			s.rows = append(s.rows, row)
		}
	}
	changed := fresh
	for i := range s.rows {
		if row := &s.rows[i]; fresh || !row.now.To.IsZero() && !m.now.Before(row.now.To) {
			row.look(r, m.now)
			changed = true
		}
	}
	s.of, s.hour = r, hour
	m.keepSchedule()
	m.layWeek(changed)
	m.refreshYou(changed)
}

// look finds out who is on call now, and who is next.
func (row *scheduleRow) look(r *oncall.Roster, now time.Time) {
	row.now = r.At(row.name, now)
	row.next, row.ends = r.Next(row.name, now)
	row.since = row.now.From
	for range 50 { // the same people by another layer or an override did not come anew
		if row.since.IsZero() {
			return
		}
		before := r.At(row.name, row.since.Add(-time.Nanosecond))
		if !slices.Equal(before.On, row.now.On) {
			return
		}
		row.since = before.From
	}
}

// has tells whether an operator is on call.
func (row *scheduleRow) has(operator string) bool {
	return !row.now.Fallback && slices.Contains(row.now.On, operator)
}

// keepSchedule keeps the mark on its schedule; if that is gone, on one there is.
func (m *Model) keepSchedule() {
	s := &m.onCall
	at := slices.IndexFunc(s.rows, func(r scheduleRow) bool { return r.name == s.schedule })
	if at < 0 {
		at = min(max(s.list.at, 0), max(len(s.rows)-1, 0))
	}
	s.list.at, s.schedule = at, ""
	if at < len(s.rows) {
		s.schedule = s.rows[at].name
	}
}

// scheduleRowNow returns the selected row, nil if there is none.
func (m *Model) scheduleRowNow() *scheduleRow {
	if s := &m.onCall; s.list.at < len(s.rows) {
		return &s.rows[s.list.at]
	}
	return nil
}

func (m *Model) followOnCall(*monitor.Snapshot) { m.refreshOnCall() }

func (m *Model) keyOnCall(k string) (tea.Cmd, bool) {
	s := &m.onCall
	if m.snap == nil {
		return nil, false
	}
	switch k {
	case "h", "left":
		m.walkWeek(-1)
	case "l", "right":
		m.walkWeek(1)
	case "t":
		if m.ownZone() == nil {
			return nil, false
		}
		s.frame = !s.frame
		m.say("times in " + m.onCallZoneName())
	case "O":
		return m.openOverride(s.schedule), true
	case "A":
		return m.openOverrides(s.schedule), true
	case "X":
		return m.openSwap(s.schedule), true
	default:
		if !s.list.key(k, len(s.rows), m.scheduleLines()) {
			return nil, false
		}
		m.onCall.schedule = ""
		if row := m.scheduleRowNow(); row != nil {
			s.schedule = row.name
		}
		m.layWeek(true)
	}
	return nil, true
}

// weeksWalked is how many weeks one can walk to either side.
const weeksWalked = 52

// walkWeek goes a week on or back.
func (m *Model) walkWeek(by int) {
	s := &m.onCall
	was := s.walked
	s.walked = min(max(was+by, -weeksWalked), weeksWalked)
	if s.walked == was {
		m.refuse("this is as far as it goes")
	}
	m.layWeek(true)
}

// selectOnCall is the gravest alert that the escalation shown is about.
func (m *Model) selectOnCall() selection {
	if e := m.shownEscalation(); e != nil {
		if as := m.escalatedAlerts(e); len(as) > 0 {
			return m.selectNamed(as[0].Target)
		}
	}
	return selection{}
}

func (m *Model) stateOnCall() string {
	if len(m.onCall.rows) == 0 {
		return ""
	}
	return "times in " + m.onCallZoneName()
}

// ownZone returns that of whoever looks, nil if the roster knows none.
func (m *Model) ownZone() *time.Location {
	if m.snap == nil {
		return nil
	}
	o, _ := m.snap.Roster.Operator(m.src.Actor().Name)
	return o.Zone
}

// onCallZone is that of the times of this screen: the operator's own, or the
// frame's.
func (m *Model) onCallZone() *time.Location {
	if own := m.ownZone(); own != nil && !m.onCall.frame {
		return own
	}
	return m.location()
}

func (m *Model) onCallZoneName() string {
	if own := m.ownZone(); own != nil && !m.onCall.frame {
		return own.String() + ", yours"
	}
	return m.zone()
}
