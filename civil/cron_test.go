package civil

import (
	"strings"
	"testing"
	"time"
)

func TestParseCron(t *testing.T) {
	for _, tt := range []struct {
		text string
		at   string
		want []string // the next ones
	}{
		{"0 3 * * *", "2026-01-01 00:00", []string{"2026-01-01 03:00", "2026-01-02 03:00"}},
		{"  0   3 *\t* * ", "2026-01-01 03:01", []string{"2026-01-02 03:00"}},
		{"*/20 7 * * *", "2026-01-01 07:30", []string{"2026-01-01 07:40", "2026-01-02 07:00"}},
		{"5-50/20 7 * * *", "2026-01-01 00:00", []string{"2026-01-01 07:05", "2026-01-01 07:25", "2026-01-01 07:45", "2026-01-02 07:05"}},
		{"20 6,18 * * *", "2026-01-01 06:21", []string{"2026-01-01 18:20", "2026-01-02 06:20"}},
		{"0 0 1 jan,Jul *", "2026-01-02 00:00", []string{"2026-07-01 00:00", "2027-01-01 00:00"}},
		{"0 9 * * MON-FRI", "2026-01-02 09:01", []string{"2026-01-05 09:00", "2026-01-06 09:00"}},
		{"0 9 * * SAT-SUN", "2026-01-02 09:01", []string{"2026-01-03 09:00", "2026-01-04 09:00", "2026-01-10 09:00"}},
		{"0 9 * * 7", "2026-01-02 09:01", []string{"2026-01-04 09:00", "2026-01-11 09:00"}},
		{"0 9 * * 0", "2026-01-02 09:01", []string{"2026-01-04 09:00", "2026-01-11 09:00"}},
		{"0 9 * * 5-7", "2026-01-01 00:00", []string{"2026-01-02 09:00", "2026-01-03 09:00", "2026-01-04 09:00", "2026-01-09 09:00"}},
		{"30 4 1,15 * 5", "2026-01-01 00:00", []string{"2026-01-01 04:30", "2026-01-02 04:30", "2026-01-09 04:30", "2026-01-15 04:30"}}, // crontab(5)'s own example
		{"0 0 */2 * MON", "2026-01-01 00:00", []string{"2026-01-05 00:00", "2026-01-19 00:00"}},                                         // a star: both must match
		{"0 0 13 * FRI", "2026-03-07 00:00", []string{"2026-03-13 00:00", "2026-03-20 00:00"}},
		{"0 2 * * TUE#2", "2026-01-01 00:00", []string{"2026-01-13 02:00", "2026-02-10 02:00"}},
		{"0 2 * * 2#1,4#5", "2026-01-01 00:00", []string{"2026-01-06 02:00", "2026-01-29 02:00", "2026-02-03 02:00", "2026-03-03 02:00"}},
		{"0 2 L * *", "2026-01-01 00:00", []string{"2026-01-31 02:00", "2026-02-28 02:00", "2026-03-31 02:00"}},
		{"0 2 l,15 * *", "2026-01-15 03:00", []string{"2026-01-31 02:00", "2026-02-15 02:00"}},
		{"0 2 L * SUN#1", "2026-01-01 00:00", []string{"2026-01-04 02:00", "2026-01-31 02:00", "2026-02-01 02:00", "2026-02-28 02:00"}},
		{"0 0 29 2 *", "2026-01-01 00:00", []string{"2028-02-29 00:00", "2032-02-29 00:00"}},
		{"@hourly", "2026-01-01 00:01", []string{"2026-01-01 01:00", "2026-01-01 02:00"}},
		{"@daily", "2026-01-01 00:01", []string{"2026-01-02 00:00"}},
		{"@midnight", "2026-01-01 00:01", []string{"2026-01-02 00:00"}},
		{"@weekly", "2026-01-01 00:01", []string{"2026-01-04 00:00"}},
		{"@monthly", "2026-01-01 00:01", []string{"2026-02-01 00:00"}},
		{"@Yearly", "2026-01-01 00:01", []string{"2027-01-01 00:00"}},
		{"@annually", "2026-01-01 00:01", []string{"2027-01-01 00:00"}},
		{"59 23 31 12 *", "2026-12-31 23:59", []string{"2026-12-31 23:59", "2027-12-31 23:59"}},
	} {
		c, err := ParseCron(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got, want := c.String(), strings.Join(strings.Fields(tt.text), " "); got != want {
			t.Errorf("%q says itself as %q", tt.text, got)
		}
		wall := wallOf(t, tt.at)
		for _, want := range tt.want {
			got, ok := c.from(wall)
			if !ok || got.Format("2006-01-02 15:04") != want {
				t.Errorf("%q from %v: %v, %v; want %s", tt.text, wall, got, ok, want)
			}
			if back, ok := c.upTo(got.Add(30 * time.Second)); !ok || !back.Equal(got) {
				t.Errorf("%q up to %v: %v, %v", tt.text, got, back, ok)
			}
			wall = got.Add(time.Second)
		}
	}
}

func TestParseCronSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `cron: "" has 0 fields, want 5: minute, hour, day of the month, month, day of the week`},
		{"0 0 * * * *", `has 6 fields, want 5`},
		{"60 * * * *", `cron: minute: "60" is none; allowed are *, 0-59, lists, ranges and steps`},
		{"-1 * * * *", `cron: minute: "" is none`},
		{"+1 * * * *", `cron: minute: "+1" is none`},
		{"0 24 * * *", `cron: hour: "24" is none; allowed are *, 0-23`},
		{"0 0 0 * *", `cron: day of the month: "0" is none; allowed are *, 1-31, L (the last)`},
		{"0 0 ? * *", `cron: day of the month: "?" is none`},
		{"0 0 L-2 * *", `cron: day of the month: "L" is none`},
		{"0 0 * 13 *", `cron: month: "13" is none; allowed are *, 1-12, JAN-DEC`},
		{"0 0 * MON *", `cron: month: "MON" is none`},
		{"0 0 * * 8", `cron: day of the week: "8" is none; allowed are *, 0-7 (0 and 7 are Sunday), SUN-SAT, TUE#2 (the second Tuesday)`},
		{"0 0 * * TUESDAY", `cron: day of the week: "TUESDAY" is none`},
		{"0 0 * * TUE#6", `cron: day of the week: "TUE#6": a month has its days of the week from #1 to #5`},
		{"0 0 * * TUE#0", `from #1 to #5`},
		{"0 0 * * TUE#", `from #1 to #5`},
		{"0 0 * * #2", `cron: day of the week: "" is none`},
		{"0 22-2 * * *", `cron: hour: "22-2" runs backwards; write "22-23,0-2"`},
		{"5/15 * * * *", `cron: minute: "5/15" steps from a single value; write "5-59/15"`},
		{"*/0 * * * *", `cron: minute: "*/0" has no step that fits; allowed are 1-59`},
		{"*/90 * * * *", `cron: minute: "*/90" has no step that fits; allowed are 1-59`},
		{"*/ * * * *", `"*/" has no step`},
		{"1,,2 * * * *", `cron: minute: "" is none`},
		{"@reboot", `cron: unknown word "@reboot"; known are @yearly, @monthly, @weekly, @daily and @hourly`},
	} {
		_, err := ParseCron(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want one with %s", tt.text, err, tt.want)
		}
	}
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"*/5 1-3,7 L * TUE#2", "@daily", "0 0 30 2 *", "59 23 31 DEC SAT-SUN"} {
		f.Add(s, int64(1_800_000_000))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		c, err := ParseCron(text)
		if err != nil {
			return
		}
		if again, err := ParseCron(c.String()); err != nil || *again != *c {
			t.Fatalf("%q read back: %v", c, err)
		}
		wall := time.Unix(unix%4_000_000_000, 0).UTC()
		if at, ok := c.from(wall); ok {
			if back, ok := c.upTo(at); at.Before(wall) || !ok || !back.Equal(at) {
				t.Errorf("%q: from %v it is %v, and up to that %v", c, wall, at, back)
			}
		}
	})
}
