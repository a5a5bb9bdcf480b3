package incident

import (
	"sitrep/alert"
)

func matches(m alert.Matcher, a *alert.Alert) bool { return false }
