package alert

import (
	"slices"
	"time"

	"sitrep/checker"
)

// A target's parents are what its reachability hangs on. While one is down it
// explains that the target is bad, and nothing is told of the target. What a
// parent is cannot be known at the moment its child turns bad: it is asked to be
// probed at once, and the child's notification waits until that has shown
// something, for a short time at most.

// dependence is what a target's parents and children must know of it.
type dependence struct {
	parents  [][]*subject // groups: a group that is wholly down explains
	children []*subject   // each once
	probed   bool         // it is: neither paused nor broken
	believed checker.Status
	begun    time.Time // when the last known run began
	upBegun  time.Time // when the last run that was not down began
	asked    time.Time // when it was last to be probed for a child's sake
	again    timer     // asks once more, since one bad result is not believed yet
	pace     time.Duration
}

// unlearn forgets what was believed: nothing is known of a target that nobody
// probes, and what was when it comes back is no news.
func (d *dependence) unlearn() {
	d.believed, d.begun, d.upBegun, d.asked = checker.Unknown, time.Time{}, time.Time{}, time.Time{}
}

// wire gives every target its parents and children anew.
func (m *Manager) wire(ts []checker.Target) {
	for _, s := range m.targets {
		s.parents, s.children = nil, nil
	}
	for i := range ts {
		child := m.targets[ts[i].Name]
		for _, names := range ts[i].Parents {
			var group []*subject
			for _, name := range names {
				p := m.targets[name]
				if p == nil || !p.watched || p == child || slices.Contains(group, p) {
					continue
				}
				group = append(group, p)
				if !slices.Contains(p.children, child) {
					p.children = append(p.children, child)
				}
			}
			if len(group) > 0 {
				child.parents = append(child.parents, group)
			}
		}
	}
}

// isDown tells whether a target explains that its children are bad.
func (s *subject) isDown() bool { return s.believed == checker.Down }

// downParent returns a parent that is down without another that would do; ""
// if there is none. Members that nobody probes do not count: nothing is known
// of them.
func (s *subject) downParent() string {
	for _, group := range s.parents {
		first, down, probed := "", 0, 0
		for _, p := range group {
			if !p.probed {
				continue
			}
			probed++
			if p.isDown() {
				down++
				if first == "" {
					first = p.name
				}
			}
		}
		if probed > 0 && down == probed {
			return first
		}
	}
	return ""
}

// unproven returns the first parent of each group of which none has shown since
// that time that it is up. Those that are down are proven.
func (s *subject) unproven(since time.Time) []*subject {
	var all []*subject
	for _, group := range s.parents {
		var first *subject
		proven := false
		for _, p := range group {
			if !p.probed || p.isDown() {
				continue
			}
			if !p.upBegun.Before(since) {
				proven = true
				break
			}
			if first == nil {
				first = p
			}
		}
		if !proven && first != nil {
			all = append(all, first)
		}
	}
	return all
}

// askParents has the parents of a target that turned bad, or is believed to be
// so, probed at once, unless they are being so already. What they showed before
// the alert fired proves nothing: they may have gone with it.
func (m *Manager) askParents(sp *spell, now time.Time, fx *Effects) {
	for _, p := range sp.subject.unproven(now) {
		m.ask(p, now, fx)
	}
}

// proofFrom returns when a run of a parent must begin to show that it does not
// explain the alert: what hangs together seldom fails in the same instant, and
// the child may well be seen first.
func (m *Manager) proofFrom(sp *spell) time.Time { return sp.fired.Add(m.depGrace / 5) }

func (m *Manager) ask(p *subject, now time.Time, fx *Effects) {
	if p.asked.After(p.begun) && now.Sub(p.asked) < m.depGrace {
		return
	}
	p.asked = now
	fx.Probe = append(fx.Probe, p.name)
}

// explain finds what an alert's parents say of it. A child whose parent is up
// again stays explained until a result of its own shows, some time after, that
// it is still bad: see release.
func (m *Manager) explain(sp *spell, now time.Time) {
	s := sp.subject
	sp.Waiting = ""
	if len(s.parents) == 0 && sp.Inhibited == "" {
		return
	}
	switch parent := s.downParent(); {
	case parent != "":
		sp.Inhibited, sp.freed = parent, time.Time{}
	case sp.Inhibited != "":
		if sp.freed.IsZero() {
			sp.freed = now
		}
	case sp.State.Active() && now.Before(sp.fired.Add(m.depGrace)):
		if open := s.unproven(m.proofFrom(sp)); len(open) > 0 {
			sp.Waiting = open[0].name
		}
	}
}

// release ends what a parent explained, once a result that began long enough
// after the parent was up again is still bad.
func (m *Manager) release(sp *spell, r *checker.Result, now time.Time) {
	if sp.Inhibited != "" && !sp.freed.IsZero() && bad(r.Status) && !r.At.Before(sp.freed.Add(m.settleFor)) {
		was := sp.flags()
		sp.Inhibited, sp.freed = "", time.Time{}
		m.coverAfter(sp, was, now)
	}
}

// noteParent takes what a known result says of a target to its children.
func (m *Manager) noteParent(s *subject, r *checker.Result, now time.Time, fx *Effects) {
	was := s.isDown()
	s.begun = r.At
	if r.Status < checker.Down {
		s.upBegun = r.At
	}
	if r.Believed != checker.Unknown {
		s.believed = r.Believed
	}
	if len(s.children) == 0 {
		return
	}
	m.agenda.set(&s.again, time.Time{})
	is, waited := s.isDown(), false
	for _, c := range s.children {
		sp := c.current
		if sp == nil {
			continue
		}
		if is != was || sp.Waiting != "" {
			m.coverNoted(sp, now, fx)
		}
		if was && !is && sp.Inhibited != "" {
			m.ask(c, now, fx)
		}
		waited = waited || sp.Waiting != "" || sp.State == Pending
	}
	if waited && r.Status == checker.Down && !is {
		m.agenda.set(&s.again, now.Add(s.pace))
	}
}

// paceOf returns how soon a parent is probed again while its first bad result
// waits to be believed: soon enough to be believed within the grace.
func (m *Manager) paceOf(t *checker.Target) time.Duration {
	pace := m.depGrace / time.Duration(2*max(t.FailAfter, 1))
	if t.RetryInterval > 0 {
		pace = min(pace, t.RetryInterval)
	}
	return max(pace, time.Second)
}
