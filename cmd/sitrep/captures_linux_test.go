package main

import (
	"flag"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// capturesDir is where pictures of the screen go; none are made without it.
//
//	go test ./cmd/sitrep -run TestCaptures -captures ../../docs/screens
var capturesDir = flag.String("captures", "", "write pictures of the demo's screens into this `directory`")

// look is one way in which a terminal shows colours.
type look struct {
	name    string
	scheme  scheme
	ground  color.Color
	environ []string
}

var looks = []look{
	{"dark", darkScheme, color.Black, []string{"COLORTERM=truecolor", "COLORFGBG=15;0"}},
	{"light", lightScheme, color.White, []string{"COLORTERM=truecolor", "COLORFGBG=0;15"}},
	{"16", darkScheme, color.Black, []string{"TERM=xterm", "COLORTERM=", "COLORFGBG=15;0"}},
}

// TestCaptures plays the first minute of the demo and takes pictures of its board,
// of a target and of an incident's timeline, in each look and two sizes: text for
// the documents, SVG for those who look.
func TestCaptures(t *testing.T) {
	if *capturesDir == "" {
		t.Skip("no -captures")
	}
	for _, l := range looks {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", l.name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				s := sitAt(t, "ana", size[0], size[1], l.ground, l.environ, "demo")
				shot := func(name string) { s.shoot(l, name) }
				s.sees("parent down: db", "4 UNACKED")
				shot("board")
				s.types("!", "\r")
				s.sees("DOWN", "critical since")
				shot("target")
				s.types("i")
				s.sees("declare an incident")
				s.types("\r")
				s.sees("commander ana")
				s.notes("the pool of db is exhausted: raising it")
				s.types("*")
				shot("timeline")
			})
		}
	}
}

// shoot writes what is on the screen.
func (s *seat) shoot(l look, name string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	file := filepath.Join(*capturesDir, fmt.Sprintf("%s-%dx%d", name, s.screen.Width(), s.screen.Height()))
	var lines []string
	for line := range strings.Lines(s.screen.String()) {
		lines = append(lines, strings.TrimRight(line, " \r\n"))
	}
	for path, text := range map[string]string{
		file + ".txt":                strings.Join(lines, "\n") + "\n",
		file + "-" + l.name + ".svg": picture(s.screen, l.scheme, "sitrep: "+name),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}
