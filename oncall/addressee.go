package oncall

import "strings"

// Addressee is whom a page goes to: a receiver of the configuration, there at
// an address of its own if Address is set, and meaning one operator if Operator
// is.
type Addressee struct{ Receiver, Address, Operator string }

// String returns it as ledgers, logs and screens have it: "pager", "ana via
// pager", "ana via mail:ana@example.org". No operator's name holds a blank, and
// no receiver's a colon, so that ParseAddressee reads it back.
func (a Addressee) String() string {
	s := a.Receiver
	if a.Address != "" {
		s += ":" + a.Address
	}
	if a.Operator != "" {
		s = a.Operator + " via " + s
	}
	return s
}

// ParseAddressee reads what String wrote.
func ParseAddressee(s string) Addressee {
	var a Addressee
	if operator, rest, ok := strings.Cut(s, " via "); ok && !strings.ContainsAny(operator, " :") {
		a.Operator, s = operator, rest
	}
	a.Receiver, a.Address, _ = strings.Cut(s, ":")
	return a
}
