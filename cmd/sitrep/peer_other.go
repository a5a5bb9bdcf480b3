//go:build !linux

package main

import "net"

// peer says that somebody is at the other end of a socket: who, the socket's own
// permissions have to see to.
func peer(*net.UnixConn) (string, error) { return "local", nil }
