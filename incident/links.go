package incident

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxLink is the most bytes that a link may have; browsers take as much.
const maxLink = 2000

// AddLink notes something else that belongs to an incident, also to one that is
// over. kind is one of LinkKinds, to an http or https URL, or one line that
// names a ticket, a target or an incident; text may say what it is. The same
// again writes nothing. It fails with ErrUnknownIncident, ErrInvalid, ErrEmpty
// or ErrTooLong.
func (b *Book) AddLink(now time.Time, incident, kind, to, text, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !slices.Contains(LinkKinds, kind) {
		return nil, fmt.Errorf("%w: link %q; known are %s", ErrInvalid, kind, strings.Join(LinkKinds, ", "))
	}
	if to, err = linkTo(to); err != nil {
		return nil, err
	}
	if text, err = line(text, maxLine); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.inc.Links, func(l Link) bool { return l.Kind == kind && l.To == to && l.Text == text }) {
		return nil, nil
	}
	p := b.pen(now)
	p.write(Entry{Incident: incident, Kind: Linked, By: by, Field: kind, Value: to, Text: text})
	return p.out, nil
}

// DropLink takes a link away, by its ID. One that was taken away already writes
// nothing. It fails with ErrUnknownIncident or ErrUnknownEntry.
func (b *Book) DropLink(now time.Time, incident string, id uint64, by string) ([]Entry, error) {
	r, err := b.known(incident)
	if err != nil {
		return nil, err
	}
	i := r.find(id)
	if i < 0 || r.lines[i].Kind != Linked {
		return nil, fmt.Errorf("%w: %s has no link %d", ErrUnknownEntry, incident, id)
	}
	l := &r.lines[i]
	if !slices.ContainsFunc(r.inc.Links, func(x Link) bool { return x.ID == l.ID() }) {
		return nil, nil
	}
	p := b.pen(now)
	p.write(Entry{
		Incident: incident, Kind: Unlinked, By: by, Field: l.Field, Value: l.Value,
		Refs: []string{strconv.FormatUint(l.ID(), 10)},
	})
	return p.out, nil
}

// linkTo checks where a link leads. What has a scheme is an address for
// browsers, and those run what other schemes say.
func linkTo(to string) (string, error) {
	to, err := line(to, maxLink)
	switch {
	case err != nil:
		return "", err
	case to == "":
		return "", fmt.Errorf("%w: a link needs a URL or a name", ErrEmpty)
	}
	scheme, rest, found := strings.Cut(to, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		if u, err := url.Parse(to); found && (err != nil || u.Host == "") {
			return "", fmt.Errorf("%w: %q is no URL", ErrInvalid, to)
		}
		return to, nil
	case "javascript", "data", "vbscript", "file":
		found, rest = true, "//"
	}
	if found && strings.HasPrefix(rest, "//") {
		return "", fmt.Errorf("%w: %q: a link is an http or https URL, or a name", ErrInvalid, to)
	}
	return to, nil
}

func (r *record) link(e Entry) {
	r.inc.Links = append(slices.Clip(r.inc.Links), Link{ID: e.Seq, Kind: e.Field, To: e.Value, Text: e.Text, By: e.By})
}

func (r *record) unlink(e Entry) {
	id, ok := e.about()
	if ok {
		r.inc.Links = slices.DeleteFunc(slices.Clone(r.inc.Links), func(l Link) bool { return l.ID == id })
	}
}
