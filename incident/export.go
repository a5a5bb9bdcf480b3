package incident

import "io"

// Style says how a post-mortem is written. The zero value is the full one.
type Style struct {
	Preset     string            // "full", also for ""; others are not there yet
	Version    string            // of sitrep, for the footer; "" leaves it out
	Severities map[string]string // meanings of the levels, as configured
}

// Postmortem writes the incident as Markdown.
func Postmortem(w io.Writer, inc *Incident, style Style) error { return nil }

// JSON writes the incident as one JSON document, schema "sitrep.incident/1".
func JSON(w io.Writer, inc *Incident) error { return nil }

// Lint returns what is missing or contradicts itself, in words for whoever
// writes the post-mortem; nil if nothing is.
func Lint(inc *Incident) []string { return nil }

// FileName returns a readable name for a file about the incident, without an
// extension: its ID and its title, at most 100 bytes, never a path.
func FileName(inc *Incident) string { return inc.ID }
