package tui

import "golang.org/x/sys/unix"

// discard throws away what was written to a terminal and not taken by it yet, so
// that a write that waits for it goes on: it is woken by a stop and a start of the
// output. See tcflush(3) and tcflow(3).
func discard(fd uintptr) {
	_ = unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCOFLUSH)
	_ = unix.IoctlSetInt(int(fd), unix.TCXONC, unix.TCOOFF)
	_ = unix.IoctlSetInt(int(fd), unix.TCXONC, unix.TCOON)
}
