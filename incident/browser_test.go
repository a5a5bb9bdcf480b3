package incident

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// browser returns the path of a Chromium, and skips the test if there is none.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome on PATH: the report is not looked at in a browser")
	return ""
}

// browse runs the browser on a page and returns what it prints.
func browse(t *testing.T, path, page string, flags ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := []string{"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir=" + t.TempDir()}
	cmd := exec.CommandContext(ctx, path, append(append(args, flags...), page)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	cmd.WaitDelay = 10 * time.Second // its children may hold the pipe
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, errs.String())
	}
	return string(out)
}

// In a real browser the report shows what it says, and what hostile texts ask
// for does not happen: no script runs, and nothing is fetched.
func TestReportInABrowser(t *testing.T) {
	path := browser(t)
	var asked atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer trap.Close()
	evil := `<script>document.title="owned"</script><img src="` + trap.URL + `/img" onerror="document.title='owned'">` +
		`<link rel=stylesheet href="` + trap.URL + `/css"><style>@import "` + trap.URL + `/import"</style><svg onload="document.title='owned'">`
	inc, style := attacked(t, evil)
	// Were a text not escaped, the policy would still hold.
	doc := bytes.Replace(put(t, HTML, inc, style), []byte("<main>"), []byte("<main>"+evil), 1)
	whole, wholeStyle := rich(t)
	dir := t.TempDir()
	for name, doc := range map[string][]byte{"evil.html": doc, "rich.html": put(t, HTML, whole, wholeStyle)} {
		if err := os.WriteFile(filepath.Join(dir, name), doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dom := browse(t, path, "file://"+filepath.Join(dir, "evil.html"), "--dump-dom")
	for _, want := range []string{"<title>Post-mortem: ", "Timeline (UTC)", "SHA-256", "<svg ", "Latency of "} {
		if !strings.Contains(dom, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(dom, "<title>owned") {
		t.Error("a script ran")
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the page fetched %d things", n)
	}
	picture := filepath.Join(dir, "rich.png")
	browse(t, path, "file://"+filepath.Join(dir, "rich.html"), "--hide-scrollbars", "--window-size=1100,2000", "--screenshot="+picture)
	if info, err := os.Stat(picture); err != nil || info.Size() < 20_000 {
		t.Errorf("no picture of the page, or an empty one: %v", err)
	}
}
