package tui

// toggleFreeze holds the picture that is shown, or lets it go on.
func (m *Model) toggleFreeze() { m.say("not there yet") }

// showChanged shows only what changed since the operator looked, and the second
// time takes it as seen.
func (m *Model) showChanged() { m.say("not there yet") }

// nextPane gives the keys that move to the next pane.
func (m *Model) nextPane() { m.say("not there yet") }
