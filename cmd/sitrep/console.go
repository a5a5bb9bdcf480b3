package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"sitrep/config"
	"sitrep/monitor"
	"sitrep/tui"
)

// The console is how several operators look at one sitrep: whoever holds a state
// listens on a socket beside it, and a sitrep started on the same state hands it
// its terminal (attach.go). The screen is drawn by the one that probes, on the
// other's terminal, so that there is nothing to keep in step. The socket is for
// the account that runs sitrep, and for root: whoever has that may do everything
// anyway, so visitors are who they say, and the audit has their process as well.

const (
	consoleName   = "sitrep.sock"
	maxVisitors   = 64              // at once
	maxHello      = 64 << 10        // bytes of what a visitor says of themselves
	helloPatience = 5 * time.Second // for a visitor to say it

	acceptAgain    = 5 * time.Millisecond // until a visitor is waited for again, once that failed,
	acceptAgainMax = time.Second          // and twice as long each time, up to this
)

// hello is what a visitor says, in one message with their terminal.
type hello struct {
	As      string    `json:"as"`               // who it is
	Environ []string  `json:"environ"`          // what of it says how to draw, see screenEnviron
	Color   colorFlag `json:"color,omitempty"`  // what they said about colours
	Filter  string    `json:"filter,omitempty"` // what the lists begin with
	Plain   bool      `json:"plain,omitempty"`  // a line an event, on what need not be a terminal
}

// goodbye is what they hear at the end.
type goodbye struct {
	Error string `json:"error,omitempty"`
	Trace string `json:"trace,omitempty"` // of a screen that broke
}

// console shows screens of a house on the terminals of others.
type console struct {
	house *house
	cfg   *config.Config
	dir   string
	title string
	log   *slog.Logger

	mu       sync.Mutex
	visitors int // guarded by mu
}

// run takes visitors in until ctx ends, and returns once they have left.
// A socket that cannot be had is said in the log: nothing else needs it.
func (c *console) run(ctx context.Context) {
	path, done, err := consolePath(c.dir)
	if err != nil {
		c.log.Warn("console", "error", err.Error())
		return
	}
	_ = os.Remove(path) // of one that was killed: the state is ours
	old := unix.Umask(0o177)
	l, err := net.Listen("unix", path)
	unix.Umask(old)
	done()
	if err != nil {
		c.log.Warn("console", "error", err.Error(), "text", "no other screen can look on")
		return
	}
	defer os.Remove(filepath.Join(c.dir, consoleName))
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var visits sync.WaitGroup
	defer seeOff(&visits)
	c.accept(ctx, l, func(conn net.Conn) {
		visits.Go(func() { c.receive(ctx, conn.(*net.UnixConn)) })
	})
}

// accept hands visitors on until ctx ends or the listener is closed. Whatever
// else keeps them out may pass, as having too many files open does: it is tried
// again, at first soon, and said once until it works.
func (c *console) accept(ctx context.Context, l net.Listener, visit func(net.Conn)) {
	for wait := time.Duration(0); ; {
		conn, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			visit(conn)
			continue
		case ctx.Err() != nil:
			return
		case wait == 0 || errors.Is(err, net.ErrClosed):
			c.log.Warn("console", "error", err.Error())
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		wait = min(max(2*wait, acceptAgain), acceptAgainMax)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// seeOff waits until all have left, but not for ever: somebody's terminal may take
// nothing any more, and the program ends all the same.
func seeOff(visits *sync.WaitGroup) {
	left := make(chan struct{})
	go func() {
		visits.Wait()
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(partingPatience):
	}
}

// receive shows a visitor a screen, if there is room and they may have one.
func (c *console) receive(ctx context.Context, conn *net.UnixConn) {
	defer conn.Close()
	from, err := peer(conn)
	if err == nil && !c.enter() {
		err = fmt.Errorf("%d others look on already", maxVisitors)
	}
	if err != nil {
		answer(conn, goodbye{Error: err.Error()})
		return
	}
	defer c.leave()
	_ = conn.SetReadDeadline(time.Now().Add(helloPatience))
	h, tty, err := readHello(conn)
	if err != nil {
		answer(conn, goodbye{Error: err.Error()})
		return
	}
	defer closeAll(tty)
	_ = conn.SetReadDeadline(time.Time{})
	answer(conn, c.show(ctx, conn, h, from, tty))
}

func (c *console) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.visitors >= maxVisitors {
		return false
	}
	c.visitors++
	return true
}

func (c *console) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.visitors--
}

// show draws the screen until the visitor leaves, hangs up, or ctx ends.
func (c *console) show(ctx context.Context, conn *net.UnixConn, h hello, from string, tty []*os.File) (bye goodbye) {
	defer func() {
		if p := recover(); p != nil {
			bye = goodbye{Error: fmt.Sprint("the screen failed: ", p), Trace: string(debug.Stack())}
		}
	}()
	actor := monitor.Actor{Name: operatorName(h.As), Role: monitor.Admin, From: from}
	if actor.Name == "" {
		return goodbye{Error: "say who you are: --as NAME"}
	}
	session, end := context.WithCancel(ctx)
	defer end()
	resized := make(chan os.Signal, 1)
	go func() { // ends with the connection
		listen(conn, resized)
		end()
	}()
	opt := screenOptions(c.cfg, h.Environ, h.Color)
	opt.Title, opt.Filter, opt.Export, opt.Resized = c.title, h.Filter, c.house.exporter(c.cfg), resized
	src := source{c.house.monitor, c.house.store, actor}
	draw := func() error { return tui.Run(session, src, opt, tty[0], tty[1]) }
	if h.Plain {
		draw = func() error { return tui.RunPlain(session, src, opt, tty[1]) }
	}
	err := draw()
	if trace, ok := errors.AsType[*tui.PanicError](err); ok {
		return goodbye{Error: trace.Error(), Trace: string(trace.Stack)}
	}
	switch {
	case ctx.Err() != nil:
		return goodbye{Error: "the sitrep that probes has ended"}
	case !monitor.Stopped(err):
		return goodbye{Error: err.Error()}
	}
	return goodbye{}
}

// listen hears out what a visitor sends after the beginning: a byte for each
// time that the size of their window changed, which only the process on a terminal
// is told of. It returns when they hang up.
func listen(conn *net.UnixConn, resized chan<- os.Signal) {
	buf := make([]byte, 64)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
		select {
		case resized <- unix.SIGWINCH:
		default: // it is to look anyway
		}
	}
}

// readHello reads the first message, with two open files: where keys come from,
// and where the screen goes to.
func readHello(conn *net.UnixConn) (h hello, tty []*os.File, err error) {
	text, rights := make([]byte, maxHello), make([]byte, unix.CmsgSpace(2*4))
	n, rn, _, _, err := conn.ReadMsgUnix(text, rights)
	if err != nil {
		return h, nil, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:rn])
	if err != nil {
		return h, nil, err
	}
	for i := range messages {
		fds, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			continue
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			tty = append(tty, os.NewFile(uintptr(fd), "terminal"))
		}
	}
	err = json.Unmarshal(text[:n], &h)
	if err != nil || len(tty) != 2 || !h.Plain && (!terminal(tty[0]) || !terminal(tty[1])) {
		closeAll(tty)
		return h, nil, errors.New("that is no terminal of a sitrep")
	}
	return h, tty, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func answer(conn *net.UnixConn, bye goodbye) {
	_ = conn.SetWriteDeadline(time.Now().Add(helloPatience))
	_ = json.NewEncoder(conn).Encode(bye)
}

// consolePath returns a path to the socket of a state that is short enough for
// one: a path of a socket has 107 bytes at most (unix(7)). done gives back what
// that took, once the path was used.
func consolePath(dir string) (path string, done func(), err error) {
	path = filepath.Join(dir, consoleName)
	if len(path) <= 100 {
		return path, func() {}, nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", f.Fd(), consoleName), func() { f.Close() }, nil
}
