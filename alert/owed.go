package alert

import "time"

// Ledger is the account of one (group, receiver): what the receiver accepted
// last, and the attempt that is under way or due. It is saved whenever it
// changes, so that a crash repeats at most the attempt it cut.
type Ledger struct {
	Group    string            `json:"group"`
	Route    string            `json:"route"`
	Labels   map[string]string `json:"labels,omitempty"`
	Receiver string            `json:"receiver"`
	Told     map[string]Word   `json:"told,omitempty"`    // alert ID → the last word accepted
	Accepted time.Time         `json:"accepted,omitzero"` // when the last one was
	First    time.Time         `json:"first,omitzero"`    // when what is owed now began to be: anchors Wait
	Pending  *Attempt          `json:"pending,omitempty"` // what is being sent, nil if nothing
}

// Word is what a receiver was told of one alert.
type Word struct {
	Firing   bool     `json:"firing"` // or it was told that it is over
	Severity Severity `json:"severity"`
	Seq      int      `json:"seq"`
}

// Attempt is content on its way to a receiver.
type Attempt struct {
	Key    string          `json:"key"`
	Reason Reason          `json:"reason"`
	Words  map[string]Word `json:"words"`            // what told becomes once it is accepted
	Number int             `json:"number"`           // of attempts made, this one included
	Since  time.Time       `json:"since"`            // when the content was first due: GiveUp counts from here
	Due    time.Time       `json:"due"`              // when the next attempt is; zero while one is under way
	Flying bool            `json:"flying"`           // handed out and not heard of
	Unsure bool            `json:"unsure,omitempty"` // one of the attempts may have arrived
	Dead   bool            `json:"dead,omitempty"`   // not tried again until the content changes, the receiver is mended or Due comes
}
