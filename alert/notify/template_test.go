package notify

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

func mustTemplate(t *testing.T, subject, text string) *Template {
	t.Helper()
	out, err := ParseTemplate(subject, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTemplate(t *testing.T) {
	zone := time.FixedZone("CEST", 2*3600)
	a := bad("db", alert.Critical, "refused", "slow")
	a.Runbook, a.Behind, a.Ack = "https://wiki.test/db", 3, &alert.Ack{By: "ana", Note: "on it"}
	n := outage(a, bad("cart", alert.Warning))
	n.Active, n.More = 7, 2
	w := Wording{Zone: zone, Template: mustTemplate(t,
		`[{{upper .Severity}}] {{join ", " .Targets}} ({{.Labels.group}}{{.Labels.nothing}})`,
		`{{.Reason}} to {{.Receiver}}: {{.Active}} active, {{.More}} more
{{range .Alerts}}- {{.Word}} {{.Target}} at {{time .Since}} ({{clock .Since}}) for {{duration .For}}: {{.What}}
{{range .Findings}}  {{.Kind}} {{.Status}} {{.Text}}
{{end}}{{with .Runbook}}  see {{.}}
{{end}}{{with .AckedBy}}  {{.}} has it{{end}}
{{end}}{{json .Labels}}`)}
	m := w.say(n)
	if want := "[CRITICAL] db, cart (shops)"; m.title != want {
		t.Errorf("title %q, want %q", m.title, want)
	}
	want := `first to chat: 7 active, 2 more
- DOWN db at 2026-04-12 05:29:04 CEST (05:29 CEST) for 5m: refused
  status down refused
  status down slow
  see https://wiki.test/db
  ana has it
- WARN cart at 2026-04-12 05:29:04 CEST (05:29 CEST) for 5m: 

{"group":"shops"}`
	if diff := cmp.Diff(want, m.body(maxMail, plain)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTemplateMayWrapOurWords(t *testing.T) {
	n := outage(bad("db", alert.Critical, "refused"))
	m := Wording{Template: mustTemplate(t, "acme: {{.Title}}", "{{.Text}}\nCall 555.")}.say(n)
	if want := "acme: " + ours.headline(n); m.title != want {
		t.Errorf("got %q, want %q", m.title, want)
	}
	if want := ours.paragraphs(n, maxMail, plain) + "\nCall 555."; m.body(maxMail, plain) != want {
		t.Errorf("got %q, want %q", m.body(maxMail, plain), want)
	}
	// one of the two may stay ours
	m = Wording{Template: mustTemplate(t, "", "x")}.say(n)
	if m.title != ours.headline(n) || m.body(100, plain) != "x" {
		t.Errorf("%q, %q", m.title, m.body(100, plain))
	}
	if none, err := ParseTemplate("", ""); none != nil || err != nil {
		t.Errorf("%v, %v", none, err)
	}
}

// What is wrong is said with its place: by day, and not when it is needed.
func TestTemplatesAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"{{", "1:1: unclosed action"},
		{"ok\n  {{if .Test}}x", "2:3: unexpected EOF"},
		{"ok\nand {{nope .Title}}", `2:7: function "nope" not defined`},
		{"ok\n\n {{.Title}} {{.Titel}}", "3:15: <.Titel>: can't evaluate field Titel in type notify.TemplateData"},
		{"{{range .Alerts}}\n{{range .Findings}}{{.Kin}}{{end}}{{end}}", "2:22: <.Kin>: can't evaluate field Kin in type notify.TemplateFinding"},
		{"{{if .Storm}}{{.Count}}{{end}}", "1:16: <.Count>: can't evaluate field Count"},
		{`{{if eq .Reason "missed"}}{{.Sence}}{{end}}`, "1:29: <.Sence>: can't evaluate field Sence"},
		{"{{if .Test}}{{.Nope}}{{end}}", "1:15: <.Nope>"},
		{"{{(index .Alerts 0).Target}}", "error calling index: reflect: slice index out of range"}, // there may be none
		{"{{with index .Alerts 0}}{{(index .Findings 0).Text}}{{end}}", "index out of range"},
		{"{{time .Title}}", "1:8: <.Title>: wrong type for value; expected time.Time; got string"},
		{"{{end}}", "1:1: unexpected {{end}}"},
	} {
		for part, parse := range map[string]func() error{
			"subject": func() error { _, err := ParseTemplate(c.source, ""); return err },
			"text":    func() error { _, err := ParseTemplate("fine", c.source); return err },
			"body":    func() error { _, err := ParseBody(c.source); return err },
		} {
			err := parse()
			e, ok := errors.AsType[*TemplateError](err)
			if !ok {
				t.Errorf("%s %q: %v", part, c.source, err)
				continue
			}
			if e.Part != part || !strings.Contains(e.Error(), c.want) || e.Line < 1 {
				t.Errorf("%s %q: %v, want %s", part, c.source, err, c.want)
			}
		}
	}
	if _, err := ParseTemplate("", `{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`); err == nil || !strings.Contains(err.Error(), "maximum template depth") {
		t.Errorf("one without an end: %v", err)
	}
	_, err := ParseTemplate("{{.A}}", "{{.B}}")
	if err == nil || !strings.Contains(err.Error(), "<.A>") || !strings.Contains(err.Error(), "<.B>") {
		t.Errorf("not both are said: %v", err)
	}
}

func TestSamplesAreOfEveryKind(t *testing.T) {
	reasons := make(map[alert.Reason]bool)
	var storm, test, empty, bare, more bool
	for _, n := range samples() {
		reasons[n.Reason] = true
		storm, test, empty, more = storm || n.Storm, test || n.Test, empty || len(n.Alerts) == 0, more || n.More > 0
		for _, a := range n.Alerts {
			bare = bare || len(a.Findings) == 0 && a.Labels == nil && a.Ack == nil
		}
	}
	if len(reasons) != len(alert.Reasons) || !storm || !test || !empty || !bare || !more {
		t.Errorf("%v, %v %v %v %v %v", reasons, storm, test, empty, bare, more)
	}
}

// A template that fails when it counts loses its words, and never the page.
func TestTemplateThatFailsFallsBack(t *testing.T) {
	const fails = "{{if eq .Receiver `pager`}}{{index .Targets 9}}{{end}}mine" // not on a sample
	n := outage(bad("db", alert.Critical, "refused"))
	n.Receiver = "pager"
	w := Wording{Template: mustTemplate(t, fails, fails)}
	m := w.say(n)
	if m.title != ours.headline(n) {
		t.Errorf("title %q", m.title)
	}
	got := m.body(maxMail, plain)
	if !strings.HasPrefix(got, ours.paragraphs(n, maxMail, plain)+"\n\nThe receiver's template failed") || !strings.Contains(got, "index out of range") {
		t.Errorf("got %q", got)
	}
	n.Receiver = "chat"
	if m := w.say(n); m.title != "mine" || m.body(maxMail, plain) != "mine" {
		t.Errorf("%q, %q", m.title, m.body(maxMail, plain))
	}
}

func TestTemplateOutputIsBoundedAndClean(t *testing.T) {
	n := outage(bad("a\x1b[2J\u202e", alert.Critical, "b\u009b31m\r\nc"))
	w := Wording{Template: mustTemplate(t, "{{.Title}}\u0007\r\nBcc: x\x1b[31m"+strings.Repeat("y", 500), "\x1b]0;t\x07{{range 100000}}0123456789{{end}}")}
	m := w.say(n)
	if len(m.title) > maxHeadline || strings.ContainsAny(m.title, "\r\n\x07\x1b") || !strings.Contains(m.title, " Bcc: x") {
		t.Errorf("title %q", m.title)
	}
	if len(m.text) > maxTemplate || strings.ContainsAny(m.text, "\x07\x1b") || !strings.HasPrefix(m.text, "0123") || m.note != "" {
		t.Errorf("%d bytes, %q, note %q", len(m.text), m.text[:min(len(m.text), 20)], m.note)
	}
	for _, limit := range []int{100, 2900, 16000} {
		for name, k := range map[string]markup{"plain": plain, "slack": slackMarkup} {
			lines := Wording{Template: mustTemplate(t, "", "{{range 100}}a line & <more> of it\n{{end}}")}.say(n)
			for what, m := range map[string]message{"one line": m, "many": lines} {
				got := m.body(limit, k)
				if len(got) > limit || limit < 2900 && !strings.HasSuffix(got, "…") || len(got) < min(limit, 2000)/2 {
					t.Errorf("%s, %s, %d: %d bytes: …%q", name, what, limit, len(got), got[max(0, len(got)-30):])
				}
			}
		}
	}
}

// One that never stops writing is stopped, and not only cut when it is done.
func TestTemplateIsStoppedAtItsLimit(t *testing.T) {
	endless := mustTemplate(t, "", "{{range 1000000000000}}0123456789{{end}}").text
	got, err := execute(endless, TemplateData{}, 25)
	if got != "0123456789012345678901234" || !errors.Is(err, errTooLong) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ParseBody("{{range 1000000000000}}0123456789{{end}}"); err == nil {
		t.Error("half a body is taken")
	}
}

// One that goes on and never writes is stopped too.
func TestTemplateThatWritesNothingIsStopped(t *testing.T) {
	for _, source := range []string{
		"{{range 1000000000000}}{{end}}",
		"a{{range $i := 1000000000000}}{{if $i}}{{continue}}{{end}}b{{end}}",
		"{{range 1000000}}{{range 1000000}}{{$x := .}}{{end}}{{end}}",
		"{{if .Title}}{{with 1000000000000}}{{range .}}{{else}}x{{end}}{{end}}{{end}}",
		`{{define "x"}}{{if lt (len .) 50}}{{template "x" (print . "a")}}{{template "x" (print . "a")}}{{end}}{{end}}{{template "x" ""}}`,
	} {
		_, err := ParseTemplate(source, source)
		if err == nil || strings.Count(err.Error(), "writes nothing") != 2 {
			t.Errorf("%s: %v", source, err)
		}
		if _, err := ParseBody(source); err == nil || !strings.Contains(err.Error(), "writes nothing") {
			t.Errorf("%s: %v", source, err)
		}
	}
	const fails = "{{if eq .Receiver `pager`}}{{range 1000000000000}}{{end}}{{end}}mine" // not on a sample
	n := outage(bad("db", alert.Critical, "refused"))
	n.Receiver = "pager"
	m := Wording{Template: mustTemplate(t, fails, fails)}.say(n)
	if m.title != ours.headline(n) || !strings.Contains(m.body(maxMail, plain), "writes nothing") {
		t.Errorf("%q, %q", m.title, m.body(maxMail, plain))
	}
}

// As much as there ever is to go through is not taken for endless.
func TestTemplateMayGoThroughManyAlerts(t *testing.T) {
	var alerts []alert.Alert
	for range 1000 {
		alerts = append(alerts, bad("db", alert.Critical, "a", "b", "c", "d"))
	}
	w := Wording{Template: mustTemplate(t, "", "{{range .Alerts}}{{.Runbook}}{{.AckedBy}}{{range .Findings}}{{if eq .Kind `x`}}y{{end}}{{end}}{{end}}end")}
	if m := w.say(outage(alerts...)); m.text != "end" || m.note != "" {
		t.Errorf("%q, %s", m.text, m.note)
	}
}

func TestTemplateServesSeveralAtOnce(t *testing.T) {
	w := Wording{Template: mustTemplate(t, "{{join \"\" .Targets}}", "{{.Text}}")}
	done := make(chan string)
	for i := range 4 {
		go func() {
			want := fmt.Sprint("t", i)
			got := w.say(outage(bad(want, alert.Critical))).title
			if got == want {
				got = ""
			}
			done <- got
		}()
	}
	for range 4 {
		if got := <-done; got != "" {
			t.Errorf("somebody was told %q", got)
		}
	}
}
