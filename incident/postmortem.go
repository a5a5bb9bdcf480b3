package incident

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Postmortem writes what is known of an incident as a Markdown document, with
// rooms marked Blank for what only people know. All times are UTC. The same
// incident and style always give the same bytes. It fails with ErrInvalid if the
// preset is not known, or if w does.
func Postmortem(w io.Writer, inc *Incident, style Style) error {
	d, err := compose(inc, style)
	if err != nil {
		return err
	}
	if err := writeMarkdown(w, d); err != nil {
		return fmt.Errorf("write post-mortem of %s: %w", inc.ID, err)
	}
	return nil
}

// HTML writes what Postmortem writes as one HTML file with plots, which needs
// nothing else: no script, no picture, no style from anywhere.
func HTML(w io.Writer, inc *Incident, style Style) error {
	d, err := compose(inc, style)
	if err != nil {
		return err
	}
	if err := writeHTML(w, d); err != nil {
		return fmt.Errorf("write post-mortem of %s: %w", inc.ID, err)
	}
	return nil
}

// compose fills a document.
func compose(inc *Incident, style Style) (*doc, error) {
	name := cmp.Or(style.Preset, "full")
	p, ok := presets[name]
	if !ok {
		return nil, fmt.Errorf("%w: preset %q; known are %s", ErrInvalid, style.Preset, strings.Join(Presets, ", "))
	}
	log := inc.Log()
	proof, err := footerOf(inc.ID, log, style)
	if err != nil {
		return nil, err
	}
	r := &report{
		doc: &doc{title: p.title + cmp.Or(inc.Title, inc.ID), proof: proof},
		inc: inc, style: style, log: log, times: inc.Times(), impact: inc.Impact(),
	}
	r.frontMatter()
	r.lint()
	for i, s := range p.sections {
		text := s.heading
		if p.numbered {
			text = fmt.Sprintf("%d %s", i+1, text)
		}
		r.put(heading{2, text})
		for _, write := range s.write {
			write(r)
		}
	}
	return r.doc, nil
}

// report is a post-mortem being composed.
type report struct {
	doc    *doc
	inc    *Incident
	style  Style
	log    []Entry
	times  Times
	impact Impact
}

func (p *report) put(b block) { p.doc.blocks = append(p.doc.blocks, b) }

// field puts what people wrote under a field, or asks for it.
func (p *report) field(field, prompt string) {
	if text := p.inc.Fields[field]; text != "" {
		p.put(written(text))
		return
	}
	p.put(blank(prompt))
}

// frontMatter says what the report is about.
func (p *report) frontMatter() {
	add := func(name string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		p.doc.front = append(p.doc.front, entryOf{name: name, values: values})
	}
	many := func(name string, values []string) {
		p.doc.front = append(p.doc.front, entryOf{name: name, values: values, many: true})
	}
	f := p.inc.Fields
	add("id", p.inc.ID)
	add("title", p.inc.Title)
	add("date", date(p.inc.Milestones[Started]))
	many("authors", p.authors())
	add("status", p.inc.Status)
	add("severity", severityWord(p.inc.Severity))
	add("priority", f[FieldPriority])
	many("customers", fieldLines(f[FieldCustomers]))
	add("commander", p.inc.Commander)
	add("owner", f[FieldOwner])
	add("visibility", f[FieldVisibility])
	add("review_meeting", f[FieldReview])
	var recordings []string
	for _, l := range p.inc.Links {
		if l.Kind == "recording" {
			recordings = append(recordings, l.To)
		}
	}
	many("recording", recordings)
}

// authors returns who wrote parts of the report, in the order of their first.
func (p *report) authors() []string {
	var names []string
	for i := range p.log {
		if e := &p.log[i]; e.Kind == SetField && e.By != "" && !slices.Contains(names, e.By) {
			names = append(names, e.By)
		}
	}
	return names
}

// fieldLines returns the lines of a field that has one thing a line.
func fieldLines(text string) []string {
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// lint lists what to mend before anybody reads on.
func (p *report) lint() {
	found := p.style.Lint(p.inc)
	if len(found) == 0 {
		return
	}
	p.put(paragraph("Before this is published:"))
	var all tasks
	for _, f := range found {
		all = append(all, f.Rule+": "+f.Text)
	}
	p.put(all)
}

// targets returns the names of the incident's targets, each once.
func (p *report) targets() []string {
	var names []string
	for _, m := range p.inc.Alerts {
		if !slices.Contains(names, m.Target) {
			names = append(names, m.Target)
		}
	}
	return names
}

// elapsed writes a known time to the second, "not set" otherwise.
func elapsed(e Elapsed) string {
	if !e.Known {
		return notSet
	}
	return exactly(e.Duration)
}

const notSet = "not set"

// exactly writes a duration to the second: a report is where figures are
// compared, and not where they must be short.
func exactly(d time.Duration) string { return d.Truncate(time.Second).String() }

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// moment writes an instant, "not set" if there is none.
func moment(t time.Time) string {
	if t.IsZero() {
		return notSet
	}
	return stamp(t)
}
