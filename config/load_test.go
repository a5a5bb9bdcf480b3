package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/checker"
)

// write puts text into a config.toml of its own and returns its path.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// load returns the configuration of text, which has to hold.
func load(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Load(write(t, text), Options{LookupEnv: environment(nil)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// target returns the only one of a configuration.
func target(t *testing.T, text string) checker.Target {
	t.Helper()
	c := load(t, text)
	if len(c.Targets) != 1 {
		t.Fatalf("%d targets, want 1", len(c.Targets))
	}
	return c.Targets[0]
}

func TestShortFormEqualsTable(t *testing.T) {
	short := target(t, "[target]\nweb = \"https://example.com/health\"\n")
	long := target(t, "[target.web]\nurl = \"https://example.com/health\"\n")
	short.Probe, long.Probe, long.Where = nil, nil, short.Where
	if diff := cmp.Diff(long, short); diff != "" {
		t.Errorf("-table +short:\n%s", diff)
	}
	want := checker.Target{
		Name: "web", Kind: "http", Addr: "https://example.com/health", Where: "config.toml:2",
		Labels:   map[string]string{"name": "web", "kind": "http"},
		Interval: 30 * time.Second, RetryInterval: 10 * time.Second, Timeout: 10 * time.Second, Slow: 3 * time.Second,
		Attempts: 2, Backoff: 200 * time.Millisecond, FailAfter: 2, RecoverAfter: 2, Worst: checker.Down,
		FlapHigh: 30, FlapLow: 25,
	}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Errorf("defaults: -want +got:\n%s", diff)
	}
}

func TestSchemeIsTheKind(t *testing.T) {
	for _, c := range []struct{ url, kind, addr string }{
		{"http://example.com", "http", "http://example.com"},
		{"https://u:p@example.com/a?token=x", "http", "https://example.com/a?token=…"},
		{"tcp://db:5432", "tcp", "tcp://db:5432"},
		{"tcp://[::1]:22", "tcp", "tcp://[::1]:22"},
		{"tls://mail.example.com", "tls", "tls://mail.example.com:443"},
		{"dns://1.1.1.1/example.com?type=MX", "dns", "dns://1.1.1.1/example.com?type=MX"},
		{"dns:example.com", "dns", "dns:example.com"},
	} {
		got := target(t, fmt.Sprintf("[target]\na = %q\n", c.url))
		if got.Kind != c.kind || got.Addr != c.addr || got.Probe == nil {
			t.Errorf("%s: kind %q, shown %q, want %q, %q", c.url, got.Kind, got.Addr, c.kind, c.addr)
		}
	}
}

func TestLayersMergeKeyByKey(t *testing.T) {
	got := target(t, `
[defaults]
labels   = { env = "prod", team = "web" }
slow     = "1s"
attempts = 5
method   = "POST"                          # no key of tcp: it stays away
severity = { expiry = "ignore", slow = "down" }
[group.shops]
labels   = { team = "shop" }
slow     = "2s"
[target.a]
url    = "tcp://127.0.0.1:1"
group  = "shops"
labels = { tier = "1" }
slow   = "0s"
`)
	wantLabels := map[string]string{
		"name": "a", "kind": "tcp", "group": "shops", "env": "prod", "team": "shop", "tier": "1",
	}
	if diff := cmp.Diff(wantLabels, got.Labels); diff != "" {
		t.Errorf("labels: -want +got:\n%s", diff)
	}
	if got.Slow != 0 || got.Attempts != 5 || got.Group != "shops" {
		t.Errorf("slow %v, attempts %d, group %q", got.Slow, got.Attempts, got.Group)
	}
	if diff := cmp.Diff(map[string]checker.Status{"slow": checker.Down}, got.Severity); diff != "" {
		t.Errorf("severity: -want +got:\n%s", diff)
	}
}

func TestDefaultsThatDoNotFitAreClipped(t *testing.T) {
	got := target(t, `
[defaults]
timeout        = "20s"
slow           = "15s"
retry_interval = "20s"
[target.a]
url      = "tcp://127.0.0.1:1"
interval = "5s"
`)
	if got.Timeout != 5*time.Second || got.Slow != 5*time.Second || got.RetryInterval != 5*time.Second {
		t.Errorf("timeout %v, slow %v, retry interval %v, want 5s each", got.Timeout, got.Slow, got.RetryInterval)
	}
}

func TestNoRouteTellsEveryReceiverEverything(t *testing.T) {
	c := load(t, `
[target]
a = "tcp://127.0.0.1:1"
[receiver.b]
log = "b.log"
[receiver.a]
log = "stderr"
paging = true
`)
	want := []alert.Route{{
		Name: "all", To: []string{"a", "b"}, GroupBy: []string{"group"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute,
	}}
	if diff := cmp.Diff(want, c.Policy.Routes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	tell := map[alert.Reason]bool{
		alert.First: true, alert.New: true, alert.Worse: true, alert.Flaps: true, alert.Remind: true,
		alert.Escalated: true, alert.Handover: true, alert.Over: true,
	}
	pages := maps.Clone(tell)
	pages[alert.Missed] = true
	receivers := []alert.Receiver{
		{
			Name: "a", Paging: true, Tell: pages, TellMissed: true,
			Remind: 4 * time.Hour, RemindCritical: 30 * time.Minute, RemindFlapping: 30 * time.Minute, GiveUp: 24 * time.Hour,
		},
		{
			Name: "b", Tell: tell,
			Remind: 4 * time.Hour, RemindCritical: 4 * time.Hour, RemindFlapping: 30 * time.Minute, GiveUp: 6 * time.Hour,
		},
	}
	if diff := cmp.Diff(receivers, c.Policy.Receivers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c.Receivers["a"] == nil || c.Receivers["b"] == nil {
		t.Errorf("receivers: %v", c.Receivers)
	}
}

func TestRoutesAsWritten(t *testing.T) {
	c := load(t, `
[target.a]
url = "tcp://127.0.0.1:1"
labels = { tier = "1" }
[receiver.log]
log = "stderr"
[route.page]
match    = [{ severity = "down", tier = ["1", "2"] }, { name = "a*" }]
to       = "log"
group_by = []
wait     = "0s"
group_interval = "1m"
`)
	want := []alert.Route{{
		Name: "page", To: []string{"log"}, GroupInterval: time.Minute,
		Match: alert.Matcher{{"severity": {"down"}, "tier": {"1", "2"}}, {"name": {"a*"}}},
	}}
	if diff := cmp.Diff(want, c.Policy.Routes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPathsAreBesideTheFile(t *testing.T) {
	path := write(t, "[log]\nfile = \"log/sitrep.log\"\n")
	c, err := Load(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(filepath.Dir(path), "log/sitrep.log"); c.Log.File != want {
		t.Errorf("log file %s, want %s", c.Log.File, want)
	}
}

func TestBuiltInTargetMayHaveARoute(t *testing.T) {
	c := load(t, `
[target]
a = "tcp://127.0.0.1:1"
[receiver.log]
log = "stderr"
[route.self]
match = { name = "sitrep" }
to    = "log"
[route.rest]
match = { name = "!sitrep" }
to    = "log"
`)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %v", c.Warnings)
	}
}

func TestPausedIsKnownAndNotProbed(t *testing.T) {
	got := target(t, "[target.a]\nurl = \"tcp://127.0.0.1:1\"\npaused = true\n")
	if !got.Paused || got.Probe != nil {
		t.Errorf("paused %v, probe %v", got.Paused, got.Probe)
	}
}

func TestOneBadTargetLeavesTheOthers(t *testing.T) {
	var b strings.Builder
	b.WriteString("[target.bad]\nurl = \"https://example.com\"\nbearer = \"file:missing\"\n[target]\n")
	for i := range 199 {
		fmt.Fprintf(&b, "t%d = \"tcp://127.0.0.1:%d\"\n", i, i+1)
	}
	c := load(t, b.String())
	broken := 0
	for _, x := range c.Targets {
		if (x.Broken == "") != (x.Probe != nil) {
			t.Errorf("%s: broken %q, probe %v", x.Name, x.Broken, x.Probe)
		}
		if x.Broken != "" {
			broken++
		}
	}
	if len(c.Targets) != 200 || broken != 1 || len(c.Warnings) != 1 {
		t.Errorf("%d targets, %d broken, warnings %v", len(c.Targets), broken, c.Warnings)
	}
}

func TestMissingFileIsAPathError(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.toml"), Options{})
	if _, ok := errors.AsType[*fs.PathError](err); !ok || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %T %v", err, err)
	}
}

func TestAtMostTwentyProblemsAreListed(t *testing.T) {
	var b strings.Builder
	b.WriteString("[target.a]\nurl = \"tcp://127.0.0.1:1\"\n")
	for i := range 34 {
		fmt.Fprintf(&b, "wrong%d = 1\n", i)
	}
	_, err := Load(write(t, b.String()), Options{})
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 21 || lines[20] != "… and 14 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestURLsOfTheCommandLine(t *testing.T) {
	c, err := FromURLs([]string{"example.com", "https://example.com/b", "tcp://db:5432", "dns://1.1.1.1/example.org"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range c.Targets {
		got = append(got, x.Name+" "+x.Addr+x.Where)
	}
	want := []string{
		"db:5432 tcp://db:5432", "example.com https://example.com", "example.com-2 https://example.com/b",
		"example.org dns://1.1.1.1/example.org",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err = FromURLs([]string{"example.com", "htps://x", "https://u:p@ss:w/rd@h/"}, Options{})
	said := fmt.Sprint(err)
	if !strings.Contains(said, "\nURL 3: the URL cannot be read") || !strings.Contains(said, `htps://x: "htps" is no kind of target; did you mean "https"?`) {
		t.Errorf("said %s", said)
	}
}

func BenchmarkLoad5000(b *testing.B) {
	var text strings.Builder
	text.WriteString("[defaults]\nlabels = { env = \"prod\" }\n")
	for i := range 5000 {
		fmt.Fprintf(&text, `[target.shop-%d]
url = "https://shop%d.example.com/health"
interval = "10s"
timeout = "5s"
slow = "2s"
attempts = 3
fail_after = 3
expect_status = ["2xx", 401]
expect_json = { database = "healthy", version = { matches = '^7\.' } }
labels = { tier = "%d", city = "c%d" }
`, i, i, i%3, i)
	}
	path := write(b, text.String())
	for b.Loop() {
		if _, err := Load(path, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
