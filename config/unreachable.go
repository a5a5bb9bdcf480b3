package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"sitrep/alert/notify"
	"sitrep/safe"
)

// What is written as it should be, and yet nobody would ever be told.

// checkLog warns of a log that nothing could be written to.
func (b *binder) checkLog(path string, v *value, file string) {
	if file == "" || file == "stderr" {
		return
	}
	if whole, err := filepath.Abs(file); err == nil {
		file = whole
	}
	dir := filepath.Dir(file)
	isDir, err := b.isDir(dir)
	isDirToo, _ := b.isDir(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		b.warn(v, path, "there is no directory %s; nobody is told this way until there is", dir)
	case err != nil:
		b.warn(v, path, "%s: %v; nobody is told this way until that is mended", dir, err)
	case !isDir:
		b.warn(v, path, "%s is no directory; nobody is told this way", dir)
	case isDirToo:
		b.warn(v, path, "%s is a directory; nobody is told this way", file)
	}
}

// isDir tells whether a path is that of a directory. The error has no path.
func (b *binder) isDir(path string) (bool, error) {
	return ask(b.secrets.inputs.disk, path, func() (bool, error) {
		info, err := os.Stat(path)
		return err == nil && info.IsDir(), withoutPath(err)
	})
}

// checkMembers holds that each URL of a cluster is one that can be told.
func (b *binder) checkMembers(path string, v *value, urls secretList) {
	for i, x := range elements(v) {
		if _, ok := x.string(); !ok {
			continue // said already
		}
		at := path
		if x != v {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		one := []safe.Secret{safe.NewSecret(urls[i].text)}
		if _, err := notify.NewAlertmanager(notify.AlertmanagerOptions{URLs: one}); err != nil {
			b.report(x, at, "%s", strings.TrimPrefix(err.Error(), "alertmanager: "))
		}
	}
}

// integrationKey is how long a key of PagerDuty's Events API v2 is.
const integrationKey = 32

// checkIntegrationKey warns of a key that PagerDuty cannot have given. What takes
// its events in its place may have keys of its own.
func (b *binder) checkIntegrationKey(path string, v *value, k *receiverKeys) {
	u, err := url.Parse(string(k.URL))
	if err != nil || k.URL != "" && !strings.HasSuffix(u.Hostname(), "pagerduty.com") {
		return
	}
	if n := len(k.PagerDuty.text); n > 0 && n != integrationKey {
		b.warn(v, path, "this is no integration key of PagerDuty's Events API V2, which has %d characters", integrationKey)
	}
}
