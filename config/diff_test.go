package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// diff loads two texts, one after the other in the same place.
func diff(t *testing.T, before, after string, vars map[string]string) Changes {
	t.Helper()
	path := write(t, "")
	read := func(text string) *Config {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, Options{LookupEnv: environment(vars)})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	old := read(before)
	return Diff(old, read(after))
}

func TestDiffSaysWhatIsDifferent(t *testing.T) {
	const web = "[target]\nweb = \"https://example.com\"\n"
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"the same": {web, web, nil},
		"moved and commented": {
			web + "[receiver.a]\nlog = \"stderr\"\n",
			"# a comment\n[receiver.a]\nlog = 'stderr'\n[target.web]\n\n\nurl = \"https://example.com\"\n", nil,
		},
		"a default is written out": {web, "[target.web]\nurl = \"https://example.com\"\nattempts = 2\n", nil},
		"added and removed":        {web, "[target]\napi = \"https://example.com\"\n", []string{"api: added", "web: removed"}},
		"several at once": {
			web + "api = \"tcp://h:1\"\n",
			"[defaults]\ninterval = \"1m\"\n" + web + "api = \"tcp://h:1\"\n",
			[]string{"api, web: interval 30s → 1m"},
		},
		"what follows from what is written is not told": {
			web, "[target.web]\nurl = \"https://example.com\"\ninterval = \"5s\"\n",
			[]string{"web: interval 30s → 5s"},
		},
		"set and no longer set": {
			"[target.web]\nurl = \"https://example.com\"\nrunbook = \"https://wiki\"\n",
			"[target.web]\nurl = \"https://example.com\"\nlabels = { tier = \"1\" }\ndepends_on = \"b\"\n[target]\nb = \"tcp://h:1\"\n",
			[]string{"b: added", "web: labels.tier set to 1, depends_on set to b, runbook no longer set"},
		},
		"another address": {web, "[target]\nweb = \"tcp://example.com:1\"\n", []string{"web: url https://example.com → tcp://example.com:1"}},
		"secrets": {
			"[target.web]\nurl = \"https://u:p@example.com/?token=a\"\n[target.api]\nurl = \"https://example.com\"\nbearer = \"one\"\nheaders = { Cookie = \"c\" }\n",
			"[target.web]\nurl = \"https://u:q@example.com/?token=b\"\n[target.api]\nurl = \"https://example.com\"\nbearer = \"two\"\nheaders = { Cookie = \"d\" }\n",
			[]string{"api: headers.Cookie changed, bearer changed", "web: url changed"},
		},
		"another reference": {
			"[target.web]\nurl = \"https://example.com\"\nbearer = \"env:ONE\"\n",
			"[target.web]\nurl = \"https://example.com\"\nbearer = \"env:TWO\"\n",
			[]string{"web: bearer env:ONE → env:TWO"},
		},
		"all the rest": {
			web + "[receiver.a]\nlog = \"stderr\"\n[receiver.b]\nlog = \"b.log\"\n[route.all]\nto = \"a\"\n",
			web + "[receiver.a]\nlog = \"stderr\"\nremind = \"1h\"\n[receiver.c]\nlog = \"c.log\"\n[route.all]\nto = [\"a\", \"c\"]\n" +
				"[maintenance.x]\nmatch = { name = \"web\" }\ndays = \"sun\"\nat = 02:00:00\nfor = \"2h\"\n" +
				"[alerting]\nsettle = \"10s\"\n[storage]\nresults = \"30d\"\n[server]\nprobes = 8\nwatch = \"0s\"\n",
			[]string{
				"receiver a: remind 4h → 1h", "receiver b: removed", "receiver c: added", `route all: to a → ["a", "c"]`,
				"maintenance x: added", "alerting: settle 30s → 10s",
				"server: probes 256 → 8 (after a restart), watch 5s → 0s", "storage: results 14d → 30d (after a restart)",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := diff(t, c.before, c.after, map[string]string{"ONE": "1", "TWO": "2"})
			if d := cmp.Diff(c.want, got.Lines(100)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if got.Empty() != (c.want == nil) || (got.Summary() == "") != (c.want == nil) {
				t.Errorf("empty %v, summary %q", got.Empty(), got.Summary())
			}
		})
	}
}

func TestDiffNamesWhoIsMendedAndWhatNeedsARestart(t *testing.T) {
	const text = "[target]\na = \"tcp://h:1\"\n[receiver.a]\nwebhook = \"https://example.com\"\nsecret = %q\n[receiver.b]\nlog = \"b.log\"\n[storage]\nresults = %q\n"
	c := diff(t, fmt.Sprintf(text, "one", "1d"), fmt.Sprintf(text, "two", "2d"), nil)
	if d := cmp.Diff([]string{"a"}, c.Mended); d != "" {
		t.Errorf("mended: %s", d)
	}
	if d := cmp.Diff([]string{"storage.results"}, c.Restart); d != "" {
		t.Errorf("restart: %s", d)
	}
	if d := cmp.Diff([]string{"receiver a: secret changed", "storage: results 1d → 2d (after a restart)"}, c.Lines(9)); d != "" {
		t.Error(d)
	}
}

// TestASecretThatAppearsIsAChange holds that what is in files counts: the text
// of the configuration itself is the same.
func TestASecretThatAppearsIsAChange(t *testing.T) {
	path := write(t, "[target.web]\nurl = \"https://example.com\"\nbearer = \"file:token\"\n")
	var configs []*Config
	for _, token := range []string{"", "one", "one\n", "two"} {
		if token != "" {
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "token"), []byte(token), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, err := Load(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		configs = append(configs, c)
	}
	for i, want := range []string{"1 target changed (web: bearer changed)", "", "1 target changed (web: bearer changed)"} {
		if got := Diff(configs[i], configs[i+1]).Summary(); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestSummaryIsOneLine(t *testing.T) {
	targets := func(names ...string) string {
		var b strings.Builder
		b.WriteString("[target]\n")
		for _, n := range names {
			fmt.Fprintf(&b, "%s = \"tcp://h:1\"\n", n)
		}
		return b.String()
	}
	for _, c := range []struct{ before, after, want string }{
		{
			targets("old-db") + "[target.api]\nurl = \"tcp://h:1\"\n",
			targets("x", "y", "z") + "[target.api]\nurl = \"tcp://h:1\"\ntimeout = \"5s\"\n",
			"+3 targets, 1 changed (api: timeout 10s → 5s), −1 (old-db: removed)",
		},
		{targets("a", "b", "c", "d", "e"), targets("a"), "−4 targets (b, c, d and 1 more: removed)"},
		{targets("a"), targets("a") + "[receiver.x]\nlog = \"stderr\"\n", "receiver x: added"},
		{targets("a"), targets("a", "b") + "[alerting]\nflap_low = 20\n", "+1 target, alerting: flap_low 25 → 20"},
	} {
		if got := diff(t, c.before, c.after, nil).Summary(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestLinesAreCounted(t *testing.T) {
	var c Changes
	for i := range 10 {
		c.List = append(c.List, Change{Table: "target", Name: fmt.Sprint("t", i), What: Changed, Settings: []string{fmt.Sprintf("slow %ds → 9s", i)}})
	}
	want := []string{"t0: slow 0s → 9s", "t1: slow 1s → 9s", "… and 8 more"}
	if d := cmp.Diff(want, c.Lines(3)); d != "" {
		t.Error(d)
	}
	if n := len(c.Lines(10)); n != 10 {
		t.Errorf("%d lines, want all 10", n)
	}
}

func TestHalfOfTheTargetsGoneIsDrastic(t *testing.T) {
	text := func(n int) string {
		var b strings.Builder
		b.WriteString("[target]\n")
		for i := range n {
			fmt.Fprintf(&b, "t%02d = \"tcp://h:1\"\n", i)
		}
		return b.String()
	}
	for _, c := range []struct {
		before, after int
		want          bool
	}{
		{20, 10, false}, {20, 9, true}, {21, 10, true}, {19, 10, false}, {9, 0, false}, {10, 0, true}, {10, 1, false}, {10, 20, false},
	} {
		if got := diff(t, text(c.before), text(c.after), nil).Drastic; got != c.want {
			t.Errorf("%d to %d: drastic %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

func TestDiffShowsNoSecret(t *testing.T) {
	const text = `
[target.web]
url     = "https://u:%[1]s@example.com/?token=%[1]s"
headers = { X-Token = "%[1]s", X = "plain:%[1]s" }
[target.api]
url    = "https://example.com"
bearer = "%[1]s"
[target.old]
url   = "https://example.com"
basic = { user = "u", password = "%[1]s" }
[receiver.slack]
slack = "https://hooks.slack.com/%[1]s"
[receiver.bot]
slack   = "xoxb-%[1]s"
channel = "#ops"
[receiver.hook]
webhook = "https://example.com/%[1]s"
secret  = ["%[1]s", "plain:%[1]s"]
headers = { Authorization = "%[1]s" }
[receiver.pd]
pagerduty = "%[1]s"
[receiver.am]
alertmanager = ["https://u:%[1]s@am.example.com", "https://am.example.com/?token=%[1]s"]
[receiver.am2]
alertmanager = "https://am.example.com"
basic = { user = "u", password = "%[1]s" }
[receiver.am3]
alertmanager = "https://am.example.com"
bearer = "%[1]s"
[receiver.ntfy]
ntfy  = "https://ntfy.sh/%[1]s"
token = "%[1]s"
[receiver.mail]
email = "a@example.com"
smtp = "smtp://u@mail.example.com"
password = "%[1]s"
[connectivity]
anchors = ["https://u:%[1]s@example.com", "https://example.com/?key=%[1]s"]
`
	secrets := []string{"hunter2hunter2", "swordfish12345"}
	c := diff(t, fmt.Sprintf(text, secrets[0]), fmt.Sprintf(text, secrets[1]), nil)
	said := strings.Join(c.Lines(1000), "\n") + c.Summary() + fmt.Sprintf("%+v", c)
	var shown bytes.Buffer
	if err := load(t, fmt.Sprintf(text, secrets[0])).Show(&shown); err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if strings.Contains(said+shown.String(), s) {
			t.Errorf("shows a secret:\n%s\n%s", said, shown.String())
		}
	}
	if !c.Of("connectivity") || c.Of("storage") {
		t.Error("which of the tables that are there once is different is not known")
	}
	if len(c.List) != 13 {
		t.Errorf("%d changes, want one of each table:\n%s", len(c.List), strings.Join(c.Lines(1000), "\n"))
	}
}

func BenchmarkDiff5000(b *testing.B) {
	var text strings.Builder
	text.WriteString("[defaults]\nlabels = { env = \"prod\" }\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "[target.shop-%d]\nurl = \"https://shop%d.example.com/health\"\ninterval = \"10s\"\nlabels = { tier = \"%d\" }\n", i, i, i%3)
	}
	old, next := load(b, text.String()), load(b, "[alerting]\nsettle = \"1m\"\n"+text.String())
	for b.Loop() {
		if n := len(Diff(old, next).List); n != 1 {
			b.Fatalf("%d changes, want 1", n)
		}
	}
}
