package tui

import (
	"context"
	"os"
	"time"
)

// Options say how a screen looks and what leaving it means.
type Options struct {
	Title      string           // of the fleet, in line 1 and the window's title; "" is "sitrep"
	Level      Level            // colours
	Ground     Ground           // what they stand on
	ASCII      bool             // no glyph outside ASCII
	Zone       *time.Location   // what "t" switches to; nil is the machine's
	Standalone bool             // this process probes: leaving stops that, so it asks first
	Now        func() time.Time // nil is time.Now

	Attention Attention // how it calls who does not look
	Mouse     bool      // click selects, the wheel scrolls; takes the terminal's own selection away
	Cursor    bool      // the terminal's cursor stands on the selected row, for screen readers

	Start   string   // the first screen: "board", "alerts", "incidents", "on-call"; "" is the board
	Order   string   // of the board: "problems", "name", "latency", "group"; "" is the first
	GroupBy string   // label by which the board is in groups; "" is in none
	Columns []string // of the board, of ColumnNames; nil is the usual ones

	Keys    map[string][]string // instead of the usual ones, by Actions; MisboundKeys tells what may not be
	Filter  string              // in force at the start, see CheckFilter; "" shows all
	Views   []View              // that have a name already
	Export  Exporter            // writes reports; nil: this screen cannot
	Environ []string            // of whoever has the terminal; nil is that of this process
	Resized <-chan os.Signal    // something comes when the terminal's size may have changed; nil: it is told by SIGWINCH

	// Tmux returns the options of the tmux that the terminal is in, by name; nil:
	// they cannot be had. It may take a while.
	Tmux func(context.Context) map[string]string
}
