package config

import (
	"bufio"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/safe"
)

// shownSection is one table as config show prints it: what was written, and
// what it was put into.
type shownSection struct {
	path    string
	v       *value
	keys    any // pointer to a struct of keys.go, with the defaults
	kind    string
	section string
}

func (l *loader) show(path string, v *value, keys any) {
	l.cfg.shown = append(l.cfg.shown, shownSection{path: path, v: v, keys: keys})
}

// Show writes the configuration as it counts, after defaults: each value with
// where it is from. Secrets are not shown, references to them are.
func (c *Config) Show(w io.Writer) error {
	out := bufio.NewWriter(w)
	for i, s := range c.shown {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "[%s]\n", s.path)
		s.write(out, "", s.v.table(), reflect.ValueOf(s.keys).Elem())
	}
	return out.Flush()
}

// write prints the keys of one table, those of inner ones as dotted paths.
func (s *shownSection) write(w io.Writer, prefix string, t table, keys reflect.Value) {
	set := keysOf(keys.Type())
	for _, name := range set.names {
		k := set.byName[name]
		field := keys.FieldByIndex(k.index)
		v := t[name]
		switch {
		case !k.legal(s.kind, s.section), v == nil && slices.Contains(receiverKinds, name) && set.noun == "receiver":
		case field.Type() == reflect.TypeFor[tlsKeys]() || field.Type() == reflect.TypeFor[basicKeys]():
			s.write(w, prefix+name+".", v.table(), field)
		case v == nil:
			if text := formatDefault(field, k); text != "" {
				line(w, prefix+name, text, "default")
			}
		default:
			written(w, prefix+name, name, v, field)
		}
	}
}

// written prints a value that is in a file, as it is there.
func written(w io.Writer, path, name string, v *value, field reflect.Value) {
	if t := v.table(); len(t) > 0 && field.Type() != reflect.TypeFor[matcher]() {
		for _, inner := range t.names() {
			text := literal(t[inner])
			if field.Type() == reflect.TypeFor[headers]() {
				text = mask(inner, t[inner])
			}
			line(w, join(path, inner), text, t[inner].origin())
		}
		return
	}
	text, origin := literal(v), v.origin()
	switch x := field.Interface().(type) {
	case secret, secretList, anchors:
		text = maskAll(name, v)
	case time.Duration:
		if shown := strconv.Quote(duration(x)); shown != text && v.from != "" {
			text, origin = shown, origin+", cut to fit"
		}
	}
	line(w, path, text, origin)
}

func line(w io.Writer, path, text, origin string) {
	fmt.Fprintf(w, "%-44s # %s\n", path+" = "+text, safe.Line(origin, 0))
}

// origin says where a value was written, and for which table if not for its own.
func (v *value) origin() string {
	line, _ := v.src.lineCol(v.key)
	place := fmt.Sprintf("%s:%d", v.src.name, line)
	if v.from != "" {
		place += " " + v.from
	}
	return place
}

// maskAll returns one secret or a list of them as they may be shown.
func maskAll(name string, v *value) string {
	list, ok := v.v.([]*value)
	if !ok {
		return mask(name, v)
	}
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = mask(name, list[i])
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// mask returns a secret as it may be shown: the reference, or stars.
func mask(name string, v *value) string {
	s, _ := v.string()
	scheme, rest, _ := strings.Cut(s, ":")
	switch {
	case slices.Contains([]string{"file", "env", "cred"}, scheme) && !strings.HasPrefix(rest, "//"):
		return quote(s)
	case scheme == "cmd":
		program, _, more := strings.Cut(rest, " ")
		if more {
			program += " …"
		}
		return quote("cmd:" + program)
	case slices.Contains(showable, name):
		return quote(safe.URL(s))
	}
	return quote(safe.NewSecret(s).String())
}

// literal writes a value as TOML.
func literal(v *value) string {
	switch x := v.v.(type) {
	case string:
		return quote(x)
	case table:
		parts := make([]string, 0, len(x))
		for _, name := range x.names() {
			parts = append(parts, join("", name)+" = "+literal(x[name]))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []*value:
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = literal(x[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case time.Time:
		return momentOf(x).literal()
	}
	return fmt.Sprint(v.v)
}

// formatDefault writes a built-in default, "" if it is nothing.
func formatDefault(field reflect.Value, k key) string {
	switch x := field.Interface().(type) {
	case time.Duration:
		if x == 0 && !k.zero {
			return ""
		}
		return strconv.Quote(duration(x))
	case size:
		return strconv.Quote(formatSize(int64(x)))
	case int:
		if x < k.min {
			return ""
		}
		return strconv.Itoa(x)
	case bool:
		return strconv.FormatBool(x)
	case zone:
		return strconv.Quote(x.loc.String())
	case statusCodes:
		if len(x) == 1 && x[0].From == 200 && x[0].To == 299 {
			return `"2xx"`
		}
	case []string:
		if len(x) > 0 {
			return `["` + strings.Join(x, `", "`) + `"]`
		}
	}
	if field.Kind() == reflect.String && field.Len() > 0 {
		return strconv.Quote(field.String())
	}
	return ""
}

// duration writes a duration exactly, in the units that people write.
func duration(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return strconv.FormatInt(int64(d/day), 10) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
