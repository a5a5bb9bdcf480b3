package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/civil"
	"sitrep/oncall"
)

// loadText loads a configuration that must hold, from a file beside others.
func loadText(t *testing.T, text string, files map[string]string) *Config {
	t.Helper()
	dir := t.TempDir()
	files["config.toml"] = text
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "config.toml"), Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Dialer.Close)
	return c
}

const dutyText = `
[target]
web = "https://example.com"
[receiver.pager]
webhook = "https://example.com/hook"
[receiver.mail]
email = "ops@example.org"
smtp = "smtp://mail.example.org"
[operator.ana]
name = "Ana"
zone = "Europe/Lisbon"
contact = ["pager", "mail:ana@example.org"]
[operator.bo]
contact = "pager:+4930123"
[schedule.primary]
zone = "Europe/Berlin"
fallback = ["bo", "mail"]
calendar = "away.ics"
[[schedule.primary.layer]]
name = "weekly"
operators = ["ana", "bo"]
every = "1 week"
from = 2026-01-05
[[schedule.primary.layer]]
operators = ["bo"]
every = "2 months"
from = 2026-01-31
day = "last"
at = 18:00:00
[[schedule.primary.layer]]
operators = ["ana"]
every = "12 hours"
from = 2026-01-05
advance = "active"
days = "mon-fri"
hours = "22:00-06:00"
[[schedule.primary.override]]
from = 2026-12-24T09:00:00
to = 2026-12-27T09:00:00+01:00
with = "bo"
for = "ana"
note = "holiday"
[escalation.default]
last_resort = "mail:leads@example.org"
on_handoff = "accept"
[[escalation.default.step]]
to = "schedule:primary"
[[escalation.default.step]]
to = ["operator:bo", "mail"]
wait = "10m"
ack = "all"
[route.page]
escalate = "default"
to = "mail:log@example.org"
[incident]
template = "google"
id = "{year}-{n:3}"
declare = { tier = ["1", "2"] }
[server]
dead_man = "https://example.com/ping/123"
`

const awayICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n" +
	"DTSTART:20261201T080000Z\r\nDTEND:20261202T080000Z\r\nSUMMARY:Ana\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestWhoIsOnCallIsRead(t *testing.T) {
	c := loadText(t, dutyText, map[string]string{"away.ics": awayICS})
	berlin, _ := time.LoadLocation("Europe/Berlin")
	wall := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }
	zones := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

	lisbon, _ := time.LoadLocation("Europe/Lisbon")
	operators := []oncall.Operator{
		{Name: "ana", Title: "Ana", Zone: lisbon, Contact: []string{"pager", "mail:ana@example.org"}},
		{Name: "bo", Contact: []string{"pager:+4930123"}},
	}
	if diff := cmp.Diff(operators, c.Operators, zones); diff != "" {
		t.Errorf("operators (-want +got):\n%s", diff)
	}
	s := c.Schedules[0]
	imported := s.Overrides[0]
	s.Overrides = s.Overrides[1:]
	schedule := oncall.Schedule{
		Name: "primary", Zone: berlin, Fallback: []string{"bo", "mail"},
		Layers: []oncall.Layer{
			{Name: "weekly", Operators: []string{"ana", "bo"}, Every: 1, Unit: oncall.Week, From: wall(2026, 1, 5, 9)},
			{Name: "layer 2", Operators: []string{"bo"}, Every: 2, Unit: oncall.Month, From: wall(2026, 1, 31, 18), Last: true},
			{Name: "layer 3", Operators: []string{"ana"}, Every: 12, Unit: oncall.Hour, From: wall(2026, 1, 5, 9), Active: true,
				Days: civil.Weekdays(0b0111110), Start: 22 * time.Hour, End: 6 * time.Hour},
		},
		Overrides: []oncall.Override{{ID: "primary/1", Schedule: "primary", From: wall(2026, 12, 24, 8), To: wall(2026, 12, 27, 8), With: "bo", For: "ana", Note: "holiday"}},
	}
	if diff := cmp.Diff(schedule, s, zones); diff != "" {
		t.Errorf("schedule (-want +got):\n%s", diff)
	}
	if imported.With != "ana" || !imported.From.Equal(wall(2026, 12, 1, 8)) || !imported.To.Equal(wall(2026, 12, 2, 8)) {
		t.Errorf("of the calendar: %+v", imported)
	}
	escalations := []alert.EscalationPolicy{{
		Name: "default", Repeat: 2, LastResort: "mail:leads@example.org", Accept: true,
		Steps: []alert.EscalationStep{
			{To: []string{"schedule:primary"}, Wait: 5 * time.Minute},
			{To: []string{"operator:bo", "mail"}, Wait: 10 * time.Minute, All: true},
		},
	}}
	if diff := cmp.Diff(escalations, c.Policy.Escalations); diff != "" {
		t.Errorf("escalations (-want +got):\n%s", diff)
	}
	if r := c.Policy.Routes[0]; r.Escalate != "default" || r.To[0] != "mail:log@example.org" {
		t.Errorf("route: %+v", r)
	}
	if c.Template != "google" || c.Incident.ID != "{year}-{n:3}" || !c.Incident.Declare || len(c.Incident.Match) != 1 || c.DeadMan.Reveal() != "https://example.com/ping/123" {
		t.Errorf("settings: %q, %+v", c.Template, c.Incident)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
}

func TestChangedScheduleSaysWhatIsDifferent(t *testing.T) {
	before := loadText(t, dutyText, map[string]string{"away.ics": awayICS})
	text := strings.Replace(dutyText, `operators = ["ana", "bo"]`, `operators = ["bo", "ana"]`, 1)
	text = text + "[operator.cy]\ncontact = \"pager\"\n"
	text = strings.Replace(text, `wait = "10m"`, `wait = "15m"`, 1)
	after := loadText(t, text, map[string]string{"away.ics": awayICS})
	want := []string{
		"operator cy: added",
		"schedule primary: layer[1].operators [\"ana\", \"bo\"] → [\"bo\", \"ana\"]",
		"escalation default: step[2].wait 10m → 15m",
	}
	if diff := cmp.Diff(want, Diff(before, after).Lines(10)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOtherCalendarOfTheSameNameIsAChange(t *testing.T) {
	before := loadText(t, dutyText, map[string]string{"away.ics": awayICS})
	after := loadText(t, dutyText, map[string]string{"away.ics": strings.ReplaceAll(awayICS, "20261202", "20261203")})
	if diff := cmp.Diff([]string{"schedule primary: calendar changed"}, Diff(before, after).Lines(10)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
