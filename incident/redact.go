package incident

import "slices"

// redacted returns a log as documents have it, and its hash: of a line that its
// author took back it has who and when, and not the words of any of its texts.
// The log must be in order; it stays as it is.
func redacted(log []Entry) []Entry {
	gone := map[uint64]bool{} // the seqs of such a line's texts
	for i := range log {
		if seq, ok := log[i].about(); ok && log[i].Kind == Retracted {
			gone[seq] = true
		}
	}
	if len(gone) == 0 {
		return log
	}
	log = slices.Clone(log)
	for i := range log {
		e := &log[i]
		switch seq, _ := e.about(); {
		case gone[e.Seq] || gone[e.Replaces]:
			gone[e.Seq] = true
			e.Text, e.Refs = "", nil
		case e.Kind == SetAction && gone[seq]:
			e.Text, e.Value = "", ""
		}
	}
	return log
}
