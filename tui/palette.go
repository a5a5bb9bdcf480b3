package tui

import (
	"fmt"
	"slices"
	"strconv"
)

// hue is a colour by the name that each level has for it. Each is named by hand:
// automatic down-sampling turns the selection's grey into teal, and blue into
// violet.
type hue struct {
	basic uint8  // of the 16 that the terminal's user chose; 0 is none of them
	index uint8  // of the 256, beyond the first 16
	rgb   uint32 // 0xrrggbb
}

// foreground returns the code that sets it as the colour of text, "" if the level
// has none for it.
func (h hue) foreground(level Level) string {
	switch {
	case h == hue{}:
		return ""
	case level == Level16 && h.basic >= 8:
		return strconv.Itoa(90 + int(h.basic) - 8)
	case level == Level16 && h.basic > 0:
		return strconv.Itoa(30 + int(h.basic))
	case level == Level256:
		return "38;5;" + strconv.Itoa(int(h.index))
	case level == LevelTrue:
		return fmt.Sprintf("38;2;%d;%d;%d", h.rgb>>16, h.rgb>>8&0xff, h.rgb&0xff)
	}
	return ""
}

// background returns the code that sets it as what text is on. With 16 colours
// there is none that text of the other 15 can be read on.
func (h hue) background(level Level) string {
	switch level {
	case Level256:
		return "48;5;" + strconv.Itoa(int(h.index))
	case LevelTrue:
		return fmt.Sprintf("48;2;%d;%d;%d", h.rgb>>16, h.rgb>>8&0xff, h.rgb&0xff)
	}
	return ""
}

// palette is the colours of the roles on one kind of background; what has none is
// in the terminal's own colour for text.
type palette struct {
	text     [nRoles]hue
	selected hue // ground of the selected row
}

// palettes are that for a dark background and that for a light one. They were
// chosen so that each can be read on the backgrounds that people have, and that
// the states stay apart in normal, deutan, protan and tritan sight; healthy is
// blue and not green for that reason.
var palettes = [2]palette{
	newPalette(hue{9, 203, 0xf65a67}, hue{11, 227, 0xfff280}, hue{13, 175, 0xfa9ece}, hue{12, 69, 0x5195f6},
		hue{0, 246, 0x868e9a}, hue{0, 235, 0x1b2735}),
	newPalette(hue{1, 125, 0x810e21}, hue{3, 94, 0x8f6400}, hue{5, 93, 0x531966}, hue{4, 25, 0x006bd6},
		hue{0, 241, 0x5c636d}, hue{0, 254, 0xebf2f9}),
}

func newPalette(bad, slow, unsure, good, quiet, ground hue) palette {
	p := palette{selected: ground}
	p.text[down], p.text[failed], p.text[failedQuiet] = bad, bad, bad
	p.text[warn], p.text[unknown], p.text[ok], p.text[dim] = slow, unsure, good, quiet
	return p
}

// codes returns the parameters that set a role's style. The selected row has a
// ground of its own, or else is bold.
func (p *palette) codes(level Level, r role, onSelected bool) []string {
	var codes []string
	colour := p.text[r].foreground(level)
	switch r {
	case down, selected, key:
		codes = append(codes, "1")
	case failed:
		codes = append(codes, "7")
	case urgent:
		codes = append(codes, "1", "7")
	case dim:
		if colour == "" {
			codes = append(codes, "2") // not colour 8: in Solarized that is the background
		}
	}
	if colour != "" {
		codes = append(codes, colour)
	}
	if !onSelected {
		return codes
	}
	if ground := p.selected.background(level); ground != "" {
		return append(codes, ground)
	}
	if !slices.Contains(codes, "1") && !slices.Contains(codes, "2") {
		codes = append(codes, "1")
	}
	return codes
}
