//go:build !linux

package tui

// discard throws away what was written to a terminal and not taken by it yet,
// where that is known to work.
func discard(uintptr) {}
