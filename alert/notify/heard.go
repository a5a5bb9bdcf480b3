package notify

import (
	"slices"
	"sync"
)

// heard remembers which parts of a content were taken (addresses of a mail,
// events of a page) while others must be tried again, so that the next attempt
// is for those alone. It is a memory of this process, which outlives a reload:
// after a restart all are sent again, with the same key.
type heard struct {
	mu   sync.Mutex
	last []taken // oldest first, at most maxHeard
}

// taken is one content and the parts of it that were taken.
type taken struct {
	key   string
	parts []string
}

const maxHeard = 64

// has tells whether that part of the content of that key was taken.
func (h *heard) has(key, part string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.find(key)
	return i >= 0 && slices.Contains(h.last[i].parts, part)
}

// add notes that it was.
func (h *heard) add(key, part string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.find(key)
	if i < 0 {
		if len(h.last) == maxHeard {
			h.last = slices.Delete(h.last, 0, 1)
		}
		h.last = append(h.last, taken{key: key})
		i = len(h.last) - 1
	}
	h.last[i].parts = append(h.last[i].parts, part)
}

// forget ends the memory of a content that nobody is owed any more.
func (h *heard) forget(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := h.find(key); i >= 0 {
		h.last = slices.Delete(h.last, i, i+1)
	}
}

func (h *heard) find(key string) int {
	return slices.IndexFunc(h.last, func(t taken) bool { return t.key == key })
}
