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
	table   string // "target", "receiver" …; "" for those that are there once
	name    string // within table, or of the one that is there once
	v       *value
	keys    any // pointer to a struct of keys.go, with the defaults
	kind    string
	section string
}

func (s *shownSection) path() string { return join(s.table, s.name) }

// show keeps a table to be shown, and compared.
func (l *loader) show(table, name string, v *value, keys any) {
	l.cfg.shown = append(l.cfg.shown, shownSection{table: table, name: name, v: v, keys: keys})
}

// setting is one value as it counts.
type setting struct {
	key     string // dotted below its table
	text    string // as TOML; a secret is a reference or stars
	origin  string
	builtIn bool   // it is not written anywhere
	hidden  string // what the text does not say: a secret, what is in a file
}

// Show writes the configuration as it counts, after defaults: each value with
// where it is from. Secrets are not shown, references to them are.
func (c *Config) Show(w io.Writer) error {
	out := bufio.NewWriter(w)
	for i := range c.shown {
		s := &c.shown[i]
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "[%s]\n", s.path())
		in := ""
		for _, x := range s.settings() {
			list, key := x.inList()
			if list != in {
				name, _, _ := strings.Cut(list, "[")
				fmt.Fprintf(out, "[[%s.%s]]\n", s.path(), name)
				in = list
			}
			fmt.Fprintf(out, "%-44s # %s\n", key+" = "+x.text, safe.Line(x.origin, 0))
		}
	}
	return out.Flush()
}

// inList returns which of a list of tables a setting is in, "layer[1]", and its
// key there; "" and the key of one that is in none. Lists are the last of a table.
func (x *setting) inList() (list, key string) {
	if i := strings.Index(x.key, "]."); i >= 0 && !strings.Contains(x.key[:i], `"`) {
		return x.key[:i+1], x.key[i+2:]
	}
	return "", x.key
}

// settings returns what one table says, in the order of its keys, those of inner
// ones as dotted paths.
func (s *shownSection) settings() (list []setting) {
	if _, free := s.keys.(*freeKeys); free {
		for _, name := range s.v.table().names() {
			v := s.v.table()[name]
			list = append(list, setting{key: name, text: literal(v), origin: v.origin()})
		}
		return list
	}
	s.walk("", s.v.table(), reflect.ValueOf(s.keys).Elem(), func(x setting) { list = append(list, x) })
	return list
}

func (s *shownSection) walk(prefix string, t table, keys reflect.Value, each func(setting)) {
	set := keysOf(keys.Type())
	for _, name := range set.names {
		k := set.byName[name]
		field := keys.FieldByIndex(k.index)
		v := t[name]
		switch {
		case !k.legal(s.kind, s.section), v == nil && slices.Contains(receiverKinds, name) && set.noun == "receiver":
		case field.Type() == reflect.TypeFor[tlsKeys]() || field.Type() == reflect.TypeFor[basicKeys]():
			s.walk(prefix+name+".", v.table(), field, each)
		case v == nil:
			if text := formatDefault(field, k); text != "" {
				each(setting{key: prefix + name, text: text, origin: "default", builtIn: true})
			}
		default:
			written(prefix+name, name, v, field, each)
		}
	}
}

// written hands on a value that is in a file, as it is there.
func written(path, name string, v *value, field reflect.Value, each func(setting)) {
	if _, raw := field.Interface().(*value); raw { // a list of tables
		for i, x := range elements(v) {
			for _, inner := range x.table().names() {
				each(setting{key: join(fmt.Sprintf("%s[%d]", path, i+1), inner), text: literal(x.table()[inner]), origin: x.table()[inner].origin()})
			}
		}
		return
	}
	if t := v.table(); len(t) > 0 && field.Type() != reflect.TypeFor[matcher]() {
		lines, _ := field.Interface().(headers)
		for _, inner := range t.names() {
			x := setting{key: join(path, inner), text: literal(t[inner]), origin: t[inner].origin()}
			if i := slices.IndexFunc(lines, func(h header) bool { return h.name == inner }); i >= 0 {
				x.text, x.hidden = mask(inner, t[inner]), lines[i].value.hidden()
			}
			each(x)
		}
		return
	}
	out := setting{key: path, text: literal(v), origin: v.origin()}
	switch x := field.Interface().(type) {
	case secret:
		out.text, out.hidden = mask(name, v), x.hidden()
	case secretList:
		out.text, out.hidden = maskAll(name, v), x.hidden()
	case anchors:
		out.text, out.hidden = maskAll(name, v), x.hidden()
	case content:
		out.hidden = string(x.data) + "\n" + x.broken
	case calendar:
		out.hidden = string(x.data)
	case time.Duration:
		if shown := strconv.Quote(duration(x)); shown != out.text && v.from != "" {
			out.text, out.origin = shown, out.origin+", cut to fit"
		}
	}
	each(out)
}

// hidden is what no text may show of a secret.
func (s secret) hidden() string { return s.text + "\n" + s.broken }

func (s secretList) hidden() string {
	var all []string
	for _, one := range s {
		all = append(all, one.hidden())
	}
	return strings.Join(all, "\n")
}

func (a anchors) hidden() string {
	var all secretList
	for _, one := range a {
		all = append(all, one.url)
	}
	return all.hidden()
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
	case slices.Contains(showable, name) && scheme == "dns":
		return quote(s) // a question has nothing to hide
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
