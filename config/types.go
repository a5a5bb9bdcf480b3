package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sitrep/checker"
	"sitrep/spell"
)

func (p *pattern) bind(b *binder, path string, v *value) { b.regexp(path, v, &p.re) }

// bind reads one pattern or several.
func (r *regexps) bind(b *binder, path string, v *value) {
	*r = nil
	for i, x := range elements(v) {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		var re *regexp.Regexp
		if b.regexp(at, x, &re) {
			*r = append(*r, re)
		}
	}
}

// regexpError says what is wrong with a pattern, in the words of the rest.
func regexpError(err error) string {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Sprintf("no regular expression: %s: %q", e.Code, e.Expr)
	}
	return err.Error()
}

// bind reads 200, "2xx", "200-204", "any", or a list of them.
func (s *statusCodes) bind(b *binder, path string, v *value) {
	*s = nil
	for i, x := range elements(v) {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		r, ok := statusRange(x.v)
		if !ok {
			b.report(x, at, `%s is no status; write 200, "2xx", "200-204" or "any"`, describe(x.v))
			continue
		}
		*s = append(*s, r)
	}
}

var statusClass = regexp.MustCompile(`^[1-5]xx$`)

func statusRange(v any) (r checker.StatusRange, ok bool) {
	switch v := v.(type) {
	case int64:
		return checker.StatusRange{From: int(v), To: int(v)}, v >= 100 && v <= 599
	case string:
		switch lower := strings.ToLower(v); {
		case lower == "any":
			return checker.StatusRange{From: 100, To: 599}, true
		case statusClass.MatchString(lower):
			first := int(lower[0]-'0') * 100
			return checker.StatusRange{From: first, To: first + 99}, true
		}
		from, to, isRange := strings.Cut(v, "-")
		if !isRange {
			to = from
		}
		r.From, _ = strconv.Atoi(strings.TrimSpace(from))
		r.To, _ = strconv.Atoi(strings.TrimSpace(to))
		return r, r.From >= 100 && r.From <= r.To && r.To <= 599
	}
	return r, false
}

// bind reads finding → what it counts as.
func (s *severities) bind(b *binder, path string, v *value) {
	*s = severities{}
	b.rules(path, v, func(name string, x *value) {
		at := join(path, name)
		known := checker.Findings
		if b.kind != "" {
			known = findings[b.kind]
		}
		switch {
		case !slices.Contains(checker.Findings, name):
			b.reportKey(x, at, "there is no finding %q%s", name, spell.Meant(name, known))
		case !slices.Contains(known, name):
			b.reportKey(x, at, "a %s target has no finding %q; it has %s", b.kind, name, strings.Join(known, ", "))
		default:
			var status checker.Status
			if b.findingStatus(at, x, &status, true) {
				(*s)[name] = status
			}
		}
	})
}

// findings are those that each kind of target can have.
var findings = map[string][]string{
	"http": {"connect", "status", "slow", "text", "header", "json", "expiry", "tls", "address", "size"},
	"tcp":  {"connect", "slow", "answer", "address"},
	"tls":  {"connect", "slow", "expiry", "tls", "address"},
	"dns":  {"connect", "slow", "answer", "rcode"},
}

// findingStatus reads what a finding counts as; "ignore" is Up.
func (b *binder) findingStatus(path string, v *value, into *checker.Status, ignore bool) bool {
	words := []string{"degraded", "down"}
	if ignore {
		words = append(words, "ignore")
	}
	s, _ := v.v.(string)
	switch {
	case !slices.Contains(words, s):
		b.report(v, path, "%s is none of %s%s", describe(v.v), strings.Join(words, ", "), spell.Meant(s, words))
		return false
	case s == "degraded":
		*into = checker.Degraded
	case s == "down":
		*into = checker.Down
	default:
		*into = checker.Up
	}
	return true
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// ownLabels are set by sitrep itself, or mean something to Prometheus.
var ownLabels = []string{"name", "kind", "group", "severity", "finding", "target", "instance", "job"}

// bind reads label → value.
func (l *labels) bind(b *binder, path string, v *value) {
	*l = labels{}
	b.rules(path, v, func(name string, x *value) {
		at := join(path, name)
		switch s, ok := x.v.(string); {
		case !labelName.MatchString(name):
			b.reportKey(x, at, "%q is no label: a name has letters, digits and _, and begins with no digit", name)
		case slices.Contains(ownLabels, name):
			b.reportKey(x, at, "%q is a label that sitrep sets itself", name)
		case !ok:
			b.report(x, at, `a label is a string; did you mean "%v"?`, x.v)
		case strings.ContainsFunc(s, unicode.IsControl) || len(s) > 200:
			b.report(x, at, "a label has no control characters and at most 200 bytes")
		default:
			(*l)[name] = s
		}
	})
}

// bind reads what each severity of an incident means.
func (m *meanings) bind(b *binder, path string, v *value) {
	*m = meanings{}
	b.rules(path, v, func(name string, x *value) {
		levels := []string{"SEV1", "SEV2", "SEV3", "SEV4", "SEV5"}
		if !slices.Contains(levels, name) {
			b.reportKey(x, join(path, name), "%q is none of %s%s", name, strings.Join(levels, ", "), spell.Meant(name, levels))
			return
		}
		var s string
		b.bindString(join(path, name), x, &s, key{})
		(*m)[name] = s
	})
}

// bind reads a link for people.
func (w *webURL) bind(b *binder, path string, v *value) {
	var s string
	b.bindString(path, v, &s, key{})
	if s == "" {
		return
	}
	if u, err := url.Parse(s); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		b.report(v, path, "%q is no link; it begins with https:// or http://", s)
		return
	}
	*w = webURL(s)
}

// bind reads an IP address.
func (a *address) bind(b *binder, path string, v *value) {
	var s string
	b.bindString(path, v, &s, key{})
	if s == "" {
		return
	}
	if _, err := netip.ParseAddr(s); err != nil {
		b.report(v, path, "%q is no IP address", s)
		return
	}
	*a = address(s)
}

// bind reads the address of a name server; port 53 is added.
func (r *server) bind(b *binder, path string, v *value) {
	var s string
	b.bindString(path, v, &s, key{})
	if s == "" {
		return
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		*r = server(netip.AddrPortFrom(a, 53).String())
		return
	}
	ap, err := netip.ParseAddrPort(s)
	if err != nil || ap.Port() == 0 {
		b.report(v, path, `%q is no name server; write its address, as in "1.1.1.1:53"`, s)
		return
	}
	*r = server(ap.String())
}

// bind reads addresses and prefixes.
func (p *prefixes) bind(b *binder, path string, v *value) {
	*p = nil
	for _, s := range b.strings(path, v, key{}) {
		_, errAddr := netip.ParseAddr(s)
		_, errPrefix := netip.ParsePrefix(s)
		if errAddr != nil && errPrefix != nil {
			b.report(v, path, `%q is neither an IP address nor a prefix such as "10.0.0.0/8"`, s)
			continue
		}
		*p = append(*p, s)
	}
}

// rcodes are the names of DNS response codes (RFC 1035, RFC 2136), by number.
var rcodes = []string{
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
}

// bind reads a response code, by name or by number.
func (r *rcode) bind(b *binder, path string, v *value) {
	n, isInt := v.v.(int64)
	s, _ := v.string()
	switch {
	case isInt && n >= 0 && n < 16:
		*r = rcode(strconv.FormatInt(n, 10))
	case slices.Contains(rcodes, strings.ToUpper(s)):
		*r = rcode(strings.ToUpper(s))
	default:
		b.report(v, path, "%s is no response code; there is %s", describe(v.v), strings.Join(rcodes, ", "))
	}
}

// argv is a program and what it is given.
type argv []string

// bind reads the program, or it and its arguments: these may be empty strings.
func (a *argv) bind(b *binder, path string, v *value) {
	*a = nil
	for i, x := range elements(v) {
		s, ok := x.string()
		if !ok || strings.Contains(s, "\x00") || i == 0 && s == "" {
			b.report(x, path, "want a program and its arguments, as in [\"/usr/local/bin/tell\", \"-v\"]; got %s", describe(x.v))
			return
		}
		*a = append(*a, s)
	}
	if len(*a) == 0 {
		b.report(v, path, "names no program")
	}
}

// anOffset finds what people write for a zone and is none.
var anOffset = regexp.MustCompile(`^(UTC|GMT|Z)?[+-][0-9]`)

// bind reads the name of a time zone.
func (z *zone) bind(b *binder, path string, v *value) {
	var s string
	b.bindString(path, v, &s, key{})
	if s == "" {
		return
	}
	if anOffset.MatchString(s) {
		b.report(v, path, `%q is an offset, which has no summer time; write a zone like "Europe/Berlin"`, s)
		return
	}
	loc, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		b.report(v, path, `there is no zone %q; write one like "UTC" or "Europe/Berlin"`, s)
		return
	}
	z.loc = loc
}

// sizes are the units of a size, longest suffix first.
var sizes = []struct {
	unit  string
	bytes int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

func (b *binder) bindSize(path string, v *value, into *size, k key) {
	s, ok := v.v.(string)
	if !ok {
		if n, isInt := v.v.(int64); isInt {
			b.report(v, path, `%d has no unit; did you mean "%dB"?`, n, n)
			return
		}
		b.report(v, path, `want a size such as "1MiB", got %s`, describe(v.v))
		return
	}
	n, err := parseSize(s)
	switch {
	case err != nil:
		b.report(v, path, "%v", err)
	case n < int64(max(k.min, 1)):
		b.report(v, path, "%q is too small: at least %s", s, formatSize(int64(max(k.min, 1))))
	case k.max > 0 && n > int64(k.max):
		b.report(v, path, "%q is too large: at most %s", s, formatSize(int64(k.max)))
	default:
		*into = size(n)
	}
}

func parseSize(s string) (int64, error) {
	for _, u := range sizes {
		number, ok := strings.CutSuffix(s, u.unit)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || f < 0 || f*float64(u.bytes) > 1<<60 {
			return 0, fmt.Errorf(`%q is no size; write one like "64KiB" or "1MiB"`, s)
		}
		return int64(f * float64(u.bytes)), nil
	}
	if _, err := strconv.Atoi(s); err == nil {
		return 0, fmt.Errorf("%q has no unit; did you mean %q?", s, s+"MiB")
	}
	return 0, fmt.Errorf(`%q is no size; write one like "64KiB" or "1MiB"`, s)
}

// formatSize writes whole units as people would.
func formatSize(n int64) string {
	for _, u := range []struct {
		unit  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.bytes && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.unit
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}
