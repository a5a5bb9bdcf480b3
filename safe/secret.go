// Package safe makes text from outside harmless and keeps secrets from being
// printed. Everybody may use it; it uses nobody.
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
)

const masked = "********"

// Secret holds a text that no log, screen, error or file may show. The zero
// value is no secret at all. It prints as stars by every verb, and marshals so.
type Secret struct{ v string }

// NewSecret wraps v.
func NewSecret(v string) Secret { return Secret{v} }

// Reveal returns the text, for the one call that needs it.
func (s Secret) Reveal() string { return s.v }

// IsZero tells whether there is none.
func (s Secret) IsZero() bool { return s.v == "" }

// String returns stars, or "" if there is no secret.
func (s Secret) String() string {
	if s.v == "" {
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

// URL returns raw as it may be shown: without userinfo, query values and
// fragment. What does not parse is cut at the first of ?, # and @'s left side.
func URL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		raw, _, _ = strings.Cut(raw, "?")
		raw, _, _ = strings.Cut(raw, "#")
		if scheme, rest, ok := strings.Cut(raw, "://"); ok {
			host, path, _ := strings.Cut(rest, "/")
			if i := strings.LastIndexByte(host, '@'); i >= 0 {
				host = host[i+1:]
			}
			raw = scheme + "://" + host
			if path != "" {
				raw += "/" + path
			}
		}
		return Line(raw, 400)
	}
	u.User = nil
	u.Fragment, u.RawFragment = "", ""
	if u.RawQuery != "" {
		u.RawQuery = maskQuery(u.RawQuery)
	}
	return Line(u.String(), 400)
}

// maskQuery keeps the names of a query and hides the values.
func maskQuery(q string) string {
	parts := strings.Split(q, "&")
	for i, p := range parts {
		if name, _, ok := strings.Cut(p, "="); ok {
			parts[i] = name + "=…"
		}
	}
	return strings.Join(parts, "&")
}
