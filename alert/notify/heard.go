package notify

import (
	"net/mail"
	"slices"
	"sync"
)

// heard remembers who took a content while others of the same receiver are put
// off, so that the next attempt is for those alone. It is a memory of this
// process: after a restart all get it again, with the same Message-ID.
type heard struct {
	mu   sync.Mutex
	last []taken // oldest first, at most maxHeard
}

// taken is one content and the addresses that took it.
type taken struct {
	key string
	by  []string
}

const maxHeard = 64

// rest returns those of to that have not taken the content of that key.
func (h *heard) rest(key string, to []*mail.Address) []*mail.Address {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.find(key)
	if i < 0 {
		return to
	}
	return slices.DeleteFunc(slices.Clone(to), func(a *mail.Address) bool {
		return slices.Contains(h.last[i].by, a.Address)
	})
}

// add notes that they took it, and that others have not yet.
func (h *heard) add(key string, they []*mail.Address) {
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
	for _, a := range they {
		h.last[i].by = append(h.last[i].by, a.Address)
	}
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
