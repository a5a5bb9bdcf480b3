package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// someConsole knows two actions and one key, and takes no filter with a question mark.
var someConsole = Console{
	Actions: []string{"ack", "silence"},
	Misbound: func(own map[string][]string) map[string]string {
		wrong := map[string]string{}
		for name, keys := range own {
			for _, k := range keys {
				if k == "ctrl+c" {
					wrong[name] = "ctrl+c is the way out"
				}
			}
		}
		return wrong
	},
	View: func(_, filter string) error {
		if strings.Contains(filter, "?") {
			return errors.New("a filter has no ?")
		}
		return nil
	},
}

func TestKeysAndViewsOfTheScreen(t *testing.T) {
	text := `view.mine = "team=db"
[target]
web = "tcp://127.0.0.1:1"
[keys]
ack = "x"
silence = ["S", "f5"]
[view.slow]
filter = "lat>1s"
order = "latency"
group_by = "team"
`
	c, err := newLoader(Options{LookupEnv: environment(nil), Console: someConsole}).load(newSource("config.toml", text), "config.toml")
	if err != nil {
		t.Fatal(err)
	}
	want := Screen{
		Keys:  map[string][]string{"ack": {"x"}, "silence": {"S", "f5"}},
		Views: []View{{Name: "mine", Filter: "team=db"}, {Name: "slow", Filter: "lat>1s", Order: "latency", GroupBy: "team"}},
	}
	if diff := cmp.Diff(want, Screen{Keys: c.Screen.Keys, Views: c.Screen.Views}); diff != "" {
		t.Error(diff)
	}
	var shown strings.Builder
	if err := c.Show(&shown); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"[keys]\nack = \"x\" ", "silence = [\"S\", \"f5\"] ", "[view.mine]\nfilter = \"team=db\" ", "order = \"latency\" "} {
		if !strings.Contains(shown.String(), line) {
			t.Errorf("config show has no %q:\n%s", line, shown.String())
		}
	}
}

func TestMistakesInKeysAndViewsHaveTheirPlaces(t *testing.T) {
	text := `[target]
web = "tcp://127.0.0.1:1"
[keys]
ack = "ctrl+c"
silenc = "S"
silence = 5
[view.odd]
filter = "what?"
order = "size"
`
	_, err := newLoader(Options{LookupEnv: environment(nil), Console: someConsole}).load(newSource("config.toml", text), "config.toml")
	for _, want := range []string{
		`config.toml:4:7: keys.ack: ctrl+c is the way out`,
		`config.toml:5:1: keys.silenc: no key does "silenc"; did you mean "silence"?`,
		`config.toml:6:11: keys.silence: want a string, got`,
		`config.toml:8:10: view.odd: a filter has no ?`,
		`config.toml:9:9: view.odd.order: "size" is none of`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}
