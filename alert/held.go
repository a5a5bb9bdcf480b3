package alert

import "time"

// Hold is one reason why nothing new is told of an alert, or why it is told
// otherwise than usual.
type Hold struct {
	Kind  string    // "silence", "maintenance", "parent", "waiting", "settling", "ack", "flapping" or "stale"
	Name  string    // of the silence (its ID) or of the parent; "" for others
	By    string    // who asked for it; "" is sitrep itself
	Why   string    // reason or note; may be ""
	Since time.Time // zero if it is not known
	Until time.Time // zero: until it ends by itself
}

// HeldText says in brackets, behind a blank, what keeps what is new about the
// alert from being told, of several reasons the one to know first; "" if nothing does.
func (a *Alert) HeldText() string {
	switch {
	case a.Maintenance != "":
		return " (maintenance " + a.Maintenance + ")"
	case a.SilencedBy != "":
		return " (silenced by " + a.SilencedBy + ")"
	case a.Inhibited != "":
		return " (explained: " + a.Inhibited + " is down)"
	case a.Waiting != "":
		return " (" + a.Waiting + " is asked first)"
	case a.Settling:
		return " (told once the first round is over)"
	}
	return ""
}

// Holds returns what keeps notifications of a back or changes how it is told,
// what holds everything back first. silences are those that have not ended.
func Holds(a *Alert, silences []Silence) []Hold {
	var hs []Hold
	for i := range silences {
		s := &silences[i]
		h := Hold{Kind: "silence", Name: s.ID, By: s.By, Why: s.Reason, Since: s.From, Until: s.Until}
		switch s.ID {
		case "":
		case a.SilencedBy:
			hs = append(hs, h)
		case a.Maintenance:
			h.Kind = "maintenance"
			hs = append(hs, h)
		}
	}
	if a.Inhibited != "" {
		hs = append(hs, Hold{Kind: "parent", Name: a.Inhibited, Why: "is down, or was until lately"})
	}
	if a.Waiting != "" {
		hs = append(hs, Hold{Kind: "waiting", Name: a.Waiting, Why: "is being probed, since it may explain this"})
	}
	if a.Settling {
		hs = append(hs, Hold{Kind: "settling", Why: "the first round after a start is not over"})
	}
	if k := a.Ack; k != nil && a.State.Active() {
		hs = append(hs, Hold{Kind: "ack", By: k.By, Why: k.Note, Since: k.At, Until: k.Until})
	}
	if a.Flapping {
		hs = append(hs, Hold{Kind: "flapping", Why: "better and resolved wait until it is steady"})
	}
	if a.Stale {
		hs = append(hs, Hold{Kind: "stale", Why: "no result since a while; it is never resolved by that"})
	}
	return hs
}
