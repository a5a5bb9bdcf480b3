package alert

import "fmt"

// State, Severity, Reason and Outcome are written as their words, so that a
// number never has to keep its meaning on the disk or in somebody's webhook.

// MarshalText writes the state as its word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state from its word.
func (s *State) UnmarshalText(text []byte) error {
	return parseWord((*uint8)(s), "state", stateNames[:], text)
}

// MarshalText writes the severity as its word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity from its word.
func (s *Severity) UnmarshalText(text []byte) error {
	return parseWord((*uint8)(s), "severity", severityNames[:], text)
}

// MarshalText writes the reason as its word.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a reason from its word.
func (r *Reason) UnmarshalText(text []byte) error {
	return parseWord((*uint8)(r), "reason", reasonNames[:], text)
}

// MarshalText writes the outcome as its word.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads an outcome from its word.
func (o *Outcome) UnmarshalText(text []byte) error {
	return parseWord((*uint8)(o), "outcome", outcomeNames[:], text)
}

// parseWord sets v to the place of a word in names.
func parseWord(v *uint8, what string, names []string, text []byte) error {
	for i, name := range names {
		if name == string(text) {
			*v = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("%s is none of %q: %q", what, names, text)
}
