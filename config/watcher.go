package config

// Watcher reads a configuration again and again. It is for one goroutine, which
// may have to wait for a disk, but not for ever.
type Watcher struct {
	path   string
	o      Options
	read   *inputs // what the last reading found
	loaded string  // the fingerprint of that
	seen   string  // that of the last look
}

// NewWatcher returns a watcher of the files that c was made of. Readings are
// made with o: its Dialer should be c's, so that what is probed at once stays
// bounded over both.
func NewWatcher(c *Config, o Options) *Watcher {
	w := &Watcher{path: c.File, o: o, read: c.inputs}
	w.loaded = w.read.fingerprint()
	w.seen = w.loaded
	return w
}

// Changed looks at all files that the last reading was made of (and at whether
// there are new ones to include) and tells whether they are different by now
// and have been as they are since the call before: whoever is still writing is
// left in peace. After a reading, right or wrong, it is false until there is
// another change.
//
// What a secret's command prints, and the environment, are not looked at.
func (w *Watcher) Changed() bool {
	before := w.seen
	w.seen = w.read.now().fingerprint()
	return w.seen == before && w.seen != w.loaded
}

// Load reads the configuration as it is now, as the function Load does.
func (w *Watcher) Load() (*Config, error) {
	l := newLoader(w.o)
	l.inputs = newInputs(w.read.disk)
	l.secrets.inputs = l.inputs
	c, err := l.loadFile(w.path)
	w.read = l.inputs
	w.loaded = w.read.fingerprint()
	w.seen = w.loaded
	return c, err
}
