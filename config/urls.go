package config

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// FromURLs returns a configuration of the built-in defaults that watches urls,
// each under a name made of its host. One without a scheme is https. Problems
// name the file "command line" and the argument as its line.
func FromURLs(urls []string, o Options) (*Config, error) {
	return newLoader(o).load(newSource("command line", urlTable(urls)), "")
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
