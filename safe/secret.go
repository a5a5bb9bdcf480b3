// Package safe makes text from outside harmless and keeps secrets from being
// printed, and knows the addresses that nothing is sent to unasked. Everybody may
// use it; it uses nobody.
//
// Sanitizing happens once, at the door that a text comes in by. Escaping for
// where the text goes (Slack, Markdown, HTML) is the business of whoever
// writes there.
package safe

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unique"
)

const masked = "********"

// Secret holds a text that no log, screen, error or file may show. The zero
// value is no secret at all. It prints as stars by every verb, and marshals so.
// Secrets of the same text are equal.
type Secret struct {
	// A handle, since package fmt looks into the unexported fields of those who
	// hold a Secret without asking its methods, and goes no further than a pointer.
	v unique.Handle[string]
}

// NewSecret wraps v.
func NewSecret(v string) Secret {
	if v == "" {
		return Secret{}
	}
	return Secret{unique.Make(v)}
}

// Reveal returns the text, for the one call that needs it.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.v.Value()
}

// IsZero tells whether there is none.
func (s Secret) IsZero() bool { return s == Secret{} }

// String returns stars, or "" if there is no secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return masked
}

// Format prints the same as String for every verb, %#v and %x too.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue keeps the text out of slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the text out of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// URL returns raw as it may be shown: without userinfo and fragment, and with
// the names of its query but not the values. What cannot be read as a URL may
// have userinfo anywhere: nothing up to the last @ is shown.
func URL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || strings.Contains(u.Opaque, "@") { // "user:password@host" reads as a scheme and more
		raw = cutAny(raw, "?#")
		scheme, rest, ok := strings.Cut(raw, "://")
		if !ok {
			scheme, rest = "", raw
		}
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
		if ok {
			rest = scheme + "://" + rest
		}
		return Line(rest, maxURL)
	}
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = maskQuery(u.RawQuery)
	return Line(u.String(), maxURL)
}

// maxURL is how many bytes of a URL are shown.
const maxURL = 400

// cutAny returns s up to the first of chars.
func cutAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}

// maskQuery keeps the names of a query and hides the values; what has no name
// is all value.
func maskQuery(q string) string {
	if q == "" {
		return ""
	}
	parts := strings.Split(q, "&")
	for i, p := range parts {
		name, _, ok := strings.Cut(p, "=")
		if parts[i] = "…"; ok {
			parts[i] = name + "=…"
		}
	}
	return strings.Join(parts, "&")
}
