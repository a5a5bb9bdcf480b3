package tui

import "slices"

// sections is a cursor in rows of which some are heads: it is bound to the row's
// key and to its line of the screen, and stands on no head. A head has the key "".
type sections struct {
	key string // of the row one is on; "" while there is none
	list
}

// follow finds the row again after the rows changed, on the line that it was on.
// If it is gone, the cursor goes to the one that took its place.
func (s *sections) follow(keys []string, body int) {
	if i := slices.Index(keys, s.key); i >= 0 && s.key != "" {
		s.at = i
	} else {
		s.put(keys, s.at, true, body)
	}
	s.pin(len(keys), body)
}

// press moves the cursor as a key says, and tells whether it is one that does.
func (s *sections) press(k string, keys []string, body int) bool {
	was := s.at
	if !s.list.key(k, len(keys), body) {
		return false
	}
	s.put(keys, s.at, s.at >= was, body)
	return true
}

// put moves the cursor to the row at a place, or the nearest that is no head,
// looking first the way that the cursor goes.
func (s *sections) put(keys []string, at int, forward bool, body int) {
	s.key = ""
	for d := range len(keys) {
		near, far := at+d, at-d
		if !forward {
			near, far = far, near
		}
		for _, i := range []int{near, far} {
			if i >= 0 && i < len(keys) && keys[i] != "" {
				s.list.move(i, len(keys), body)
				s.key = keys[i]
				return
			}
		}
	}
	s.list = list{}
}

// window returns the first row on the screen: the head above the first row is
// shown with it.
func (s *sections) window(n, body int) int {
	from := s.from(n, body)
	if from == 1 && s.at < body {
		return 0
	}
	return from
}
