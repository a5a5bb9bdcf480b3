package alert

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// String returns m as an operator types it: "team=db name=shop-*". Values of
// one label are joined by commas, alternatives by a | of its own; a value with
// blanks, commas, quotes or nothing in it is quoted as in Go. ParseMatcher
// reads it back. One that matches everything is "".
func (m Matcher) String() string {
	var alternatives []string
	for _, terms := range m {
		var words []string
		for _, label := range slices.Sorted(maps.Keys(terms)) {
			values := make([]string, len(terms[label]))
			for i, v := range terms[label] {
				values[i] = quoteValue(v)
			}
			words = append(words, label+"="+strings.Join(values, ","))
		}
		if len(words) == 0 {
			return "" // an alternative without a demand: everything
		}
		alternatives = append(alternatives, strings.Join(words, " "))
	}
	return strings.Join(alternatives, " | ")
}

// ParseMatcher reads the text form that String writes. Its errors say what is
// wrong and with which word. Blank text is nil, which matches everything.
func ParseMatcher(text string) (Matcher, error) {
	words, err := splitWords(text)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	m := Matcher{}
	terms := Terms{}
	for _, word := range append(words, "|") {
		if word != "|" {
			if err := terms.add(word); err != nil {
				return nil, err
			}
			continue
		}
		if len(terms) == 0 {
			return nil, errors.New("nothing beside a |: write label=value on both sides")
		}
		m = append(m, terms)
		terms = Terms{}
	}
	return m, m.Validate()
}

// add reads one word, label=value,value.
func (t Terms) add(word string) error {
	label, list, found := strings.Cut(word, "=")
	switch {
	case !found:
		return fmt.Errorf("%q: no = in it; write label=value", word)
	case strings.HasSuffix(label, "!"):
		return fmt.Errorf("%q: write %s=!%s", word, strings.TrimSuffix(label, "!"), list)
	case t[label] != nil:
		return fmt.Errorf("%s is there twice: write %s=%s,%s", label, label, strings.Join(t[label], ","), list)
	}
	values, err := splitValues(list)
	if err != nil {
		return fmt.Errorf("%s: %w", label, err)
	}
	t[label] = values
	return nil
}

// quoteValue returns v in quotes if the text form needs them.
func quoteValue(v string) string {
	if v != "" && v == strings.ToValidUTF8(v, "") && !strings.ContainsFunc(v, func(r rune) bool {
		return r == ',' || r == '"' || r == ' ' || !strconv.IsPrint(r)
	}) {
		return v
	}
	return strconv.Quote(v)
}

// splitWords splits at blanks outside of quotes.
func splitWords(text string) ([]string, error) {
	var words []string
	for {
		text = strings.TrimLeft(text, " \t\r\n")
		if text == "" {
			return words, nil
		}
		n, err := scan(text, " \t\r\n")
		if err != nil {
			return nil, err
		}
		words = append(words, text[:n])
		text = text[n:]
	}
}

// splitValues splits at commas outside of quotes, and takes the quotes off.
func splitValues(list string) ([]string, error) {
	var values []string
	for {
		n, err := scan(list, ",")
		if err != nil {
			return nil, err
		}
		value := list[:n]
		if strings.HasPrefix(value, `"`) {
			if value, err = strconv.Unquote(value); err != nil {
				return nil, fmt.Errorf("text after the closing quote: %s", list[:n])
			}
		}
		values = append(values, value)
		if n == len(list) {
			return values, nil
		}
		list = list[n+1:]
	}
}

// scan returns where text has the first byte of ends that is outside of
// quotes, or its length. A quote opens a quoted text where a value may begin.
func scan(text, ends string) (int, error) {
	for i := 0; i < len(text); i++ {
		switch {
		case strings.IndexByte(ends, text[i]) >= 0:
			return i, nil
		case text[i] == '"' && (i == 0 || text[i-1] == '=' || text[i-1] == ','):
			quoted, err := strconv.QuotedPrefix(text[i:])
			if err != nil {
				return 0, fmt.Errorf("a quote is not closed: %s", text[i:])
			}
			i += len(quoted) - 1
		}
	}
	return len(text), nil
}
