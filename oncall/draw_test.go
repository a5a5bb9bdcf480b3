package oncall

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"sitrep/civil"
)

// awkward are zones that change their clocks at midnight, by half an hour, in
// the other half of the year, by a whole day, or for a month of fasting.
var awkward = []string{
	"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut",
	"Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "Europe/Dublin",
	"America/Sao_Paulo", "Pacific/Chatham", "America/St_Johns", "Asia/Tehran",
}

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// cases is how many times within one check of rapid, which makes 100, a
// property is asked: 10,000 in all.
const cases = 100

func drawZone(rt *rapid.T, t testing.TB) *time.Location {
	return zone(t, rapid.SampledFrom(awkward).Draw(rt, "zone"))
}

// drawWall draws a wall clock of 2009 to 2031, often near a midnight.
func drawWall(rt *rapid.T, label string) time.Time {
	d := time.Date(2009, 1, rapid.IntRange(1, 22*365).Draw(rt, label+" day"), 0, 0, 0, 0, time.UTC)
	minutes := rapid.OneOf(rapid.IntRange(0, 24*60-1), rapid.SampledFrom([]int{0, 30, 60, 90, 120, 135, 150, 180, 540})).Draw(rt, label+" minute")
	return d.Add(time.Duration(minutes) * time.Minute)
}

func drawNames(rt *rapid.T) []string {
	names := make([]string, rapid.IntRange(1, 5).Draw(rt, "operators"))
	for i := range names {
		names[i] = fmt.Sprintf("op%d", i)
	}
	return names
}

func drawLayer(rt *rapid.T, windowed bool) Layer {
	l := Layer{Name: "layer", Operators: drawNames(rt), From: drawWall(rt, "from"), Unit: rapid.SampledFrom([]Unit{Hour, Day, Week, Month}).Draw(rt, "unit")}
	l.Every = rapid.IntRange(1, map[Unit]int{Hour: 40, Day: 10, Week: 4, Month: 7}[l.Unit]).Draw(rt, "every")
	if l.Unit == Month {
		if l.Last = rapid.Bool().Draw(rt, "last"); !l.Last && l.From.Day() > 28 {
			l.From = l.From.AddDate(0, 0, -5)
		}
	}
	if windowed && rapid.Bool().Draw(rt, "windowed") {
		l.Days = civil.Weekdays(rapid.IntRange(0, 127).Draw(rt, "days"))
		l.Start = time.Duration(rapid.IntRange(0, 23).Draw(rt, "start")) * time.Hour
		l.End = time.Duration(rapid.IntRange(0, 24).Draw(rt, "end")) * time.Hour
		if l.Start == l.End {
			l.Start, l.End = 0, 0
		}
		l.Active = rapid.Bool().Draw(rt, "active")
	}
	return l
}

// drawTime draws a time of 2010 to 2030, often within hours of a change of clocks.
func drawTime(rt *rapid.T, loc *time.Location, label string) time.Time {
	t := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, 20*365*86400).Draw(rt, label)) * time.Second)
	if _, change := t.In(loc).ZoneBounds(); !change.IsZero() && change.Year() < 2031 && rapid.Bool().Draw(rt, label+" near") {
		t = change.Add(time.Duration(rapid.Int64Range(-4*3600, 4*3600).Draw(rt, label+" off")) * time.Second)
	}
	return t.UTC()
}

var team = func() []Operator {
	var all []Operator
	for i := range 6 {
		name := fmt.Sprintf("op%d", i)
		all = append(all, Operator{Name: name, Contact: []string{"pager"}})
	}
	return all
}()

func drawSchedule(rt *rapid.T, t testing.TB) Schedule {
	s := Schedule{Name: "primary", Zone: drawZone(rt, t)}
	for range rapid.IntRange(1, 3).Draw(rt, "layers") {
		s.Layers = append(s.Layers, drawLayer(rt, true))
	}
	if rapid.Bool().Draw(rt, "with fallback") {
		s.Fallback = []string{"chat"}
	}
	return s
}

func rosterOf(s ...Schedule) *Roster {
	r, _ := NewRoster(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), team, s, Saved{})
	return r
}
