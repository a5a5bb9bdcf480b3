package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDependsOn(t *testing.T) {
	const others = `
[target]
gate = "tcp://192.0.2.1:1"
lone = "tcp://192.0.2.2:1"
[target.r1]
url = "tcp://192.0.2.3:1"
group = "routers"
[target.r2]
url = "tcp://192.0.2.4:1"
group = "routers"
`
	for name, c := range map[string]struct {
		own  string
		want [][]string
	}{
		"nothing":                          {``, nil},
		"one":                              {`depends_on = "gate"`, [][]string{{"gate"}}},
		"each of several":                  {`depends_on = ["gate", "lone"]`, [][]string{{"gate"}, {"lone"}}},
		"any of a redundancy group":        {`depends_on = [["r1", "r2"]]`, [][]string{{"r1", "r2"}}},
		"both":                             {`depends_on = ["gate", ["r2", "r1"]]`, [][]string{{"gate"}, {"r1", "r2"}}},
		"each of a group":                  {`depends_on = "group:routers"`, [][]string{{"r1"}, {"r2"}}},
		"any of a group":                   {`depends_on = [["group:routers"]]`, [][]string{{"r1", "r2"}}},
		"any of a group and another":       {`depends_on = [["group:routers", "lone"]]`, [][]string{{"lone", "r1", "r2"}}},
		"said twice":                       {`depends_on = ["r1", "group:routers", "r1", ["r1", "r1"]]`, [][]string{{"r1"}, {"r2"}}},
		"its own group, without itself":    {"group = \"routers\"\ndepends_on = \"group:routers\"", [][]string{{"r1"}, {"r2"}}},
		"any of its own group, without it": {"group = \"routers\"\ndepends_on = [[\"group:routers\"]]", [][]string{{"r1", "r2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			conf := load(t, others+"[target.api]\nurl = \"https://example.com\"\n"+c.own+"\n")
			if diff := cmp.Diff(c.want, conf.Targets[0].Parents); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestWhatAllDependOnDoesNotDependOnItself holds for defaults and for groups,
// which are laid under the very targets that they name.
func TestWhatAllDependOnDoesNotDependOnItself(t *testing.T) {
	c := load(t, `
[defaults]
depends_on = "gate"
[group.net]
depends_on = "switch"
[target]
gate = "tcp://192.0.2.1:1"
web  = "https://example.com"
[target.switch]
url   = "tcp://192.0.2.2:1"
group = "net"
[target.other]
url   = "tcp://192.0.2.3:1"
group = "net"
`)
	got := map[string][][]string{}
	for _, x := range c.Targets {
		got[x.Name] = x.Parents
	}
	want := map[string][][]string{"gate": nil, "web": {{"gate"}}, "switch": nil, "other": {{"switch"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTooManyParentsAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("[target.child]\nurl = \"tcp://h:1\"\ndepends_on = \"group:many\"\n")
	for i := range maxParents + 1 {
		fmt.Fprintf(&b, "[target.t%d]\nurl = \"tcp://h:1\"\ngroup = \"many\"\n", i)
	}
	_, err := Load(write(t, b.String()), Options{})
	if err == nil || !strings.Contains(err.Error(), "target.child.depends_on: hangs on 1001 targets; at most 1000") {
		t.Errorf("got %v", err)
	}
}

func TestCirclesAreDrawnFromTheirFirstName(t *testing.T) {
	edge := func(to ...string) (groups [][]string) {
		for _, n := range to {
			groups = append(groups, []string{n})
		}
		return groups
	}
	for _, c := range []struct {
		edges map[string][][]string
		want  [][]string
	}{
		{map[string][][]string{"a": edge("b"), "b": edge("c")}, nil},
		{map[string][][]string{"a": edge("b", "c"), "b": edge("d"), "c": edge("d")}, nil}, // two ways, no circle
		{map[string][][]string{"c": edge("b"), "b": edge("a"), "a": edge("c")}, [][]string{{"a", "c", "b"}}},
		{map[string][][]string{"a": edge("c"), "c": edge("d"), "d": edge("c")}, [][]string{{"c", "d"}}},
		{map[string][][]string{"a": {{"x", "b"}}, "b": edge("a"), "c": edge("d"), "d": edge("c")}, [][]string{{"a", "b"}, {"c", "d"}}},
		{map[string][][]string{"a": edge("b", "c"), "b": edge("a"), "c": edge("a")}, [][]string{{"a", "b"}}}, // the other shares a name
	} {
		if diff := cmp.Diff(c.want, circles([]string{"a", "b", "c", "d", "x"}, c.edges)); diff != "" {
			t.Errorf("%v: -want +got:\n%s", c.edges, diff)
		}
	}
}

func TestALongCircleIsCut(t *testing.T) {
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprintf("t%02d", i))
	}
	text := circleText(names)
	if !strings.HasPrefix(text, "a circle: t00 → t01 → ") || !strings.HasSuffix(text, "t09 → … → t00") {
		t.Errorf("got %s", text)
	}
}

func TestLocalTargetsAreThoseOfThisMachine(t *testing.T) {
	for _, c := range []struct {
		url, more string
		want      bool
	}{
		{"http://127.0.0.1:8080/x", "", true},
		{"https://localhost/", "", true},
		{"tcp://db.localhost:5432", "", true},
		{"tls://[::1]:443", "", true},
		{"tcp://127.8.9.1:1", "", true},
		{"tcp://0.0.0.0:1", "", true},
		{"tcp://LocalHost.:1", "", true},
		{"tcp://[::ffff:127.0.0.1]:1", "", true},
		{"tcp://localhost.example.com:1", "", false},
		{"https://example.com", "", false},
		{"https://example.com", `resolve = "127.0.0.1"`, true},
		{"https://localhost", `resolve = "192.0.2.1"`, false},
		{"tcp://10.0.0.1:1", "", false},
		{"dns://127.0.0.1/example.com", "", false},
		{"dns:example.com", "", false},
	} {
		got := target(t, fmt.Sprintf("[target.a]\nurl = %q\n%s\n", c.url, c.more))
		if got.Local != c.want {
			t.Errorf("%s %s: local %v, want %v", c.url, c.more, got.Local, c.want)
		}
	}
}
