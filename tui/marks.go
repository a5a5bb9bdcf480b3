package tui

// marked returns the names of the marked targets, in the order of the board.
func (m *Model) marked() []string { return nil }

// toggleMark marks the row one is on, or takes its mark away.
func (m *Model) toggleMark() { m.say("not there yet") }

// nextOrder sorts the board by the next of its orders.
func (m *Model) nextOrder() { m.say("not there yet") }

// nextColumns shows the board's next set of columns.
func (m *Model) nextColumns() { m.say("not there yet") }
