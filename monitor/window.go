package monitor

// window keeps the last values of a series in a way that lets earlier readers
// go on reading: what view returned is never written again. Adding is amortized
// constant: the kept values are copied once per half as many additions.
type window[T any] struct{ live []T }

// add appends v; when the room is used up, the values kept move to a new place.
func (w *window[T]) add(v T) {
	if len(w.live) == cap(w.live) {
		moved := make([]T, len(w.live), len(w.live)*3/2+8)
		copy(moved, w.live)
		w.live = moved
	}
	w.live = append(w.live, v)
}

// drop forgets the n oldest; n ≤ 0 is none.
func (w *window[T]) drop(n int) { w.live = w.live[min(max(n, 0), len(w.live)):] }

// view returns what is kept, oldest first.
func (w *window[T]) view() []T { return w.live[:len(w.live):len(w.live)] }
