package civil

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want time.Duration
	}{
		{"30s", 30 * time.Second},
		{"1h30m", 90 * time.Minute},
		{"14d", 14 * 24 * time.Hour},
		{"1w2d", 9 * 24 * time.Hour},
		{"0s", 0},
		{"0.5s", 500 * time.Millisecond},
		{".5d", 12 * time.Hour},
		{"1.d", 24 * time.Hour},
		{"300ms", 300 * time.Millisecond},
		{"5us", 5 * time.Microsecond},
		{"5µs", 5 * time.Microsecond},
		{"9007199254740993ns", 9007199254740993}, // more digits than a float holds
		{"400d", 400 * 24 * time.Hour},
		{"15250w", 15250 * 7 * 24 * time.Hour},
	} {
		if got, err := ParseDuration(tt.in); err != nil || got != tt.want {
			t.Errorf("%q: %v, %v; want %v", tt.in, got, err, tt.want)
		}
	}
}

func TestParseDurationSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"30", `"30" has no unit; did you mean "30s"?`},
		{"0", `"0" has no unit; did you mean "0s"?`},
		{"1h30", `"1h30" has no unit after 30; did you mean "1h30s"?`},
		{"-5m", `"-5m" is negative; a duration cannot be`},
		{"", "a duration is missing"},
		{" ", "a duration is missing"},
		{"s", `"s" is no duration`},
		{"soon", `"soon" is no duration`},
		{"+5m", `"+5m" is no duration`},
		{"5 minutes", `"5 minutes": unknown unit " minutes"; did you mean "5m"?`},
		{"10sec", `"10sec": unknown unit "sec"; did you mean "10s"?`},
		{"2H", `"2H": unknown unit "H"; did you mean "2h"?`},
		{"1y", `"1y": unknown unit "y"; known are ms, s, m, h, d and w`},
		{"1.2.3s", `"1.2.3s": "1.2.3" is no number`},
		{".s", `".s": "." is no number`},
		{"1h 30m", `unknown unit "h "; did you mean "1h30m"?`},
		{"99999999999w", "too long"},
		{"99999999999999999999999s", "too long"},
		{"15250w15250w", "too long"},
	} {
		_, err := ParseDuration(tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want one with %s", tt.in, err, tt.want)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	f.Add("1h30m")
	f.Add("15250w2d")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err == nil && d < 0 {
			t.Errorf("%q: %v", s, d)
		}
		// Whatever Go takes and is not negative, we take and read the same.
		if std, stdErr := time.ParseDuration(s); stdErr == nil && std > 0 && !strings.HasPrefix(s, "+") {
			if err != nil || (d-std).Abs() > 1 {
				t.Errorf("%q: %v, %v; Go reads %v", s, d, err, std)
			}
		}
	})
}

func TestFormatDuration(t *testing.T) {
	for _, tt := range []struct {
		in   time.Duration
		want string
	}{
		{0, "0s"},
		{time.Microsecond, "0s"},
		{412 * time.Millisecond, "412ms"},
		{20*time.Second + 900*time.Millisecond, "20s"},
		{18 * time.Minute, "18m"},
		{2*time.Minute + 21*time.Second, "2m21s"},
		{72 * time.Minute, "1h12m"},
		{2*time.Hour + 59*time.Second, "2h"},
		{59*time.Minute + 59*time.Second + 999*time.Millisecond, "59m59s"},
		{52 * time.Hour, "2d4h"},
		{14 * 24 * time.Hour, "14d"},
		{24*time.Hour + 59*time.Minute, "1d"},
		{-72 * time.Minute, "-1h12m"},
		{-time.Microsecond, "0s"},
		{math.MaxInt64, "106751d23h"},
		{math.MinInt64, "-106751d23h"},
	} {
		if got := FormatDuration(tt.in); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.in, got, tt.want)
		}
	}
}
