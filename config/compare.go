package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sitrep/checker"
	"sitrep/spell"
)

// operators are the keys of a comparison.
var operators = []string{
	"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "not_contains",
	"matches", "not_matches", "present", "len", "severity", "optional",
}

// elsewhere are operators as other tools call them.
var elsewhere = map[string]string{
	"lte": "le", "gte": "ge", "equals": "eq", "equal": "eq", "neq": "ne", "not": "ne", "max": "le", "min": "ge",
	"regex": "matches", "regexp": "matches", "match": "matches", "exists": "present", "length": "len", "any": "in",
}

// bind reads path → comparison. The order is that of the file.
func (r *jsonRules) bind(b *binder, path string, v *value) {
	b.rules(path, v, func(name string, x *value) {
		if err := checker.CheckPath(name); err != nil {
			b.reportKey(x, join(path, name), "%v", err)
			return
		}
		if c, ok := b.comparison(join(path, name), x, name); ok {
			*r = append(*r, checker.Expect{Name: name, Want: c})
		}
	})
}

// bind reads header name → comparison.
func (r *headerRules) bind(b *binder, path string, v *value) {
	b.rules(path, v, func(name string, x *value) {
		if !headerName.MatchString(name) {
			b.reportKey(x, join(path, name), "%q is no name of a header", name)
			return
		}
		if c, ok := b.comparison(join(path, name), x, ""); ok {
			*r = append(*r, checker.Expect{Name: name, Want: c})
		}
	})
}

// bind reads one comparison or several.
func (r *answerRules) bind(b *binder, path string, v *value) {
	*r = nil
	for i, x := range elements(v) {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if c, ok := b.comparison(at, x, ""); ok {
			*r = append(*r, c)
		}
	}
}

var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$") // RFC 9110 section 5.6.2

// rules calls each for every key of a table, in the order of the file.
func (b *binder) rules(path string, v *value, each func(name string, x *value)) {
	t := v.table()
	if t == nil {
		b.report(v, path, "want a table, got %s", describe(v.v))
		return
	}
	names := t.names()
	slices.SortStableFunc(names, func(x, y string) int { return cmp.Compare(t[x].key, t[y].key) })
	for _, name := range names {
		each(name, t[name])
	}
}

// comparison reads what something must be like: a scalar it must be equal to,
// or a table of operators. JSON is the path that is compared, "" if it is no JSON.
func (b *binder) comparison(path string, v *value, json string) (c checker.Comparison, ok bool) {
	switch x := v.v.(type) {
	case string, bool, int64, float64:
		c.Eq = x
		return c, true
	case table:
		return b.operations(path, v, json)
	case []*value:
		b.report(v, path, "a list is no comparison; for one of several write { in = […] }")
	default:
		b.report(v, path, "want a value or a table of comparisons, got %s", kindOf(v.v))
	}
	return c, false
}

func (b *binder) operations(path string, v *value, json string) (c checker.Comparison, ok bool) {
	t := v.table()
	if len(t) == 0 {
		b.report(v, path, "compares nothing; there is %s", strings.Join(operators, ", "))
		return c, false
	}
	ok = true
	for _, name := range t.names() {
		x, at := t[name], join(path, name)
		if !slices.Contains(operators, name) {
			b.noOperator(at, name, x, json)
			ok = false
			continue
		}
		ok = b.operation(&c, at, name, x) && ok
	}
	return c, ok
}

// noOperator says what was probably meant: another operator, or to look inside.
func (b *binder) noOperator(path, name string, v *value, json string) {
	if o := elsewhere[name]; o != "" {
		b.reportKey(v, path, "%q is no comparison; did you mean %q?", name, o)
		return
	}
	if json == "" {
		b.reportKey(v, path, "%q is no comparison%s", name, cmp.Or(spell.Meant(name, operators), "; there is "+strings.Join(operators, ", ")))
		return
	}
	inside := json + "." + name
	for t := v.table(); len(t) == 1 && !slices.Contains(operators, t.names()[0]); {
		name, v = t.names()[0], t[t.names()[0]]
		inside, t = inside+"."+name, v.table()
	}
	_, outer := lastPart(path)
	b.reportKey(v, path, "%q is no comparison; to look inside, quote the path: %q", outer, inside)
}

// operation reads one operator into c.
func (b *binder) operation(c *checker.Comparison, path, name string, v *value) bool {
	switch name {
	case "eq":
		return b.scalar(path, v, &c.Eq)
	case "ne":
		return b.scalar(path, v, &c.Ne)
	case "lt":
		return b.number(path, v, &c.Lt)
	case "le":
		return b.number(path, v, &c.Le)
	case "gt":
		return b.number(path, v, &c.Gt)
	case "ge":
		return b.number(path, v, &c.Ge)
	case "in":
		return b.scalars(path, v, &c.In)
	case "not_in":
		return b.scalars(path, v, &c.NotIn)
	case "contains":
		return b.text(path, v, &c.Contains)
	case "not_contains":
		return b.text(path, v, &c.NotContains)
	case "matches":
		return b.regexp(path, v, &c.Matches)
	case "not_matches":
		return b.regexp(path, v, &c.NotMatches)
	case "present":
		c.Present = new(bool)
		return b.boolean(path, v, c.Present)
	case "optional":
		return b.boolean(path, v, &c.Optional)
	case "severity":
		return b.findingStatus(path, v, &c.Severity, false)
	case "len":
		inner, ok := b.comparison(path, v, "")
		c.Len = &inner
		return ok
	}
	return false
}

func (b *binder) scalar(path string, v *value, into *any) bool {
	switch v.v.(type) {
	case string, bool, int64, float64:
		*into = v.v
		return true
	}
	b.report(v, path, "want a string, a number, true or false, got %s", kindOf(v.v))
	return false
}

func (b *binder) scalars(path string, v *value, into *[]any) bool {
	list, ok := v.v.([]*value)
	if !ok || len(list) == 0 {
		b.report(v, path, "want a list of values, got %s", describe(v.v))
		return false
	}
	for i, x := range list {
		var s any
		ok = b.scalar(fmt.Sprintf("%s[%d]", path, i), x, &s) && ok
		*into = append(*into, s)
	}
	return ok
}

func (b *binder) number(path string, v *value, into **float64) bool {
	switch x := v.v.(type) {
	case int64:
		*into = new(float64(x))
	case float64:
		*into = &x
	default:
		b.report(v, path, "want a number, got %s", describe(v.v))
		return false
	}
	return true
}

func (b *binder) text(path string, v *value, into *string) bool {
	s, ok := v.v.(string)
	if !ok || s == "" {
		b.report(v, path, "want a string that is not empty, got %s", describe(v.v))
		return false
	}
	*into = s
	return true
}

func (b *binder) boolean(path string, v *value, into *bool) bool {
	x, ok := v.v.(bool)
	if !ok {
		b.report(v, path, "want true or false, got %s", describe(v.v))
		return false
	}
	*into = x
	return true
}

// regexp compiles a pattern once for all that share it.
func (b *binder) regexp(path string, v *value, into **regexp.Regexp) bool {
	s, ok := v.v.(string)
	if !ok {
		b.report(v, path, "want a regular expression in a string, got %s", describe(v.v))
		return false
	}
	if re := b.patterns[s]; re != nil {
		*into = re
		return true
	}
	re, err := regexp.Compile(s)
	if err != nil {
		b.report(v, path, "%s", regexpError(err))
		return false
	}
	b.patterns[s], *into = re, re
	return true
}
