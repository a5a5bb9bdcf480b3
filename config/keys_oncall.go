package config

import "time"

// The keys of who is on call.

// operatorKeys are those of an operator.
type operatorKeys struct {
	_ struct{} `noun:"operator" later:"role keys"`

	Name    string   `key:"name"`
	Zone    zone     `key:"zone"`
	Contact []string `key:"contact"`
}

// scheduleKeys are those of a schedule. Its layers and overrides are lists of tables.
type scheduleKeys struct {
	_ struct{} `noun:"schedule"`

	Zone     zone     `key:"zone"`
	Fallback []string `key:"fallback"`
	Calendar calendar `key:"calendar"`
	Layer    *value   `key:"layer"`
	Override *value   `key:"override"`
}

// layerKeys are those of one layer of a schedule.
type layerKeys struct {
	_ struct{} `noun:"layer"`

	Name      string     `key:"name"`
	Operators []string   `key:"operators"`
	Every     rotation   `key:"every"`
	From      moment     `key:"from"`
	Day       string     `key:"day" oneof:"last"`
	At        clock      `key:"at"`
	Advance   string     `key:"advance" oneof:"calendar active"`
	Days      weekdays   `key:"days"`
	Hours     clockRange `key:"hours"`
}

// overrideKeys are those of one override of a schedule.
type overrideKeys struct {
	_ struct{} `noun:"override"`

	From moment `key:"from"`
	To   moment `key:"to"`
	With string `key:"with"`
	For  string `key:"for"`
	Note string `key:"note"`
}

// escalationKeys are those of an escalation. Its steps are a list of tables.
type escalationKeys struct {
	_ struct{} `noun:"escalation"`

	Repeat     int    `key:"repeat" min:"1" max:"100"`
	LastResort string `key:"last_resort"`
	OnHandoff  string `key:"on_handoff" oneof:"tell accept"`
	Step       *value `key:"step"`
}

// stepKeys are those of one step of an escalation.
type stepKeys struct {
	_ struct{} `noun:"step"`

	To   []string      `key:"to"`
	Wait time.Duration `key:"wait" min:"1s" max:"7d"`
	Ack  string        `key:"ack" oneof:"any all"`
}
