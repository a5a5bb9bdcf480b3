package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"sitrep/checker"
	"sitrep/tui"
)

// colorFlag is what --color says; "" is auto.
type colorFlag string

var colorWords = []string{"auto", "16", "256", "true", "never"}

// Set takes the flag's word in.
func (c *colorFlag) Set(word string) error {
	if !slices.Contains(colorWords, word) {
		return fmt.Errorf("one of %s", strings.Join(colorWords, ", "))
	}
	*c = colorFlag(word)
	return nil
}

// String returns the word.
func (c *colorFlag) String() string { return string(*c) }

// Type names the kind of value in the help.
func (*colorFlag) Type() string { return "WHEN" }

// noColor tells whether whoever has this environment wants no colour
// (no-color.org): NO_COLOR is set, to whatever but nothing.
func noColor(environ []string) bool { return getenv(environ, "NO_COLOR") != "" }

// getenv returns the last value of a variable of an environment, "" if it is not
// set.
func getenv(environ []string, name string) string {
	for _, kv := range slices.Backward(environ) {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			return v
		}
	}
	return ""
}

// paints tells whether what is printed to w has colours: --color says so or not,
// else NO_COLOR and CLICOLOR_FORCE do, else whether it is a terminal that has some.
func (a *app) paints(w io.Writer) bool {
	if level, is := tui.LevelNamed(string(a.color)); is {
		return level > tui.LevelNone
	}
	if force := getenv(a.environ, "CLICOLOR_FORCE"); !noColor(a.environ) && force != "" && force != "0" {
		return true
	}
	level, _ := tui.Detect(a.environ, terminal(w))
	return level > tui.LevelNone
}

// statusPaint are the codes of the statuses that are not well. What is printed
// does not know its background, so they are of the terminal's own 16 colours, and
// of those that can be read on light and dark.
var statusPaint = map[checker.Status]string{checker.Down: "1;31", checker.Degraded: "33", checker.Unknown: "35"}

// painted returns lines that begin with a status with that in colour: after they
// were laid out, since what lays out counts the codes as cells.
func painted(lines []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(lines) {
		word, _, _ := bytes.Cut(line, []byte(" "))
		for status, code := range statusPaint {
			if string(word) == status.String() {
				fmt.Fprintf(&out, "\x1b[%sm%s\x1b[0m", code, word)
				line = line[len(word):]
				break
			}
		}
		out.Write(line)
	}
	return out.Bytes()
}
