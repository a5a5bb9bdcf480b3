package alert

// Matcher is a list of alternatives; nil or empty matches everything.
type Matcher []Terms

// Terms maps a label to the values it may have: all labels must hold, any of a
// label's values. Always present are name, kind, group, severity and finding.
type Terms map[string][]string
