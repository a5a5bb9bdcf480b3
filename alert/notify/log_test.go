package notify

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
)

// farLog is a file, or what can be wrong with one.
func farLog(t *testing.T) far {
	path := filepath.Join(t.TempDir(), "alerts.log")
	mum := make(chan struct{}, 1)
	return far{
		mum: mum,
		meet: func(t *testing.T, b behaviour) Notifier {
			o := LogOptions{Path: path}
			switch b {
			case isBusy:
				o.Path = "/dev/full"
				if _, err := os.Stat(o.Path); err != nil {
					return nil
				}
			case refuses:
				o.Path = t.TempDir()
			case keepsMum:
				release := make(chan struct{})
				t.Cleanup(func() { close(release) })
				o.Path, o.Stderr = "stderr", writerFunc(func(p []byte) (int, error) {
					mum <- struct{}{}
					<-release
					return len(p), nil
				})
			case asksPause, hangsUp, floods, refusesAtLength, redirects:
				return nil
			}
			return mustNotifier(t)(NewLog(o))
		},
		arrived: func() []arrival {
			var all []arrival
			for _, line := range logLines(t, path) {
				all = append(all, arrival{key: line["key"].(string), text: wordsOf(line)})
			}
			return all
		},
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func mustNotifier(t *testing.T) func(Notifier, error) Notifier {
	return func(n Notifier, err error) Notifier {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// logLines decodes a file of JSON lines; none if there is no file.
func logLines(t *testing.T, path string) []map[string]any {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var lines []map[string]any
	for line := range bytes.Lines(raw) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		lines = append(lines, fields)
	}
	return lines
}

// wordsOf lists all strings of decoded JSON, one a line.
func wordsOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var s []string
		for _, e := range v {
			s = append(s, wordsOf(e))
		}
		return strings.Join(s, "\n")
	case map[string]any:
		var s []string
		for _, e := range v {
			s = append(s, wordsOf(e))
		}
		return strings.Join(s, "\n")
	}
	return ""
}

func TestLogLineHoldsAllThatAReaderNeeds(t *testing.T) {
	line, err := logLine(ours.say(outage(bad("search-api", alert.Critical, "503, want 200"))), began.Add(6*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"time":"2026-04-12T03:35:04Z","level":"ERROR","msg":"notification",` +
		`"text":"DOWN search-api: 503, want 200 (since 2026-04-12 03:29:04Z)",` +
		`"reason":"first","receiver":"chat","route":"all","group":"all{group=shops}","key":"4b1dfeed",` +
		`"attempt":1,"active":1,"repeat":false,"alerts":[{"id":"01Jsearch-api","target":"search-api",` +
		`"labels":{"group":"shops","kind":"http","name":"search-api"},"severity":"critical","state":"firing",` +
		`"since":"2026-04-12T03:29:04Z","detected":"2026-04-12T03:29:34Z",` +
		`"findings":[{"kind":"status","severity":"down","text":"503, want 200"}]}]}` + "\n"
	if diff := cmp.Diff(want, string(line)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestLogFileIsForItsOwnerAndAppendedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.log")
	for range 2 { // two notifiers, as over a restart
		to := mustNotifier(t)(NewLog(LogOptions{Path: path}))
		if d := Attempt(t.Context(), to, outage(bad("db", alert.Warning, "slow"))); d.Outcome != alert.Accepted {
			t.Fatalf("got %v: %s", d.Outcome, d.Err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	if got := logLines(t, path); len(got) != 2 {
		t.Errorf("%d lines, want 2", len(got))
	}
}

func TestLogOpensNothingBeforeItMust(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alerts.log")
	mustNotifier(t)(NewLog(LogOptions{Path: path}))
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file exists (%v)", err)
	}
	if _, err := NewLog(LogOptions{}); err == nil {
		t.Error("no path is taken")
	}
}

// A disk that hangs must cost one goroutine, not one an attempt.
func TestLogDoesNotPileUpBehindAWriteThatHangs(t *testing.T) {
	f := farLog(t)
	to := f.meet(t, keepsMum)
	ctx, cancel := contextEndedBy(t, f.mum)
	defer cancel()
	if d := Attempt(ctx, to, outage(bad("db", alert.Warning, "slow"))); d.Outcome != alert.Ambiguous {
		t.Errorf("the first: %v, want ambiguous", d.Outcome)
	}
	if d := Attempt(ctx, to, outage(bad("db", alert.Warning, "slow"))); d.Outcome != alert.Again {
		t.Errorf("the second: %v, want again: it wrote nothing", d.Outcome)
	}
}
