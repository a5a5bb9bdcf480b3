package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestExampleIsTheFileAtTheTop(t *testing.T) {
	top, err := os.ReadFile("../config.toml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(top, Example()) {
		t.Error("config.toml differs from config/example.toml")
	}
}

// TestExamplesHold loads every TOML block of the README and the example, as it
// is and with its commented keys put in.
func TestExamplesHold(t *testing.T) {
	examples := map[string]string{
		"example":            string(Example()),
		"example, commented": uncommented(string(Example())),
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		examples[m[1]] = m[1]
	}
	vars := environment(map[string]string{"SLACK_WEBHOOK": "https://hooks.slack.com/services/x", "PAGERDUTY_KEY": strings.Repeat("0", 32), "SLACK_TOKEN": "xoxb-x"})
	for name, text := range examples {
		t.Run(name, func(t *testing.T) {
			path := write(t, text)
			dir := strings.TrimSuffix(path, "config.toml")
			for _, m := range regexp.MustCompile(`"file:([a-z-]+)"`).FindAllStringSubmatch(text, -1) {
				if err := os.WriteFile(dir+m[1], []byte("x\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, err := Load(path, Options{LookupEnv: vars})
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if strings.HasPrefix(name, "example") && len(c.Warnings) > 0 {
				t.Errorf("warnings: %v", c.Warnings)
			}
		})
	}
}

// uncommented puts in the lines of an example that are keys or tables in comments.
func uncommented(text string) string {
	return regexp.MustCompile(`(?m)^# (\[|[a-z_]+ *= )`).ReplaceAllString(text, "$1")
}

func TestInitIsAnExampleWithTheseTargets(t *testing.T) {
	text, err := InitFor([]string{"https://api.example.com/health", "tcp://db.example.com:5432"})
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, string(text))
	if len(c.Targets) != 2 || c.Targets[0].Name != "api.example.com" || c.Targets[1].Addr != "tcp://db.example.com:5432" {
		t.Errorf("targets %+v", c.Targets)
	}
	if !bytes.Contains(text, []byte("[receiver.chat]")) {
		t.Error("the rest of the example is gone")
	}
	if _, err := InitFor([]string{"htps://x"}); err == nil {
		t.Error("no error for a scheme that is none")
	}
}
