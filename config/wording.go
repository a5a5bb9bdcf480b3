package config

import (
	"errors"
	"strings"

	"sitrep/alert/notify"
)

// wording reads how a receiver's messages are to read. Templates are tried on
// samples; false means that one of them does not work.
func (b *binder) wording(path string, t table, k *receiverKeys) (w notify.Wording, ok bool) {
	w.Zone = k.Zone.loc
	ok = true
	for _, part := range []struct{ name, subject, text string }{{"subject", k.Subject, ""}, {"text", "", k.Text}} {
		if _, err := notify.ParseTemplate(part.subject, part.text); err != nil {
			b.templateError(join(path, part.name), t[part.name], err)
			ok = false
		}
	}
	if ok {
		w.Template, _ = notify.ParseTemplate(k.Subject, k.Text) // each by itself works
	}
	return w, ok
}

// templateError reports what is wrong with a template, at its place within the
// string if that can be told.
func (b *binder) templateError(path string, v *value, err error) {
	e, ok := errors.AsType[*notify.TemplateError](err)
	if !ok {
		b.report(v, path, "%v", err)
		return
	}
	if at, ok := v.inside(e.Line, max(e.Column, 1)); ok {
		b.add(v, at, path, false, "%s", e.Problem)
		return
	}
	if e.Line > 1 {
		b.report(v, path, "line %d of it: %s", e.Line, e.Problem)
		return
	}
	b.report(v, path, "%s", e.Problem)
}

// inside returns the place of a line and a column, both from 1 and in bytes,
// within a string. False means that escapes before it make it another one.
func (v *value) inside(line, col int) (offset int32, ok bool) {
	text := v.src.text
	start := int(v.val)
	if start >= len(text) || text[start] != '"' && text[start] != '\'' {
		return 0, false
	}
	quote := text[start : start+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(text[start:], long) {
		start += len(long)
		start += len(text[start:]) - len(strings.TrimPrefix(strings.TrimPrefix(text[start:], "\r"), "\n"))
	} else {
		start++
	}
	at := start
	for range line - 1 {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			return 0, false
		}
		at += n + 1
	}
	at += col - 1
	if at > len(text) || quote == `"` && strings.Contains(text[start:at], `\`) {
		return 0, false
	}
	return int32(at), true
}
