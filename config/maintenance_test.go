package config

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/civil"
)

func TestWindowsAsWritten(t *testing.T) {
	c, err := Load(write(t, `
[target]
web = "https://example.com"
[maintenance.a-once]
match = { name = "web" }
from  = 2026-12-24T09:00:00+01:00
until = 2026-12-27T08:00:00Z
why   = "holidays"
[maintenance.b-wall]
all   = true
from  = 2026-06-01T09:00:00
until = 2026-06-02
zone  = "Europe/Berlin"
[maintenance.c-weekly]
match = [{ name = "web" }, { kind = ["tcp", "tls"] }]
days  = ["mon-fri", "sun"]
at    = 02:30:00
for   = "1h30m"
zone  = "Europe/Berlin"
[maintenance.d-other-weeks]
all   = true
days  = "tue"
every = "2 weeks"
from  = 2026-01-05
for   = "2h"
[maintenance.e-cron]
all  = true
cron = "0 3 1 * *"
for  = "2h"
zone = "America/New_York"
`), Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	berlin, newYork := location(t, "Europe/Berlin"), location(t, "America/New_York")
	cron, err := civil.ParseCron("0 3 1 * *")
	if err != nil {
		t.Fatal(err)
	}
	utc := func(m time.Month, d, h int) time.Time { return time.Date(2026, m, d, h, 0, 0, 0, time.UTC) }
	want := []alert.Window{
		{
			Name: "a-once", Match: alert.Matcher{{"name": {"web"}}}, Why: "holidays",
			When: civil.Recurrence{Once: civil.Span{From: utc(12, 24, 8), Until: utc(12, 27, 8)}, Zone: time.UTC},
		},
		{Name: "b-wall", When: civil.Recurrence{Once: civil.Span{From: utc(6, 1, 7), Until: utc(6, 1, 22)}, Zone: berlin}},
		{
			Name: "c-weekly", Match: alert.Matcher{{"name": {"web"}}, {"kind": {"tcp", "tls"}}},
			When: civil.Recurrence{Days: 0b0111111, At: 150 * time.Minute, Every: 1, For: 90 * time.Minute, Zone: berlin},
		},
		{
			Name: "d-other-weeks",
			When: civil.Recurrence{Days: 1 << time.Tuesday, Every: 2, Anchor: utc(1, 5, 0), For: 2 * time.Hour, Zone: time.UTC},
		},
		{Name: "e-cron", When: civil.Recurrence{Cron: cron, For: 2 * time.Hour, Zone: newYork}},
	}
	same := cmp.Options{
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
		cmp.Comparer(func(a, b *civil.Cron) bool { return a == b || a != nil && b != nil && a.String() == b.String() }),
	}
	if diff := cmp.Diff(want, c.Policy.Maintenance, same); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}

	var shown bytes.Buffer
	if err := c.Show(&shown); err != nil {
		t.Fatal(err)
	}
	again := load(t, shown.String())
	if diff := cmp.Diff(want, again.Policy.Maintenance, same); diff != "" {
		t.Errorf("what is shown means something else: -want +got:\n%s", diff)
	}
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestAWindowIsOverOnceItsTimeIs(t *testing.T) {
	const text = "[target]\na = \"tcp://h:1\"\n[maintenance.x]\nall = true\nfrom = 2026-03-01T00:00:00Z\nuntil = 2026-03-02T00:00:00Z\n"
	until := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for now, want := range map[time.Time]int{until.Add(-time.Second): 0, until: 1} {
		c, err := Load(write(t, text), Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Warnings) != want {
			t.Errorf("at %v: %v, want %d warnings", now, c.Warnings, want)
		}
	}
}
