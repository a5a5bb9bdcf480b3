package config

import (
	"strings"
	"testing"
)

func TestUserinfoIsDecodedAndTakenOut(t *testing.T) {
	for raw, want := range map[string][2]string{
		"https://u:p%40ss%3Aw%2Frd@example.com/x": {"u", "p@ss:w/rd"},
		"https://u:qu$HOMEer7@example.com/x":      {"u", "qu$HOMEer7"},
		"https://u:100%25s@example.com/x":         {"u", "100%s"},
		"https://u@example.com/x":                 {"u", ""},
		"https://example.com/x":                   {"", ""},
	} {
		e, err := parseEndpoint(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if e.user != want[0] || e.pass.Reveal() != want[1] || e.url != "https://example.com/x" {
			t.Errorf("%s: user %q, password %q, URL %s", raw, e.user, e.pass.Reveal(), e.url)
		}
	}
}

func TestUnescapedPasswordIsNotPrinted(t *testing.T) {
	for _, password := range []string{"100%s", "a#b", `a"b\c`, "p@ss:w/rd", "a b", "x/y"} {
		_, err := parseEndpoint("https://user:" + password + "@example.com/")
		if err == nil {
			t.Errorf("%q is accepted", password)
			continue
		}
		if strings.Contains(err.Error(), password) || !strings.Contains(err.Error(), "percent-encoded") {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestMissingSchemeIsGuessed(t *testing.T) {
	for raw, want := range map[string]string{
		"example.com/health": "https://example.com/health",
		"example.com:443":    "https://example.com:443",
		"db:5432":            "tcp://db:5432",
		"127.0.0.1:8080":     "http://127.0.0.1:8080",
		"db:9000/health":     "http://db:9000/health",
	} {
		if _, err := parseEndpoint(raw); err == nil || !strings.Contains(err.Error(), `did you mean "`+want+`"?`) {
			t.Errorf("%s: %v, want %s", raw, err, want)
		}
	}
}
