package main

import (
	"cmp"
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// scheme is how a terminal shows the colours that are its own.
type scheme struct {
	fg, bg string
	own    [16]string
}

var (
	darkScheme = scheme{"#d0d0d0", "#16181d", [16]string{
		"#1c1f26", "#e0566b", "#7fb26a", "#d9a94a", "#6c9ef0", "#b98ae0", "#56b6c2", "#c8ccd4",
		"#5c6370", "#ff7a8a", "#9bd08a", "#f0c674", "#8fb8ff", "#d0a8f5", "#7fd5df", "#ffffff",
	}}
	lightScheme = scheme{"#24292f", "#ffffff", [16]string{
		"#24292f", "#b3122a", "#1a7f37", "#8a6100", "#0a58ca", "#7a3bb0", "#10707a", "#d0d7de",
		"#6e7781", "#d1242f", "#2da44e", "#9a6700", "#218bff", "#8250df", "#1b7c83", "#f6f8fa",
	}}
)

// The cell of a picture, in its units.
const (
	cellWide, cellHigh = 8.4, 18.0
	margin             = 12.0
)

// picture draws what is on a terminal as an SVG: text that can be read and
// searched, in runs of one style each.
func picture(term *vt.Emulator, s scheme, title string) string {
	w, h := term.Width(), term.Height()
	var b strings.Builder
	wide, high := float64(w)*cellWide+2*margin, float64(h)*cellHigh+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" role="img" aria-label="%s">`+"\n",
		wide, high, wide, html.EscapeString(title))
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", s.bg)
	b.WriteString(`<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">` + "\n")
	for y := range h {
		for x := 0; x < w; {
			first := term.CellAt(x, y)
			var text strings.Builder
			from := x
			for x < w && sameLook(first, term.CellAt(x, y)) {
				c := term.CellAt(x, y)
				if c == nil {
					text.WriteString(" ")
					x++
					continue
				}
				text.WriteString(cmp.Or(c.Content, " "))
				x += max(c.Width, 1)
			}
			s.run(&b, first, text.String(), from, x, y)
		}
	}
	b.WriteString("</g></svg>\n")
	return b.String()
}

func sameLook(a, b *uv.Cell) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Style.Equal(&b.Style)
}

// run draws some cells of one style.
func (s *scheme) run(b *strings.Builder, c *uv.Cell, text string, from, to, y int) {
	var style uv.Style
	if c != nil {
		style = c.Style
	}
	fg, bg := s.paint(style.Fg, s.fg), s.paint(style.Bg, "")
	if style.Attrs&uv.AttrReverse != 0 {
		fg, bg = cmp.Or(bg, s.bg), fg
	}
	left, top := margin+float64(from)*cellWide, margin+float64(y)*cellHigh
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", left, top, float64(to-from)*cellWide, cellHigh, bg)
	}
	more := ""
	if style.Attrs&uv.AttrBold != 0 {
		more += ` font-weight="bold"`
	}
	if style.Attrs&uv.AttrFaint != 0 {
		more += ` opacity="0.6"`
	}
	if style.Underline != 0 {
		more += ` text-decoration="underline"`
	}
	// Each word at its own place: what viewers make of blanks differs.
	for at := 0; at < len(text); {
		if text[at] == ' ' {
			at++
			continue
		}
		word, _, _ := strings.Cut(text[at:], " ")
		x := left + float64(ansi.StringWidth(text[:at]))*cellWide
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
			x, top+cellHigh*0.76, float64(ansi.StringWidth(word))*cellWide, fg, more, html.EscapeString(word))
		at += len(word)
	}
}

// paint is a colour as the terminal shows it; none is what is given.
func (s *scheme) paint(c color.Color, none string) string {
	switch c := c.(type) {
	case nil:
		return none
	case ansi.BasicColor:
		return s.own[c]
	case ansi.IndexedColor:
		if c < 16 {
			return s.own[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
