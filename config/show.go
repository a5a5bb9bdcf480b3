package config

import (
	"io"
)

type shownSection struct {
	path string
	v    *value
	keys any
	kind string
}

func (l *loader) show(path string, v *value, keys any) {
	l.cfg.shown = append(l.cfg.shown, shownSection{path: path, v: v, keys: keys})
}

func (l *loader) showTarget(path string, v *value, keys any, kind string) {
	l.cfg.shown = append(l.cfg.shown, shownSection{path: path, v: v, keys: keys, kind: kind})
}

// Show writes the configuration after defaults.
func (c *Config) Show(w io.Writer) error { return nil }
