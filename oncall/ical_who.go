package oncall

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// naming is all by which an event may name an operator.
type naming struct {
	own       string   // by a calendar of sitrep's
	summary   string   // whole
	attendees []string // names and addresses; those who declined are not among them
	organizer []string
}

// maxNaming is how many bytes of a text, and how many attendees, are looked at.
const (
	maxNaming    = 1000
	maxAttendees = 200
)

func namingOf(c *component) naming {
	summary := c.text("SUMMARY")
	n := naming{own: c.text(propOperator), summary: summary[:min(len(summary), maxNaming)]}
	for i := range c.props {
		p := &c.props[i]
		switch {
		case p.name == "ORGANIZER":
			n.organizer = append(n.organizer, callers(p)...)
		case p.name == "ATTENDEE" && !strings.EqualFold(p.one("PARTSTAT"), "DECLINED") && len(n.attendees) < maxAttendees:
			n.attendees = append(n.attendees, callers(p)...)
		}
	}
	return n
}

// callers returns the name and the address of a calendar user.
func callers(p *property) []string {
	var texts []string
	if cn := p.one("CN"); cn != "" && len(cn) <= maxNaming {
		texts = append(texts, cn)
	}
	if scheme, address, ok := strings.Cut(p.value, ":"); ok && strings.EqualFold(scheme, "mailto") && len(address) <= maxNaming {
		if plain, err := url.PathUnescape(address); err == nil {
			address = plain
		}
		texts = append(texts, address)
	}
	return texts
}

// people finds operators by what a calendar calls them.
type people struct {
	names   map[string]bool     // of configuration, as they are
	called  map[string][]string // by the words of a name or title, or by an address, in small letters: names
	longest int                 // words in a key of called
}

func newPeople(operators []Operator) *people {
	p := &people{names: map[string]bool{}, called: map[string][]string{}}
	add := func(key, name string) {
		if key != "" && !slices.Contains(p.called[key], name) {
			p.called[key] = append(p.called[key], name)
			p.longest = max(p.longest, strings.Count(key, " ")+1)
		}
	}
	for _, o := range operators {
		p.names[o.Name] = true
		add(strings.Join(words(o.Name), " "), o.Name)
		add(strings.Join(words(o.Title), " "), o.Name)
		for _, contact := range o.Contact {
			if _, address, ok := strings.Cut(contact, ":"); ok && strings.Contains(address, "@") {
				add(strings.ToLower(address), o.Name)
			}
		}
	}
	return p
}

// words returns the words of a text, in small letters.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
	})
}

// find returns whom an event names, as ReadICS says; "" and no error is nobody.
func (p *people) find(n naming) (string, error) {
	if p.names[n.own] {
		return n.own, nil
	}
	// The first that names anybody decides, unless it names several.
	var several []string
	for _, texts := range [][]string{{n.summary}, n.attendees, n.organizer} {
		var found []string
		for _, text := range texts {
			found = append(found, p.in(text)...)
		}
		slices.Sort(found)
		found = slices.Compact(found)
		switch {
		case len(found) == 1 && (several == nil || slices.Contains(several, found[0])):
			return found[0], nil
		case len(found) > 1 && several == nil:
			several = found
		}
	}
	if several != nil {
		return "", fmt.Errorf("it names %s: an event is one operator's", strings.Join(several, " and "))
	}
	return "", nil
}

// in returns the operators whom a text is, or else all whom it has as whole
// words. Of names within each other the longest counts. An address must be an
// operator's as a whole: there is more than one ana@.
func (p *people) in(text string) []string {
	text = strings.ToLower(strings.TrimSpace(text))
	if strings.Contains(text, "@") && !strings.Contains(text, " ") {
		return p.called[text]
	}
	all := words(text)
	if found := p.called[strings.Join(all, " ")]; found != nil {
		return found
	}
	var found []string
	for i := 0; i < len(all); i++ {
		for n := min(p.longest, len(all)-i); n > 0; n-- {
			if some := p.called[strings.Join(all[i:i+n], " ")]; some != nil {
				found = append(found, some...)
				i += n - 1
				break
			}
		}
	}
	return found
}
