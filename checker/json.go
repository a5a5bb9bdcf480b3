package checker

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
)

// kind is what a value is: JSON's own, and text for what comes without a type
// (headers, DNS answers).
type kind uint8

const (
	absentKind kind = iota
	nullKind
	boolKind
	numberKind
	textKind
	listKind
	tableKind
	looseKind // a text that may be read as a number or a bool too
)

var kindNames = [...]string{"nothing", "null", "a bool", "a number", "a string", "a list", "a table", "text"}

func (k kind) String() string { return kindNames[k] }

// value is a piece of a valid JSON document, or a text without a type.
type value struct {
	kind kind
	raw  []byte // JSON: as it stands in the document
	str  string // untyped
}

func textValue(s string) value { return value{kind: looseKind, str: s} }

// parseJSON checks that body is one JSON document and nothing else. It builds
// nothing: what an expectation asks for is found in the bytes, so that a
// document costs its own size however it is nested.
func parseJSON(body []byte) (value, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	trimmed := bytes.Trim(body, " \t\r\n")
	switch {
	case len(trimmed) == 0:
		return value{}, errors.New("an empty body")
	case trimmed[0] == '<':
		return value{}, errors.New("HTML")
	case !json.Valid(trimmed):
		return value{}, errors.New("no JSON")
	}
	return rawValue(trimmed), nil
}

// rawValue is the value that raw, which is valid JSON without white space
// around it, stands for.
func rawValue(raw []byte) value {
	v := value{raw: raw}
	switch raw[0] {
	case 'n':
		v.kind = nullKind
	case 't', 'f':
		v.kind = boolKind
	case '"':
		v.kind = textKind
	case '[':
		v.kind = listKind
	case '{':
		v.kind = tableKind
	default:
		v.kind = numberKind
	}
	return v
}

// text returns a string's characters; raw JSON of anything else.
func (v value) text() string {
	switch v.kind {
	case looseKind:
		return v.str
	case textKind:
		return unquote(v.raw)
	}
	return string(v.raw)
}

// unquote reads a valid JSON string.
func unquote(raw []byte) string {
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return string(raw)
	}
	return s
}

// float returns a number, or a text that reads as one.
func (v value) float() (float64, bool) {
	if v.kind != numberKind && v.kind != looseKind {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.text(), 64)
	return f, err == nil
}

// members yields the names and values of a table, in order.
func (v value) members() iter.Seq2[[]byte, value] {
	return func(yield func([]byte, value) bool) {
		if v.kind != tableKind {
			return
		}
		for i := skipSpace(v.raw, 1); v.raw[i] != '}'; {
			end := skipValue(v.raw, i)
			name := v.raw[i:end]
			i = skipSpace(v.raw, skipSpace(v.raw, end)+1) // past the colon
			end = skipValue(v.raw, i)
			if !yield(name, rawValue(v.raw[i:end])) {
				return
			}
			i = skipComma(v.raw, end)
		}
	}
}

// elements yields the values of a list, in order.
func (v value) elements() iter.Seq2[int, value] {
	return func(yield func(int, value) bool) {
		if v.kind != listKind {
			return
		}
		n := 0
		for i := skipSpace(v.raw, 1); v.raw[i] != ']'; n++ {
			end := skipValue(v.raw, i)
			if !yield(n, rawValue(v.raw[i:end])) {
				return
			}
			i = skipComma(v.raw, end)
		}
	}
}

// member returns what a table has under name: the last of several, as
// encoding/json has it.
func (v value) member(name string) (found value) {
	for raw, m := range v.members() {
		if unquoted := raw[1 : len(raw)-1]; string(unquoted) == name || bytes.IndexByte(raw, '\\') >= 0 && unquote(raw) == name {
			found = m
		}
	}
	return found
}

// element returns the i-th value of a list.
func (v value) element(i int) value {
	for n, e := range v.elements() {
		if n == i {
			return e
		}
	}
	return value{}
}

// len returns the length of a string in characters, of a list or a table.
func (v value) len() (int, bool) {
	n := 0
	switch v.kind {
	case textKind, looseKind:
		n = len([]rune(v.text()))
	case listKind:
		for range v.elements() {
			n++
		}
	case tableKind:
		for range v.members() {
			n++
		}
	default:
		return 0, false
	}
	return n, true
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n') {
		i++
	}
	return i
}

// skipComma returns where the next value begins, or the bracket that ends.
func skipComma(b []byte, i int) int {
	i = skipSpace(b, i)
	if b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

// skipValue returns where the value that begins at i ends. b is valid JSON, so
// counting brackets outside strings is enough.
func skipValue(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth == 0 {
				return i // the end of a number, in front of the bracket around it
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}
