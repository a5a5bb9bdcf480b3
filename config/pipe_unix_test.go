//go:build unix

package config

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAPipeDoesNotStopAReading holds for every place that names a file. Nobody
// writes to the pipe: whoever opened it would wait for ever.
func TestAPipeDoesNotStopAReading(t *testing.T) {
	for name, text := range map[string]string{
		"main":    "",
		"include": "include = \"pipe\"\n[target]\na = \"tcp://h:1\"\n",
		"secret":  "[target]\na = \"tcp://h:1\"\n[receiver.x]\nslack = \"file:pipe\"\n",
		"ca":      "[target.a]\nurl = \"https://example.com\"\ntls = { ca = \"pipe\" }\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			pipe, main := filepath.Join(dir, "pipe"), filepath.Join(dir, "config.toml")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip(err)
			}
			if name == "main" {
				main = pipe
			} else {
				put(t, main, text)
			}
			c, err := Load(main, Options{})
			said := ""
			if err != nil {
				said = err.Error()
			} else {
				said = Problems(c.Warnings).Error()
			}
			if !strings.Contains(said, "it is no regular file") {
				t.Errorf("said %q", said)
			}
		})
	}
}
