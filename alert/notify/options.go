package notify

import (
	"crypto/x509"
	"io"

	"sitrep/safe"
)

// Header is one header of a webhook's request; its value may be a secret.
type Header struct {
	Name  string
	Value safe.Secret
}

// LogOptions say where JSON lines go.
type LogOptions struct {
	Path   string    // "stderr", or a file that is appended to and made with mode 0600
	Stderr io.Writer // what "stderr" means: a screen keeps the real one for itself; nil is os.Stderr
}

// WebhookOptions describe a receiver of JSON by HTTP.
type WebhookOptions struct {
	URL     safe.Secret // http or https; userinfo becomes basic authentication
	Method  string      // POST, PUT or PATCH; "" is POST
	Headers []Header    // besides our own, which but for Content-Type and User-Agent they cannot replace
	Secret  safe.Secret // signs: "whsec_" and base64, or the key itself; zero is unsigned
	BaseURL string      // the payload's externalURL; "" is none
}

// SlackOptions describe an incoming webhook of Slack.
type SlackOptions struct {
	URL     safe.Secret // whoever has it can post: its path is the password
	Channel string      // honoured by legacy webhooks alone; "" is the webhook's own
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
}
