package config

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

const shown = `
[defaults]
timeout = "20s"
tls     = { expires_within = "21d" }
[group.shops]
slow    = "1s"
[target.api]
url      = "https://u:p@example.com/?token=x"
group    = "shops"
interval = "5s"
headers  = { Cookie = "abc", Accept = "env:ACCEPT" }
basic    = { user = "u", password = "plain:p" }
bearer   = "cmd:pass show api"
[receiver.mail]
email = "a@example.com"
smtp  = "smtp://u@mail.example.com"
password = "hunter2"
[route.all]
match = { severity = "down" }
to    = "mail"
`

func TestShowSaysWhereEachValueIsFrom(t *testing.T) {
	// One credential only: the others are here to be seen masked.
	text := strings.Replace(shown, "bearer ", "# bearer ", 1)
	text = strings.Replace(text, "u:p@", "", 1)
	path := write(t, text)
	c, err := Load(path, Options{LookupEnv: environment(map[string]string{"ACCEPT": "text/html"})})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Show(&b); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(b.String(), path, "config.toml")
	got = regexp.MustCompile(` +#`).ReplaceAllString(got, " #")
	for _, want := range []string{
		"[target.api]\nurl = \"https://example.com/?token=…\" # config.toml:8\n",
		"timeout = \"5s\" # config.toml:3 defaults, cut to fit\n",
		"slow = \"1s\" # config.toml:6 group.shops\n",
		"attempts = 2 # default\n",
		"tls.expires_within = \"21d\" # config.toml:4 defaults\n",
		"tls.verify = true # default\n",
		"headers.Cookie = \"********\" # config.toml:11\n",
		"headers.Accept = \"env:ACCEPT\" # config.toml:11\n",
		"basic.password = \"********\" # config.toml:12\n",
		"password = \"********\" # config.toml:17\n",
		"match = { severity = \"down\" } # config.toml:19\n",
		"retry_interval = \"1.666s\" # default\n",
		"[storage]\nresults = \"14d\" # default\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
	var tree map[string]any
	if _, err := toml.Decode(b.String(), &tree); err != nil {
		t.Errorf("what is shown is no TOML: %v", err)
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"file:x":             `"file:x"`,
		"env:X":              `"env:X"`,
		"cmd:pass show api":  `"cmd:pass …"`,
		"plain:x":            `"********"`,
		"https://hooks/x":    `"********"`,
		"https://hooks/x#\n": `"********"`,
	} {
		if got := mask("slack", &value{v: in}); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

// TestShowLoadsAgain holds that what is shown of a configuration whose secrets
// are references means the same.
func TestShowLoadsAgain(t *testing.T) {
	vars := environment(map[string]string{
		"SLACK_WEBHOOK": "https://hooks.slack.com/x", "PAGERDUTY_KEY": "k", "TOKEN": "t",
	})
	text := strings.ReplaceAll(uncommented(string(Example())), `"file:`, `"env:TOKEN" # "file:`)
	first, err := Load(write(t, text), Options{LookupEnv: vars})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := first.Show(&b); err != nil {
		t.Fatal(err)
	}
	second, err := Load(write(t, b.String()), Options{LookupEnv: vars})
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	locations := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(first.Policy, second.Policy, locations); diff != "" {
		t.Errorf("policy: -first +second:\n%s", diff)
	}
	for i := range first.Targets {
		first.Targets[i].Where, second.Targets[i].Where = "", ""
		first.Targets[i].Probe, second.Targets[i].Probe = nil, nil
	}
	if diff := cmp.Diff(first.Targets, second.Targets); diff != "" {
		t.Errorf("targets: -first +second:\n%s", diff)
	}
	if changes := Diff(first, second); !changes.Empty() {
		t.Errorf("differs from what it shows:\n%s", strings.Join(changes.Lines(100), "\n"))
	}
}
