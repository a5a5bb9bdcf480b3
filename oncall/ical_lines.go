package oncall

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	ics "github.com/arran4/golang-ical"

	"sitrep/safe"
)

// Bounds of a calendar that is read.
const (
	maxCalendarSize = 4 << 20  // bytes
	maxEvents       = 10_000   // VEVENTs
	maxInstances    = 100_000  // of all of them, in the time that is asked for
	maxContentLine  = 64 << 10 // bytes of a property that is understood, unfolded
	maxParameters   = 100      // semicolons in it
	maxNesting      = 8        // components within each other
)

// LineError says what is wrong with a calendar, and where.
type LineError struct {
	Line int // from 1
	Text string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

func lineError(line int, format string, args ...any) *LineError {
	return &LineError{line, fmt.Sprintf(format, args...)}
}

// component is a part of a calendar from its BEGIN to its END, with the
// properties that are understood, and nothing else.
type component struct {
	name  string
	line  int // of its BEGIN
	props []property
	parts []*component
	bad   *LineError // the first property that is understood and cannot be read
}

// property is a content line. Names of properties and parameters are in capitals.
type property struct {
	line  int
	name  string
	param map[string][]string
	value string
}

// understood are the properties that are looked at, by component. What is in
// other components, alarms for one, is passed over.
var understood = map[string][]string{
	"VCALENDAR": {"METHOD"},
	"VEVENT": {"UID", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID",
		"STATUS", "SUMMARY", "ATTENDEE", "ORGANIZER", propOperator},
	"VTIMEZONE": {"TZID", "X-LIC-LOCATION"},
	"STANDARD":  {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"},
	"DAYLIGHT":  {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"},
}

// get returns the first property by that name, nil if there is none.
func (c *component) get(name string) *property {
	i := slices.IndexFunc(c.props, func(p property) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return &c.props[i]
}

// text returns the value of a property, "" if there is none.
func (c *component) text(name string) string {
	if p := c.get(name); p != nil {
		return p.value
	}
	return ""
}

// readComponents reads a stream of calendars. An error is a *LineError, or that
// of r. The library's own reader of whole calendars is not used: it knows no
// lines, and descends as deep as a file asks for.
func readComponents(r io.Reader) ([]*component, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCalendarSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxCalendarSize {
		return nil, fmt.Errorf("the file is larger than %d MiB", maxCalendarSize>>20)
	}
	var t tree
	line, begun, text := 0, 0, []byte(nil)
	for raw := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		line++
		raw = bytes.TrimRight(raw, "\r\n")
		if len(raw) > 0 && (raw[0] == ' ' || raw[0] == '\t') && text != nil {
			text = append(text, raw[1:]...)
			continue
		}
		if err := t.add(begun, string(text)); err != nil {
			return nil, err
		}
		begun, text = line, append([]byte{}, raw...)
	}
	if err := t.add(begun, string(text)); err != nil {
		return nil, err
	}
	switch {
	case len(t.open) > 0:
		open := t.open[len(t.open)-1]
		return nil, lineError(line, "the file ends within the %s of line %d: a part of it is missing", open.name, open.line)
	case len(t.done) == 0:
		return nil, lineError(1, "this is no iCalendar file: nothing in it begins with BEGIN:VCALENDAR")
	}
	return t.done, nil
}

// tree puts lines together to components.
type tree struct {
	open   []*component // the last is the innermost
	done   []*component
	events int
}

// add takes the next content line, unfolded.
func (t *tree) add(line int, text string) *LineError {
	text = strings.TrimRight(text, " \t")
	if text == "" {
		return nil
	}
	end := strings.IndexAny(text, ":;")
	if end < 0 {
		if len(t.open) == 0 {
			return lineError(line, "this is no iCalendar file: %q is no property", safe.Line(text, 40))
		}
		return nil // a stray line of a property that nobody reads, or a broken fold
	}
	name := strings.ToUpper(text[:end])
	switch name {
	case "BEGIN":
		return t.begin(line, strings.ToUpper(strings.TrimSpace(text[end+1:])))
	case "END":
		return t.end(line, strings.ToUpper(strings.TrimSpace(text[end+1:])))
	}
	if len(t.open) == 0 {
		return lineError(line, "this is no iCalendar file: %s stands outside of BEGIN:VCALENDAR", safe.Line(name, 40))
	}
	c := t.open[len(t.open)-1]
	if !slices.Contains(understood[c.name], name) {
		return nil
	}
	p, err := parseProperty(line, text)
	if err != nil {
		if c.bad == nil {
			c.bad = err
		}
		return nil
	}
	p.name = name
	c.props = append(c.props, *p)
	return nil
}

func (t *tree) begin(line int, name string) *LineError {
	switch {
	case len(name) > 40 || name != safe.Line(name, 0):
		return lineError(line, "BEGIN:%s is no component", safe.Line(name, 40))
	case (len(t.open) == 0) != (name == "VCALENDAR"):
		return lineError(line, "BEGIN:%s does not belong here", safe.Line(name, 40))
	case len(t.open) >= maxNesting:
		return lineError(line, "components are within each other more than %d deep", maxNesting)
	}
	if name == "VEVENT" {
		if t.events++; t.events > maxEvents {
			return lineError(line, "there are more than %d events", maxEvents)
		}
	}
	t.open = append(t.open, &component{name: name, line: line})
	return nil
}

func (t *tree) end(line int, name string) *LineError {
	if len(t.open) == 0 || t.open[len(t.open)-1].name != name {
		return lineError(line, "END:%s ends nothing that has begun", safe.Line(name, 40))
	}
	c := t.open[len(t.open)-1]
	t.open = t.open[:len(t.open)-1]
	switch {
	case len(t.open) == 0:
		t.done = append(t.done, c)
	case understood[name] != nil:
		parent := t.open[len(t.open)-1]
		parent.parts = append(parent.parts, c)
	}
	return nil
}

// parseProperty reads a content line that is understood.
func parseProperty(line int, text string) (*property, *LineError) {
	// The library copies the rest of a line for each of its parameters.
	if len(text) > maxContentLine || strings.Count(text, ";") > maxParameters {
		return nil, lineError(line, "the line is too long, or has too many parameters")
	}
	parsed, err := ics.ParseProperty(ics.ContentLine(text))
	if err != nil || parsed == nil {
		return nil, lineError(line, "%q cannot be read", safe.Line(text, 60))
	}
	p := &property{line: line, value: parsed.Value, param: make(map[string][]string, len(parsed.ICalParameters))}
	for key, values := range parsed.ICalParameters {
		key = strings.ToUpper(key)
		p.param[key] = append(p.param[key], values...)
	}
	return p, nil
}

// one returns the value of a parameter, "" if it is not there.
func (p *property) one(name string) string {
	if values := p.param[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}
