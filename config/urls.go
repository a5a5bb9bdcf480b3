package config

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"sitrep/safe"
)

// FromURLs returns a configuration of the built-in defaults that watches urls,
// each under a name made of its host. One without a scheme is https. What
// Problems name as the file is the URL, or its number if it may hold a password.
func FromURLs(urls []string, o Options) (*Config, error) {
	c, err := newLoader(o).load(newSource("", urlTable(urls)), "")
	if ps, ok := errors.AsType[Problems](err); ok {
		for i, p := range ps {
			file := fmt.Sprintf("URL %d", p.Line)
			if raw := urls[p.Line-1]; !strings.Contains(raw, "@") {
				file = safe.Line(raw, 200)
			}
			ps[i] = Problem{File: file, Text: p.Text, Warning: p.Warning}
		}
		return nil, ps
	}
	return c, err
}

// urlTable writes urls as a [target] table: the first line is that of the first URL.
func urlTable(urls []string) string {
	lines := make([]string, len(urls))
	taken := make(map[string]bool, len(urls))
	for i, raw := range urls {
		if !strings.Contains(raw, "://") && !strings.HasPrefix(raw, "dns:") {
			raw = "https://" + raw
		}
		name := urlName(raw)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s-%d", urlName(raw), n)
		}
		taken[name] = true
		lines[i] = join("target", name) + " = " + quote(raw)
	}
	return strings.Join(lines, "\n") + "\n"
}

// urlName is what a target is called by: the host, or for a question to a name
// server what is asked.
func urlName(raw string) string {
	if e, err := parseEndpoint(raw); err == nil && e.kind == "dns" {
		return e.name
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return "target"
	}
	name := u.Hostname()
	if u.Scheme == "tcp" || u.Port() != "" {
		name = u.Host
	}
	if name == "sitrep" {
		name += "-host"
	}
	return name
}

// quote writes a basic string of TOML.
func quote(s string) string {
	q := strconv.Quote(strings.ToValidUTF8(s, "\ufffd"))
	if !strings.Contains(q, `\x`) && !strings.Contains(q, `\a`) && !strings.Contains(q, `\v`) {
		return q
	}
	return strings.NewReplacer(`\x`, `\u00`, `\a`, `\u0007`, `\v`, `\u000b`).Replace(q)
}
