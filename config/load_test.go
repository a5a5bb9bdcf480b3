package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestX(t *testing.T) {
	text, _ := os.ReadFile("/tmp/t1.toml")
	p := filepath.Join(t.TempDir(), "config.toml")
	os.WriteFile(p, text, 0o600)
	c, err := Load(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Targets {
		t.Logf("%+v", x)
	}
	t.Logf("%+v", c)
}
