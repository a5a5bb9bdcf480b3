package incident

import (
	"slices"

	"sitrep/alert"
)

// silence writes a silence, made, changed or ended, into the timelines of the
// open incidents that it concerns.
func (p *pen) silence(ev *alert.Event) {
	s := ev.Silence
	e := Entry{Kind: Silenced, At: ev.At, By: ev.By, Value: s.ID}
	made := ev.Kind != alert.KindUnsilenced
	if made {
		e.Field, e.Text = silenceMade, silenceText(s)
		if ev.Kind == alert.KindResilenced {
			e.Text = "changed: " + e.Text
		}
		if !s.Until.IsZero() {
			e.Until = instant(s.Until)
		}
	} else {
		e.Field, e.Text = silenceOver, s.ID+" is over"
	}
	hit := p.book.hush(s, made && !s.From.After(ev.At))
	for _, inc := range slices.Clone(p.book.Incidents()) {
		if !inc.Open() {
			continue
		}
		e.Incident, e.Refs = inc.ID, nil
		if made && s.Maintenance {
			e.ref(refHeld, "yes")
		}
		concerns := p.book.records[inc.ID].silences[s.ID]
		for _, m := range inc.Alerts {
			if made && hit[m.Alert] {
				concerns = true
				e.ref(refAlert, m.Alert)
			}
		}
		if concerns {
			p.write(e)
		}
	}
}

// hush notes on the alerts whether a silence holds them back, as far as it knows
// by itself (see Refresh), and returns those that it does.
func (b *Book) hush(s *alert.Silence, holds bool) map[string]bool {
	match, err := s.Match.Compile()
	hit := map[string]bool{}
	for id, w := range b.watched {
		a := &w.alert
		by := &a.SilencedBy
		if s.Maintenance {
			by = &a.Maintenance
		}
		switch matches := err == nil && a.State.Active() && match.Match(a.Labels, a.Severity, a.Findings); {
		case holds && matches:
			*by, hit[id] = s.ID, true
		case *by == s.ID:
			*by = ""
		}
	}
	return hit
}

func silenceText(s *alert.Silence) string {
	what, until := s.ID, "until what it matches is over"
	if s.Maintenance {
		what += ", maintenance"
	}
	if !s.Until.IsZero() {
		until = "until " + instant(s.Until).Format("2006-01-02 15:04Z")
	}
	if s.Reason == "" {
		return what + " " + until
	}
	return what + " " + until + ": " + s.Reason
}
