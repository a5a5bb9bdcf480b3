package main

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// peer returns who is at the other end of a socket, "local, uid 1000, process
// 4242", and refuses anybody but the account that this process runs as, and root.
func peer(conn *net.UnixConn) (string, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return "", err
	}
	var cred *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return "", err
	}
	if credErr != nil {
		return "", credErr
	}
	if int(cred.Uid) != os.Geteuid() && cred.Uid != 0 {
		return "", fmt.Errorf("this sitrep belongs to another account (uid %d)", os.Geteuid())
	}
	return fmt.Sprintf("local, uid %d, process %d", cred.Uid, cred.Pid), nil
}
