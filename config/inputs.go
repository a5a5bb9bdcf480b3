package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// inputs are what one reading of a configuration found on the disk, so that a
// later look can tell whether it would find the same. The content counts, and
// not the time of a file: one that is swapped by a link is seen, and one that is
// written again as it was is not.
type inputs struct {
	disk  *disk
	files map[string]input  // by path, those that could not be read too
	globs map[string]string // pattern → the files it fits, a line each
}

type input struct {
	max    int64
	digest string // of the content, or why there is none
}

func newInputs(d *disk) *inputs {
	return &inputs{disk: d, files: map[string]input{}, globs: map[string]string{}}
}

// read returns what a file holds, and remembers it.
func (in *inputs) read(path string, max int64) (fileText, error) {
	t, err := in.disk.read(path, max)
	in.files[filepath.Clean(path)] = input{max, digest(t.data, err)}
	return t, err
}

// glob returns the files that a pattern fits, and remembers which.
func (in *inputs) glob(pattern string) ([]string, error) {
	found, err := in.disk.glob(pattern)
	in.globs[pattern] = matches(found, err)
	return found, err
}

func digest(data []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func matches(found []string, err error) string {
	if err != nil {
		return err.Error()
	}
	return strings.Join(found, "\n")
}

// names returns the paths, in order.
func (in *inputs) names() []string { return slices.Sorted(maps.Keys(in.files)) }

// now looks at all of it again.
func (in *inputs) now() *inputs {
	again := newInputs(in.disk)
	for _, path := range in.names() {
		_, _ = again.read(path, in.files[path].max) // that it cannot be read is a difference too
	}
	for pattern := range in.globs {
		_, _ = again.glob(pattern)
	}
	return again
}

// fingerprint is the same for inputs that are.
func (in *inputs) fingerprint() string {
	h := sha256.New()
	for _, path := range in.names() {
		fmt.Fprintf(h, "%q %q\n", path, in.files[path].digest)
	}
	for _, pattern := range slices.Sorted(maps.Keys(in.globs)) {
		fmt.Fprintf(h, "%q %q\n", pattern, in.globs[pattern])
	}
	return hex.EncodeToString(h.Sum(nil))
}
