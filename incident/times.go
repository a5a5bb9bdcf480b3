package incident

import (
	"time"

	"sitrep/alert"
	"sitrep/civil"
)

// Elapsed is a time between two milestones. It is not known while one of them
// is not set, or where the later one lies before the earlier.
type Elapsed struct {
	time.Duration
	Known bool
}

// String returns it as screens show it, "-" while it is not known.
func (e Elapsed) String() string {
	if !e.Known {
		return "-"
	}
	return civil.FormatDuration(e.Duration)
}

// Times are the figures that incidents are compared by, to the second.
type Times struct {
	Detect      Elapsed // started to detected
	Acknowledge Elapsed // first accepted page to acknowledged
	Declare     Elapsed // started to declared
	Mitigate    Elapsed // started to mitigated
	Resolve     Elapsed // started to resolved
}

// Times returns the incident's figures. They are the differences of the moments
// as they are shown, without fractions of a second.
func (i *Incident) Times() Times {
	return Times{
		Detect:      between(i.Milestones[Started], i.Milestones[Detected]),
		Acknowledge: between(i.FirstPage(), i.Milestones[Acknowledged]),
		Declare:     between(i.Milestones[Started], i.Milestones[DeclaredAt]),
		Mitigate:    between(i.Milestones[Started], i.Milestones[Mitigated]),
		Resolve:     between(i.Milestones[Started], i.Milestones[ResolvedAt]),
	}
}

func between(from, to time.Time) Elapsed {
	d := to.Truncate(time.Second).Sub(from.Truncate(time.Second))
	if from.IsZero() || to.IsZero() || d < 0 {
		return Elapsed{}
	}
	return Elapsed{d, true}
}

// FirstPage returns when a receiver that wakes somebody first accepted a
// notification about the incident's alerts, zero if none did.
func (i *Incident) FirstPage() time.Time {
	var first time.Time
	for n := range i.Entries {
		e := &i.Entries[n].Entry
		at := e.valueTime(refPaged)
		if e.pages() {
			at = e.At
		}
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// pages tells whether an entry is an accepted page: one that something is over
// calls nobody.
func (e *Entry) pages() bool {
	return e.Kind == Paged && e.value(refPaging) != "no" && e.Value != alert.Over.String()
}
