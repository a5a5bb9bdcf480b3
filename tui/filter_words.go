package tui

// How the values of a key are read.
type keyKind uint8

const (
	keyWords    keyKind = iota // words that are compared
	keyDuration                // compared as a number of seconds
	keyNumber
	keySince // a moment, or how long ago
	keyFlags // one of a list of words
)

// filterKeys are the keys that are no labels.
var filterKeys = map[string]keyKind{
	"state": keyWords, "kind": keyWords, "name": keyWords, "group": keyWords, "sev": keyWords, "by": keyWords, "inc": keyWords,
	"since": keySince, "lat": keyDuration, "p95": keyDuration, "cert": keyDuration, "fails": keyNumber, "is": keyFlags, "has": keyFlags,
}

// filterFlags are what "is:" and "has:" can ask. "has:" takes labels as well.
var filterFlags = map[string][]string{
	"is": {
		"firing", "unacked", "acked", "held", "silenced", "maint", "inhibited", "waiting", "flapping", "stale", "soft", "mine", "starred", "retracted", "edited", "open", "changed",
	},
	"has": {"alert", "ack", "inc", "note", "cert", "runbook"},
}

// isWords say what "is:" asks with each of its words.
var isWords = map[string]string{
	"firing": "an alert is", "unacked": "fires, and nobody acknowledged it", "acked": "somebody has it", "held": "fires, and nobody is told",
	"silenced": "by an operator", "maint": "in maintenance", "inhibited": "a parent is down", "waiting": "for a parent to be probed up",
	"flapping": "up and down too often", "stale": "no known result for a while", "soft": "bad, not confirmed", "mine": "you have it, or wrote it",
	"starred": "for the report", "retracted": "struck by who wrote it", "edited": "another text than at first", "open": "of an open incident",
	"changed": "since you looked away",
}

// sameWords are other words for a state.
var sameWords = map[string]string{
	"warn": "degraded", "warning": "degraded", "ok": "up", "unkn": "unknown", "crit": "down",
}

// filterWords say what the keys of a filter are about that have a word for a value.
var filterWords = map[string]string{
	"kind": "kind of a target, an event or an entry", "name": "name", "group": "group", "sev": "severity",
	"by": "operator who did it, or has it", "inc": "incident, by its ID or the end of it",
}
