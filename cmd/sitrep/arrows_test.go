package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows is the drawing of the house: what each room may import of the others.
// A longer arrow down the same way is allowed; none points up.
var arrows = map[string][]string{
	"safe":         nil,
	"spell":        nil,
	"civil":        {"safe"},
	"checker":      {"civil", "safe"},
	"oncall":       {"civil", "safe"},
	"alert":        {"oncall", "checker", "civil", "safe"},
	"alert/notify": {"alert", "oncall", "checker", "civil", "safe"},
	"incident":     {"alert", "oncall", "checker", "civil", "safe"},
	"store":        {"incident", "alert", "oncall", "checker", "civil", "safe"},
	"config":       {"incident", "alert/notify", "alert", "oncall", "checker", "civil", "safe", "spell"},
	"monitor":      {"store", "incident", "alert", "oncall", "checker", "civil", "safe"},
	"tui":          {"monitor", "store", "incident", "alert", "oncall", "checker", "civil", "safe", "spell"},
	"cmd/sitrep":   {"tui", "monitor", "config", "store", "incident", "alert/notify", "alert", "oncall", "checker", "civil", "safe"},
}

// edges is what the domain must not know: TOML, SQL, a terminal.
var edges = map[string][]string{
	"github.com/BurntSushi/toml":      {"config"},
	"github.com/ncruces/go-sqlite3":   {"store"},
	"charm.land/bubbletea/v2":         {"tui"},
	"charm.land/lipgloss/v2":          {"tui"},
	"charm.land/bubbles/v2":           {"tui"},
	"github.com/spf13/cobra":          {"cmd/sitrep"},
	"github.com/wneessen/go-mail":     {"alert/notify"},
	"github.com/charmbracelet/x/ansi": {"tui", "config"},
}

func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "sitrep/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	rooms := 0
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, "sitrep/")
		allowed, known := arrows[room]
		if !known {
			t.Errorf("%s is no room of the drawing", room)
			continue
		}
		rooms++
		for _, imp := range p.Imports {
			if down, ok := strings.CutPrefix(imp, "sitrep/"); ok && !slices.Contains(allowed, down) {
				t.Errorf("%s imports %s: no arrow goes that way", room, down)
			}
			for lib, may := range edges {
				if (imp == lib || strings.HasPrefix(imp, lib+"/")) && !slices.Contains(may, room) {
					t.Errorf("%s imports %s, which only %v may", room, imp, may)
				}
			}
		}
	}
	if rooms != len(arrows) {
		t.Errorf("%d rooms found, %d drawn", rooms, len(arrows))
	}
}
