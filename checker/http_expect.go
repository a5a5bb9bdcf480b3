package checker

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"sitrep/safe"
)

// httpExpect is what an answer by HTTP must be like, ready to be compared.
type httpExpect struct {
	status, retry      []StatusRange
	header             []Expect
	text, rejectText   [][]byte
	match, rejectMatch []*regexp.Regexp
	json               []jsonExpect
}

type jsonExpect struct {
	path path
	want Comparison
}

// newHTTPExpect checks what is expected of an answer to method.
func newHTTPExpect(o HTTPOptions, method string) (*httpExpect, error) {
	e := &httpExpect{
		status: o.ExpectStatus, retry: o.RetryStatus, header: o.ExpectHeader,
		match: o.ExpectMatch, rejectMatch: o.RejectMatch,
	}
	if len(e.status) == 0 {
		e.status = []StatusRange{{200, 299}}
	}
	for _, list := range [][]StatusRange{e.status, e.retry} {
		for _, r := range list {
			if r.From < 100 || r.To > 999 || r.From > r.To {
				return nil, fmt.Errorf("status %d-%d is no range of status codes", r.From, r.To)
			}
		}
	}
	for _, s := range o.ExpectText {
		e.text = append(e.text, []byte(s))
	}
	for _, s := range o.RejectText {
		e.rejectText = append(e.rejectText, []byte(s))
	}
	for _, x := range o.ExpectJSON {
		p, err := parsePath(x.Name)
		if err != nil {
			return nil, err
		}
		e.json = append(e.json, jsonExpect{p, x.Want})
	}
	if method == http.MethodHead && (e.ofText() || len(e.json) > 0) {
		return nil, errors.New("an answer to HEAD has no body to expect anything of")
	}
	return e, nil
}

// ofText tells whether anything is expected of the body as a text.
func (e *httpExpect) ofText() bool {
	return len(e.text)+len(e.rejectText)+len(e.match)+len(e.rejectMatch) > 0
}

// judge adds to t what is wrong with a.
func (e *httpExpect) judge(method string, a *answer, t *trip) {
	before := len(t.detail.Findings)
	if !within(e.status, a.code) {
		code := strconv.Itoa(a.code)
		if method != http.MethodGet {
			code += " to " + method
		}
		t.find("status", code+", want "+statusText(e.status))
	}
	e.judgeHeader(a.header, t)
	if t.body.undecoded == nil {
		e.judgeText(t)
		e.judgeJSON(t)
	} else if len(e.json) > 0 {
		t.find("json", "body cannot be unpacked: "+t.body.undecoded.Error())
	} else if e.ofText() {
		t.find("text", "body cannot be unpacked: "+t.body.undecoded.Error())
	}
	if t.body.capped {
		e.judgeCap(a, t)
	}
	if len(t.detail.Findings) > before && t.body.undecoded == nil {
		t.fact("body", excerpt(t.body.buf.Bytes()))
	}
}

func (e *httpExpect) judgeHeader(header http.Header, t *trip) {
	for i := range e.header {
		x := &e.header[i]
		v := value{}
		if values := header.Values(x.Name); len(values) > 0 {
			v = textValue(strings.Join(values, ", "))
		}
		if wrong := x.Want.check(v); wrong != "" {
			text := strings.ToLower(x.Name) + ": " + wrong
			t.detail.Findings = append(t.detail.Findings, Finding{What: "header", Status: x.Want.status(), Text: text})
		}
	}
}

// judgeText looks for texts in the body. If there is more of it than was read,
// what is missing may be in the rest, which is our limit and no fault of the text.
func (e *httpExpect) judgeText(t *trip) {
	content := t.body.buf.Bytes()
	missing := func(want string) {
		if t.body.capped {
			t.find("size", fmt.Sprintf("no %s in the first %s", want, size(int64(len(content)))))
		} else {
			t.find("text", fmt.Sprintf("no %s in the body", want))
		}
	}
	for _, s := range e.text {
		if !bytes.Contains(content, s) {
			missing(strconv.Quote(shorten(string(s))))
		}
	}
	for _, re := range e.match {
		if !re.Match(content) {
			missing("/" + re.String() + "/")
		}
	}
	for _, s := range e.rejectText {
		if bytes.Contains(content, s) {
			t.find("text", strconv.Quote(shorten(string(s)))+" in the body")
		}
	}
	for _, re := range e.rejectMatch {
		if found := re.Find(content); found != nil {
			t.find("text", fmt.Sprintf("%q in the body, matches /%s/", shorten(string(found)), re))
		}
	}
}

func (e *httpExpect) judgeJSON(t *trip) {
	if len(e.json) == 0 {
		return
	}
	if t.body.capped {
		t.find("size", "over "+size(int64(t.body.buf.Len()))+", JSON wants all of it")
		return
	}
	document, err := parseJSON(t.body.buf.Bytes())
	if err != nil {
		t.find("json", "got "+err.Error()+", want JSON with "+e.json[0].path.String())
		return
	}
	for i := range e.json {
		x := &e.json[i]
		if wrong := x.path.check(document, &x.want); wrong != "" {
			t.detail.Findings = append(t.detail.Findings, Finding{What: "json", Status: x.want.status(), Text: wrong})
		}
	}
}

// judgeCap says that the body was not read to its end: as a finding if what
// must not be there may be in the rest, as a fact otherwise.
func (e *httpExpect) judgeCap(a *answer, t *trip) {
	note := "read " + size(int64(t.body.buf.Len()))
	if a.length > int64(t.body.buf.Len()) && a.header.Get("Content-Encoding") == "" {
		note += " of " + size(a.length)
	}
	t.fact("size", note)
	if len(e.rejectText)+len(e.rejectMatch) > 0 {
		t.detail.Findings = append(t.detail.Findings, Finding{What: "size", Status: Degraded, Text: note + ", not all was searched"})
	}
}

// within tells whether code is in one of the ranges.
func within(ranges []StatusRange, code int) bool {
	for _, r := range ranges {
		if r.From <= code && code <= r.To {
			return true
		}
	}
	return false
}

// statusText writes ranges as the configuration has them.
func statusText(ranges []StatusRange) string {
	var texts []string
	for _, r := range ranges {
		switch {
		case r.From == r.To:
			texts = append(texts, strconv.Itoa(r.From))
		case r.From%100 == 0 && r.To == r.From+99:
			texts = append(texts, strconv.Itoa(r.From/100)+"xx")
		default:
			texts = append(texts, fmt.Sprintf("%d-%d", r.From, r.To))
		}
	}
	return strings.Join(texts, " or ")
}

// size writes a number of bytes in the largest unit that leaves it whole
// enough to be recognized.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'g', 4, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatFloat(float64(n)/(1<<10), 'g', 4, 64) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// excerpt is the beginning of a body, "" if it is empty or no text.
func excerpt(content []byte) string {
	const most = 200
	head := content[:min(len(content), most+utf8.UTFMax)]
	if bytes.IndexByte(head, 0) >= 0 {
		return ""
	}
	return safe.Line(string(bytes.TrimSpace(head)), most)
}
