package notify

import (
	"crypto/x509"
	"io"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// Wording is how a receiver's messages read. The zero value is our own words,
// with times in UTC.
type Wording struct {
	Template *Template      // nil is our own words
	Zone     *time.Location // of the times in words; what programs read stays in UTC; nil is UTC
}

// Header is one header of a webhook's request; its value may be a secret.
type Header struct {
	Name  string
	Value safe.Secret
}

// LogOptions say where JSON lines go.
type LogOptions struct {
	Path    string    // "stderr", or a file that is appended to and made with mode 0600
	Stderr  io.Writer // what "stderr" means: a screen keeps the real one for itself; nil is os.Stderr
	Wording Wording
}

// WebhookOptions describe a receiver of JSON, or of what Body makes, by HTTP.
type WebhookOptions struct {
	URL     safe.Secret // http or https; userinfo becomes basic authentication
	Method  string      // POST, PUT or PATCH; "" is POST
	Headers []Header    // besides our own, which but for Content-Type and User-Agent they cannot replace
	Secret  safe.Secret // signs: "whsec_" and base64, or the key itself; zero is unsigned
	Second  safe.Secret // signs too, while readers change over from one to the other; zero is none
	Format  string      // "alertmanager" (version 4), "sitrep" (our own object), "" is the first with the second in it
	Body    *Body       // makes the body instead; Format is "" then; nil is none
	BaseURL string      // the payload's externalURL; "" is none
	Wording Wording
}

// SlackOptions describe an incoming webhook of Slack, or a bot and its channel.
type SlackOptions struct {
	URL     safe.Secret // of the webhook: whoever has it can post, its path is the password; zero with Token
	Token   safe.Secret // of the bot, "xoxb-…", which needs the scope chat:write; zero with URL
	Channel string      // of the bot, needed: "C0123456789" or "#ops"; a legacy webhook honours it too
	API     string      // where the bot's methods are; "" is "https://slack.com/api/"
	Wording Wording
}

// EmailOptions describe addresses, and the server that takes mail for them.
type EmailOptions struct {
	To       []string // addresses, "ops@example.com" or "Ops <ops@example.com>"; at least one
	From     string   // one address; "" is User where that is one, else sitrep@ this machine
	Host     string
	Port     int            // 0 is 465 with TLS, else 587
	TLS      bool           // smtps: TLS from the first byte; StartTLS is not asked then
	StartTLS string         // "required" or "opportunistic"; "" is required
	User     string         // "" is no authentication
	Password safe.Secret    // never sent over a connection that is not encrypted
	RootCAs  *x509.CertPool // trusted instead of the system's; nil is the system's
	Wording  Wording
}

// PagerDutyOptions describe an integration of PagerDuty's Events API v2.
type PagerDutyOptions struct {
	Key     safe.Secret // the integration's routing key
	URL     string      // where events go; "" is "https://events.pagerduty.com", the EU's is "https://events.eu.pagerduty.com"
	BaseURL string      // where a reader finds this sitrep; "" is none
	Wording Wording     // of one alert at a time; the title is the summary
}

// AlertmanagerOptions describe the members of one cluster of Alertmanager. Each
// of them is told, and the receiver has heard once one of them has: they share
// what they made of it, and hear again at the next word. That word must come
// soon, since an Alertmanager forgets an alert that nobody repeats: Defaults
// says what the Manager must know of such a receiver.
type AlertmanagerOptions struct {
	URLs     []safe.Secret // base URLs, "http://host:9093", at least one; userinfo becomes basic authentication
	Bearer   safe.Secret   // zero is none
	User     string        // "" is no basic authentication, or the URL's
	Password safe.Secret
	BaseURL  string // generatorURL of what is sent; "" is none
	Wording  Wording
}

// NtfyOptions describe a topic of ntfy.
type NtfyOptions struct {
	URL      safe.Secret // of the topic, "https://ntfy.sh/topic": whoever knows it can read and post
	Token    safe.Secret // "tk_…"; zero is none, or the URL's userinfo
	Priority int         // of what is bad, 1 to 5; 0 is 5 for critical and 3 for a warning
	Wording  Wording
}

// ExecOptions describe a command that is run for each attempt, and that ends.
type ExecOptions struct {
	Args    []string      // what to run, by path or found in PATH, and its arguments; no shell reads them
	Timeout time.Duration // until it is killed; 0 is 30 s
	Wording Wording
}

// Defaults returns what the Manager is to know of a receiver of that kind where
// the configuration says nothing: kinds are the names of the configuration's
// keys. Alertmanager is told all there is and hears it again each minute, whatever
// holds it back, because there an alert ends four minutes after the last word
// about it. Other programs are told of more alerts at once than people, unless
// it is in an operator's words (a Body); a log is not, since what collects its
// lines cuts long ones. An escalation calls PagerDuty by the same key as before,
// which it takes for the same incident: who is woken next is its own to say. To
// Alertmanager it is nothing new. Of hand-overs neither is told, and each accepts
// one without a call.
func Defaults(kind string) alert.Receiver {
	r := alert.Receiver{
		Tell:           map[alert.Reason]bool{},
		Remind:         4 * time.Hour,
		RemindCritical: 4 * time.Hour,
		RemindFlapping: 30 * time.Minute,
		GiveUp:         6 * time.Hour,
	}
	for _, reason := range []alert.Reason{alert.First, alert.New, alert.Worse, alert.Flaps, alert.Remind, alert.Escalated, alert.Handover, alert.Over} {
		r.Tell[reason] = true
	}
	if kind == "pagerduty" || kind == "alertmanager" {
		delete(r.Tell, alert.Handover) // a matter between people
	}
	switch kind {
	case "pagerduty", "ntfy":
		r.Paging, r.TellMissed, r.Tell[alert.Missed] = true, true, true
		r.RemindCritical, r.GiveUp = 30*time.Minute, 24*time.Hour
	case "webhook":
		r.Most = maxWebhookAlerts
	case "exec":
		r.Most = maxExecAlerts
	case "alertmanager":
		r.Most, r.Keepalive = maxAlertmanagerAlerts, true
		r.Tell[alert.Better] = true
		delete(r.Tell, alert.Escalated)
		r.Remind, r.RemindCritical, r.RemindFlapping = time.Minute, time.Minute, time.Minute
	}
	return r
}
