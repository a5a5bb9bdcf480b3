//go:build unix

package notify

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a command that is not started yet into a process group of its
// own, which is killed as a whole when its context ends.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
