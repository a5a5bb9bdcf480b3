//go:build !unix

package notify

import "os/exec"

// ownGroup does nothing: here the command alone is killed.
func ownGroup(*exec.Cmd) {}

// endGroup does nothing either.
func endGroup(*exec.Cmd) {}
