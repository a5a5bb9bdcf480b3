package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/oncall"
)

// A layer is looked at for so long, at least and at most, for who has no turn in it.
const (
	turnsWithin = 366 * 24 * time.Hour
	turnsAtMost = 4 * turnsWithin
)

// warnOfTurnless warns of operators of a layer who are never on by it, since
// each of their turns is at a time when nobody is: by days over seven people of
// whom two have all the weekends, where only weekdays count.
func (l *loader) warnOfTurnless(r *oncall.Roster, s *oncall.Schedule) {
	tables := elements(l.schedules[s.Name].table()["layer"])
	for i := range s.Layers {
		layer := &s.Layers[i]
		from := l.o.Now
		if layer.From.After(from) {
			from = layer.From.AddDate(0, 0, -1) // a wall clock of the zone, which is not further away
		}
		within := turnsToSee(layer)
		if within == 0 {
			continue
		}
		turnless := slices.Clone(layer.Operators)
		for _, shift := range r.LayerShifts(s.Name, i, from, from.Add(within)) {
			turnless = slices.DeleteFunc(turnless, func(who string) bool { return slices.Contains(shift.On, who) })
		}
		if len(turnless) > 0 {
			l.warn(tables[i].table()["operators"], fmt.Sprintf("schedule.%s.layer[%d].operators", s.Name, i+1),
				`all turns of %s are outside of "days" and "hours"; advance = "active" passes over such turns`, strings.Join(slices.Compact(turnless), ", "))
		}
	}
}

// turnsToSee returns how long it takes to see every turn of a layer on every day
// of the week; 0 if there is nothing to find.
func turnsToSee(layer *oncall.Layer) time.Duration {
	slot := time.Duration(layer.Every) * time.Hour
	if layer.Unit == oncall.Day {
		slot *= 24
	}
	everyTime := layer.Days == 0 && layer.Start == 0 && layer.End == 0
	if layer.Unit > oncall.Day || layer.Active || everyTime || slot >= 7*24*time.Hour {
		return 0 // each turn has some time
	}
	within := max(turnsWithin, 7*time.Duration(len(layer.Operators))*slot)
	if within > turnsAtMost {
		return 0
	}
	return within
}
