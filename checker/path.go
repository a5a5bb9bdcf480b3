package checker

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPathDepth is how many steps a path may have.
const maxPathDepth = 64

// step is one step of a JSON path: a name, an index, or every element.
type step struct {
	name  string
	index int // -1 is a name
	every bool
}

// path leads into a JSON document.
type path []step

// CheckPath tells what is wrong with a JSON path such as a.b[0].c, a[*].ok or
// ["odd.key"]; nil if nothing is.
func CheckPath(path string) error {
	_, err := parsePath(path)
	return err
}

func parsePath(s string) (path, error) {
	switch {
	case s == "":
		return nil, errors.New("the path is empty")
	case !utf8.ValidString(s):
		return nil, errors.New("the path is no valid UTF-8")
	}
	var p path
	for rest := s; rest != ""; {
		var next step
		var err error
		switch {
		case rest[0] == '[':
			next, rest, err = parseBracket(rest)
		case len(p) > 0 && rest[0] != '.':
			err = fmt.Errorf("after ] comes a dot or [, not %q", rest)
		default:
			if len(p) > 0 {
				rest = rest[1:]
			}
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			next, rest = step{name: rest[:end], index: -1}, rest[end:]
			if next.name == "" {
				err = fmt.Errorf("path %q has an empty name", s)
			}
		}
		if err != nil {
			return nil, err
		}
		if p = append(p, next); len(p) > maxPathDepth {
			return nil, fmt.Errorf("path has more than %d steps", maxPathDepth)
		}
	}
	return p, nil
}

// parseBracket reads [3], [*] or ["name"] at the start of s.
func parseBracket(s string) (step, string, error) {
	if strings.HasPrefix(s, `["`) {
		end := 2
		for end < len(s) && s[end] != '"' {
			if s[end] == '\\' {
				end++
			}
			end++
		}
		var name string
		if end+1 >= len(s) || s[end+1] != ']' || json.Unmarshal([]byte(s[1:end+1]), &name) != nil {
			return step{}, "", fmt.Errorf("%q is no [\"name\"]", s)
		}
		return step{name: name, index: -1}, s[end+2:], nil
	}
	inner, rest, ok := strings.Cut(s[1:], "]")
	if !ok {
		return step{}, "", fmt.Errorf("%q has no closing ]", s)
	}
	if inner == "*" {
		return step{every: true}, rest, nil
	}
	n, err := strconv.ParseUint(inner, 10, 31)
	if err != nil {
		return step{}, "", fmt.Errorf("[%s] is neither an index, [*] nor [\"name\"]", inner)
	}
	return step{index: int(n)}, rest, nil
}

func (s step) String() string {
	switch {
	case s.every:
		return "[*]"
	case s.index >= 0:
		return "[" + strconv.Itoa(s.index) + "]"
	case s.name == "" || strings.ContainsAny(s.name, ".[]\" "):
		quoted, _ := json.Marshal(s.name) // a string has no way to fail
		return "[" + string(quoted) + "]"
	}
	return "." + s.name
}

func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.String())
	}
	return strings.TrimPrefix(b.String(), ".")
}

// check compares what p leads to in v with want; with [*], every element. It
// returns what is wrong with the first that is not as it should be, "" if all are.
func (p path) check(v value, want *Comparison) string {
	return p.walk(v, 0, nil, want)
}

// walk goes on from step i; stars are the indices chosen for [*] so far.
func (p path) walk(v value, i int, stars []int, want *Comparison) string {
	for ; i < len(p); i++ {
		switch s := p[i]; {
		case s.every && v.kind == listKind:
			for n, e := range v.elements() {
				if wrong := p.walk(e, i+1, append(stars[:len(stars):len(stars)], n), want); wrong != "" {
					return wrong
				}
			}
			return ""
		case s.every:
			v = value{}
		case s.index >= 0:
			v = v.element(s.index)
		default:
			v = v.member(s.name)
		}
	}
	wrong := want.check(v)
	if wrong == "" {
		return ""
	}
	return p.at(stars).String() + ": " + wrong
}

// at returns p with the indices of the elements in place of its stars.
func (p path) at(stars []int) path {
	if len(stars) == 0 {
		return p
	}
	q := append(path(nil), p...)
	for i := range q {
		if q[i].every && len(stars) > 0 {
			q[i], stars = step{index: stars[0]}, stars[1:]
		}
	}
	return q
}
