package tui

// nextPane gives the keys that move to the next pane.
func (m *Model) nextPane() { m.say("not there yet") }
