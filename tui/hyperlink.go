package tui

import (
	"net/url"
	"strconv"
	"strings"
)

// longestLink is how long a link may be: VTE drops longer ones.
const longestLink = 2000

// linked appends text up to the edge as rest does. If all of it is the address of
// a page, and the terminal is known to have links (OSC 8), it leads there: a text
// that is cut leads where the whole of it would.
func (c *canvas) linked(r role, s string) {
	if !c.th.links || c.room() <= 0 || c.left() == 0 {
		c.rest(r, s)
		return
	}
	to := leadsTo(s)
	if to == "" {
		c.rest(r, s)
		return
	}
	c.style(r)
	c.buf = append(c.buf, "\x1b]8;;"+to+"\x1b\\"...)
	c.rest(r, s)
	c.buf = append(c.buf, "\x1b]8;;\x1b\\"...)
}

// leadsTo returns where an address leads, "" if it is none that a click may lead
// to: only pages, only what is plain ASCII, so that it can be nothing but what it
// looks like, and no user before the host, which makes one host look like another.
func leadsTo(s string) string {
	if len(s) > longestLink || !printable(s) || strings.Contains(s, " ") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// hasLinks tells whether a terminal is known by its environment to have links.
// Most others leave the sequence out, but some show it. tmux has them from 3.4 on,
// and hands them on if its own terminal does.
func hasLinks(environ []string) bool {
	term := lookup(environ, "TERM")
	program, version := lookup(environ, "TERM_PROGRAM"), lookup(environ, "TERM_PROGRAM_VERSION")
	switch {
	case inScreen(environ):
		return false
	case inTmux(environ):
		return program == "tmux" && atLeast(version, 3, 4)
	}
	switch program {
	case "iTerm.app", "WezTerm", "ghostty", "vscode", "rio", "Hyper", "Tabby":
		return true
	}
	for _, name := range []string{"kitty", "foot", "alacritty", "wezterm", "ghostty", "contour"} {
		if strings.Contains(term, name) {
			return true
		}
	}
	vte, _ := strconv.Atoi(lookup(environ, "VTE_VERSION"))
	konsole, _ := strconv.Atoi(lookup(environ, "KONSOLE_VERSION"))
	return vte >= 5000 || konsole >= 201200 || lookup(environ, "WT_SESSION") != ""
}

// atLeast tells whether a version such as "3.4" or "3.5a" is one or a later one.
func atLeast(version string, major, minor int) bool {
	a, b, _ := strings.Cut(version, ".")
	b = strings.TrimRight(b, "abcdefghijklmnopqrstuvwxyz-")
	x, err := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	return err == nil && (x > major || x == major && y >= minor)
}
