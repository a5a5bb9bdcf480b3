package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/civil"
	"sitrep/spell"
)

// binder puts values into the structs of keys.go. It never stops at the first
// mistake: whatever does not fit is reported and leaves the field as it was,
// with its default.
type binder struct {
	problems *Problems
	secrets  *secrets
	patterns map[string]*regexp.Regexp // compiled ones, since defaults are bound for every target anew
	kind     string                    // of the target or receiver that is being read; "" allows the keys of all
	section  string                    // "target", "group" …: where keys marked only:"…" are legal
	// merged is set for a target with its defaults laid under: mistakes in those
	// have been reported where they stand.
	merged bool
}

// custom is a field that reads its value by itself.
type custom interface {
	bind(b *binder, path string, v *value)
}

// report adds a problem at the place of a value.
func (b *binder) report(v *value, path, format string, args ...any) {
	b.add(v, v.val, path, false, format, args...)
}

// reportKey adds a problem at the place of a key.
func (b *binder) reportKey(v *value, path, format string, args ...any) {
	b.add(v, v.key, path, false, format, args...)
}

// lacks adds a problem about a key that is not there, at its table's name.
func (b *binder) lacks(v *value, path, format string, args ...any) {
	if !v.src.patched {
		b.add(v, v.key, path, false, format, args...)
	}
}

// warn adds a warning at the place of a value.
func (b *binder) warn(v *value, path, format string, args ...any) {
	b.add(v, v.val, path, true, format, args...)
}

func (b *binder) add(v *value, at int32, path string, warning bool, format string, args ...any) {
	if b.merged && v.from != "" {
		return
	}
	p := v.src.at(at, path, fmt.Sprintf(format, args...))
	p.Warning = warning
	*b.problems = append(*b.problems, p)
}

// bindTable puts a table into the struct that into points to.
func (b *binder) bindTable(path string, v *value, into any) {
	t := v.table()
	if t == nil {
		b.report(v, path, "want a table, got %s", describe(v.v))
		return
	}
	dst := reflect.ValueOf(into).Elem()
	keys := keysOf(dst.Type())
	for _, name := range t.names() {
		x, at := t[name], join(path, name)
		k, ok := keys.byName[name]
		if !ok || !k.legal(b.kind, b.section) {
			b.illegal(keys, name, at, x)
			continue
		}
		b.bindValue(at, x, dst.FieldByIndex(k.index), k)
	}
}

// bindValue puts one value into a field.
func (b *binder) bindValue(path string, v *value, dst reflect.Value, k key) {
	switch into := dst.Addr().Interface().(type) {
	case custom:
		into.bind(b, path, v)
	case **value:
		*into = v
	case *map[string]*value:
		if list, ok := v.v.([]*value); ok && len(list) > 0 && list[0].table() != nil {
			b.report(v, path, "want a table for each, under its name: write [%s.NAME], not [[%s]]", path, path)
			return
		}
		if v.table() == nil {
			b.report(v, path, "want a table, got %s", describe(v.v))
			return
		}
		*into = v.table()
	case *string:
		b.bindString(path, v, into, k)
	case *bool:
		if x, ok := v.v.(bool); ok {
			*into = x
		} else {
			b.report(v, path, "want true or false, got %s", describe(v.v))
		}
	case *int:
		b.bindInt(path, v, into, k)
	case *time.Duration:
		b.bindDuration(path, v, into, k)
	case *size:
		b.bindSize(path, v, into, k)
	case *[]string:
		*into = b.strings(path, v, k)
	default:
		b.bindTable(path, v, into)
	}
}

func (b *binder) bindString(path string, v *value, into *string, k key) {
	x, ok := v.v.(string)
	switch {
	case !ok:
		b.report(v, path, "want a string, got %s", describe(v.v))
	case len(k.later) > 0 && slices.Contains(k.later, x):
		b.report(v, path, "%q is not there yet in this version", x)
	case len(k.oneof) > 0 && !slices.Contains(k.oneof, x):
		b.report(v, path, "%q is none of %s%s", x, strings.Join(k.oneof, ", "), spell.Meant(x, k.oneof))
	default:
		*into = x
	}
}

func (b *binder) bindInt(path string, v *value, into *int, k key) {
	x, ok := v.v.(int64)
	if !ok {
		if s, isString := v.v.(string); isString {
			if n, err := strconv.Atoi(s); err == nil {
				b.report(v, path, "want a whole number, got the string %q; did you mean %d?", s, n)
				return
			}
		}
		b.report(v, path, "want a whole number, got %s", describe(v.v))
		return
	}
	if x < int64(k.min) || k.max > 0 && x > int64(k.max) {
		b.report(v, path, "%d is out of range: %s", x, numberRange(k.min, k.max))
		return
	}
	*into = int(x)
}

func numberRange(lo, hi int) string {
	if hi == 0 {
		return fmt.Sprintf("at least %d", lo)
	}
	return fmt.Sprintf("%d to %d", lo, hi)
}

func (b *binder) bindDuration(path string, v *value, into *time.Duration, k key) {
	s, ok := v.v.(string)
	if !ok {
		if n, isInt := v.v.(int64); isInt {
			b.report(v, path, `%d has no unit; did you mean "%ds"?`, n, n)
			return
		}
		b.report(v, path, `want a duration such as "30s", got %s`, describe(v.v))
		return
	}
	d, err := civil.ParseDuration(s)
	switch {
	case err != nil:
		b.report(v, path, "%v", err)
	case d == 0 && k.zero:
		*into = 0
	case d < k.least:
		b.report(v, path, "%q is too short: at least %s", s, civil.FormatDuration(k.least))
	case k.most > 0 && d > k.most:
		b.report(v, path, "%q is too long: at most %s", s, civil.FormatDuration(k.most))
	default:
		*into = d
	}
}

// strings reads one string, or a list of them.
func (b *binder) strings(path string, v *value, k key) []string {
	var out []string
	for i, x := range elements(v) {
		var s string
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if _, ok := x.v.(string); !ok {
			b.report(x, at, "want a string, got %s", describe(x.v))
			continue
		}
		b.bindString(at, x, &s, k)
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// elements returns those of a list, or the value itself: one or many. A key
// that is not there has none.
func elements(v *value) []*value {
	if v == nil {
		return nil
	}
	if list, ok := v.v.([]*value); ok {
		return list
	}
	return []*value{v}
}

// illegal says why there is no such key here, and what was probably meant.
func (b *binder) illegal(keys *keySet, name, path string, v *value) {
	k, known := keys.byName[name]
	switch {
	case slices.Contains(keys.later, name):
		b.reportKey(v, path, "%q is not there yet in this version", name)
	case known && k.only != "" && k.only != b.section:
		b.reportKey(v, path, "%q belongs to a single %s", name, k.only)
	case known:
		b.reportKey(v, path, "%s %s has no %q: only %s", withArticle(b.kind), keys.noun, name, has(k.kinds))
	case keys.noun == "file" && keysOf(targetType).byName[name].legal("", "defaults"):
		b.reportKey(v, path, "%q is a setting of targets: put it under [defaults]", name)
	case keys.noun != "file" && slices.Contains([]string{"include", "version"}, name):
		b.reportKey(v, path, "%q belongs at the top of the file, above the first [table]; here it is part of [%s]",
			name, strings.TrimSuffix(path, "."+name))
	default:
		legal := keys.legal(b.kind, b.section)
		hint := spell.Meant(name, legal)
		if hint == "" && len(legal) <= 12 {
			hint = "; there is " + strings.Join(legal, ", ")
		}
		b.reportKey(v, path, "unknown key %q%s", name, hint)
	}
}

func withArticle(word string) string {
	if word != "" && strings.Contains("aeio", word[:1]) {
		return "an " + word
	}
	return "a " + word
}

// has joins kinds with their verb: "http has", "http and tls have".
func has(kinds []string) string {
	if len(kinds) == 1 {
		return kinds[0] + " has"
	}
	return strings.Join(kinds[:len(kinds)-1], ", ") + " and " + kinds[len(kinds)-1] + " have"
}

// describe names what was found: its type, and what it says if that is short.
func describe(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) <= 40 {
			return fmt.Sprintf("the string %q", v)
		}
	case int64, float64, bool:
		return fmt.Sprint(v)
	}
	return kindOf(v)
}

// join adds a key to a dotted path, quoted as TOML wants it.
func join(path, name string) string {
	if name == "" || strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) >= 0 {
		name = strconv.Quote(name)
	}
	if path == "" {
		return name
	}
	return path + "." + name
}
