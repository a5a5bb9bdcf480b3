package safe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

const canary = "correct horse battery"

func TestSecretPrintsNowhere(t *testing.T) {
	s := NewSecret(canary)
	type holder struct {
		Name   string
		Open   Secret
		hidden Secret
		list   []Secret
		at     *Secret
		byName map[string]Secret
	}
	h := holder{"h", s, s, []Secret{s}, &s, map[string]Secret{"a": s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10.3s"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", s, &s, h)
		fmt.Fprintf(&out, verb+"\n", &h)
	}
	fmt.Fprintln(&out, s, fmt.Errorf("wrong: %v", s), h)
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("it", "secret", s, "holder", h, "group", slog.GroupValue(slog.Any("x", s)))
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"a": s, "b": h, "c": []Secret{s}, "d": map[Secret]int{s: 1}}); err != nil {
		t.Fatal(err)
	}
	hex := fmt.Sprintf("%x", canary)
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, canary) || strings.Contains(strings.ToLower(line), hex) || strings.Contains(line, "horse") {
			t.Errorf("it prints: %s", line)
		}
	}
	if !strings.Contains(out.String(), masked) {
		t.Error("nor do the stars")
	}
}

func TestSecretsOfTheSameTextAreEqual(t *testing.T) {
	a, b, other := NewSecret(canary), NewSecret(strings.Clone(canary)), NewSecret("x")
	if a != b || a == other || !reflect.DeepEqual(a, b) || reflect.DeepEqual(a, other) {
		t.Error("they are not")
	}
	if a.Reveal() != canary || a.IsZero() {
		t.Errorf("it holds %q", a.Reveal())
	}
	for _, none := range []Secret{{}, NewSecret("")} {
		if !none.IsZero() || none.Reveal() != "" || none.String() != "" {
			t.Errorf("no secret reveals %q and prints %q", none.Reveal(), none)
		}
	}
}

func TestURLsAreShownWithoutSecrets(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.test/health":                      "https://a.test/health",
		"https://u:p@a.test:8443/x":                  "https://a.test:8443/x",
		"https://a.test/x?token=s3cret&b=2&flag#f":   "https://a.test/x?token=…&b=…&…",
		"tcp://db.test:5432":                         "tcp://db.test:5432",
		"https://medium.test/@ana":                   "https://medium.test/@ana",
		"https://u:p@ss:w/rd@a.test/x?q":             "https://a.test/x",
		"https://u:%zz@a.test/":                      "https://a.test/",
		"u:s3cret@a.test:x":                          "a.test:x",
		"http://a.test/\x1b]0;x\x07":                 "http://a.test/",
		"http://[::1/?token=s3cret":                  "http://[::1/",
		"https://a.test/" + strings.Repeat("x", 500): "https://a.test/" + strings.Repeat("x", maxURL-len("https://a.test/")-len("…")) + "…",
	} {
		if got := URL(raw); got != want {
			t.Errorf("URL(%q) = %q, want %q", raw, got, want)
		}
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"", "/x", ":pass@host", "://", "%", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, password string) {
		if strings.ContainsAny(password, "/?#@\\") { // not in the place of a password any more
			return
		}
		if got := URL("https://user:" + canary + password + "@a.test/x?t=" + canary + "#" + canary); strings.Contains(got, "horse") {
			t.Errorf("password %q: %s", canary+password, got)
		}
	})
}
