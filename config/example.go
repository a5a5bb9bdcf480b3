package config

import (
	_ "embed"
	"strings"
)

//go:embed example.toml
var example []byte

// Example returns what sitrep init writes: a configuration that works as it is,
// with the rest of what a small team needs in comments. It is config.toml at
// the top of the source, which a test holds.
func Example() []byte { return append([]byte(nil), example...) }

// InitFor returns the example with urls as its targets, if there are any. The error is Problems,
// as those of FromURLs.
func InitFor(urls []string) ([]byte, error) {
	if len(urls) == 0 {
		return Example(), nil
	}
	if _, err := FromURLs(urls, Options{}); err != nil {
		return nil, err
	}
	before, rest, _ := strings.Cut(string(example), "\nhere = ")
	_, after, _ := strings.Cut(rest, "\n")
	targets := strings.ReplaceAll("\n"+urlTable(urls), "\ntarget.", "\n")
	return []byte(before + targets + after), nil
}
