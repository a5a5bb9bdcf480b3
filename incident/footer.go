package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// footer proves what a document was made of.
type footer struct {
	incident string
	entries  int
	last     uint64 // seq
	sum      string // of the log, see digest
	version  string
	exported time.Time
}

func footerOf(id string, log []Entry, style Style) (footer, error) {
	sum, err := digest(log)
	if err != nil {
		return footer{}, err
	}
	f := footer{incident: id, entries: len(log), sum: sum, version: style.Version, exported: style.Exported}
	if len(log) > 0 {
		f.last = log[len(log)-1].Seq
	}
	return f, nil
}

// markdown is the end of a Markdown document, up to the hash of the text.
func (f *footer) markdown() string {
	return fmt.Sprintf("All times are UTC. Event log of `%s`: %d entries, last %d, SHA-256 `%s`%s.\n\nText before this: SHA-256 `",
		f.incident, f.entries, f.last, f.sum, escape(f.writer()))
}

// writer says who wrote the document, and when.
func (f *footer) writer() string {
	text := ""
	if f.version != "" {
		text += ", written by sitrep " + f.version
	}
	if !f.exported.IsZero() {
		text += ", exported at " + stamp(f.exported)
	}
	return text
}

// digest returns the SHA-256 of a log, redacted, an entry a line as compact JSON:
// that is what "jq -c .log[]" prints of a document that JSON wrote.
func digest(log []Entry) (string, error) {
	log = redacted(log)
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for i := range log {
		if err := enc.Encode(&log[i]); err != nil {
			return "", fmt.Errorf("hash entry %d: %w", log[i].Seq, err)
		}
	}
	return seal(buf.Bytes()), nil
}
