package notify

import (
	"slices"
	"sync"
)

// opened remembers what was opened elsewhere and is to be closed with its
// group, since a notification does not list all that is over if that is much.
// It is a memory of this process, which outlives a reload: what it does not know
// of any more stays open until somebody closes it.
type opened struct {
	mu   sync.Mutex
	last []opening // oldest first, at most maxOpened
}

// opening is one that is open.
type opening struct{ group, key string }

const maxOpened = 5000

// note says that key was opened for the group, or closed.
func (o *opened) note(group, key string, open bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = slices.DeleteFunc(o.last, func(x opening) bool { return x.key == key })
	if !open {
		return
	}
	if len(o.last) == maxOpened {
		o.last = slices.Delete(o.last, 0, 1)
	}
	o.last = append(o.last, opening{group, key})
}

// of returns what is open for the group, oldest first.
func (o *opened) of(group string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var keys []string
	for _, x := range o.last {
		if x.group == group {
			keys = append(keys, x.key)
		}
	}
	return keys
}
