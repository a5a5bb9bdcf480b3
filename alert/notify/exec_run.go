package notify

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"sitrep/safe"
)

// runGroup runs a command in a process group of its own, with input on its
// standard input, and returns the first line that it wrote. It returns as soon as
// the command has exited, and kills what is left of the group. The pipes are ours
// and not package exec's, which would wait for a child that holds one of them
// before it says that the command has ended. If c.Process is nil, the command
// could not be started.
func runGroup(c *exec.Cmd, input []byte) (said string, err error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return "", err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return "", cmp.Or(err, theirIn.Close(), in.Close())
	}
	c.Stdin, c.Stdout, c.Stderr = theirIn, theirOut, theirOut
	ownGroup(c)
	err = c.Start()
	theirIn.Close()
	theirOut.Close()
	fed, heard := make(chan struct{}), make(chan struct{})
	head := keptHead{max: execOutput}
	go func() {
		defer close(fed)
		in.Write(input) // a command need not read it
		in.Close()
	}()
	go func() {
		defer close(heard)
		io.Copy(&head, out) // what breaks it off is no fault of the command's
	}()
	if err == nil {
		err = c.Wait()
		endGroup(c)
	}
	// Nobody is left but who took itself out of the group.
	in.SetWriteDeadline(time.Now())
	<-fed
	out.SetReadDeadline(time.Now().Add(execLinger))
	<-heard
	out.Close()
	return head.firstLine(), err
}

// keptHead keeps the first max bytes that are written to it, and takes the rest.
type keptHead struct {
	buf bytes.Buffer
	max int
}

func (k *keptHead) Write(p []byte) (int, error) {
	k.buf.Write(p[:min(len(p), k.max-k.buf.Len())])
	return len(p), nil
}

// firstLine is the first that says something.
func (k *keptHead) firstLine() string {
	for line := range strings.Lines(k.buf.String()) {
		if line = strings.TrimSpace(safe.Line(line, maxErr)); line != "" {
			return line
		}
	}
	return ""
}
