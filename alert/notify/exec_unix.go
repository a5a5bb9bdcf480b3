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

// endGroup kills what is left of the group of a command that has exited. Its
// number belongs to it as long as anybody is in it, and is not given to another
// so soon if nobody is.
func endGroup(c *exec.Cmd) {
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // as a rule there is nobody
}
