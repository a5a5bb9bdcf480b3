package main

import (
	"encoding/json"
	"io"
	"time"

	"sitrep/oncall"
)

// dutyJSON is who is on call as programs read it. Fields are only ever added, no
// list is null, and times are in UTC.
type dutyJSON struct {
	At        time.Time      `json:"at"`
	Schedules []scheduleJSON `json:"schedules"` // by name
	Clashes   []clashJSON    `json:"clashes"`   // one operator for two schedules at once, within 90 days
}

type scheduleJSON struct {
	Name      string            `json:"name"`
	Zone      string            `json:"zone"`
	Fallback  []string          `json:"fallback"`
	Now       shiftJSON         `json:"now"`
	Next      *shiftJSON        `json:"next"`      // null: nobody else within a year
	Shifts    []shiftJSON       `json:"shifts"`    // of 90 days, without gaps: nobody is one too
	Gaps      []shiftJSON       `json:"gaps"`      // those of them when nobody is, or only the fallback is told
	Overrides []oncall.Override `json:"overrides"` // that hold, will hold, or wait for an answer
	Balance   balanceJSON       `json:"balance"`   // of four weeks back and four ahead
}

type shiftJSON struct {
	On       []string  `json:"on"`
	From     time.Time `json:"from,omitzero"` // absent: longer than was looked
	To       time.Time `json:"to,omitzero"`
	Layer    string    `json:"layer,omitempty"`
	Override string    `json:"override,omitempty"` // its ID
	Fallback bool      `json:"fallback,omitempty"`
}

type balanceJSON struct {
	Score float64    `json:"score"` // 0 to 1, which is even
	Loads []loadJSON `json:"loads"` // by operator
}

type loadJSON struct {
	Operator string  `json:"operator"`
	Shifts   int     `json:"shifts"`
	Hours    float64 `json:"hours"`
	Nights   float64 `json:"night_hours"` // 22:00 to 06:00 in the operator's zone
	Weekends float64 `json:"weekend_hours"`
}

type clashJSON struct {
	Operator  string    `json:"operator"`
	Schedules [2]string `json:"schedules"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
}

// json writes the answer for programs.
func (d *duty) json(w io.Writer) error {
	out := dutyJSON{At: d.at, Schedules: []scheduleJSON{}, Clashes: []clashJSON{}}
	for i := range d.schedules {
		out.Schedules = append(out.Schedules, d.scheduleJSON(&d.schedules[i]))
	}
	for _, c := range d.clashes() {
		out.Clashes = append(out.Clashes, clashJSON(c))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func (d *duty) scheduleJSON(s *oncall.Schedule) scheduleJSON {
	until := d.at.Add(onCallAhead)
	one := scheduleJSON{
		Name: s.Name, Zone: s.Zone.String(), Fallback: append([]string{}, s.Fallback...),
		Now:       shiftOf(d.roster.At(s.Name, d.at)),
		Shifts:    shiftsOf(d.roster.Shifts(s.Name, d.at, until)),
		Gaps:      shiftsOf(d.roster.Gaps(s.Name, d.at, until)),
		Overrides: []oncall.Override{},
	}
	for _, o := range d.overrides(s.Name) {
		o.From, o.To = o.From.UTC(), o.To.UTC()
		one.Overrides = append(one.Overrides, o)
	}
	if n, ok := d.roster.Next(s.Name, d.at); ok {
		one.Next = new(shiftOf(n))
	}
	loads, score := d.balance(s.Name)
	one.Balance = balanceJSON{score, []loadJSON{}}
	for _, l := range loads {
		one.Balance.Loads = append(one.Balance.Loads, loadJSON{l.Operator, l.Shifts, l.Time.Hours(), l.Nights.Hours(), l.Weekends.Hours()})
	}
	return one
}

func shiftOf(s oncall.Shift) shiftJSON {
	return shiftJSON{append([]string{}, s.On...), s.From.UTC(), s.To.UTC(), s.Layer, s.Override, s.Fallback}
}

func shiftsOf(shifts []oncall.Shift) []shiftJSON {
	list := make([]shiftJSON, len(shifts))
	for i, s := range shifts {
		list[i] = shiftOf(s)
	}
	return list
}
