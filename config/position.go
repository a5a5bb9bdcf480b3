package config

import (
	"strconv"
	"strings"
)

// The TOML decoder keeps the places of keys to itself. The scanner here walks
// the text of a document a second time, for places alone: it looks only for
// where keys and values begin, never at what a value says, and so it may be
// used on nothing but text that toml.Decode has accepted.

// node is the place of one key and its value, as byte offsets into the text,
// with those of what is inside. The offsets of the root mean nothing.
type node struct {
	key, val int32
	kids     map[string]*node // of a table
	items    []*node          // of an array
}

// child returns the node of a key, made at the given offsets if it is new.
func (n *node) child(name string, key, val int) *node {
	if c := n.kids[name]; c != nil {
		return c
	}
	if n.kids == nil {
		n.kids = make(map[string]*node)
	}
	c := &node{key: int32(key), val: int32(val)}
	n.kids[name] = c
	return c
}

// within returns the table that a key below n belongs to: n itself, or the last
// element if n is an array of tables.
func (n *node) within() *node {
	if len(n.items) > 0 {
		return n.items[len(n.items)-1]
	}
	return n
}

// positions returns where everything in text is. A key that is written as a path
// (a.b.c, or a table header) has the place of the whole path.
func positions(text string) *node {
	s := scanner{text: text}
	return s.document()
}

type scanner struct {
	text string
	i    int
	// seen hears of every key in its order, for tests; nil is not asked.
	seen func(path []string)
}

func (s *scanner) document() *node {
	root := &node{}
	table, context := root, []string(nil)
	_ = s.skip("\ufeff") || s.skip("\xff\xfe") || s.skip("\xfe\xff") // byte order marks that the decoder drops
	for s.space(); s.i < len(s.text); s.space() {
		if s.text[s.i] != '[' {
			s.pair(table, context)
			continue
		}
		s.i++
		array := s.skip("[")
		s.blank()
		start := s.i
		context = s.path()
		s.skip("]")
		if array {
			s.skip("]")
		}
		s.note(context, nil)
		table = openTable(root, context, start, array)
	}
	return root
}

// openTable returns the table that [path] or [[path]] opens.
func openTable(root *node, path []string, at int, array bool) *node {
	n := root
	for _, part := range path {
		n = n.within().child(part, at, at)
	}
	if array {
		n.items = append(n.items, &node{key: int32(at), val: int32(at)})
	}
	return n.within()
}

// pair reads key = value into table. Context is the path of table, for seen.
func (s *scanner) pair(table *node, context []string) {
	at := s.i
	path := s.path()
	s.skip("=")
	s.blank()
	s.note(context, path)
	n := table
	for _, part := range path[:len(path)-1] {
		n = n.within().child(part, at, at)
	}
	n = n.within().child(path[len(path)-1], at, s.i)
	n.val = int32(s.i)
	s.value(n, context, path)
}

// value reads a value, and what is inside it into n.
func (s *scanner) value(n *node, context, path []string) {
	if s.i >= len(s.text) {
		return
	}
	switch s.text[s.i] {
	case '"', '\'':
		s.quoted()
	case '[':
		s.i++
		for s.separator(); s.i < len(s.text) && s.text[s.i] != ']'; s.separator() {
			item := &node{key: int32(s.i), val: int32(s.i)}
			n.items = append(n.items, item)
			s.value(item, context, path)
		}
		s.skip("]")
	case '{':
		s.i++
		inner := append(context[:len(context):len(context)], path...)
		for s.separator(); s.i < len(s.text) && s.text[s.i] != '}'; s.separator() {
			s.pair(n, inner)
		}
		s.skip("}")
	default: // a number, a boolean or a time, which may hold a blank
		s.until(",]}#\r\n")
	}
}

// path reads a key with its dots and what is blank around it, up to "=" or "]".
func (s *scanner) path() []string {
	var path []string
	for s.i < len(s.text) {
		s.blank()
		path = append(path, s.part())
		s.blank()
		if !s.skip(".") {
			break
		}
	}
	return path
}

// part reads one part of a key.
func (s *scanner) part() string {
	start := s.i
	if s.i < len(s.text) && (s.text[s.i] == '"' || s.text[s.i] == '\'') {
		s.quoted()
		raw := s.text[start:s.i]
		if len(raw) < 2 {
			return ""
		}
		if raw[0] == '\'' {
			return raw[1 : len(raw)-1]
		}
		return unescape(raw[1 : len(raw)-1])
	}
	for s.i < len(s.text) && !strings.ContainsRune(" \t\r\n.=]", rune(s.text[s.i])) {
		s.i++
	}
	if s.i == start { // never of accepted text; whoever loops over parts must still come to an end
		s.i++
		return ""
	}
	return s.text[start:s.i]
}

// quoted skips a string of any of the four kinds.
func (s *scanner) quoted() {
	q := s.text[s.i]
	mark := strings.Repeat(string(q), 3)
	if !s.skip(mark) {
		s.i++
		mark = mark[:1]
	}
	for s.i < len(s.text) {
		switch {
		case s.text[s.i] == '\\' && q == '"':
			s.i += 2
		case s.skip(mark):
			// A string of several lines may end in up to two quotes of its own.
			for n := 0; len(mark) == 3 && n < 2 && s.skip(mark[:1]); n++ {
			}
			return
		default:
			s.i++
		}
	}
	s.i = len(s.text)
}

// skip steps over what, and tells whether it was there.
func (s *scanner) skip(what string) bool {
	if strings.HasPrefix(s.text[min(s.i, len(s.text)):], what) {
		s.i += len(what)
		return true
	}
	return false
}

// blank steps over blanks and tabs.
func (s *scanner) blank() { s.over(" \t") }

// space steps over blanks, line ends and comments.
func (s *scanner) space() { s.over(" \t\r\n") }

// separator steps over what may stand between two elements.
func (s *scanner) separator() { s.over(" \t\r\n,") }

func (s *scanner) over(set string) {
	for s.i < len(s.text) {
		switch c := s.text[s.i]; {
		case strings.IndexByte(set, c) >= 0:
			s.i++
		case c == '#' && len(set) > 2:
			s.until("\n")
		default:
			return
		}
	}
}

// until steps to the next character of set, or to the end.
func (s *scanner) until(set string) {
	if n := strings.IndexAny(s.text[s.i:], set); n >= 0 {
		s.i += n
	} else {
		s.i = len(s.text)
	}
}

func (s *scanner) note(context, path []string) {
	if s.seen != nil {
		s.seen(append(context[:len(context):len(context)], path...))
	}
}

// unescape resolves the escapes of a basic string.
func unescape(raw string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(raw, `\`)
		b.WriteString(before)
		if !found || after == "" {
			return b.String()
		}
		raw = after[1:]
		digits := 0
		switch c := after[0]; c {
		case 'b', 't', 'n', 'f', 'r', 'e':
			b.WriteByte("\b\t\n\f\r\x1b"[strings.IndexByte("btnfre", c)])
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default:
			b.WriteByte(c)
		}
		if digits > 0 && digits <= len(raw) {
			r, _ := strconv.ParseUint(raw[:digits], 16, 32)
			b.WriteRune(rune(r))
			raw = raw[digits:]
		}
	}
}
