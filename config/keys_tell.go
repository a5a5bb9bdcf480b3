package config

import "time"

// The keys of whom to tell of what, and when not.

// receiverKeys are those of a receiver. Exactly one of the first is set, and is its kind.
type receiverKeys struct {
	_ struct{} `noun:"receiver"`

	Log          string     `key:"log"`
	Slack        secret     `key:"slack"`
	Email        []string   `key:"email"`
	Webhook      secret     `key:"webhook"`
	PagerDuty    secret     `key:"pagerduty"`
	Alertmanager secretList `key:"alertmanager"`
	Ntfy         secret     `key:"ntfy"`
	Exec         argv       `key:"exec"`

	Channel  string     `key:"channel" kinds:"slack"`
	From     string     `key:"from" kinds:"email"`
	SMTP     string     `key:"smtp" kinds:"email"`
	Password secret     `key:"password" kinds:"email"`
	TLS      string     `key:"tls" kinds:"email" oneof:"required opportunistic"`
	Method   string     `key:"method" kinds:"webhook" oneof:"POST PUT PATCH"`
	Headers  headers    `key:"headers" kinds:"webhook"`
	Secret   secretList `key:"secret" kinds:"webhook"`
	Body     string     `key:"body" kinds:"webhook"`
	URL      webURL     `key:"url" kinds:"pagerduty"`
	Bearer   secret     `key:"bearer" kinds:"alertmanager"`
	Basic    basicKeys  `key:"basic" kinds:"alertmanager"`
	Token    secret     `key:"token" kinds:"ntfy"`
	Priority int        `key:"priority" kinds:"ntfy" min:"1" max:"5"`

	Paging         bool          `key:"paging"`
	Tell           []string      `key:"tell" oneof:"first new worse better flapping remind escalated handover resolved"`
	TellMissed     bool          `key:"tell_missed"`
	Remind         time.Duration `key:"remind" min:"1s" zero:"ok"`
	RemindFlapping time.Duration `key:"remind_flapping" min:"1s" max:"1w"`
	Fallback       string        `key:"fallback"`

	Subject string `key:"subject"`
	Text    string `key:"text"`
	Zone    zone   `key:"zone"`
}

// receiverKinds are the keys that say how a receiver is reached.
var receiverKinds = []string{"log", "slack", "email", "webhook", "pagerduty", "alertmanager", "ntfy", "exec"}

// routeKeys are those of a route.
type routeKeys struct {
	_ struct{} `noun:"route"`

	Match         matcher       `key:"match"`
	To            []string      `key:"to"`
	Escalate      string        `key:"escalate"`
	GroupBy       []string      `key:"group_by"`
	Wait          time.Duration `key:"wait" zero:"ok" max:"1h"`
	GroupInterval time.Duration `key:"group_interval" zero:"ok" max:"1d"`
}

func newRouteKeys() *routeKeys {
	return &routeKeys{GroupBy: []string{"group"}, Wait: 10 * time.Second, GroupInterval: 2 * time.Minute}
}

// windowKeys are those of a window of maintenance. It is in one of three forms: once,
// by days of the week, or by cron.
type windowKeys struct {
	_ struct{} `noun:"maintenance window"`

	Match matcher `key:"match"`
	All   bool    `key:"all"`
	Why   string  `key:"why"`

	From  moment        `key:"from"`
	Until moment        `key:"until"`
	Days  weekdays      `key:"days"`
	At    clock         `key:"at"`
	Every weeks         `key:"every"`
	Cron  cronTimes     `key:"cron"`
	For   time.Duration `key:"for" min:"1s" max:"366d"`
	Zone  zone          `key:"zone"`
}
