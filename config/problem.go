package config

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"sitrep/safe"
)

// Problem is one thing wrong with a configuration, or that looks so.
type Problem struct {
	File    string // as the operator would name it
	Line    int    // from 1; 0 if the problem is about no place in the file
	Col     int    // from 1, in characters
	Path    string // dotted path of the key, "target.db.timeout"; "" for syntax
	Text    string // what is wrong and what would be right; one line, no secrets
	Warning bool   // it does not stop a start

	source string // the line of the file
}

// String returns the problem as one line,
// config.toml:14:1: target.db.intervall: unknown key "intervall"; did you mean "interval"?
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	b.WriteString(": ")
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Text)
	return safe.Line(b.String(), 0)
}

// Render writes the problem, its line and a caret below the place, for a terminal.
func (p Problem) Render(w io.Writer, color bool) error {
	paint := func(code, s string) string {
		if !color {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
	severity := "31;1" // red
	if p.Warning {
		severity = "33;1" // yellow
	}
	if _, err := fmt.Fprintln(w, paint("1", p.String())); err != nil || p.Line == 0 {
		return err
	}
	line := p.discreet()
	shown := cutLine(safe.Line(line, 0), 160)
	margin := fmt.Sprintf("%6d | ", p.Line)
	if _, err := fmt.Fprintln(w, paint("2", margin)+shown); err != nil {
		return err
	}
	// Characters that were taken out, or cut off, leave the caret without a place.
	n := utf8.RuneCountInString(shown)
	if n < min(utf8.RuneCountInString(line), 160) || p.Col > n {
		return nil
	}
	blanks := strings.Repeat(" ", len(margin)+ansi.StringWidth(string([]rune(shown)[:p.Col-1])))
	_, err := fmt.Fprintln(w, blanks+paint(severity, "^"))
	return err
}

// telling finds lines that may hold a secret, and meantSecret problems with a
// key that was to be one.
var (
	telling     = regexp.MustCompile(`(?i)passw|secret|bearer|basic|token|slack|webhook|pagerduty|ntfy|xoxb|headers|auth|key|cookie|plain:|@`)
	meantSecret = regexp.MustCompile(`did you mean "(password|secret|bearer|basic|token|slack|webhook|pagerduty|ntfy|headers|key)"`)
	addresses   = regexp.MustCompile(`^\s*(email|from)\s*=`)
)

// discreet returns the line of a problem without the values that might be secret.
func (p Problem) discreet() string {
	key, _, ok := strings.Cut(p.source, "=")
	if ok && (telling.MatchString(p.source) && !addresses.MatchString(p.source) || meantSecret.MatchString(p.Text)) {
		return key + "= …"
	}
	return p.source
}

func cutLine(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

// Problems are all that is wrong with a configuration, by file and place. They
// are an error only if one of them is no warning.
type Problems []Problem

// shownProblems is how many mistakes an error's text lists, and how many
// warnings besides.
const shownProblems = 20

// Error lists the first of the problems, a line each, and how many more there are.
func (ps Problems) Error() string {
	first, more := ps.first()
	var b strings.Builder
	for _, p := range first {
		b.WriteString(p.String() + "\n")
	}
	b.WriteString(more)
	return strings.TrimSuffix(b.String(), "\n")
}

// Render writes what Error does with each problem's line and a caret below.
func (ps Problems) Render(w io.Writer, color bool) error {
	first, more := ps.first()
	for _, p := range first {
		if err := p.Render(w, color); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, more)
	return err
}

// first returns the problems to show, and a line for those that are left out.
// Warnings take no mistake's place.
func (ps Problems) first() (first Problems, more string) {
	var mistakes, warnings int
	for _, p := range ps {
		n := &mistakes
		if p.Warning {
			n = &warnings
		}
		if *n++; *n <= shownProblems {
			first = append(first, p)
		}
	}
	mistakes, warnings = max(mistakes-shownProblems, 0), max(warnings-shownProblems, 0)
	switch {
	case mistakes > 0 && warnings > 0:
		more = fmt.Sprintf("… and %d more, and %d more warnings\n", mistakes, warnings)
	case mistakes > 0:
		more = fmt.Sprintf("… and %d more\n", mistakes)
	case warnings > 0:
		more = fmt.Sprintf("… and %d more warnings\n", warnings)
	}
	return first, more
}

// Mistakes returns those of them that are no warnings.
func (ps Problems) Mistakes() (mistakes Problems) {
	for _, p := range ps {
		if !p.Warning {
			mistakes = append(mistakes, p)
		}
	}
	return mistakes
}

// order sorts by file and place, and drops what is said twice.
func (ps Problems) order() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(ps)
}

// fatal tells whether one of them is no warning.
func (ps Problems) fatal() bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return !p.Warning })
}
