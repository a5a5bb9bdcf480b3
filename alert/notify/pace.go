package notify

import "time"

// pace is how fast a receiver may be told, and how long one attempt may take.
type pace struct {
	lane    string        // receivers of the same lane share width and every; "" is the receiver's own
	width   int           // attempts at once; 0 is defaultWidth
	every   time.Duration // least time from the start of one to that of the next; 0 is none
	timeout time.Duration // of an attempt; 0 is defaultTimeout
}

const (
	defaultWidth   = 8
	defaultTimeout = 30 * time.Second
)

// paced is a notifier with a pace of its own.
type paced interface{ pace() pace }

// paceOf returns the pace of the receiver of that name, complete.
func paceOf(receiver string, to Notifier) pace {
	var p pace
	if own, ok := to.(paced); ok {
		p = own.pace()
	}
	if p.lane == "" {
		p.lane = "receiver " + receiver
	}
	if p.width == 0 {
		p.width = defaultWidth
	}
	if p.timeout == 0 {
		p.timeout = defaultTimeout
	}
	return p
}
