package config

import (
	"maps"
	"slices"

	"sitrep/checker"
)

// Keep returns next with the probes, receivers and anchors of old for all that
// is not different. They hold what new ones would have to learn again: open
// connections, what a receiver took of a message that broke half way, the thread
// that it goes on in. Changes are Diff's of the two; neither is changed. The
// Dialer of both should be the same.
func (c Changes) Keep(old, next *Config) *Config {
	different := map[string]bool{}
	for _, x := range c.List {
		different[x.Table+"\n"+x.Name] = true
	}
	kept := *next
	kept.Targets = slices.Clone(next.Targets)
	probes := make(map[string]checker.Probe, len(old.Targets))
	for i := range old.Targets {
		probes[old.Targets[i].Name] = old.Targets[i].Probe
	}
	for i := range kept.Targets {
		t := &kept.Targets[i]
		if p := probes[t.Name]; p != nil && t.Probe != nil && !different["target\n"+t.Name] {
			t.Probe = p
		}
	}
	kept.Receivers = maps.Clone(next.Receivers)
	for name := range kept.Receivers {
		if r := old.Receivers[name]; r != nil && !different["receiver\n"+name] {
			kept.Receivers[name] = r
		}
	}
	if !different["\nconnectivity"] {
		kept.Connectivity = old.Connectivity
	}
	return &kept
}
