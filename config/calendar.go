package config

import (
	"bytes"
	"strings"

	"sitrep/oncall"
)

// maxCalendar is the most bytes of a calendar.
const maxCalendar = 4 << 20

// calendar is a file of who is on call when.
type calendar struct {
	name string // "" is none
	data []byte
}

// bind reads the file that a path names.
func (c *calendar) bind(b *binder, path string, v *value) {
	name, ok := v.v.(string)
	if !ok || name == "" {
		b.report(v, path, "want the path of a file, got %s", describe(v.v))
		return
	}
	c.name = strings.TrimPrefix(name, "file:")
	data, err := b.secrets.read(v.src.dir, c.name, maxCalendar)
	if err != nil {
		b.report(v, path, "%s: %v", c.name, err)
		return
	}
	c.data = data
}

// calendar returns the events of a schedule's calendar, from three months ago to
// 13 months from now, as overrides: they come before those that the
// configuration itself has, which win over them.
func (l *loader) calendar(path string, v *value, c calendar, s oncall.Schedule) []oncall.Override {
	if c.data == nil {
		return nil // there is none, or that is said already
	}
	x := v.table()["calendar"]
	from, to := l.o.Now.AddDate(0, -3, 0), l.o.Now.AddDate(1, 1, 0)
	events, problems, err := oncall.ReadICS(bytes.NewReader(c.data), &s, l.cfg.Operators, from, to)
	if err != nil {
		l.report(x, path, "%s: %v", c.name, err)
	}
	for _, p := range problems {
		l.add(x, x.val, path, p.Warning, "%s: %s", c.name, p)
	}
	return oncall.Imported(s.Name, events)
}
