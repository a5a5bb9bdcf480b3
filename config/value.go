package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// value is what a key has, and where it was written.
type value struct {
	v        any // string, bool, int64, float64, time.Time, table or []*value
	src      *source
	key, val int32  // byte offsets of the key and of the value
	from     string // the layer below the target that it came from, "defaults" or "group.shops"; "" is its own
}

type table map[string]*value

// parse turns a file into a table, and returns what is no TOML in it. A line
// that is wrong by itself is left out, so that the mistakes of the others are
// found in the same run; if that does not help, the table is nil.
func parse(src *source) (*value, Problems) {
	var problems Problems
	text, last := src.text, 0
	for len(problems) < shownProblems {
		var tree map[string]any
		_, err := toml.Decode(text, &tree)
		if err == nil {
			src.patched = len(problems) > 0
			return graft(tree, positions(text), src), problems
		}
		problem := syntaxProblem(src, err)
		if problem.Line <= last {
			break
		}
		problems, last = append(problems, problem), problem.Line
		var ok bool
		if text, ok = withoutLine(src, text, problem.Line); !ok {
			break
		}
	}
	return nil, problems
}

// withoutLine blanks a line out, with all places as they were. It refuses lines
// that others hang on: the header of a table, and strings of several lines.
func withoutLine(src *source, text string, line int) (string, bool) {
	if line < 1 || line > len(src.lines) {
		return text, false
	}
	start := int(src.lines[line-1])
	length := strings.IndexAny(text[start:]+"\n", "\r\n")
	bad := strings.TrimSpace(text[start : start+length])
	if !strings.Contains(bad, "=") || strings.HasPrefix(bad, "[") ||
		strings.Contains(bad, `"""`) || strings.Contains(bad, "'''") {
		return text, false
	}
	return text[:start] + strings.Repeat(" ", length) + text[start+length:], true
}

// graft joins decoded values with their places.
func graft(v any, n *node, src *source) *value {
	out := &value{v: v, src: src, key: n.key, val: n.val}
	switch v := v.(type) {
	case map[string]any:
		t := make(table, len(v))
		for name, inner := range v {
			t[name] = graft(inner, n.kids[name], src)
		}
		out.v = t
	case []map[string]any:
		list := make([]*value, len(v))
		for i := range v {
			list[i] = graft(v[i], n.items[i], src)
		}
		out.v = list
	case []any:
		list := make([]*value, len(v))
		for i := range v {
			list[i] = graft(v[i], n.items[i], src)
		}
		out.v = list
	}
	return out
}

// names returns the keys of a table in order.
func (t table) names() []string { return slices.Sorted(maps.Keys(t)) }

// place returns "file:line:col" of the key.
func (v *value) place() string {
	line, col := v.src.lineCol(v.key)
	return fmt.Sprintf("%s:%d:%d", v.src.name, line, col)
}

// line returns "file:line" of the key, without folders: what a target says of its origin.
func (v *value) line() string {
	line, _ := v.src.lineCol(v.key)
	return fmt.Sprintf("%s:%d", filepath.Base(v.src.name), line)
}

// table returns the value as a table, nil if it is none.
func (v *value) table() table {
	if v == nil {
		return nil
	}
	t, _ := v.v.(table)
	return t
}

// over lays v over lower: tables merge key by key, anything else replaces.
func (v *value) over(lower *value) *value {
	if lower == nil {
		return v
	}
	if v == nil {
		return lower
	}
	mine, below := v.table(), lower.table()
	if mine == nil || below == nil {
		return v
	}
	merged := maps.Clone(below)
	for name, m := range mine {
		merged[name] = m.over(below[name])
	}
	out := *v
	out.v = merged
	return &out
}

// marked returns a copy that says which layer it is from.
func (v *value) marked(from string) *value {
	out := *v
	out.from = from
	if t := v.table(); t != nil {
		inner := make(table, len(t))
		for name, x := range t {
			inner[name] = x.marked(from)
		}
		out.v = inner
	}
	return &out
}

// kindOf names a value's type for people.
func kindOf(v any) string {
	switch v := v.(type) {
	case string:
		return "a string"
	case bool:
		return "true or false"
	case int64, float64:
		return "a number"
	case time.Time:
		return "a date or time"
	case table:
		return "a table"
	case []*value:
		if len(v) > 0 && v[0].table() != nil {
			return "a list of tables"
		}
		return "a list"
	}
	return fmt.Sprintf("%T", v)
}
