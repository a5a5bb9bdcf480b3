package config

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// Load reads a configuration and all that it refers to. What is wrong with it
// comes back as Problems, all at once; that the main file cannot be read, as an
// *os.PathError. No target or receiver is contacted.
func Load(path string, o Options) (*Config, error) {
	return newLoader(o).loadFile(path)
}

// loader is one reading of a configuration.
type loader struct {
	binder
	o        Options
	cfg      *Config
	problems Problems
	inputs   *inputs
	main     *source

	// what the files say, before it is understood
	defaults                                    *value
	groups, targets, receivers, routes, windows table
	operators, schedules, escalations           table
	views                                       table
	settings                                    table // the single tables: incident, storage …

	used struct { // names that something refers to
		groups, receivers, operators, schedules, escalations map[string]bool
	}
	dependsOn         map[string]dependsOn // of each target, its defaults laid under
	flapHigh, flapLow int                  // percent
}

func newLoader(o Options) *loader {
	if o.LookupEnv == nil {
		o.LookupEnv = os.LookupEnv
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	l := &loader{
		o: o, cfg: &Config{}, inputs: newInputs(&disk{}), dependsOn: map[string]dependsOn{},
		groups: table{}, targets: table{}, receivers: table{}, routes: table{}, windows: table{}, settings: table{},
		operators: table{}, schedules: table{}, escalations: table{}, views: table{},
	}
	for _, used := range []*map[string]bool{&l.used.groups, &l.used.receivers, &l.used.operators, &l.used.schedules, &l.used.escalations} {
		*used = map[string]bool{}
	}
	l.binder = binder{
		problems: &l.problems,
		secrets:  &secrets{inputs: l.inputs, lookup: o.LookupEnv, known: map[string]found{}},
		patterns: map[string]*regexp.Regexp{},
	}
	return l
}

// loadFile reads the configuration that a file holds.
func (l *loader) loadFile(path string) (*Config, error) {
	src, err := l.inputs.readSource(path)
	if err != nil {
		return nil, err
	}
	return l.load(src, path)
}

// load reads the main file, then its includes, and understands the whole.
func (l *loader) load(src *source, file string) (*Config, error) {
	l.cfg.File, l.main = file, src
	l.read(src, true)
	l.loadSettings() // first: it says how many probes run at once
	l.loadTargets()
	l.loadParents()
	l.loadReceivers()
	l.loadFallbacks()
	l.loadOperators()
	l.loadSchedules()
	l.loadEscalations()
	l.loadRoutes()
	l.loadMaintenance()
	l.loadConnectivity()
	l.lookAround()
	l.problems = l.problems.order()
	if l.problems.fatal() {
		return nil, l.problems
	}
	l.cfg.Warnings = l.problems
	l.cfg.Files, l.cfg.inputs = l.inputs.names(), l.inputs
	return l.cfg, nil
}

// single are the tables that are there once.
var single = []string{"defaults", "incident", "connectivity", "alerting", "storage", "screen", "keys", "log", "server"}

// read takes what one file says. Only the main one may include others.
func (l *loader) read(src *source, main bool) {
	v, problems := parse(src)
	if l.problems = append(l.problems, problems...); v == nil {
		return
	}
	keys := fileKeys{Version: 1}
	b := l.binder
	b.bindTable("", v, &keys)
	l.gather("group", l.groups, keys.Group)
	l.gather("target", l.targets, keys.Target)
	l.gather("receiver", l.receivers, keys.Receiver)
	l.gather("route", l.routes, keys.Route)
	l.gather("maintenance", l.windows, keys.Maintenance)
	l.gather("operator", l.operators, keys.Operator)
	l.gather("schedule", l.schedules, keys.Schedule)
	l.gather("escalation", l.escalations, keys.Escalation)
	l.gather("view", l.views, keys.View)
	for _, name := range single {
		if x := v.table()[name]; x != nil {
			l.gather("", l.settings, table{name: x})
		}
	}
	if keys.Version != 1 {
		l.report(v.table()["version"], "version", "version %d is newer than this sitrep: it reads version 1", keys.Version)
	}
	if n := len(keys.Include); n > 0 && n == len(elements(v.table()["include"])) {
		l.include(v.table()["include"], keys.Include, main)
	}
}

// gather adds what one file says to what those before it said. A table is
// written in one file only.
func (l *loader) gather(section string, into, from table) {
	for _, name := range from.names() {
		if before := into[name]; before != nil {
			l.reportKey(from[name], join(section, name), "already defined in %s", before.place())
			continue
		}
		into[name] = from[name]
	}
}

// include reads the files that globs name, sorted; each once.
func (l *loader) include(v *value, globs []string, main bool) {
	if !main {
		l.reportKey(v, "include", "an included file includes nothing")
		return
	}
	var files []string
	for i, x := range elements(v) {
		full := globs[i]
		if !filepath.IsAbs(full) {
			full = filepath.Join(v.src.dir, full)
		}
		found, err := l.inputs.glob(full)
		switch {
		case err != nil:
			l.report(x, "include", "%q: %v", globs[i], err)
		case len(found) == 0:
			l.warn(x, "include", "%q fits no file", globs[i])
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if filepath.Clean(file) == filepath.Clean(v.src.name) {
			continue
		}
		src, err := l.inputs.readSource(file)
		if err != nil {
			l.report(v, "include", "%v", err)
			continue
		}
		l.read(src, false)
	}
}

// setting binds one of the single tables, if it is there.
func (l *loader) setting(name string, keys any) {
	if v := l.settings[name]; v != nil {
		l.bindTable(name, v, keys)
	}
	l.show("", name, cmp.Or(l.settings[name], &value{v: table{}}), keys)
}
