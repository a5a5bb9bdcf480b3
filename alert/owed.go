package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Ledger is the account of one (group, receiver): what the receiver accepted
// last, and the attempt that is under way or due. It is saved whenever it
// changes, so that a crash repeats at most the attempt it cut. It is a value:
// maps and attempts are replaced, never written to.
type Ledger struct {
	Group    string            `json:"group"`
	Route    string            `json:"route"`
	Labels   map[string]string `json:"labels,omitempty"`
	Receiver string            `json:"receiver"`
	Told     map[string]Word   `json:"told,omitempty"`    // alert ID → the last word; none of alerts told to be over
	Accepted time.Time         `json:"accepted,omitzero"` // when the last one was
	First    time.Time         `json:"first,omitzero"`    // since when there are alerts to tell of that were not told: anchors Wait
	Ends     time.Time         `json:"ends,omitzero"`     // since when there are ends to tell: anchors Wait as well
	Pending  *Attempt          `json:"pending,omitempty"` // what is being sent, nil if nothing

	// Failing is when the first attempt since the last that was accepted was
	// made; zero if there is none, or nothing is owed any more.
	Failing time.Time `json:"failing,omitzero"`
	// FailedOver: the receiver's fallback is told of the group as well, since
	// this one does not accept.
	FailedOver bool `json:"failed_over,omitempty"`

	// Refused are contents that the receiver will not have, or that were tried
	// long enough, by key; each as long as it is owed.
	Refused map[string]Attempt `json:"refused,omitempty"`
	// NotBefore is when other content may be tried, after a refusal.
	NotBefore time.Time `json:"not_before,omitzero"`

	// Calls are the alerts about which a step of an escalation called this receiver
	// and that it has not accepted since, by ID, and when it did.
	Calls map[string]time.Time `json:"calls,omitempty"`
	// Stepped is by how much the clock was set meanwhile, in sum: rounds are named
	// by times as if it never had been, since a time that comes again names none.
	Stepped time.Duration `json:"stepped,omitzero"`
	// Notices are what it is to be told besides, oldest first.
	Notices []Notice `json:"notices,omitempty"`

	// Next is when something is next sent or tried again, or given to somebody
	// else, by time alone; zero if that takes anything else. Only Accounts fills it.
	Next time.Time `json:"-"`
}

// Idle tells whether nothing is told, owed or pending: an idle ledger need not
// be kept.
func (l *Ledger) Idle() bool {
	return len(l.Told) == 0 && l.Pending == nil && l.First.IsZero() && l.Ends.IsZero() && len(l.Refused) == 0 &&
		len(l.Calls) == 0 && len(l.Notices) == 0
}

// Word is what a receiver was told of one alert.
type Word struct {
	Firing   bool     `json:"firing"` // or it was told that it is over
	Severity Severity `json:"severity"`
	Seq      int      `json:"seq"`
	// Unsure: an attempt to tell something else may have arrived. Whatever the
	// truth is by now, it must be told.
	Unsure bool `json:"unsure,omitempty"`
	// Silent: the receiver does not want to hear such a word, and was not told.
	// It is not told that the alert is over either, unless it hears more before.
	Silent bool `json:"silent,omitempty"`
	// Flapping: it was told as flapping, or it is about to be told as steady.
	Flapping bool      `json:"flapping,omitempty"`
	Flapped  time.Time `json:"flapped,omitzero"` // when something was last accepted that tells of it as flapping
	// Climb is the group of the escalation that the alert is in, if that is not the
	// ledger's own.
	Climb string `json:"climb,omitempty"`
	// Tried is since when the receiver is out of reach that was to be told and
	// was not; zero once it is.
	Tried time.Time `json:"tried,omitzero"`
}

// Attempt is content on its way to a receiver.
type Attempt struct {
	Key    string          `json:"key"`
	Reason Reason          `json:"reason"`
	Words  map[string]Word `json:"words"`            // what told becomes once it is accepted
	Number int             `json:"number"`           // of attempts made, this one included
	Since  time.Time       `json:"since"`            // when the content was first due: GiveUp counts from here
	Due    time.Time       `json:"due,omitzero"`     // when the next attempt is; zero while one is under way, and if given up
	Flying bool            `json:"flying,omitempty"` // handed out and not heard of
	Unsure bool            `json:"unsure,omitempty"` // one of the attempts may have arrived
	Dead   bool            `json:"dead,omitempty"`   // not tried again until the content changes, the receiver is mended or Due comes
}

// Owes returns what must be told of a to who has the word w of it; New stands
// for New and First. The two flags say whether a's route leads to the ledger
// now, and whether the ledger's route still does to its receiver at all: if
// not, only the end of what was told is.
func Owes(a *Alert, w Word, belongs, routed bool) Reason {
	switch {
	case a.State == Resolved:
		if w.Firing || w.Unsure {
			return Over
		}
		if !w.Tried.IsZero() {
			return Missed
		}
	case !a.State.Active() || a.Held() || !routed:
	case !w.Firing:
		if belongs {
			return New
		}
	case a.Flapping != w.Flapping, a.Flapping && w.Unsure:
		return Flaps
	case a.Severity > w.Severity:
		return Worse
	case a.Flapping: // whether it is better will show
	case a.Severity < w.Severity:
		return Better
	case w.Unsure && a.Severity == Critical: // told to be better, perhaps
		return Worse
	case w.Unsure:
		return Better
	}
	return Told
}

// wordOf returns what told becomes of a once a notification with that reason is accepted.
func wordOf(a *Alert, r Reason) Word {
	return Word{Firing: r != Over && r != Missed, Severity: a.Severity, Seq: a.Seq, Flapping: a.Flapping}
}

// word is wordOf an alert as the account tells of it.
func (a *account) word(sp *spell, r Reason) Word {
	w := wordOf(&sp.Alert, r)
	for _, c := range sp.climbs {
		if c.Route == a.Route && c.Group != a.Group {
			w.Climb = c.Group
		}
	}
	return w
}

// say has told become words.
func (a *account) say(words map[string]Word) {
	a.own()
	for id, w := range words {
		if w.Firing {
			a.Told[id] = w
		} else {
			delete(a.Told, id)
		}
	}
}

// doubt returns told after words may have been accepted.
func doubt(told, words map[string]Word) map[string]Word {
	told = cloneWords(told)
	for id, w := range words {
		was := told[id]
		if !w.Firing && !was.Firing {
			continue // that it came and went, perhaps
		}
		was.Unsure = was.Unsure || was.Firing != w.Firing || was.Severity != w.Severity || was.Flapping != w.Flapping
		was.Firing = was.Firing && w.Firing // it may think that it is over
		was.Silent, was.Climb = false, w.Climb
		told[id] = was
	}
	return told
}

func cloneWords(words map[string]Word) map[string]Word {
	if words == nil {
		return map[string]Word{}
	}
	return maps.Clone(words)
}

// contentKey returns the key of a content: the same for every attempt, also
// after a restart. Round tells reminders of the same alerts apart.
func contentKey(receiver, group string, r Reason, words map[string]Word, round string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %s %s", receiver, group, r, round)
	for _, id := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(h, " %s:%d", id, words[id].Seq)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
