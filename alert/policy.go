package alert

import "time"

// EscalationPolicy says who is called one after the other while nobody
// acknowledges. It begins with the first notification of a group.
type EscalationPolicy struct {
	Name  string
	Steps []EscalationStep // ≥ 1
	// Repeat is how many rounds of all steps are made, ≥ 1, before LastResort is told.
	Repeat     int
	LastResort string // a receiver, or a receiver and an address: never a schedule, which may be empty
	// Accept has whoever comes on call for a schedule of the policy accept the
	// hand-over within 15 min; otherwise the built-in target says that nobody did.
	Accept bool
}

// EscalationStep is one step of a policy.
type EscalationStep struct {
	To   []string      // "schedule:NAME", "operator:NAME", "receiver", "receiver:address"; resolved when it is due
	Wait time.Duration // until the next step is due, > 0
	All  bool          // every operator that it called must acknowledge, not one of them
}

// Escalation is how far the policy of one group of alerts has got. It is a
// value: its lists are replaced, never written to.
type Escalation struct {
	Group  string `json:"group"` // the key of the group, as of ledgers
	Route  string `json:"route"`
	Policy string `json:"policy"`

	Round   int           `json:"round"`            // from 1; 0 before the first notification was sent
	Step    int           `json:"step"`             // the step called last, from 1; 0 before the first
	Started time.Time     `json:"started,omitzero"` // when the first step was called
	At      time.Time     `json:"at,omitzero"`      // when Step was called
	Wait    time.Duration `json:"wait,omitempty"`   // from At until the next step, as the policy said then
	Due     time.Time     `json:"due,omitzero"`     // when the next step, or the last resort, is; zero while paused, waiting for the first notification, or finished
	Paused  string        `json:"paused,omitempty"` // why nothing is due: "ack" or "held"; "" if something is
	Left    time.Duration `json:"left,omitempty"`   // of one that is held: what was left until Due
	// Finished: all rounds were made and the last resort was told.
	Finished bool `json:"finished,omitempty"`

	Called   []string `json:"called,omitempty"`   // addressees of the step called last
	Required []string `json:"required,omitempty"` // operators who must all acknowledge, since a step said so; whoever does after a later step was called is enough too
	Reached  []string `json:"reached,omitempty"`  // all that were called so far, first ones first: they hear of what follows
	ByHand   []string `json:"by_hand,omitempty"`  // of these, those that an operator called: they hear also of what somebody has
	Skipped  []string `json:"skipped,omitempty"`  // steps of this round that had nobody, in words
}

// Notice is what an operator is told that is about no change of an alert: a
// hand-over. It is owed like everything else.
type Notice struct {
	Kind     string    `json:"kind"` // "ahead" (on call in a day), "on", "off", or "stillack" (an alert acknowledged an hour ago goes on)
	Schedule string    `json:"schedule,omitempty"`
	Operator string    `json:"operator"`        // whom it is for
	Other    string    `json:"other,omitempty"` // who hands over, or takes over; "" is nobody
	From     time.Time `json:"from,omitzero"`   // of the shift
	To       time.Time `json:"to,omitzero"`
	Accept   bool      `json:"accept,omitempty"` // it is to be accepted on the screen
	Due      time.Time `json:"due"`
	Expires  time.Time `json:"expires"`          // after which it is not worth telling
	Alerts   []string  `json:"alerts,omitempty"` // IDs of those that it lists
}
