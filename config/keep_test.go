package config

import (
	"slices"
	"testing"

	"sitrep/checker"
)

func TestWhatIsNotDifferentIsKept(t *testing.T) {
	const same = `
[target]
same = "https://example.com"
[receiver.same]
slack = "https://hooks.slack.com/x"
[connectivity]
anchors = "tcp://192.0.2.1:443"
`
	old := load(t, same+"[target.other]\nurl = \"https://example.com\"\n[receiver.other]\nlog = \"a.log\"\n")
	next := load(t, "# moved\n"+same+"[target.other]\nurl = \"https://example.com\"\nattempts = 3\n[target.new]\nurl = \"tcp://h:1\"\n[receiver.other]\nlog = \"b.log\"\n")
	c := Diff(old, next)
	kept := c.Keep(old, next)

	probe := func(c *Config, name string) checker.Probe {
		i := slices.IndexFunc(c.Targets, func(t checker.Target) bool { return t.Name == name })
		return c.Targets[i].Probe
	}
	if probe(kept, "same") != probe(old, "same") || probe(kept, "other") != probe(next, "other") || probe(kept, "new") == nil {
		t.Error("the probe of what is the same is new, or that of what is not is old")
	}
	if kept.Receivers["same"] != old.Receivers["same"] || kept.Receivers["other"] != next.Receivers["other"] {
		t.Error("the receiver that is the same is new, or the one that is not is old")
	}
	if kept.Connectivity.Anchors[0] != old.Connectivity.Anchors[0] {
		t.Error("the anchor is new")
	}
	if probe(next, "same") == probe(old, "same") {
		t.Error("next was changed")
	}
	if kept.Targets[2].Where != next.Targets[2].Where {
		t.Error("the place is the old one")
	}
	if again := Diff(kept, next); !again.Empty() {
		t.Errorf("differs from next: %v", again.Lines(9))
	}
}
