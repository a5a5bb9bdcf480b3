package tui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// keymap is the table of keys as one operator has it. What is pressed is turned
// into the table's own key before anybody hears of it, and texts that name a key
// name the operator's. The zero value is the table as it is.
type keymap struct {
	own map[string][]string // by the name of what they do: keys instead of the table's
}

// keysOf returns the keys for what has a name, and those of the table.
func (k *keymap) keysOf(name string, keys []string) []string {
	if own, moved := k.own[name]; moved {
		return own
	}
	return keys
}

// find returns what a pressed key means on a screen, and the table's key for it;
// nil if it means nothing there.
func (k *keymap) find(pressed string, id screenID) (*binding, string) {
	for i := range table {
		b := &table[i]
		if !b.where.has(id) {
			continue
		}
		for name, keys := range b.acts() {
			own, moved := k.own[name]
			switch {
			case moved && slices.Contains(own, pressed):
				return b, keys[0]
			case !moved && slices.Contains(keys, pressed):
				return b, pressed
			}
		}
	}
	return nil, ""
}

// named returns the binding of what has a name, and the table's key for it: the
// one of a screen, else the first; nil if nothing has this name.
func named(name string, id screenID) (first *binding, key string) {
	for i := range table {
		b := &table[i]
		for n, keys := range b.acts() {
			switch {
			case n != name:
			case b.where.has(id):
				return b, keys[0]
			case first == nil:
				first, key = b, keys[0]
			}
		}
	}
	return first, key
}

// label returns what is shown for the keys of a binding.
func (k *keymap) label(b *binding) string {
	moved := func(name string) bool { _, ok := k.own[name]; return ok }
	if !slices.ContainsFunc(b.names, moved) {
		return b.label()
	}
	var shown []string
	for name, keys := range b.acts() {
		if own := k.keysOf(name, keys); len(own) > 0 {
			shown = append(shown, own[0])
		}
	}
	return strings.Join(shown, " ")
}

// shown returns the operator's key for one of the table's: as it is on a screen
// if it means anything there, else where it first does.
func (k *keymap) shown(canonical string, id screenID) string {
	if len(k.own) == 0 {
		return canonical
	}
	found := ""
	for i := range table {
		b := &table[i]
		for name, keys := range b.acts() {
			if !slices.Contains(keys, canonical) {
				continue
			}
			one := canonical
			if own, moved := k.own[name]; moved && len(own) > 0 {
				one = own[0]
			}
			if b.where.has(id) {
				return one
			}
			found = cmp.Or(found, one)
		}
	}
	return cmp.Or(found, canonical)
}

// elsewhere says where a pressed key means something, and what: "timeline (edit
// your own line)"; "" if it means nothing anywhere.
func (k *keymap) elsewhere(pressed string) string {
	var all []string
	for i := range table {
		b := &table[i]
		for name, keys := range b.acts() {
			if slices.Contains(k.keysOf(name, keys), pressed) {
				all = append(all, b.where.places()+" ("+b.help+")")
				break
			}
		}
	}
	return strings.Join(all, "; ")
}

// keyFor returns the operator's key for one of the table's, for texts that name it.
func (m *Model) keyFor(canonical string) string { return m.keys.shown(canonical, m.screen) }

// Actions returns the names of what keys can be bound to, sorted.
func Actions() []string {
	names := map[string]bool{}
	for i := range table {
		for _, name := range table[i].names {
			names[name] = name != actionLeave
		}
	}
	maps.DeleteFunc(names, func(_ string, bindable bool) bool { return !bindable })
	return slices.Sorted(maps.Keys(names))
}

// actionLeave is what ctrl+c does, whatever the configuration says: there is
// always a way out.
const actionLeave = "leave"

// MisboundKeys returns what is wrong with keys by the name of what they do: keys
// that no terminal sends or that are not to be moved, and those with two
// meanings on one screen. Names that Actions does not have are left aside. It
// is empty if nothing is wrong.
func MisboundKeys(own map[string][]string) map[string]string {
	wrong := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		for _, k := range own[name] {
			if err := checkKey(k); err != nil {
				wrong[name] = err.Error()
			}
		}
		if len(own[name]) == 0 {
			wrong[name] = "name at least one key"
		}
	}
	if len(wrong) == 0 {
		findClashes(&keymap{own}, wrong)
	}
	return wrong
}

// findClashes notes the keys that mean two things on a screen.
func findClashes(k *keymap, wrong map[string]string) {
	for id := range nScreens {
		taken := map[string]string{}
		for i := range table {
			if !table[i].where.has(id) {
				continue
			}
			for name, keys := range table[i].acts() {
				for _, one := range k.keysOf(name, keys) {
					other, clash := taken[one]
					taken[one] = name
					if !clash || other == name {
						continue
					}
					if _, moved := k.own[name]; !moved {
						name, other = other, name
					}
					if _, said := wrong[name]; !said {
						wrong[name] = fmt.Sprintf("%s is %s on the screen %s: give that another key too", one, other, id)
					}
				}
			}
		}
	}
}

// wordKeys are the keys that have a name and no letter.
var wordKeys = []string{
	"enter", "esc", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// sameAsKey are keys that terminals send as another one.
var sameAsKey = map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc", "ctrl+h": "backspace"}

// checkKey tells why a key cannot be bound to anything, nil if it can.
func checkKey(k string) error {
	switch {
	case k == "ctrl+c":
		return fmt.Errorf("ctrl+c stays what it is: the way out")
	case k == "ctrl+z":
		return fmt.Errorf("ctrl+z stays what it is: it says that this program is not to be stopped")
	case sameAsKey[k] != "":
		return fmt.Errorf("terminals send %s for %s: name that", sameAsKey[k], k)
	}
	rest, mods := k, 0
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		if cut, ok := strings.CutPrefix(rest, mod); ok && cut != "" {
			rest, mods = cut, mods+1
		}
	}
	switch letters := []rune(rest); {
	case slices.Contains(wordKeys, rest):
		return nil
	case len(letters) != 1 || letters[0] <= ' ' || letters[0] == 0x7f:
		return fmt.Errorf("there is no key %q%s; write a letter or sign, or ctrl+, alt+, shift+ before one, or one of %s", k, suggestNamed(rest), strings.Join(wordKeys, " "))
	case strings.Contains(k, "shift+"):
		return fmt.Errorf("%q: write the letter that shift makes of it, as %q", k, strings.ToUpper(rest))
	case mods > 0 && strings.ToLower(rest) != rest:
		return fmt.Errorf("%q: write the letter small, as %q", k, strings.ToLower(k))
	}
	return nil
}

// suggestNamed says which of the keys with a name was probably meant.
func suggestNamed(word string) string {
	other := map[string]string{"escape": "esc", "return": "enter", "pageup": "pgup", "pagedown": "pgdown", "del": "delete", "ins": "insert", "bs": "backspace", " ": "space"}
	if k := other[strings.ToLower(word)]; k != "" {
		return fmt.Sprintf(" (it is written %q)", k)
	}
	if k := strings.ToLower(word); slices.Contains(wordKeys, k) {
		return fmt.Sprintf(" (it is written %q)", k)
	}
	return ""
}
