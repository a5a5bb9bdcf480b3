package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sitrep/alert"
	"sitrep/safe"
)

// A body of JSON with a text in it as it is works until the first quote.
func TestBodyThatBreaksOnAQuoteIsRefused(t *testing.T) {
	for _, c := range []struct{ source, place, want string }{
		{`{"text":"{{.Title}}"}`, "1:10", "is no JSON once .Title holds a quote or a line break; write {{json .Title}}, without"},
		{`{"text":"{{.Text}}"}`, "1:10", "write {{json .Text}}"},
		{"{\"a\": \"{{.Severity}}\", \"n\": {{.Active}},\n \"t\": \"x {{ .Title }} y\"}", "2:10", "once .Title holds"},
		{`{"t":"{{.Title | upper}}"}`, "1:7", "write {{json (.Title | upper)}}"},
		{`["{{join ", " .Targets}}"]`, "1:3", `write {{json (join ", " .Targets)}}`},
		{`{"l":[{{range $i, $a := .Alerts}}{{if $i}},{{end}}"{{$a.What}}"{{end}}]}`, "1:52", "write {{json $a.What}}"},
		{`{{define "s"}}"{{.}}"{{end}}{"t":{{template "s" .Title}}}`, "1:16", "write {{json .}}"},
		{`{"r":"{{.Route}}","t":{{printf "%q" .Title}}}`, "1:7", "write {{json .Route}}"},
		{`{"t":{{printf "%q" .Title}},"r":"{{.Route}}"}`, "1:34", "write {{json .Route}}"},
		{`{"w":"{{with .Alerts}}{{with index . 0}}{{.AckNote}}{{end}}{{end}}"}`, "1:41", "write {{json .AckNote}}"},
		{`{"s":"{{.Shared.group}}"}`, "1:7", "write {{json .Shared.group}}"},
		{`{"text":{{.Title}}}`, "1:1", "is no JSON: invalid character 'D' after object key:value pair, at the end of \"{\\\"text\\\":1 D\""},
		{`{"text":"x {{json .Title}}"}`, "1:1", `is no JSON: invalid character '1' after object key:value pair, at the end of "{\"text\":\"x \"1"`},
		{`[{{range .Alerts}}{"a":1},{{end}}]`, "1:1", "is no JSON: invalid character ']'"},
		{`{"text":{{json .Title}}`, "1:1", "is no JSON: unexpected EOF"},
		{`{{if .Storm}}{{"{"}}{{else}}down{{end}}`, "1:1", "is no JSON"},
	} {
		_, err := ParseBody(c.source)
		e, ok := errors.AsType[*TemplateError](err)
		if !ok {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		if place := fmt.Sprintf("%d:%d", e.Line, max(e.Column, 1)); place != c.place || !strings.Contains(e.Problem, c.want) || e.Part != "body" {
			t.Errorf("%s: %v, want %s: %s", c.source, err, c.place, c.want)
		}
	}
}

// jsonBodies are right whatever they are told.
var jsonBodies = []string{
	`{"text": {{json .Title}}, "more": {{json .Text}}}`,
	`{"a": "{{.Severity}} {{.Active}} {{.Key}} {{.At.Unix}}"}`,
	`{"text": {{json (print .Route ": " .Title)}}}`,
	` [{{range $i, $a := .Alerts}}{{if $i}},{{end}}{{json $a}}{{end}}]`,
	`{{json .}}`,
	`{{range .Alerts}}{"index":{}}` + "\n" + `{"id":"{{.ID}}"}` + "\n" + `{{end}}{}`, // a value a line
}

func TestBodyOfJSONStaysSo(t *testing.T) {
	var bodies []*Body
	for _, source := range jsonBodies {
		b, err := ParseBody(source)
		if err != nil || !b.json {
			t.Fatalf("%s: %v", source, err)
		}
		bodies = append(bodies, b)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := anyNotification(t)
		for i, b := range bodies {
			if text, kind, err := b.content(ours.say(n)); err != nil || !strings.HasSuffix(kind, "json") {
				t.Fatalf("%s: %v: %s", jsonBodies[i], err, text)
			}
		}
	})
}

func TestBodyOfTextIsNoJSON(t *testing.T) {
	for _, source := range []string{
		"{{.Title}}", "[{{.Severity}}] {{.Title}}", "[{{clock .At}}] {{.Text}}", "<t>{{html .Title}}</t>", "t={{urlquery .Title}}", `"{{.Title}}`,
	} {
		b, err := ParseBody(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if text, kind, err := b.content(ours.say(oneDown)); err != nil || kind != "text/plain; charset=utf-8" {
			t.Errorf("%s: %v: %s of %s", source, err, text, kind)
		}
	}
}

// What no sample showed to be no JSON costs the operator's words, and no page.
func TestBodyThatIsNoJSONGivesWayToOurs(t *testing.T) {
	const other = `{{if eq .Attempt 1}}%s{{else}}{}{{end}}` // the samples' is 2
	for _, source := range []string{fmt.Sprintf(other, `{"t":"{{.Title}}"}`), fmt.Sprintf(other, "{{.Title}}")} {
		b, err := ParseBody(source)
		if err != nil {
			t.Fatal(err)
		}
		n := outage(bad("db", alert.Critical, `want "ok"`))
		r, payload := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER"), Body: b}, n)
		var got struct{ Sitrep notice }
		if err := json.Unmarshal(payload, &got); err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Fatalf("%v: %s of %s", err, payload, r.Header.Get("Content-Type"))
		}
		if got.Sitrep.Text != ours.headline(n) || !strings.Contains(got.Sitrep.Message, "template failed") || !strings.Contains(got.Sitrep.Message, "is no JSON: ") {
			t.Errorf("%+v", got.Sitrep)
		}
	}
}

func TestBodyOfSeveralValuesSaysSo(t *testing.T) {
	b, err := ParseBody(jsonBodies[len(jsonBodies)-1])
	if err != nil {
		t.Fatal(err)
	}
	r, payload := received(t, WebhookOptions{URL: safe.NewSecret("http://SERVER"), Body: b}, oneDown)
	if got := r.Header.Get("Content-Type"); got != "application/x-ndjson" {
		t.Errorf("%s of %s", payload, got)
	}
}
