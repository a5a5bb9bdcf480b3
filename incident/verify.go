package incident

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxDocument is the most bytes of a document that Verify reads.
const maxDocument = 64 << 20

// ErrNoFooter is that a document does not say what log it was made of.
var ErrNoFooter = errors.New("not a report that sitrep wrote, or without its footer")

// Outcome is what became of a log since a report was made of it.
type Outcome uint8

// The outcomes. Unchanged and Grown prove that nothing was altered.
const (
	Unchanged Outcome = iota // it is the same
	Grown                    // it begins with the same entries, and others were added
	Altered                  // its first entries are others, or some are missing
	Unknown                  // there is none of that incident
	Forged                   // the document's own log is not what it says that it is
)

// Verdict is what a report proves of a log.
type Verdict struct {
	Outcome  Outcome
	Incident string // that the report is about
	Entries  int    // that it was made of
	Added    []Entry
	// Edited: its text is not the one that was written. That is usual for one
	// whose blanks were filled in.
	Edited bool
}

// OK tells whether nothing of the log was altered since; see Edited for the text.
func (v Verdict) OK() bool { return v.Outcome == Unchanged || v.Outcome == Grown }

// String says it in one line.
func (v Verdict) String() string {
	switch {
	case v.OK() && v.Edited:
		return v.ofLog() + "; the text of the file was edited since the export"
	case v.OK():
		return v.ofLog() + "; the text of the file is as it was written"
	}
	return v.ofLog()
}

// ofLog says what became of the log.
func (v Verdict) ofLog() string {
	switch v.Outcome {
	case Unchanged:
		return fmt.Sprintf("%s: the log is unchanged since the export (%d entries)", v.Incident, v.Entries)
	case Grown:
		return fmt.Sprintf("%s: the %d entries of the export are unchanged; %d were added since: %s",
			v.Incident, v.Entries, len(v.Added), kindsOf(v.Added))
	case Altered:
		return fmt.Sprintf("%s: the log is not the one that was exported: its first %d entries are others", v.Incident, v.Entries)
	case Forged:
		return fmt.Sprintf("%s: the log in the file is not what the file says that it is", v.Incident)
	}
	return fmt.Sprintf("%s: there is no such incident here", v.Incident)
}

// kindsOf counts entries by what they are, in the order of the first of each.
func kindsOf(all []Entry) string {
	var kinds []string
	counts := map[string]int{}
	for i := range all {
		what := all[i].What()
		if counts[what]++; counts[what] == 1 {
			kinds = append(kinds, what)
		}
	}
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%d %s", counts[kind], kind)
	}
	return strings.Join(kinds, ", ")
}

// Proof is what a report says of the log that it was made of.
type Proof struct {
	Incident string
	entries  int
	last     uint64 // seq
	sum      string
	forged   bool // the document has a log that does not hash to sum
	edited   bool // its text is not the one that was written
}

// ReadProof reads the footer of a report in Markdown, HTML or JSON, of at most
// 64 MiB. It fails with ErrNoFooter if there is none.
func ReadProof(doc io.Reader) (Proof, error) {
	text, err := io.ReadAll(io.LimitReader(doc, maxDocument+1))
	if err != nil {
		return Proof{}, fmt.Errorf("read report: %w", err)
	}
	if len(text) > maxDocument {
		return Proof{}, fmt.Errorf("%w: it is larger than 64 MiB", ErrNoFooter)
	}
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		return jsonProof(trimmed)
	}
	for _, form := range []struct{ footer, seal *regexp.Regexp }{{htmlFooter, htmlSeal}, {markdownFooter, markdownSeal}} {
		if all := form.footer.FindAllSubmatch(text, -1); len(all) > 0 {
			p, err := textProof(all[len(all)-1])
			p.edited = edited(text, form.seal)
			return p, err
		}
	}
	return Proof{}, ErrNoFooter
}

// The footers, as footer writes them. No text from outside can look like one: in
// HTML it has no "<", in Markdown no backtick that is not escaped.
var (
	htmlFooter     = regexp.MustCompile(`<footer><p id="log" data-incident="([^"]*)" data-entries="(\d+)" data-last="(\d+)" data-sha256="([0-9a-f]{64})">`)
	markdownFooter = regexp.MustCompile("(?m)^All times are UTC\\. Event log of `([^`\n]*)`: (\\d+) entries, last (\\d+), SHA-256 `([0-9a-f]{64})`")
)

func textProof(found [][]byte) (Proof, error) {
	entries, err := strconv.Atoi(string(found[2]))
	if err != nil {
		return Proof{}, ErrNoFooter
	}
	last, err := strconv.ParseUint(string(found[3]), 10, 64)
	if err != nil {
		return Proof{}, ErrNoFooter
	}
	return Proof{Incident: html.UnescapeString(string(found[1])), entries: entries, last: last, sum: string(found[4])}, nil
}

// jsonProof also checks that the log in the document is what it says.
func jsonProof(text []byte) (Proof, error) {
	var doc struct {
		Schema string            `json:"schema"`
		ID     string            `json:"id"`
		Log    []json.RawMessage `json:"log"`
		Sum    string            `json:"log_sha256"`
	}
	if err := json.Unmarshal(text, &doc); err != nil || !strings.HasPrefix(doc.Schema, "sitrep.incident/") || doc.ID == "" {
		return Proof{}, ErrNoFooter
	}
	p := Proof{Incident: doc.ID, entries: len(doc.Log), sum: doc.Sum}
	var lines bytes.Buffer
	for _, raw := range doc.Log {
		if err := json.Compact(&lines, raw); err != nil {
			return Proof{}, ErrNoFooter
		}
		lines.WriteByte('\n')
		var e Entry
		if err := json.Unmarshal(raw, &e); err != nil {
			return Proof{}, ErrNoFooter
		}
		p.last = max(p.last, e.Seq)
	}
	p.forged = seal(lines.Bytes()) != doc.Sum
	var compact bytes.Buffer
	err := json.Compact(&compact, text)
	p.edited = err != nil || edited(compact.Bytes(), jsonSeal)
	return p, nil
}

// Check compares what a report was made of with the log as it is now, that of its
// incident, or of several.
func (p *Proof) Check(log []Entry) (Verdict, error) {
	v := Verdict{Incident: p.Incident, Entries: p.entries, Edited: p.edited}
	var then []Entry
	for _, e := range log {
		switch {
		case e.Incident != p.Incident:
		case e.Seq <= p.last:
			then = append(then, e)
		default:
			v.Added = append(v.Added, e)
		}
	}
	bySeq := func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) }
	slices.SortFunc(then, bySeq)
	slices.SortFunc(v.Added, bySeq)
	sum, err := digest(then)
	switch {
	case err != nil:
		return v, err
	case p.forged:
		v.Outcome = Forged
	case len(then)+len(v.Added) == 0:
		v.Outcome = Unknown
	case len(then) != p.entries || sum != p.sum:
		v.Outcome = Altered
	case len(v.Added) > 0:
		v.Outcome = Grown
	}
	return v, nil
}

// Verify reads a report, and tells what it proves of the log as it is now: that
// of its incident, or of several. It fails with ErrNoFooter if it is none.
func Verify(doc io.Reader, log []Entry) (Verdict, error) {
	p, err := ReadProof(doc)
	if err != nil {
		return Verdict{}, err
	}
	return p.Check(log)
}
