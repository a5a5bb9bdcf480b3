package incident

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Style says how a post-mortem is written. The zero value is the full one.
type Style struct {
	Preset     string            // "full", also for ""; others are not there yet
	Version    string            // of sitrep, for the footer; "" leaves it out
	Severities map[string]string // meanings of the levels, as configured
}

// Presets are the forms of a post-mortem. Each is some of the headings of "full",
// in an order and with names of its own.
var Presets = []string{"full", "challenge", "google", "pagerduty"}

// Postmortem writes what is known of an incident as a Markdown document, with
// headed blanks for what only people know. All times are UTC. The same incident
// and style always give the same bytes. It fails if the preset is not known, or
// w does.
func Postmortem(w io.Writer, inc *Incident, style Style) error {
	if preset := cmp.Or(style.Preset, "full"); preset != "full" {
		return fmt.Errorf("%w: preset %q; known is full", ErrInvalid, style.Preset)
	}
	log := inc.Log()
	sum, err := digest(log)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(w)
	p := &report{page: page{w: buffered}, inc: inc, style: style, log: log, times: inc.Times(), impact: inc.Impact()}
	p.frontMatter()
	p.printf("\n# Post-mortem: %s\n", escape(cmp.Or(inc.Title, inc.ID)))
	p.lint()
	for i, s := range sections {
		p.heading(fmt.Sprintf("%d %s", i+1, s.heading))
		s.write(p)
	}
	p.footer(sum)
	if err := cmp.Or(p.err, buffered.Flush()); err != nil {
		return fmt.Errorf("write post-mortem of %s: %w", inc.ID, err)
	}
	return nil
}

// report is a post-mortem being written.
type report struct {
	page
	inc    *Incident
	style  Style
	log    []Entry
	times  Times
	impact Impact
}

// sections are the headings of a post-mortem, in order.
var sections = []struct {
	heading string
	write   func(*report)
}{
	{"Summary", (*report).summary},
	{"Customer impact", (*report).customerImpact},
	{"Detection", (*report).detection},
	{"Trigger", prompt("what set it off: a change, a load, a date?")},
	{"What happened", (*report).whatHappened},
	{"Workaround / mitigation", prompt("what made it bearable before it was mended?")},
	{"Resolution", (*report).resolution},
	{"Root cause and contributing factors", (*report).causes},
	{"Timeline (UTC)", (*report).timeline},
	{"Metrics and plots", (*report).metrics},
	{"Responders and roles", (*report).responders},
	{"What went well", prompt("what helped?")},
	{"What went poorly", prompt("what got in the way?")},
	{"Where we got lucky", prompt("what could have made it worse, and by chance did not?")},
	{"Action items", (*report).actions},
	{"Related tickets", prompt("tickets, changes and earlier incidents.")},
	{"Communication summary", (*report).communication},
	{"Lessons learned", prompt("what would we tell those on call next time?")},
	{"Supporting information", prompt("dashboards, logs, recordings.")},
}

func prompt(text string) func(*report) {
	return func(p *report) { p.blank(text) }
}

// frontMatter is YAML. Its strings are written as JSON's, which YAML reads.
func (p *report) frontMatter() {
	field := func(name, value string) {
		quoted, err := json.Marshal(value)
		if p.err = cmp.Or(p.err, err); p.err == nil {
			p.printf("%s: %s\n", name, quoted)
		}
	}
	p.printf("---\n")
	field("id", p.inc.ID)
	field("title", p.inc.Title)
	field("date", date(p.inc.Milestones[Started]))
	field("status", p.inc.Status)
	field("severity", severityWord(p.inc.Severity))
	field("commander", p.inc.Commander)
	for _, name := range []string{"authors", "customers", "owner", "review_meeting", "recording"} {
		p.printf("%s:\n", name)
	}
	p.printf("---\n")
}

// lint lists what to mend before anybody reads on.
func (p *report) lint() {
	found := Lint(p.inc)
	if len(found) == 0 {
		return
	}
	p.printf("\nBefore this is published:\n\n")
	for _, f := range found {
		p.printf("- [ ] %s\n", escape(f))
	}
}

func (p *report) summary() {
	at := p.inc.Milestones
	p.printf("Incident %s (%s): %s.\n", escape(p.inc.ID), escape(severityWord(p.inc.Severity)), escape(p.inc.Title))
	if resolved, ok := at[ResolvedAt]; ok {
		p.printf("It began at %s and was resolved at %s, after %s.\n", moment(at[Started]), stamp(resolved), p.elapsed(p.times.Resolve))
	} else {
		p.printf("It began at %s and is %s.\n", moment(at[Started]), escape(p.inc.Status))
	}
	if targets := p.targets(); len(targets) > 0 {
		p.printf("Targets: %s.\n", escape(strings.Join(targets, ", ")))
	}
	p.printf("\n")
	p.blank("what customers saw, for how long, and why, in words that they would use.")
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
func (p *report) elapsed(e Elapsed) string {
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

// footer proves what the document was made of.
func (p *report) footer(sum string) {
	p.printf("\n---\n\nAll times are UTC. Event log: %d entries, SHA-256 `%s`", len(p.log), sum)
	if p.style.Version != "" {
		p.printf(", written by sitrep %s", escape(p.style.Version))
	}
	p.printf(".\n")
}
