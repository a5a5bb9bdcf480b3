package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"

	"sitrep/alert"
	"sitrep/safe"
)

// Body makes the whole body of a webhook's request. It is given the same and
// may call the same as a Template.
type Body struct {
	body *template.Template
	json bool // it is JSON, whatever it is told
}

// ParseBody reads the template of a webhook's body and tries it as
// ParseTemplate does; "" is a nil Body. What looks like JSON must be so whatever
// the texts in it hold: an answer with a quote in it is not rare, and then whoever
// reads the body refuses all of it. Several values of JSON, one behind the other,
// are as good as one.
func ParseBody(body string) (*Body, error) {
	t, err := parsePart("body", body)
	if t == nil || err != nil {
		return nil, err
	}
	b := &Body{body: t, json: true}
	for _, n := range samples() {
		text, err := b.execute(Wording{}.data(n))
		if err != nil || !meansJSON(text) {
			b.json = false
			continue
		}
		if err := b.checkJSON(body, n); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// checkJSON holds that what b makes of n is JSON, whatever the texts of n hold.
func (b *Body) checkJSON(source string, n alert.Notification) error {
	for _, n := range []alert.Notification{n, harsh(n)} {
		data := Wording{}.data(n)
		text, err := b.execute(data)
		if err != nil { // too long, which n was not by itself
			continue
		}
		if err := jsonFault(text); err != nil {
			if action := unescaped(source, data); action != nil {
				return action
			}
			return templateErrorOf("body", source, err)
		}
	}
	return nil
}

// execute returns the body as it is sent.
func (b *Body) execute(data TemplateData) (string, error) {
	text, err := execute(b.body, data, maxTemplateBody)
	return safe.Text(text, 0), err
}

// content returns the body of m and its type.
func (b *Body) content(m message) (text, kind string, err error) {
	text, err = b.execute(m.wording.data(m.n))
	switch fault := jsonFault(text); {
	case err != nil:
		return "", "", err
	case json.Valid([]byte(text)):
		return text, "application/json", nil
	case fault == nil && meansJSON(text):
		return text, "application/x-ndjson", nil
	case b.json || meansJSON(text):
		return "", "", fault
	}
	return text, "text/plain; charset=utf-8", nil
}

// meansJSON tells whether a body is JSON, or was to be: "[critical] db" was not.
func meansJSON(text string) bool {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "{"):
		return true
	case strings.HasPrefix(text, "["):
		rest := strings.TrimSpace(text[1:])
		return rest != "" && strings.ContainsRune(`{["]`, rune(rest[0])) || json.Valid([]byte(text))
	}
	return json.Valid([]byte(text))
}

// jsonFault says what keeps text from being values of JSON, and where.
func jsonFault(text string) error {
	for {
		var v json.RawMessage
		values := json.NewDecoder(strings.NewReader(text))
		err := values.Decode(&v)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err == nil:
			text = text[values.InputOffset():]
			continue
		}
		end := len(text)
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			end = min(int(e.Offset), end)
		}
		return fmt.Errorf("is no JSON: %w, at the end of %q", err, strings.ToValidUTF8(text[max(end-40, 0):end], ""))
	}
}
