package incident

import (
	"fmt"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/civil"
)

// endText is how an alert ended.
func endText(ev *alert.Event) string {
	a := &ev.Alert
	text := ""
	switch a.Ending {
	case "by hand":
		text = "resolved by hand"
	case "removed":
		text = "no longer monitored"
	default:
		end := a.Resolved
		if end.IsZero() {
			end = ev.At
		}
		return "up after " + civil.FormatDuration(max(0, end.Sub(a.Started).Truncate(time.Second)))
	}
	if ev.Text != "" {
		text += ": " + ev.Text
	}
	return text
}

// What returns the word that a timeline has for an entry: "fired", "note", and
// for a milestone its name.
func (e *Entry) What() string {
	switch e.Kind {
	case AlertEntry, SetMilestone:
		return e.Field
	}
	return string(e.Kind)
}

// Sentence returns what a timeline says of an entry, after its What, in one
// text: whose it is, the target it is about, and its words. Notes keep their lines.
func (e *Entry) Sentence() string {
	text := e.words()
	if e.Kind == SetMilestone && e.By != "" {
		text = "set by " + e.By
		if e.Text != "" {
			text += ", " + e.Text
		}
		return text
	}
	if e.Target != "" {
		sep := " "
		if e.By != "" && text != "" {
			sep = ", "
		}
		if text == "" {
			sep = ""
		}
		text = e.Target + sep + text
	}
	switch {
	case e.By == "":
		return text
	case text == "":
		return e.By
	}
	return e.By + ": " + text
}

// words is the part of the sentence that names neither operator nor target.
func (e *Entry) words() string {
	switch e.Kind {
	case Declared:
		if e.Value != "" && e.Value != "unset" {
			return e.Value + " " + e.Text
		}
	case Joined:
		if e.By == "" && e.Value != "" {
			return fmt.Sprintf("%s, same group %s", e.Text, e.Value)
		}
	case SetRole:
		switch {
		case e.Text != "":
			return e.Text
		case e.Value == "":
			return "no " + e.Field
		}
		return e.Field + " " + e.Value
	case Comms:
		return e.told() + e.Text
	case Linked:
		if e.Text == "" {
			return e.Field + " " + e.Value
		}
		return e.Field + " " + e.Value + ", " + e.Text
	case Unlinked:
		return e.Field + " " + e.Value + " taken away"
	}
	return e.Text
}

// told is to whom something was said, and where: "to customers via status page: ".
func (e *Entry) told() string {
	var words []string
	if to := e.value(refAudience); to != "" {
		words = append(words, "to "+to)
	}
	if via := e.value(refChannel); via != "" {
		words = append(words, "via "+via)
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, " ") + ": "
}

// Told returns to whom something was said, and by what; "" if that is not
// known, and of what is no communication.
func (e *Entry) Told() (audience, channel string) {
	return e.value(refAudience), e.value(refChannel)
}
