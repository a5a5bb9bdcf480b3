package notify

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"sitrep/safe"
)

// What a template may write, in bytes. Words that are longer are cut; a body
// that is longer has failed, since half of it is of no use to a program.
const (
	maxTemplate     = 16 << 10
	maxTemplateBody = 256 << 10
)

// Template makes the subject and the text of messages in an operator's words.
// See TemplateData for what it is given. Besides what text/template knows it may
// call
//
//	duration D      "12m 4s"
//	time T          "2026-04-12 03:29:04Z", or in the receiver's zone "2026-04-12 05:29:04 CEST"
//	clock T         the same without the date and the seconds, "03:29Z"
//	join SEP LIST   a list in one line, as in {{join ", " .Targets}}
//	upper S         in capitals
//	json V          as JSON, with the quotes, as in {{json (print .Route ": " .Title)}}
//
// It is plain text: each channel escapes it. It is stopped once it has written too
// much, or nothing for too long. It is safe for concurrent use.
type Template struct {
	subject, text *template.Template // nil: our own
}

// TemplateError says what is wrong with a template, and where in it.
type TemplateError struct {
	Part         string // "subject", "text" or "body"
	Line, Column int    // from 1; Column 0 is unknown
	Problem      string
}

func (e *TemplateError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Part, e.Line, max(e.Column, 1), e.Problem)
}

// ParseTemplate reads the two templates; "" keeps our own words for that part,
// and two of them are a nil Template. Both are tried on samples of all that a
// receiver may be told, so that what would fail at night is refused by day. All
// errors are of type *TemplateError, joined.
func ParseTemplate(subject, text string) (*Template, error) {
	if subject == "" && text == "" {
		return nil, nil
	}
	s, subjectErr := parsePart("subject", subject)
	t, textErr := parsePart("text", text)
	if err := errors.Join(subjectErr, textErr); err != nil {
		return nil, err
	}
	return &Template{subject: s, text: t}, nil
}

// parsePart returns nil for "".
func parsePart(part, source string) (*template.Template, error) {
	if source == "" {
		return nil, nil
	}
	t, err := newTemplate(part).Funcs(templateFuncs).Parse(source)
	if err != nil {
		return nil, templateErrorOf(part, source, err)
	}
	interruptible(t)
	for _, n := range samples() {
		_, err := execute(t, Wording{}.data(n), maxTemplateBody)
		if err != nil && (part == "body" || !errors.Is(err, errTooLong)) {
			return nil, templateErrorOf(part, source, err)
		}
	}
	return t, nil
}

func newTemplate(name string) *template.Template {
	return template.New(name).Option("missingkey=zero")
}

// templateFuncs are pure. Times carry their zone.
var templateFuncs = template.FuncMap{
	"duration": span,
	"time":     stamp,
	"clock": func(t time.Time) string {
		if t.Location() == time.UTC {
			return t.Format("15:04Z")
		}
		return t.Format("15:04 MST")
	},
	"join":  func(sep string, list []string) string { return strings.Join(list, sep) },
	"upper": strings.ToUpper,
	"json": func(v any) (string, error) {
		b, err := encode(v)
		return string(b), err
	},
}

// errTooLong is what stops a template that writes more than it may.
var errTooLong = errors.New("the output is too long")

// execute returns what t makes of data, at most max bytes of it, with
// errTooLong if there is more, and errEndless if it goes on without writing. It
// never panics.
func execute(t *template.Template, data TemplateData, max int) (string, error) {
	w := capped{max: max}
	err := t.Execute(&w, data)
	for _, stop := range []error{errTooLong, errEndless} {
		if errors.Is(err, stop) {
			err = stop // without the place: it is no fault of that line
		}
	}
	return w.String(), err
}

// capped takes max bytes and refuses what goes beyond, and nothing maxIdle times.
type capped struct {
	bytes.Buffer
	max  int
	idle int // how often it was nothing
}

func (c *capped) Write(p []byte) (int, error) {
	if len(p) == 0 {
		if c.idle++; c.idle > maxIdle {
			return 0, errEndless
		}
		return 0, nil
	}
	if room := c.max - c.Len(); len(p) > room {
		c.Buffer.Write(p[:room])
		return room, errTooLong
	}
	return c.Buffer.Write(p)
}

// Text/template's errors: "template: NAME:LINE: PROBLEM" where it is parsed, and
// "template: NAME:LINE:COLUMN: executing "NAME" at <EXPR>: PROBLEM" where it is
// run. A column there counts from 0.
var (
	parseFault = regexp.MustCompile(`(?s)^template: [^:]*:(\d+): (.*)$`)
	runFault   = regexp.MustCompile(`(?s)^template: [^:]*:(\d+):(\d+): executing "[^"]*" at (.*)$`)
	quoted     = regexp.MustCompile(`"([^"]+)"|<([^>]+)>`)
)

func templateErrorOf(part, source string, err error) *TemplateError {
	e := &TemplateError{Part: part, Line: 1, Problem: safe.Line(err.Error(), maxErr)}
	text := err.Error()
	if m := runFault.FindStringSubmatch(text); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Column, _ = strconv.Atoi(m[2])
		e.Column++
		e.Problem = safe.Line(m[3], maxErr)
	} else if m := parseFault.FindStringSubmatch(text); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Problem = safe.Line(m[2], maxErr)
		e.Column = columnOf(source, e.Line, m[2])
	}
	return e
}

// columnOf finds what a fault of parsing names, since it does not say where in
// its line that is: the first that it quotes, else the first action. 0 if the
// line has neither.
func columnOf(source string, line int, problem string) int {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return 0
	}
	names := []string{"{{"}
	if m := quoted.FindStringSubmatch(problem); m != nil {
		names = []string{m[1] + m[2], "{{"}
	}
	for _, name := range names {
		if i := strings.Index(lines[line-1], name); i >= 0 {
			return i + 1
		}
	}
	return 0
}
