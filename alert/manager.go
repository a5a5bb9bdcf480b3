package alert

import (
	"errors"
	"time"

	"sitrep/checker"
)

// Errors of commands; test with errors.Is.
var (
	ErrUnknownAlert    = errors.New("no such alert")
	ErrNotActive       = errors.New("the alert is not active")
	ErrNotAcknowledged = errors.New("the alert is not acknowledged")
	ErrUnknownSilence  = errors.New("no such silence")
	ErrNoNote          = errors.New("a note is missing: say why")
	ErrNoReason        = errors.New("a reason is missing: say why")
	ErrNoMatch         = errors.New("a matcher is missing: say what")
	ErrUntil           = errors.New("the end is missing or not in the future")
)

// Saved is what a Manager restores from.
type Saved struct {
	Alerts     []Alert   // pending or active, recently resolved, and all that a ledger's word names
	Silences   []Silence // those that had not ended
	Ledgers    []Ledger
	SilenceSeq int // the number of the last silence's ID
}

// Manager is every alert, silence and ledger.
type Manager struct {
	newID func(now time.Time) string
}

// NewManager returns a Manager without alerts. newID gives each alert its ID.
func NewManager(newID func(now time.Time) string) *Manager { return &Manager{newID: newID} }

// Restore takes over what an earlier run saved.
func (m *Manager) Restore(now time.Time, s Saved) {}

// Save returns all that Restore needs.
func (m *Manager) Save() Saved { return Saved{} }

// SetPolicy replaces routes and receivers.
func (m *Manager) SetPolicy(now time.Time, p Policy) Effects { return Effects{} }

// SetTargets says which targets there are.
func (m *Manager) SetTargets(now time.Time, ts []checker.Target) Effects { return Effects{} }

// Observe takes a result.
func (m *Manager) Observe(r checker.Result) Effects { return Effects{} }

// Advance does what is due.
func (m *Manager) Advance(now time.Time) Effects { return Effects{} }

// Delivered takes what came of an attempt.
func (m *Manager) Delivered(d Delivery) Effects { return Effects{} }

// Next returns when Advance next has something to do.
func (m *Manager) Next() (due time.Time, ok bool) { return time.Time{}, false }

// Acknowledge notes that somebody is on it.
func (m *Manager) Acknowledge(now time.Time, id string, a Ack) (Effects, error) {
	return Effects{}, nil
}

// Unacknowledge takes an acknowledgement back.
func (m *Manager) Unacknowledge(now time.Time, id, by string) (Effects, error) {
	return Effects{}, nil
}

// Silence makes a silence.
func (m *Manager) Silence(now time.Time, s Silence) (Effects, error) { return Effects{}, nil }

// EndSilence ends a silence.
func (m *Manager) EndSilence(now time.Time, id, by string) (Effects, error) { return Effects{}, nil }

// Resolve ends an alert by hand.
func (m *Manager) Resolve(now time.Time, id, by, note string) (Effects, error) {
	return Effects{}, nil
}

// Retry makes what a receiver refused due now.
func (m *Manager) Retry(now time.Time, receiver string) Effects { return Effects{} }

// Alerts returns every alert that is known.
func (m *Manager) Alerts() []Alert { return nil }

// Get returns one alert.
func (m *Manager) Get(id string) (Alert, bool) { return Alert{}, false }

// Silences returns those that have not ended.
func (m *Manager) Silences() []Silence { return nil }

// Owed returns the ledgers with something owed.
func (m *Manager) Owed() []Ledger { return nil }
