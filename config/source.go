package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// source is one file of a configuration, or what stands for one.
type source struct {
	name  string // as problems name it
	dir   string // what paths in it are relative to
	text  string
	lines []int32 // byte offset at which each line begins
	// whether everybody on this machine may read or write the file
	readable, writable bool
	// patched tells that lines which are no TOML were left out: what is missing
	// may have stood there.
	patched bool
}

// newSource returns the source of a text that is in no file.
func newSource(name, text string) *source {
	s := &source{name: name, text: text, lines: []int32{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, int32(i+1))
		}
	}
	return s
}

// readSource reads a file. The error is an *fs.PathError.
func (in *inputs) readSource(path string) (*source, error) {
	t, err := in.read(path, maxSource)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	s := newSource(path, string(t.data))
	s.dir = filepath.Dir(path)
	s.readable = t.mode.Perm()&0o004 != 0
	s.writable = t.mode.Perm()&0o002 != 0
	return s, nil
}

// lineCol turns a byte offset into a line and a column, both from 1. Columns
// count characters.
func (s *source) lineCol(offset int32) (line, col int) {
	at := min(max(int(offset), 0), len(s.text))
	i, found := slices.BinarySearch(s.lines, int32(at))
	if !found {
		i--
	}
	return i + 1, utf8.RuneCountInString(s.text[s.lines[i]:at]) + 1
}

// at returns a problem at a byte offset.
func (s *source) at(offset int32, path, text string) Problem {
	line, col := s.lineCol(offset)
	shown, _, _ := strings.Cut(s.text[s.lines[line-1]:], "\n")
	return Problem{
		File: s.name, Line: line, Col: col, Path: path, Text: text,
		source: strings.TrimSuffix(shown, "\r"),
	}
}

// syntaxProblem says what the decoder refused, and for a name that is there
// twice, where it was first.
func syntaxProblem(s *source, err error) Problem {
	pe, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return Problem{File: s.name, Text: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	offset := int32(min(max(pe.Position.Start, 0), len(s.text)))
	text := strings.TrimSuffix(pe.Message, ".")
	line, _ := s.lineCol(offset)
	// The decoder names the key in its message; its LastKey is the table's for a header.
	if m := definedTwice.FindStringSubmatch(text); m != nil {
		if first, ok := s.firstPlace(line, m[1]); ok {
			start := s.lines[line-1]
			start += int32(len(s.text[start:]) - len(strings.TrimLeft(s.text[start:], " \t[")))
			return s.at(start, m[1], "already defined in "+first)
		}
	}
	problem := s.at(offset, "", lowerFirst(text))
	if telling.MatchString(problem.source) && strings.ContainsAny(text, `"'`) {
		problem.Text = "the value is no TOML; a string stands in quotes" // which are not shown, of what may be a secret
	}
	return problem
}

var definedTwice = regexp.MustCompile(`^Key '(.+)' has already been defined`)

// firstPlace returns where a key was first that line defines again.
func (s *source) firstPlace(line int, key string) (place string, ok bool) {
	before := newSource(s.name, s.text[:s.lines[line-1]])
	var tree map[string]any
	if _, err := toml.Decode(before.text, &tree); err != nil {
		return "", false
	}
	n := positions(before.text)
	for _, part := range (&scanner{text: key}).path() {
		if n = n.within().kids[part]; n == nil {
			return "", false
		}
	}
	at, col := before.lineCol(n.key)
	return fmt.Sprintf("%s:%d:%d", s.name, at, col), true
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
