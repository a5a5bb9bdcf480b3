// Package notify carries notifications to receivers: a file a channel, and one
// dispatcher that makes one attempt at a time for each group and receiver.
// Nothing in it tries again: it reports what came of an attempt, and the
// alert.Manager decides what follows.
//
// What a receiver is told is made in text.go, for people, and payload.go, for
// programs; each channel escapes it for its own markup. Connections go where
// the configuration says and nowhere else: no proxy is taken from the
// environment, no redirect is followed, and no name leads to a link-local or
// metadata address.
package notify

import (
	"context"

	"sitrep/alert"
)

// Notifier makes one attempt. It returns when ctx does, is safe for concurrent
// use, and reports, never panics and never tries again. The delivery's Err is
// sanitized and holds no secret.
type Notifier interface {
	Notify(ctx context.Context, n alert.Notification) alert.Delivery
}

// heir is a notifier with a memory, which goes on in the one that replaces it.
type heir interface {
	// inherit takes over what old knows, if that is still true of the receiver.
	// It is called before the first Notify, and old may be in use.
	inherit(old Notifier)
}
