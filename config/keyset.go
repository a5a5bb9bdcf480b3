package config

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sitrep/civil"
)

// The keys of each table are a struct in keys.go. Its fields' tags say all that
// can be said of one key by itself:
//
//	key:"interval"      the key's name
//	kinds:"http tls"    the kinds of target or receiver that have it; all if absent
//	only:"target"       the one section in which it is legal; all if absent
//	oneof:"any v4 v6"   the words allowed
//	later:"each"        words, or on a field named _ keys, that are not there yet
//	min:"1" max:"10"    the range of a number or a duration
//	zero:"ok"           a duration of 0 is allowed below min
//	noun:"target"       on a field named _: what the table describes

// key is one field of such a struct.
type key struct {
	index       []int
	kinds       []string
	only        string
	oneof       []string
	later       []string
	min, max    int
	least, most time.Duration
	zero        bool
}

// legal tells whether the key may stand in a section, in a table of a kind; ""
// for both stands for any.
func (k key) legal(kind, section string) bool {
	return k.index != nil &&
		(len(k.kinds) == 0 || kind == "" || slices.Contains(k.kinds, kind)) &&
		(k.only == "" || k.only == section)
}

// keySet is what a table may hold.
type keySet struct {
	noun   string
	later  []string
	names  []string // in the order of the struct
	byName map[string]key
}

// legal returns the names that may stand in a section, for a kind.
func (ks *keySet) legal(kind, section string) []string {
	var out []string
	for _, name := range ks.names {
		if ks.byName[name].legal(kind, section) {
			out = append(out, name)
		}
	}
	return out
}

var keySets sync.Map // reflect.Type → *keySet

// keysOf returns the keys of a struct type.
func keysOf(t reflect.Type) *keySet {
	if ks, ok := keySets.Load(t); ok {
		return ks.(*keySet)
	}
	ks := &keySet{byName: map[string]key{}}
	for f := range t.Fields() {
		name, later := f.Tag.Get("key"), strings.Fields(f.Tag.Get("later"))
		if f.Name == "_" {
			ks.later = append(ks.later, later...)
			ks.noun = cmp.Or(f.Tag.Get("noun"), ks.noun)
		}
		if name == "" {
			continue
		}
		k := key{
			index: f.Index, only: f.Tag.Get("only"), later: later,
			kinds: strings.Fields(f.Tag.Get("kinds")), oneof: strings.Fields(f.Tag.Get("oneof")),
			zero: f.Tag.Get("zero") != "",
		}
		if f.Type == reflect.TypeFor[time.Duration]() {
			k.least, k.most = mustDuration(f.Tag.Get("min")), mustDuration(f.Tag.Get("max"))
		} else {
			k.min, _ = strconv.Atoi(f.Tag.Get("min"))
			k.max, _ = strconv.Atoi(f.Tag.Get("max"))
		}
		ks.names = append(ks.names, name)
		ks.byName[name] = k
	}
	keySets.Store(t, ks)
	return ks
}

func mustDuration(s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := civil.ParseDuration(s)
	if err != nil {
		panic("config: tag: " + err.Error())
	}
	return d
}
