package config

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/checker"
)

func TestStatusRange(t *testing.T) {
	for _, c := range []struct {
		in       any
		from, to int // 0 for what is no status
	}{
		{int64(200), 200, 200},
		{"2xx", 200, 299},
		{"5XX", 500, 599},
		{"200-204", 200, 204},
		{"any", 100, 599},
		{"301", 301, 301},
		{int64(99), 0, 0},
		{int64(600), 0, 0},
		{"6xx", 0, 0},
		{"204-200", 0, 0},
		{"2x", 0, 0},
		{"", 0, 0},
		{200.0, 0, 0},
	} {
		got, ok := statusRange(c.in)
		if ok != (c.from > 0) || ok && got != (checker.StatusRange{From: c.from, To: c.to}) {
			t.Errorf("%v: got %v, %v", c.in, got, ok)
		}
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]int64{
		"1MiB": 1 << 20, "64KiB": 64 << 10, "10MB": 10e6, "2 GiB": 2 << 30, "512B": 512, "1.5MiB": 3 << 19,
		"10": -1, "MiB": -1, "-1MiB": -1, "1mb": -1, "99999999TiB": -1,
	} {
		got, err := parseSize(in)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%s: %d, want %d", in, got, want)
		}
	}
}

func TestComparisons(t *testing.T) {
	var problems Problems
	b := &binder{problems: &problems, patterns: map[string]*regexp.Regexp{}}
	v, syntax := parse(newSource("t", `
a = "healthy"
b = 3
c = { lt = 100, ge = 0.5, severity = "degraded", optional = true }
d = { in = ["x", 2, true], present = true, len = { gt = 0 } }
e = { ne = false, contains = "x", not_contains = "y", not_in = [1] }
"f.g[0]" = { len = 3 }
`))
	if syntax != nil {
		t.Fatal(syntax)
	}
	var got jsonRules
	got.bind(b, "expect_json", v)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := jsonRules{
		{Name: "a", Want: checker.Comparison{Eq: "healthy"}},
		{Name: "b", Want: checker.Comparison{Eq: int64(3)}},
		{Name: "c", Want: checker.Comparison{Lt: new(100.0), Ge: new(0.5), Severity: checker.Degraded, Optional: true}},
		{Name: "d", Want: checker.Comparison{
			In: []any{"x", int64(2), true}, Present: new(true), Len: &checker.Comparison{Gt: new(0.0)},
		}},
		{Name: "e", Want: checker.Comparison{Ne: false, Contains: "x", NotContains: "y", NotIn: []any{int64(1)}}},
		{Name: "f.g[0]", Want: checker.Comparison{Len: &checker.Comparison{Eq: int64(3)}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRenderPutsACaretBelow(t *testing.T) {
	src := newSource("config.toml", "[target.ü]\n\turl = \"x\"\npassword = \"s3cret\"\n")
	for _, c := range []struct {
		at   string
		want string
	}{
		{`"x"`, "config.toml:2:8: p: wrong\n     2 |  url = \"x\"\n                ^\n"},
		{"ü", "config.toml:1:9: p: wrong\n     1 | [target.ü]\n                 ^\n"},
		{`"s3cret"`, "config.toml:3:12: p: wrong\n     3 | password = …\n                    ^\n"},
	} {
		var b strings.Builder
		p := Problems{src.at(int32(strings.Index(src.text, c.at)), "p", "wrong")}
		if err := p.Render(&b, false); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

// FuzzLoad holds that no text breaks the loader, that whatever it says has a
// place in the text, and that no control character gets out.
func FuzzLoad(f *testing.F) {
	for _, text := range documents {
		f.Add(text)
	}
	f.Add(string(example))
	f.Add(uncommented(string(example)))
	f.Add(shown)
	f.Add("target = 5\ndefaults = 5\ngroup.a = 5\nreceiver.b = []\nroute = { c = 5, d = {} }\nincident = [{}]\n")
	f.Add("[target.a]\nurl = \"https://x\"\ntls = \"x\"\nlabels = 5\nexpect_json = []\nseverity = [1]\nbasic = []\nheaders = \"x\"\n")
	f.Add("[target]\na = \"tcp://h:1\"\ndepends_on = [[\"group:x\"], \"b\"]\n[maintenance.a]\nall = true\nfrom = 2026-01-01\nuntil = 2026-01-02T03:04:05Z\n" +
		"[maintenance.b]\nmatch = [{}]\ncron = \"* * * * *\"\nfor = \"1h\"\n[connectivity]\nanchors = [\"tcp://127.0.0.1:1\"]\n")
	f.Add("[receiver.a]\npagerduty = \"k\"\nsubject = \"\"\"\n{{.}\"\"\"\nfallback = \"a\"\n[receiver.b]\nexec = [\"x\"]\ntext = '{{.Title}}'\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "cmd:") || strings.Contains(text, "file") || strings.Contains(text, "include") {
			return // these reach out of the text
		}
		c, err := newLoader(Options{LookupEnv: environment(nil)}).load(newSource("config.toml", text), "config.toml")
		problems, ok := err.(Problems)
		if c != nil {
			problems = c.Warnings
		} else if !ok {
			t.Fatalf("%T %v", err, err)
		}
		var b strings.Builder
		if err := problems.Render(&b, false); err != nil {
			t.Fatal(err)
		}
		if c != nil {
			if err := c.Show(&b); err != nil {
				t.Fatal(err)
			}
			if changes := Diff(c, c); !changes.Empty() {
				t.Errorf("differs from itself: %v", changes.Lines(9))
			}
		}
		if i := strings.IndexFunc(b.String(), func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
			t.Errorf("control character in %q", b.String())
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > strings.Count(text, "\n")+1 || p.Col < 1 {
				t.Errorf("no place: %v", p)
			}
		}
	})
}
