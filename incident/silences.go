package incident

import (
	"fmt"
	"slices"

	"sitrep/alert"
)

// silence writes a silence, made or ended, into the timelines of the open
// incidents that it concerns.
func (p *pen) silence(ev *alert.Event) {
	s := ev.Silence
	if s == nil {
		return
	}
	e := Entry{Kind: Silenced, At: ev.At, By: ev.By, Value: s.ID}
	if ev.Kind == alert.KindSilenced {
		e.Field, e.Text, e.Until = silenceMade, silenceText(s), instant(s.Until)
	} else {
		e.Field, e.Text = silenceOver, s.ID+" is over"
	}
	hit := p.book.hush(ev)
	for _, inc := range slices.Clone(p.book.Incidents()) {
		if !inc.Open() {
			continue
		}
		concerns := p.book.records[inc.ID].silences[s.ID]
		if ev.Kind == alert.KindSilenced {
			concerns = slices.ContainsFunc(inc.Alerts, func(m Member) bool { return hit[m.Alert] })
		}
		if concerns {
			e.Incident = inc.ID
			p.write(e)
		}
	}
}

// hush notes on the alerts whether a silence holds them back, and returns those
// that one that was made does.
func (b *Book) hush(ev *alert.Event) map[string]bool {
	if ev.Kind == alert.KindUnsilenced {
		for _, w := range b.watched {
			if w.alert.SilencedBy == ev.Silence.ID {
				w.alert.SilencedBy = ""
			}
		}
		return nil
	}
	match, err := ev.Silence.Match.Compile()
	if err != nil { // then it holds nothing back either
		return nil
	}
	hit := map[string]bool{}
	for id, w := range b.watched {
		if a := &w.alert; a.State.Active() && match.Match(a.Labels, a.Severity, a.Findings) {
			a.SilencedBy = ev.Silence.ID
			hit[id] = true
		}
	}
	return hit
}

func silenceText(s *alert.Silence) string {
	text := fmt.Sprintf("%s until %s", s.ID, instant(s.Until).Format("2006-01-02 15:04Z"))
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}
