package tui

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/monitor"
	"sitrep/spell"
)

// The language of filters:
//
//	expr = and { "or" and } .   and = { ["-"] ( term | "(" expr ")" ) } .       a blank means and
//	term = word | "quoted" | "/regex/" | key op value { "," value } .           a word is looked for in names, reasons and labels
//	op   = ":" | "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" .            an unquoted * is a wildcard
//
// Keys with ":" are those of filterKeys; with the other operators a key that is
// none of them is a label. Upper and lower case are the same. A key that a
// thing does not have does not match it.

// filter tells what an operator wants to see. It is a plain value; the zero
// value lets everything through.
type filter struct {
	text  string
	root  node              // nil lets everything through
	now   time.Time         // what "since:15m" counts from
	snap  *monitor.Snapshot // where an event's target is looked up; may be nil
	since *glance           // what "is:changed" counts from; nil: nothing changed
	me    string            // who looks: what "is:mine" means
}

// wordError says what cannot be understood, and where in the text it stands.
type wordError struct {
	span
	msg string
}

func (e *wordError) Error() string { return e.msg }

// operators, the longer ones first.
var operators = []string{"!=", "!~", "<=", ">=", ":", "=", "~", "<", ">"}

// filterDepth is how deep parentheses may go.
const filterDepth = 40

// parseFilter reads a filter. An error is a *wordError. An empty text is the
// filter that lets everything through.
func parseFilter(text string, now time.Time) (filter, error) {
	if strings.TrimSpace(text) == "" {
		return filter{text: text, now: now}, nil
	}
	p := filterParser{text: text, now: now}
	root, err := p.expr(0)
	if err == nil && p.at < len(text) {
		err = p.errorf(span{p.at, p.at + 1}, "a ) without its (")
	}
	if err != nil {
		return filter{}, err
	}
	return filter{text: text, root: root, now: now}, nil
}

type filterParser struct {
	text string
	at   int
	now  time.Time
}

// errorf returns a wordError as an error, which is never a nil pointer.
func (p *filterParser) errorf(at span, format string, args ...any) error {
	at.to = min(at.to, len(p.text))
	return &wordError{at, fmt.Sprintf(format, args...)}
}

func (p *filterParser) blanks() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// word tells whether the next word is w, and passes it.
func (p *filterParser) word(w string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(w) || !strings.EqualFold(rest[:len(w)], w) {
		return false
	}
	if tail := rest[len(w):]; tail != "" && tail[0] != ' ' && tail[0] != '(' {
		return false
	}
	p.at += len(w)
	return true
}

func (p *filterParser) expr(depth int) (node, error) {
	if depth > filterDepth {
		return nil, p.errorf(span{p.at, p.at + 1}, "parentheses are more than %d deep", filterDepth)
	}
	var sides oneOf
	for {
		side, or, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		sides = append(sides, side)
		if or == (span{}) {
			break
		}
		if p.blanks(); p.at == len(p.text) || p.text[p.at] == ')' || len(side.(allOf)) == 0 {
			return nil, p.errorf(or, "\"or\" stands between two terms")
		}
	}
	if len(sides) > 1 {
		return sides, nil
	}
	return sides[0], nil
}

// and reads up to an "or", whose place it returns, a ")" or the end.
func (p *filterParser) and(depth int) (terms node, or span, err error) {
	list := allOf{}
	for {
		p.blanks()
		from := p.at
		if p.at == len(p.text) || p.text[p.at] == ')' {
			return list, span{}, nil
		}
		if p.word("or") {
			return list, span{from, p.at}, nil
		}
		n, err := p.factor(depth)
		if err != nil {
			return nil, span{}, err
		}
		list = append(list, n)
	}
}

func (p *filterParser) factor(depth int) (node, error) {
	from := p.at
	not := p.text[p.at] == '-'
	if not {
		p.at++
	}
	if p.at == len(p.text) || p.text[p.at] == ' ' || p.text[p.at] == ')' {
		return nil, p.errorf(span{from, p.at}, "- needs a term right behind it")
	}
	var n node
	var err error
	if p.text[p.at] == '(' {
		n, err = p.parentheses(depth)
	} else {
		n, err = p.term()
	}
	if err != nil || !not {
		return n, err
	}
	return notNode{n}, nil
}

func (p *filterParser) parentheses(depth int) (node, error) {
	from := p.at
	p.at++
	n, err := p.expr(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.at == len(p.text) {
		return nil, p.errorf(span{from, from + 1}, "a ( without its )")
	}
	p.at++
	return n, nil
}

func (p *filterParser) term() (node, error) {
	from := p.at
	for p.at < len(p.text) && isKeyByte(p.text[p.at]) {
		p.at++
	}
	key := p.text[from:p.at]
	for _, op := range operators {
		if key != "" && strings.HasPrefix(p.text[p.at:], op) {
			p.at += len(op)
			return p.condition(key, op, from)
		}
	}
	p.at = from
	v, err := p.value(" )")
	if err != nil {
		return nil, err
	}
	re, err := v.within()
	if err != nil {
		return nil, p.errorf(v.span, "%s", err)
	}
	return wordTerm{re}, nil
}

func isKeyByte(c byte) bool {
	return c == '_' || c == '.' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// condition reads the values of a key and makes a term of them.
func (p *filterParser) condition(key, op string, from int) (node, error) {
	var values []value
	for {
		v, err := p.value(" ),")
		if err != nil {
			return nil, err
		}
		if v.from == v.to {
			return nil, p.errorf(span{from, p.at}, "%s%s needs a value", key, op)
		}
		values = append(values, v)
		if p.at == len(p.text) || p.text[p.at] != ',' {
			break
		}
		p.at++
	}
	at := span{from, p.at}
	lower := strings.ToLower(key)
	kind, known := filterKeys[lower]
	switch {
	case !known && op == ":":
		return nil, p.errorf(at, "there is no key %q%s", key, cmp.Or(spell.Meant(lower, sortedKeys(filterKeys)), "; a label is written "+key+"=…"))
	case !known, kind == keyWords:
		if !known {
			lower = key
		}
		return p.words(lower, op, values, at)
	case kind == keyFlags:
		return p.flags(lower, op, values, at)
	case kind == keySince:
		return p.since(op, values, at)
	}
	return p.number(lower, kind, op, values, at)
}

func (p *filterParser) words(key, op string, values []value, at span) (node, error) {
	if strings.ContainsAny(op, "<>") {
		return nil, p.errorf(at, "%s takes words: use : = != ~ or !~", key)
	}
	t := wordsTerm{key: key, not: op[0] == '!'}
	for _, v := range values {
		if key == "state" && op != "~" && op != "!~" {
			if same, ok := sameWords[strings.ToLower(v.text)]; ok {
				v.text = same
			}
		}
		re, err := v.whole(op == "~" || op == "!~")
		if err != nil {
			return nil, p.errorf(v.span, "%s", err)
		}
		t.values = append(t.values, re)
	}
	return t, nil
}

func (p *filterParser) flags(key, op string, values []value, at span) (node, error) {
	if op != ":" && op != "=" {
		return nil, p.errorf(at, "%s is followed by a colon: %s:%s", key, key, filterFlags[key][0])
	}
	t := flagTerm{key: key}
	for _, v := range values {
		word := strings.ToLower(v.text)
		if key == "is" && !slices.Contains(filterFlags["is"], word) {
			return nil, p.errorf(v.span, "no is:%s%s", v.text,
				cmp.Or(spell.Meant(v.text, filterFlags["is"]), "; there is "+strings.Join(filterFlags["is"], " ")))
		}
		t.words = append(t.words, v.text)
	}
	return t, nil
}

func (p *filterParser) since(op string, values []value, at span) (node, error) {
	if op != ":" && op != "=" || len(values) != 1 {
		return nil, p.errorf(at, "since is followed by a colon and one time: since:15m, since:03:20, since:2026-04-11")
	}
	text := values[0].text
	if d, err := civil.ParseDuration(text); err == nil {
		return sinceTerm{ago: d}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return sinceTerm{at: day}, nil
	}
	moment, err := civil.ParseMoment(text, p.now, time.UTC)
	if err != nil {
		return nil, p.errorf(values[0].span, "since takes 15m, 03:20 or 2026-04-11")
	}
	return sinceTerm{at: moment}, nil
}

func (p *filterParser) number(key string, kind keyKind, op string, values []value, at span) (node, error) {
	if len(values) != 1 || strings.ContainsAny(op, ":~") {
		return nil, p.errorf(at, "%s takes one number: use < <= > >= = or !=", key)
	}
	t := numberTerm{key: key, op: op}
	if kind == keyDuration {
		d, err := civil.ParseDuration(values[0].text)
		if err != nil {
			return nil, p.errorf(values[0].span, "%s takes a duration with its unit: 1.5s, 14d", key)
		}
		t.limit = d.Seconds()
		return t, nil
	}
	n, err := strconv.Atoi(values[0].text)
	if err != nil {
		return nil, p.errorf(values[0].span, "%s takes a whole number", key)
	}
	t.limit = float64(n)
	return t, nil
}

// value is a word of the text.
type value struct {
	span
	text   string // without quotes or slashes
	quoted bool
	regex  bool
}

// value reads up to one of the bytes in ends that stands in no quotes and no
// parentheses of its own.
func (p *filterParser) value(ends string) (value, error) {
	v := value{span: span{p.at, p.at}}
	if p.at < len(p.text) && (p.text[p.at] == '"' || p.text[p.at] == '/') {
		return p.delimited(p.text[p.at])
	}
	depth := 0
	for p.at < len(p.text) {
		c := p.text[p.at]
		if strings.IndexByte(ends, c) >= 0 && (depth == 0 || c == ' ') {
			break
		}
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		p.at++
	}
	v.to, v.text = p.at, p.text[v.from:p.at]
	return v, nil
}

func (p *filterParser) delimited(by byte) (value, error) {
	v := value{span: span{p.at, p.at}, quoted: by == '"', regex: by == '/'}
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == by:
			p.at++
			v.to, v.text = p.at, b.String()
			return v, nil
		case c == '\\' && p.at+1 < len(p.text) && p.text[p.at+1] == by:
			p.at++
			b.WriteByte(by)
		default:
			b.WriteByte(c)
		}
	}
	v.to = p.at
	if by == '/' {
		return v, p.errorf(v.span, "a regular expression ends with a slash; quote what begins with one")
	}
	return v, p.errorf(v.span, "the quote is not closed")
}

// within compiles what is to be found anywhere in a text.
func (v value) within() (*regexp.Regexp, error) {
	if v.regex {
		return compile(v.text)
	}
	return compile(v.pattern())
}

// whole compiles what a text is to be as a whole.
func (v value) whole(regex bool) (*regexp.Regexp, error) {
	if regex || v.regex {
		return compile(`^(?:` + v.text + `)$`)
	}
	return compile(`^` + v.pattern() + `$`)
}

func (v value) pattern() string {
	quoted := regexp.QuoteMeta(v.text)
	if v.quoted {
		return quoted
	}
	return strings.ReplaceAll(quoted, `\*`, `.*`)
}

func compile(pattern string) (*regexp.Regexp, error) {
	re, err := regexp.Compile("(?is)" + pattern)
	if err != nil {
		return nil, fmt.Errorf("not a regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return re, nil
}
