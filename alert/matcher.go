package alert

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sitrep/checker"
)

// Matcher is a list of alternatives; nil or empty matches everything.
type Matcher []Terms

// Terms maps a label to the values it may have: all labels must hold, any of a
// label's values. Always present are name, kind, group, severity and finding.
//
// A value is exact ("db"), a wildcard with * for any text ("shop-*"), or a
// regular expression that must match the whole label ("~shop-[0-9]+"). With a !
// before it, it is what the label must not be ("!db", "!shop-*", "!~shop-.+"):
// of these all must hold, beside any of the others. A label that is absent is
// like an empty one to an exact value and to a negated one; to * and ~ it is
// not there, so "*" means that it has a value, and "!*" that it has none.
//
// The severity is known by both its words: critical or down, warning or
// degraded. The label finding is the name of each finding that the alert has.
type Terms map[string][]string

// Compiled is a matcher ready to match. It never changes.
type Compiled struct {
	alternatives [][]term
}

// term is one label and what it may be.
type term struct {
	label   string
	any     []pattern // one of these; empty: no demand
	without []pattern // and none of these
}

// pattern is one value. A regular expression if re is set, otherwise parts of
// a wildcard; a single part is an exact value.
type pattern struct {
	parts []string
	re    *regexp.Regexp
}

// labelName is what a label may be called.
var labelName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)

// severityWords are the words of each severity, its own and the status's.
var severityWords = [...][]string{Info: {"info"}, Warning: {"warning", "degraded"}, Critical: {"critical", "down"}}

// Compile checks m and makes it ready to match. Its errors name the label and
// the value that is wrong, and join if there are several.
func (m Matcher) Compile() (*Compiled, error) {
	c := &Compiled{}
	var errs []error
	for _, terms := range m {
		var alternative []term
		for _, label := range slices.Sorted(maps.Keys(terms)) {
			t, err := compileTerm(label, terms[label])
			errs = append(errs, err)
			alternative = append(alternative, t)
		}
		c.alternatives = append(c.alternatives, alternative)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, nil
}

// Validate returns what Compile would find wrong with m.
func (m Matcher) Validate() error {
	_, err := m.Compile()
	return err
}

// Match tells whether an alert of a target with these labels, of this severity
// and with these findings, is meant. One that is not valid matches nothing.
// Whoever asks often compiles first.
func (m Matcher) Match(labels map[string]string, severity Severity, findings []checker.Finding) bool {
	c, err := m.Compile()
	return err == nil && c.Match(labels, severity, findings)
}

// Match tells whether an alert of a target with these labels, of this severity
// and with these findings, is meant.
func (c *Compiled) Match(labels map[string]string, severity Severity, findings []checker.Finding) bool {
	if len(c.alternatives) == 0 {
		return true
	}
	for _, alternative := range c.alternatives {
		if matchAll(alternative, labels, severity, findings) {
			return true
		}
	}
	return false
}

// All tells whether c matches everything.
func (c *Compiled) All() bool {
	return len(c.alternatives) == 0 || slices.ContainsFunc(c.alternatives, func(a []term) bool { return len(a) == 0 })
}

func matchAll(terms []term, labels map[string]string, severity Severity, findings []checker.Finding) bool {
	for i := range terms {
		t := &terms[i]
		holds := false
		switch t.label {
		case "severity":
			holds = t.match(slices.Values(severityWords[min(severity, Critical)]))
		case "finding":
			holds = t.match(func(yield func(string) bool) {
				for _, f := range findings {
					if !yield(f.What) {
						return
					}
				}
			})
		default:
			holds = t.match(func(yield func(string) bool) {
				if v := labels[t.label]; v != "" {
					yield(v)
				}
			})
		}
		if !holds {
			return false
		}
	}
	return true
}

// match tells whether a label with these values fits; with no values it is absent.
func (t *term) match(values func(yield func(string) bool)) bool {
	fits, absent := len(t.any) == 0, true
	for v := range values {
		absent = false
		hit := func(p pattern) bool { return p.match(v) }
		if slices.ContainsFunc(t.without, hit) {
			return false
		}
		fits = fits || slices.ContainsFunc(t.any, hit)
	}
	if absent {
		return !slices.ContainsFunc(t.without, pattern.empty) &&
			(fits || slices.ContainsFunc(t.any, pattern.empty))
	}
	return fits
}

// empty tells whether p is the exact empty value, the one that an absent label has.
func (p pattern) empty() bool { return p.re == nil && len(p.parts) == 1 && p.parts[0] == "" }

// match tells whether the whole of v fits.
func (p pattern) match(v string) bool {
	if p.re != nil {
		return p.re.MatchString(v)
	}
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(p.parts) == 1 {
		return v == first
	}
	if len(v) < len(first)+len(last) || !strings.HasPrefix(v, first) || !strings.HasSuffix(v, last) {
		return false
	}
	v = v[len(first) : len(v)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		_, after, found := strings.Cut(v, part)
		if !found {
			return false
		}
		v = after
	}
	return true
}

func compileTerm(label string, values []string) (term, error) {
	t := term{label: label}
	if !labelName.MatchString(label) {
		return t, fmt.Errorf("label %q: a name has letters, digits and _ . / - only", label)
	}
	if len(values) == 0 {
		return t, fmt.Errorf("%s: no value", label)
	}
	for _, value := range values {
		rest, negated := strings.CutPrefix(value, "!")
		p, err := compilePattern(rest)
		switch {
		case err != nil:
			return t, fmt.Errorf("%s: %w", label, err)
		case label == "severity" && !p.hasWord(severityWords[:]):
			return t, fmt.Errorf("severity: no severity fits %q; they are info, warning (or degraded) and critical (or down)", rest)
		case negated:
			t.without = append(t.without, p)
		default:
			t.any = append(t.any, p)
		}
	}
	return t, nil
}

func compilePattern(value string) (pattern, error) {
	expr, isRegexp := strings.CutPrefix(value, "~")
	if !isRegexp {
		return pattern{parts: strings.Split(value, "*")}, nil
	}
	if _, err := regexp.Compile(expr); err != nil { // by itself, so that no parenthesis closes ours
		return pattern{}, err
	}
	re, err := regexp.Compile(`^(?s:` + expr + `)$`)
	if err != nil {
		return pattern{}, err
	}
	return pattern{re: re}, nil
}

// hasWord tells whether p fits any of the words.
func (p pattern) hasWord(words [][]string) bool {
	return slices.ContainsFunc(words, func(alike []string) bool { return slices.ContainsFunc(alike, p.match) })
}
