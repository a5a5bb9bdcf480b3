package checker

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxShown is how many bytes of a value a finding shows.
const maxShown = 60

// check returns what is wrong with v, as the end of a sentence that begins with
// its name; "" if nothing is.
func (c *Comparison) check(v value) string {
	if v.kind == absentKind {
		if c.Optional || c.Present != nil && !*c.Present {
			return ""
		}
		return "missing"
	}
	if c.Present != nil && !*c.Present {
		return "got " + show(v) + ", want none"
	}
	for _, rule := range [...]func(*Comparison, value) string{checkEqual, checkOrder, checkText, checkLength} {
		if wrong := rule(c, v); wrong != "" {
			return wrong
		}
	}
	return ""
}

// status is that of a finding made by c.
func (c *Comparison) status() Status { return cmp.Or(c.Severity, Down) }

func checkEqual(c *Comparison, v value) string {
	switch {
	case c.Eq != nil && !equals(v, c.Eq):
		if want := kindOf(c.Eq); v.kind != want && v.kind != looseKind {
			return "got " + describe(v) + ", want " + want.String() + " " + literal(c.Eq)
		}
		return show(v) + ", want " + literal(c.Eq)
	case c.Ne != nil && equals(v, c.Ne):
		return show(v) + ", want another"
	case c.In != nil && !equalsAny(v, c.In):
		return show(v) + ", want one of " + literals(c.In)
	case c.NotIn != nil && equalsAny(v, c.NotIn):
		return show(v) + ", want none of " + literals(c.NotIn)
	}
	return ""
}

func checkOrder(c *Comparison, v value) string {
	rules := [...]struct {
		limit *float64
		sign  string
		holds func(got, limit float64) bool
	}{
		{c.Lt, "<", func(a, b float64) bool { return a < b }},
		{c.Le, "≤", func(a, b float64) bool { return a <= b }},
		{c.Gt, ">", func(a, b float64) bool { return a > b }},
		{c.Ge, "≥", func(a, b float64) bool { return a >= b }},
	}
	for _, r := range rules {
		if r.limit == nil {
			continue
		}
		got, ok := v.float()
		if !ok {
			return "got " + describe(v) + ", want a number"
		}
		if !r.holds(got, *r.limit) {
			return fmt.Sprintf("%s, want %s %s", show(v), r.sign, strconv.FormatFloat(*r.limit, 'g', -1, 64))
		}
	}
	return ""
}

func checkText(c *Comparison, v value) string {
	if c.Contains != "" || c.NotContains != "" {
		if v.kind != textKind && v.kind != looseKind && v.kind != listKind {
			return "got " + describe(v) + ", want a string or a list"
		}
		if c.Contains != "" && !contains(v, c.Contains) {
			return show(v) + ", want " + strconv.Quote(c.Contains) + " in it"
		}
		if c.NotContains != "" && contains(v, c.NotContains) {
			return show(v) + ", want no " + strconv.Quote(c.NotContains) + " in it"
		}
	}
	if c.Matches == nil && c.NotMatches == nil {
		return ""
	}
	if v.kind != textKind && v.kind != looseKind {
		return "got " + describe(v) + ", want a string"
	}
	switch s := v.text(); {
	case c.Matches != nil && !c.Matches.MatchString(s):
		return show(v) + ", want /" + c.Matches.String() + "/"
	case c.NotMatches != nil && c.NotMatches.MatchString(s):
		return show(v) + ", want no /" + c.NotMatches.String() + "/"
	}
	return ""
}

func checkLength(c *Comparison, v value) string {
	if c.Len == nil {
		return ""
	}
	n, ok := v.len()
	if !ok {
		return "got " + describe(v) + ", want something with a length"
	}
	if wrong := c.Len.check(value{kind: numberKind, raw: strconv.AppendInt(nil, int64(n), 10)}); wrong != "" {
		return "length " + wrong
	}
	return ""
}

// contains tells whether part is in a string, or an element of a list.
func contains(v value, part string) bool {
	if v.kind != listKind {
		return strings.Contains(v.text(), part)
	}
	for _, e := range v.elements() {
		if e.kind == textKind && e.text() == part {
			return true
		}
	}
	return false
}

func equalsAny(v value, wants []any) bool {
	for _, want := range wants {
		if equals(v, want) {
			return true
		}
	}
	return false
}

// equals tells whether v is want, of the same type. JSON has one type of
// number, so 1, 1.0 and 1e0 are the same.
func equals(v value, want any) bool {
	switch want := want.(type) {
	case string:
		return (v.kind == textKind || v.kind == looseKind) && v.text() == want
	case bool:
		return (v.kind == boolKind || v.kind == looseKind) && v.text() == strconv.FormatBool(want)
	case int64:
		if v.kind != numberKind && v.kind != looseKind {
			return false
		}
		if n, err := strconv.ParseInt(v.text(), 10, 64); err == nil {
			return n == want
		}
		f, ok := v.float()
		return ok && f == float64(want) && math.Abs(f) < 1<<53
	case float64:
		f, ok := v.float()
		return ok && f == want
	}
	return false
}

func kindOf(want any) kind {
	switch want.(type) {
	case string:
		return textKind
	case bool:
		return boolKind
	case int64, float64:
		return numberKind
	}
	return absentKind
}

// literal writes a wanted value as an operator would.
func literal(want any) string {
	if s, ok := want.(string); ok {
		return strconv.Quote(s)
	}
	return fmt.Sprint(want)
}

func literals(wants []any) string {
	var list []string
	for _, w := range wants {
		list = append(list, literal(w))
	}
	return strings.Join(list, ", ")
}

// show writes what was found, cut to what a finding has room for.
func show(v value) string {
	switch v.kind {
	case looseKind:
		return strconv.Quote(shorten(v.str))
	case textKind:
		return strconv.Quote(shorten(v.text()))
	case listKind, tableKind:
		return v.kind.String()
	}
	return shorten(string(v.raw))
}

// describe is show with the type in front.
func describe(v value) string {
	switch v.kind {
	case nullKind, listKind, tableKind:
		return v.kind.String()
	case boolKind, numberKind, textKind:
		return "the " + strings.TrimPrefix(v.kind.String(), "a ") + " " + show(v)
	}
	return show(v)
}

// shorten cuts s to maxShown bytes, at the end of a character.
func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
