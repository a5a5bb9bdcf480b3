package checker

// Verdict is what the last results of one target add up to. It is plain state:
// no clock, no lock. The rule, with F = fail after and R = recover after:
//
//	w = min(status of the last F results)   // once F exist
//	b = max(status of the last R results)   // once R exist
//	w > believed: believed = w              // worsens to what all F agree on
//	b < believed: believed = b              // improves to what all R agree on
//
// Since w ≤ last ≤ b, the two never apply at once. Results that are unknown
// are not seen at all: absence neither worsens nor resolves.
type Verdict struct {
	fail, recover int
	believed      Status   // Unknown until something is believed
	recent        []Status // the last max(F, R) known results, oldest first
}

// NewVerdict returns a verdict that believes what an earlier run of the program
// did (Unknown for nothing); its windows are empty, so that getting better or
// worse takes results of this run. Both counts are at least 1.
func NewVerdict(failAfter, recoverAfter int, believed Status) Verdict {
	return Verdict{fail: max(failAfter, 1), recover: max(recoverAfter, 1), believed: believed}
}

// Retune changes the two counts and keeps what is believed and was seen.
func (v *Verdict) Retune(failAfter, recoverAfter int) {
	v.fail, v.recover = max(failAfter, 1), max(recoverAfter, 1)
	v.trim()
}

// Add takes the status of one more result and returns what is believed now.
func (v *Verdict) Add(s Status) Status {
	if s == Unknown {
		return v.believed
	}
	v.recent = append(v.recent, s)
	v.trim()
	w, b := v.last(v.fail, false), v.last(v.recover, true)
	switch {
	case w > v.believed: // also the first belief of all: w is at least Up once F exist
		v.believed = w
	case b != Unknown && (b < v.believed || v.believed == Unknown && b == Up):
		v.believed = b
	}
	return v.believed
}

// Believed returns what is believed now; Unknown for nothing yet.
func (v *Verdict) Believed() Status { return v.believed }

// Settled tells whether the target is believed up and its last result agrees:
// if not, the next run comes on the faster grid.
func (v *Verdict) Settled() bool {
	return v.believed == Up && len(v.recent) > 0 && v.recent[len(v.recent)-1] == Up
}

// last returns the least or greatest status of the last n results, Unknown if
// there are not as many.
func (v *Verdict) last(n int, greatest bool) Status {
	if len(v.recent) < n {
		return Unknown
	}
	window := v.recent[len(v.recent)-n:]
	s := window[0]
	for _, x := range window[1:] {
		if greatest {
			s = max(s, x)
		} else {
			s = min(s, x)
		}
	}
	return s
}

// trim keeps as many results as the wider window looks at.
func (v *Verdict) trim() {
	if n := max(v.fail, v.recover); len(v.recent) > n {
		v.recent = append(v.recent[:0], v.recent[len(v.recent)-n:]...)
	}
}
