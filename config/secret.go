package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What a secret may be, beside the text itself: a reference to where it is kept.
// References are resolved once for a configuration, however many share one.
const (
	maxSecret     = 64 << 10 // bytes of a secret
	maxFile       = 1 << 20  // bytes of a certificate or a body
	secretCommand = 10 * time.Second
)

// secrets resolves references and remembers what it read.
type secrets struct {
	inputs *inputs
	lookup func(string) (string, bool)
	known  map[string]found
}

type found struct {
	text string
	err  error
}

// resolve returns the text that ref stands for. Plain tells that it is in the
// configuration itself.
func (s *secrets) resolve(src *source, ref string) (text string, plain bool, err error) {
	scheme, rest, ok := strings.Cut(ref, ":")
	if !ok {
		return ref, true, nil
	}
	if scheme == "plain" {
		return rest, true, nil
	}
	if !slices.Contains([]string{"file", "env", "cred", "cmd"}, scheme) {
		return ref, true, nil
	}
	key := src.dir + "\x00" + ref
	f, ok := s.known[key]
	if !ok {
		f.text, f.err = s.fetch(src, scheme, rest)
		if f.err == nil && f.text == "" {
			f.err = errors.New("it is empty")
		}
		s.known[key] = f
	}
	if f.err != nil {
		err = fmt.Errorf("%s: %w", ref, f.err)
	}
	return f.text, false, err
}

func (s *secrets) fetch(src *source, scheme, rest string) (string, error) {
	switch scheme {
	case "env":
		text, ok := s.lookup(rest)
		if !ok {
			return "", errors.New("the variable is not set")
		}
		return text, nil
	case "cred":
		dir, ok := s.lookup("CREDENTIALS_DIRECTORY")
		if !ok {
			return "", errors.New("$CREDENTIALS_DIRECTORY is not set: the service has no credentials")
		}
		if filepath.Base(rest) != rest {
			return "", errors.New("a credential is a name, no path")
		}
		return s.file(dir, rest)
	case "cmd":
		return command(src, rest)
	}
	return s.file(src.dir, rest)
}

// file reads a secret's file, relative to dir. One final newline is not part of it.
func (s *secrets) file(dir, name string) (string, error) {
	text, err := s.read(dir, name, maxSecret)
	return trimNewline(string(text)), err
}

// read reads a file of at most max bytes. Its error says nothing of the content.
func (s *secrets) read(dir, name string, max int64) ([]byte, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	t, err := s.inputs.read(path, max)
	if errors.Is(err, fs.ErrNotExist) {
		where, _ := filepath.Abs(filepath.Dir(path))
		return nil, fmt.Errorf("no such file in %s", where)
	}
	return t.data, err
}

// command runs PROG ARG… without a shell and returns what it prints.
func command(src *source, line string) (string, error) {
	argv := strings.Fields(line)
	if len(argv) == 0 {
		return "", errors.New("no command is given")
	}
	if src.writable {
		return "", fmt.Errorf("not run: everybody may write to %s", src.name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), secretCommand)
	defer cancel()
	var out limited
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Dir, c.Stdout, c.WaitDelay = src.dir, &out, time.Second
	switch err := c.Run(); {
	case ctx.Err() != nil:
		return "", fmt.Errorf("no answer in %v", secretCommand)
	case out.full:
		return "", fmt.Errorf("it printed more than %s", formatSize(maxSecret))
	case err != nil:
		return "", err
	}
	return trimNewline(out.text.String()), nil
}

// limited keeps at most maxSecret bytes.
type limited struct {
	text bytes.Buffer
	full bool
}

func (l *limited) Write(p []byte) (int, error) {
	if l.text.Len()+len(p) > maxSecret {
		l.full = true
		return 0, errors.New("too much")
	}
	return l.text.Write(p)
}

func trimNewline(s string) string {
	if t, ok := strings.CutSuffix(s, "\n"); ok {
		return strings.TrimSuffix(t, "\r")
	}
	return s
}

// bind reads a secret. One that cannot be had is a mistake if a receiver needs
// it; a target is started without, and is unknown.
func (s *secret) bind(b *binder, path string, v *value) {
	ref, ok := v.v.(string)
	if !ok {
		b.report(v, path, "want a string, got %s", kindOf(v.v))
		return
	}
	text, plain, err := b.secrets.resolve(v.src, ref)
	if err != nil {
		b.missing(v, path, err)
		s.broken = err.Error()
		return
	}
	s.text = text
	if plain && v.src.readable && private(path, text) {
		b.warn(v, path, `a secret that everybody on this machine can read; chmod o-r %s, or keep it elsewhere: "file:PATH", "env:NAME"`, v.src.name)
	}
}

// missing reports that a file or secret cannot be had.
func (b *binder) missing(v *value, path string, err error) {
	if b.section != "target" && b.section != "group" && b.section != "defaults" {
		b.report(v, path, "%v", err)
		return
	}
	b.warn(v, path, "%v; the target is unknown until it is there", err)
}

// telltale finds the headers whose values are secrets.
var telltale = regexp.MustCompile(`(?i)auth|cookie|token|secret|key|passw`)

// private tells whether a value that may be a secret probably is one.
func private(path, text string) bool {
	outer, name := lastPart(path)
	name, _, _ = strings.Cut(name, "[")
	switch {
	case name == "webhook" || slices.Contains(showable, name):
		_, rest, _ := strings.Cut(text, "://")
		host, _, _ := strings.Cut(rest, "/")
		return strings.Contains(host, "@")
	case strings.HasSuffix(outer, ".headers"):
		return telltale.MatchString(name)
	}
	return text != ""
}

// showable are the keys whose URLs are secret only in parts, if at all.
var showable = []string{"url", "alertmanager", "anchors"}

// lastPart splits a path before its last key. A key that is quoted is returned as it is.
func lastPart(path string) (outer, name string) {
	i := strings.LastIndexByte(path, '.')
	if strings.HasSuffix(path, `"`) {
		i = strings.LastIndex(path, `."`)
	}
	if i < 0 {
		return "", path
	}
	return path[:i], path[i+1:]
}

// secretList are one secret or several.
type secretList []secret

// bind reads one secret or several.
func (s *secretList) bind(b *binder, path string, v *value) {
	*s = nil
	list := elements(v)
	for i, x := range list {
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		var one secret
		one.bind(b, at, x)
		*s = append(*s, one)
	}
	if len(list) == 0 {
		b.report(v, path, "is empty")
		*s = secretList{{broken: "it is empty"}}
	}
}

// broken says why one of them cannot be had, "" if all are there.
func (s secretList) broken() string {
	for _, one := range s {
		if one.broken != "" {
			return one.broken
		}
	}
	return ""
}

// bind reads the file that a path names.
func (c *content) bind(b *binder, path string, v *value) {
	name, ok := v.v.(string)
	if !ok || name == "" {
		b.report(v, path, "want the path of a file, got %s", describe(v.v))
		return
	}
	name = strings.TrimPrefix(name, "file:")
	data, err := b.secrets.read(v.src.dir, name, maxFile)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
		b.missing(v, path, err)
		c.broken = err.Error()
		return
	}
	c.data = data
}

// bind reads header name → secret value.
func (h *headers) bind(b *binder, path string, v *value) {
	*h = nil
	b.rules(path, v, func(name string, x *value) {
		if !headerName.MatchString(name) {
			b.reportKey(x, join(path, name), "%q is no name of a header", name)
			return
		}
		one := header{name: name}
		one.value.bind(b, join(path, name), x)
		if bytes.ContainsAny([]byte(one.value.text), "\r\n\x00") {
			b.report(x, join(path, name), "a header's value is one line")
			return
		}
		*h = append(*h, one)
	})
}
