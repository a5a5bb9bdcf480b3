package civil

import (
	"strings"
	"testing"
)

func TestDaysReadBack(t *testing.T) {
	for w := Weekdays(1); w <= everyDay; w++ {
		if got, err := ParseDays(w.String()); err != nil || got != w {
			t.Errorf("%07b says itself as %q, which reads %07b, %v", w, w, got, err)
		}
	}
	if s := Weekdays(0).String(); s != "" {
		t.Errorf("no days are %q", s)
	}
}

func TestParseDays(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"sun", "sun"},
		{"sat,sun", "sat,sun"},
		{"sun, Sat", "sat,sun"},
		{"mon-fri", "mon-fri"},
		{"Monday - FRIDAY", "mon-fri"},
		{"fri-mon", "mon,fri-sun"},
		{"mon-sun", "daily"},
		{"Daily", "daily"},
		{"mon,wed-thu,sat", "mon,wed,thu,sat"},
	} {
		if got, err := ParseDays(tt.in); err != nil || got.String() != tt.want {
			t.Errorf("%q: %v, %v; want %s", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "mo", "sun,", "mon-", "-", "sunda", "mon–fri", "weekend", "1-5"} {
		if got, err := ParseDays(in); err == nil || !strings.Contains(err.Error(), "is no day; write") {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}
