package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sitrep/safe"
)

// OneLine tells whether a field is a text of one line.
func OneLine(field string) bool {
	return slices.Contains([]string{FieldPriority, FieldVisibility, FieldOwner, FieldReview}, field)
}

// SetField writes what people have to say under one of Fields, up to 65,536
// bytes, also of an incident that is over; "" takes it away. The older texts
// stay in the log. It writes nothing where nothing changes, and fails with
// ErrUnknownIncident, ErrInvalid (the field) or ErrTooLong.
func (b *Book) SetField(now time.Time, incident, field, value, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Fields, field) {
		return nil, fmt.Errorf("%w: field %q; known are %s", ErrInvalid, field, strings.Join(Fields, ", "))
	}
	if OneLine(field) {
		value, err = line(value, maxLine)
	} else {
		value, err = remark(value)
	}
	if err != nil || value == r.inc.Fields[field] {
		return nil, err
	}
	p := b.pen(now)
	e := Entry{Incident: incident, Kind: SetField, By: by, Field: field, Value: value, Text: fieldText(field, value)}
	if i := r.fieldLine(field); i >= 0 {
		e.At, e.Replaces = r.lines[i].At, r.lines[i].Seq
	}
	p.write(e)
	return p.out, nil
}

// fieldText is what the timeline says of a field: the report has all of it.
func fieldText(field, value string) string {
	if value == "" {
		return field + " taken away"
	}
	first, rest, _ := strings.Cut(value, "\n")
	text := field + ": " + safe.Line(first, 120)
	if n := strings.Count(rest, "\n") + 1; rest != "" {
		text += fmt.Sprintf(" (%d more lines)", n)
	}
	return text
}

// fieldLine returns the index of the line that tells of a field, -1 if none does.
func (r *record) fieldLine(field string) int {
	return slices.IndexFunc(r.lines, func(l Line) bool { return l.Kind == SetField && l.Field == field })
}

func (r *record) setField(e Entry) {
	fields := maps.Clone(r.inc.Fields)
	if fields == nil {
		fields = map[string]string{}
	}
	if fields[e.Field] = e.Value; e.Value == "" {
		delete(fields, e.Field)
	}
	r.inc.Fields = fields
}
