package tui

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 59 * time.Second: "59s", 18 * time.Minute: "18m", 9*time.Hour + 59*time.Minute: "9h",
		24 * time.Hour: "1d", 52 * time.Hour: "2d4h", 35 * time.Hour: "1d", 21 * 24 * time.Hour: "21d",
	} {
		if got := age(d); got != want {
			t.Errorf("age of %v: %q, want %q", d, got, want)
		}
	}
	for d := time.Duration(0); d < 900*24*time.Hour; d += 7 * time.Minute {
		if got := age(d); len(got) > 4 {
			t.Fatalf("age of %v is %q: more than four cells", d, got)
		}
	}
}

func TestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0ms", 30 * time.Microsecond: "0.1ms", 400 * time.Microsecond: "0.4ms", 412 * time.Millisecond: "412ms", 999600 * time.Microsecond: "1.00s",
		2410 * time.Millisecond: "2.41s", 12340 * time.Millisecond: "12.3s", 130 * time.Second: "130s",
	} {
		if got := took(d); got != want || len(got) > 5 {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   []string
		tty   bool
		level Level
		ascii bool
	}{
		{"a plain 256 colour terminal", []string{"TERM=xterm-256color", "LANG=en_US.UTF-8"}, true, Level256, false},
		{"tmux", []string{"TERM=tmux-256color", "TMUX=/tmp/x", "LANG=C.UTF-8"}, true, Level256, false},
		{"COLORTERM", []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"}, true, LevelTrue, false},
		{"NO_COLOR wins", []string{"TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=1", "LANG=C.UTF-8"}, true, LevelNone, false},
		{"an empty NO_COLOR is none", []string{"TERM=xterm-256color", "NO_COLOR=", "LANG=C.UTF-8"}, true, Level256, false},
		{"16 colours", []string{"TERM=xterm", "LANG=C.UTF-8"}, true, Level16, false},
		{"GNU screen", []string{"TERM=screen", "COLORTERM=truecolor", "LANG=C.UTF-8"}, true, Level256, false},
		{"a terminal of glass", []string{"TERM=vt220", "LANG=C.UTF-8"}, true, LevelNone, false},
		{"the console", []string{"TERM=linux", "LANG=C.UTF-8"}, true, Level16, true},
		{"dumb", []string{"TERM=dumb", "LANG=C.UTF-8"}, true, LevelNone, true},
		{"no UTF-8", []string{"TERM=xterm-256color", "LANG=de_DE@euro"}, true, Level256, true},
		{"LC_ALL over LANG", []string{"TERM=xterm-256color", "LC_ALL=C", "LANG=C.UTF-8"}, true, Level256, true},
		{"no locale", []string{"TERM=xterm-256color"}, true, Level256, true},
		{"no terminal", []string{"TERM=xterm-256color", "LANG=C.UTF-8"}, false, LevelNone, false},
		{"nothing", nil, true, LevelNone, true},
	} {
		if level, ascii := Detect(c.env, c.tty); level != c.level || ascii != c.ascii {
			t.Errorf("%s: %v, ascii %v; want %v, %v", c.name, level, ascii, c.level, c.ascii)
		}
	}
}
