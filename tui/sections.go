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

// lost returns where the row that one is on belongs if it is none of the new ones:
// it stays there until one leaves it. It is -1 if there is nothing to put in.
func (s *sections) lost(keys []string) int {
	if s.key == "" || slices.Contains(keys, s.key) {
		return -1
	}
	return min(s.at, len(keys))
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

// put moves the cursor to the row at a place, or the nearest that is no head: the
// way that the cursor goes, and only if there is none the other way.
func (s *sections) put(keys []string, at int, forward bool, body int) {
	i := nearest(len(keys), at, forward, func(i int) bool { return keys[i] != "" })
	if i < 0 {
		s.key, s.list = "", list{}
		return
	}
	s.list.move(i, len(keys), body)
	s.key = keys[i]
}

// nearest returns the nearest of n rows that one can be on: from a place the way
// that the cursor goes, else the other way; -1 if there is none.
func nearest(n, at int, forward bool, stands func(int) bool) int {
	step := mark(forward, 1, -1)
	at = min(max(at, 0), n-1)
	for range 2 {
		for i := at; i >= 0 && i < n; i += step {
			if stands(i) {
				return i
			}
		}
		step = -step
	}
	return -1
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
