package incident

import "errors"

// What a command is refused for, to be asked with errors.Is. The error that
// wraps one of these says which value it was, in words for an operator.
var (
	ErrUnknownIncident = errors.New("no such incident")
	ErrUnknownEntry    = errors.New("no such entry")
	ErrUnknownAlert    = errors.New("no such alert")
	ErrClosed          = errors.New("the incident is over")
	ErrMember          = errors.New("the alert is part of an open incident already")
	ErrNotMember       = errors.New("the alert is no part of the incident")
	ErrNotYours        = errors.New("only its author may change an entry")
	ErrFuture          = errors.New("that is in the future")
	ErrOrder           = errors.New("the start may not be later than any other milestone")
	ErrEmpty           = errors.New("the text is empty")
	ErrTooLong         = errors.New("the text is too long")
	ErrInvalid         = errors.New("no such value")
	ErrRetracted       = errors.New("it was taken back")
	ErrNotAsked        = errors.New("nobody asked you to")
)
