package incident

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sitrep/safe"
)

// hostile is a text that tries to be everything but text.
var hostile = "<script>alert(1)</script><img src=//a.test onerror=alert(2)>\"'><svg onload=x> & &lt;b&gt; \x1b[31mred\x1b]0;t\x07 \u202eflow\u202c\n" +
	"# head\n| a | b |\n[x](javascript:alert(1)) ![y](//b.test) ```\n--> ]]> </style></title></p></table>\n{{.}} \x00 \xff é"

// attacked is an incident with nothing but hostile texts in it, wherever one can
// come in, and a harmless one of the same form.
func attacked(t *testing.T, text string) (*Incident, Style) {
	title := strings.ReplaceAll(text, "\n", " ")[:min(len(text), 180)]
	j := newJournal(t, Settings{})
	a := firing("a1", title[:min(len(title), 60)], at("03:29:14"))
	a.Findings[0].Text = safe.Line(text, 0) // as every probe does
	j.apply(fired(a))
	id := j.declare(at("03:38:50"), Declaration{Title: title, Severity: "SEV2", By: "ana", Alerts: []string{"a1"}}, a)
	for _, kind := range []Kind{Note, Decision, Comms, Action} {
		es := j.must(j.Add(at("03:40:00"), Draft{Incident: id, Kind: kind, Text: text, By: "ana"}))
		j.must(j.Star(at("03:41:00"), es[0].Seq, "bo", true))
	}
	for _, f := range Fields {
		value := text
		if OneLine(f) {
			value = title
		}
		j.must(j.SetField(at("03:50:00"), id, f, value, "ana"))
	}
	j.must(j.AddLink(at("03:51:00"), id, "ticket", "OPS-7", title, "ana"))
	j.must(j.AddLink(at("03:51:00"), id, "dashboard", `https://a.test/"onclick="alert(1)`, title, "ana"))
	s := series(a.Target, 0)
	return j.restored().Get(id), Style{Version: "0.1.0", Series: []Series{s}, Severities: map[string]string{"SEV2": text}}
}

// elements returns the elements of a document with the names of their
// attributes, and its whole text.
func elements(t *testing.T, doc []byte) (all map[string]bool, hrefs []string, text string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]bool{}
	var b strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
		case html.ElementNode:
			all[n.Data] = true
			for _, a := range n.Attr {
				all[n.Data+"."+a.Key] = true
				if a.Key == "href" || a.Key == "src" {
					hrefs = append(hrefs, a.Val)
				}
			}
		}
	}
	return all, hrefs, b.String()
}

func TestNoTextIsMoreThanTextInHTML(t *testing.T) {
	plainInc, style := attacked(t, strings.Repeat("harmless words, ", 12)+"\n\nand more")
	want, _, _ := elements(t, put(t, HTML, plainInc, style))
	evilInc, style := attacked(t, hostile)
	doc := put(t, HTML, evilInc, style)
	got, hrefs, text := elements(t, doc)
	for name := range got {
		if !want[name] && name != "br" && name != "dd" {
			t.Errorf("%s comes from a text", name)
		}
	}
	for _, href := range hrefs {
		if !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "https://a.test/") {
			t.Errorf("leads to %q", href)
		}
	}
	if !strings.Contains(text, "<script>alert(1)</script><img src=//a.test onerror=alert(2)>") {
		t.Error("the text is not there as it was written")
	}
	if strings.Contains(text, "&lt;script") || strings.ContainsAny(string(doc), "\x1b\x00\u202e") {
		t.Error("escaped twice, or controls are left")
	}
}

func TestALongNoteIsThereWhole(t *testing.T) {
	long := strings.Repeat(hostile+"\n\n", maxNote/(len(hostile)+2)) + "the end"
	if len(long) > maxNote {
		long = long[:maxNote-8] + "\nthe end"
	}
	inc, style := attacked(t, strings.ToValidUTF8(long, "?"))
	_, _, text := elements(t, put(t, HTML, inc, style))
	if n := strings.Count(text, "the end"); n < len(Fields)-3 {
		t.Errorf("HTML has the end of the text %d times", n)
	}
	for name, doc := range map[string][]byte{"Markdown": put(t, Postmortem, inc, style), "JSON": put(t, JSON, inc, style)} {
		if n := bytes.Count(doc, []byte("the end")); n < len(Fields)-3 {
			t.Errorf("%s has the end of the text %d times", name, n)
		}
		if bytes.ContainsAny(doc, "\x1b\x00\u202e") {
			t.Errorf("%s has controls", name)
		}
	}
}

func TestHTMLNeedsNothingElse(t *testing.T) {
	inc, style := rich(t)
	doc := put(t, HTML, inc, style)
	got, hrefs, text := elements(t, doc)
	for _, name := range []string{"script", "link", "img", "iframe", "object", "form", "base", "use", "image", "foreignobject"} {
		if got[name] {
			t.Errorf("there is a %s", name)
		}
	}
	for name := range got {
		if _, attr, _ := strings.Cut(name, "."); strings.HasPrefix(attr, "on") || attr == "src" || attr == "style" {
			t.Errorf("there is %s", name)
		}
	}
	if bytes.Contains(doc, []byte("url(")) || bytes.Contains(doc, []byte("@import")) {
		t.Error("the style fetches something")
	}
	for _, want := range []string{`<meta charset="utf-8">`, policy, `id="e13"`, "@media print", "prefers-color-scheme:dark", "<title>State of the targets (UTC)</title><desc>"} {
		if !bytes.Contains(doc, []byte(want)) {
			t.Errorf("missing %s", want)
		}
	}
	// Whoever sees no pictures finds in words what they show.
	for _, want := range []string{"search-api: down 30m0s degraded 6m30s unknown 3m0s", "Failed from 2026-04-12 03:29:00Z to 2026-04-12 03:40:00Z."} {
		if !strings.Contains(text, want) {
			t.Errorf("not said: %s", want)
		}
	}
	if !slices.Contains(hrefs, "https://grafana.example.org/d/pvc?a=1&b=2") || !bytes.Contains(doc, []byte(`rel="noopener noreferrer"`)) {
		t.Error("the link is not there")
	}
	ids := map[string]int{}
	for _, href := range hrefs {
		if id, ok := strings.CutPrefix(href, "#"); ok && !bytes.Contains(doc, []byte(` id="`+id+`"`)) {
			t.Errorf("nothing has the id %s", id)
		} else if ids[id]++; ok && strings.Count(string(doc), ` id="`+id+`"`) != 1 {
			t.Errorf("several have the id %s", id)
		}
	}
}

func TestReportOfNothingIsWhole(t *testing.T) {
	j := newJournal(t, Settings{})
	inc := j.Get(j.declare(night, Declaration{Title: "t", By: "ana"}))
	for _, preset := range Presets {
		doc := put(t, HTML, inc, Style{Preset: preset})
		if !bytes.Contains(doc, []byte(Blank)) || bytes.Contains(doc, []byte("NaN")) {
			t.Errorf("%s: no blank, or no number", preset)
		}
	}
}
