// Package config turns config.toml into plain values: targets with their
// probes, routes, receivers, settings. Or into all that is wrong with the file,
// each mistake with its line, column and way out, in one go.
//
// A file goes through these steps: the TOML decoder reads it (it alone decides
// what TOML is), position.go finds where everything stands, value.go joins the
// two, bind.go puts the values into the structs of keys.go and reports what
// does not fit, and a file for each section (targets.go, routes.go …) checks
// what the keys mean together and builds what they describe.
//
// To change one configuration for another without a stop, a Watcher tells when
// to read again (watcher.go), Diff what is different (diff.go, changes.go), and
// Keep takes over what need not be built anew (keep.go).
//
// Nothing here opens a connection or a database. Only cmd/sitrep imports it.
package config

import (
	"io"
	"time"

	"sitrep/alert"
	"sitrep/alert/notify"
	"sitrep/checker"
	"sitrep/incident"
	"sitrep/oncall"
	"sitrep/safe"
)

// Options are what a configuration is read with.
type Options struct {
	Dialer    *checker.Dialer             // dials for all probes; nil is one of Config.Probes at once
	LookupEnv func(string) (string, bool) // nil is os.LookupEnv
	Stderr    io.Writer                   // what a receiver's log = "stderr" means; nil is os.Stderr
	Now       time.Time                   // when: what is over by then is warned of; zero is time.Now()
	Console   Console                     // what the screen has that a file may speak of
}

// Console is what only the screen knows of what a file says about it.
type Console struct {
	Actions  []string                                        // what [keys] may bind keys to; nil is anything
	Misbound func(own map[string][]string) map[string]string // what is wrong with such keys, by action; nil is nothing
	View     func(name, filter string) error                 // what is wrong with a view; nil is nothing
}

// Config is a configuration that holds. It never changes once loaded.
type Config struct {
	File     string    // the main file, as it was named; "" if there is none
	Files    []string  // every file that was read, or would have been if it were there: includes, secrets, certificates
	Warnings []Problem // what is allowed and yet looks like a mistake, by place

	Targets      []checker.Target // by name
	Policy       alert.Policy
	Receivers    map[string]notify.Notifier // by name
	Operators    []oncall.Operator          // by name
	Schedules    []oncall.Schedule          // by name
	Incident     incident.Settings
	Template     string      // preset of post-mortems, of incident.Presets
	DeadMan      safe.Secret // URL to call every minute; "" is none
	Connectivity Connectivity
	Storage      Storage
	Screen       Screen
	Log          Log
	Watch        time.Duration   // between two looks at whether the files have changed; 0 is not to look
	Dialer       *checker.Dialer // that of all probes; who loaded the configuration closes it
	Probes       int             // run at once, at most; if Options.Dialer is nil

	shown  []shownSection
	inputs *inputs
}

// Connectivity says what shows whether this machine's own link works.
type Connectivity struct {
	Anchors  []checker.Anchor // by their URLs as shown, in the order of the file; none: nobody asks
	Need     int              // of them that must answer; 1 to len(Anchors), 0 without
	Interval time.Duration    // between two rounds
}

// Storage says how much of the past is kept.
type Storage struct {
	Results time.Duration // how long single results are kept; ≥ 1 day
	Rollups time.Duration // how long what they add up to by the hour is kept; ≥ Results
	MaxSize int64         // bytes; the oldest of both go first
}

// Screen says how the screen looks.
type Screen struct {
	Theme  string // "auto", "dark", "light", "none"
	Colors string // "auto", "16", "256", "true"
	Glyphs string // "auto", "ascii"

	Start   string   // the first screen: "board", "alerts", "incidents", "on-call"
	GroupBy string   // label by which the board is grouped, or "group"; "" is not at all
	Order   string   // of the board: "problems", "name", "latency", "group"
	Columns []string // of the board, in this order; empty is what fits the width

	Bell   bool   // rings for a new unacknowledged critical alert
	Title  bool   // sets the window's title
	Notify string // also by the terminal's notification: "off", "osc9", "osc777"
	Mouse  bool   // wheel and click; takes the terminal's own selection away
	Cursor bool   // the terminal's cursor stands on the selected row, for screen readers

	Zone *time.Location // what times are shown in

	Keys  map[string][]string // instead of the usual ones, by action
	Views []View              // by name
}

// View is a way of looking at the board that has a name.
type View struct {
	Name    string
	Filter  string // in the screen's language; "" shows all
	Order   string // as Screen.Order; "" leaves it as it is
	GroupBy string // as Screen.GroupBy; "" leaves it as it is
}

// Log says what is logged, and how.
type Log struct {
	Level   string // "debug", "info", "warn", "error"
	Format  string // "json", "text"; "" is text on a terminal, else json
	Results string // which results are logged: "changes", "all", "none"
	File    string // "" is standard error; with a screen, a file in the state directory
}
