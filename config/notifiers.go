package config

import (
	"encoding/base64"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sitrep/alert/notify"
	"sitrep/safe"
	"sitrep/spell"
)

// notifier builds what reaches the receiver; nil without an error if what is
// wrong is said already.
func (b *binder) notifier(path string, v *value, k *receiverKeys, o Options) (notify.Notifier, error) {
	words, ok := b.wording(path, v.table(), k)
	if !ok {
		return nil, nil
	}
	switch b.kind {
	case "log":
		b.checkLog(join(path, "log"), v.table()["log"], besideFile(v, k.Log))
		return notify.NewLog(notify.LogOptions{Path: besideFile(v, k.Log), Stderr: o.Stderr, Wording: words})
	case "slack":
		options := notify.SlackOptions{Channel: k.Channel, Wording: words}
		if strings.HasPrefix(k.Slack.text, "xoxb-") {
			options.Token = safe.NewSecret(k.Slack.text)
		} else {
			options.URL = safe.NewSecret(k.Slack.text)
		}
		return notify.NewSlack(options)
	case "webhook":
		return b.webhook(path, v.table(), k, words)
	case "pagerduty":
		b.checkIntegrationKey(join(path, "pagerduty"), v.table()["pagerduty"], k)
		return notify.NewPagerDuty(notify.PagerDutyOptions{
			Key: safe.NewSecret(k.PagerDuty.text), URL: string(k.URL), Wording: words,
		})
	case "alertmanager":
		return b.alertmanager(path, v.table(), k, words)
	case "ntfy":
		return notify.NewNtfy(notify.NtfyOptions{
			URL: safe.NewSecret(k.Ntfy.text), Token: safe.NewSecret(k.Token.text), Priority: k.Priority, Wording: words,
		})
	case "exec":
		if len(k.Exec) == 0 {
			return nil, nil // said already
		}
		args := programBeside(v, k.Exec)
		if _, err := exec.LookPath(args[0]); err != nil {
			b.warn(v.table()["exec"], join(path, "exec"), "there is no such program, or it may not be run; nobody is told this way until there is")
		}
		return notify.NewExec(notify.ExecOptions{Args: args, Wording: words})
	}
	options, ok := b.emailOptions(path, v.table(), k)
	if !ok {
		return nil, nil
	}
	options.Wording = words
	return notify.NewEmail(options)
}

// besideFile returns the path of a log as relative to the file that names it.
func besideFile(v *value, path string) string {
	if path == "" || path == "stderr" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(v.src.dir, path)
}

// programBeside does the same for a program that is named with a folder; one
// without is looked for in PATH.
func programBeside(v *value, args argv) []string {
	out := append([]string(nil), args...)
	if len(out) > 0 && strings.Contains(out[0], "/") && !filepath.IsAbs(out[0]) {
		if dir, err := filepath.Abs(v.src.dir); err == nil {
			out[0] = filepath.Join(dir, out[0])
		}
	}
	return out
}

func (b *binder) webhook(path string, t table, k *receiverKeys, words notify.Wording) (notify.Notifier, error) {
	options := notify.WebhookOptions{URL: safe.NewSecret(k.Webhook.text), Method: k.Method, Wording: words}
	for _, h := range k.Headers {
		options.Headers = append(options.Headers, notify.Header{Name: h.name, Value: safe.NewSecret(h.value.text)})
	}
	ok := true
	for i, s := range k.Secret {
		if !validSigningKey(s.text) {
			b.report(elements(t["secret"])[i], join(path, "secret"), "begins with whsec_ and goes on with what is no base64")
			ok = false
		}
	}
	switch len(k.Secret) {
	case 0:
	case 1:
		options.Secret = safe.NewSecret(k.Secret[0].text)
	case 2:
		options.Secret, options.Second = safe.NewSecret(k.Secret[0].text), safe.NewSecret(k.Secret[1].text)
	default:
		b.report(t["secret"], join(path, "secret"), "has %d values: one, or two while readers change over from one to the other", len(k.Secret))
		ok = false
	}
	if !b.webhookBody(join(path, "body"), t["body"], k.Body, &options) || !ok {
		return nil, nil
	}
	return notify.NewWebhook(options)
}

// bodyFormats are the names of bodies that sitrep makes.
var bodyFormats = []string{"alertmanager", "sitrep"}

// word is what a body that is a name would be, and no text.
var word = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// webhookBody reads the name of a format, or the template of a body.
func (b *binder) webhookBody(path string, v *value, text string, o *notify.WebhookOptions) bool {
	switch {
	case text == "":
		return true
	case slices.Contains(bodyFormats, text):
		o.Format = text
		return true
	case word.MatchString(text):
		b.report(v, path, "%q is neither %s nor a template%s", text, strings.Join(bodyFormats, ", "), spell.Meant(text, bodyFormats))
		return false
	}
	body, err := notify.ParseBody(text)
	if err != nil {
		b.templateError(path, v, err)
		return false
	}
	o.Body = body
	return true
}

func (b *binder) alertmanager(path string, t table, k *receiverKeys, words notify.Wording) (notify.Notifier, error) {
	options := notify.AlertmanagerOptions{
		Bearer: safe.NewSecret(k.Bearer.text), User: k.Basic.User, Password: safe.NewSecret(k.Basic.Password.text), Wording: words,
	}
	before := len(*b.problems)
	b.checkMembers(join(path, "alertmanager"), t["alertmanager"], k.Alertmanager)
	for _, u := range k.Alertmanager {
		options.URLs = append(options.URLs, safe.NewSecret(u.text))
	}
	switch {
	case t["bearer"] != nil && t["basic"] != nil:
		b.reportKey(t["bearer"], join(path, "bearer"), `there is a "basic" too: at most one of the two`)
	case t["basic"] != nil && k.Basic.User == "":
		b.reportKey(t["basic"], join(path, "basic"), `needs a "user"`)
	}
	if len(*b.problems) > before {
		return nil, nil
	}
	return notify.NewAlertmanager(options)
}

// validSigningKey holds that what says it is a key of Standard Webhooks is one.
func validSigningKey(s string) bool {
	encoded, ok := strings.CutPrefix(s, "whsec_")
	_, err := base64.StdEncoding.DecodeString(encoded)
	return !ok || err == nil
}
