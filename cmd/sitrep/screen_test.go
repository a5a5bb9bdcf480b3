package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sitrep/config"
	"sitrep/tui"
)

// TestColumnsOfTheConfigurationAreThoseOfTheBoard holds the two lists against each
// other: the board and the configuration do not know of one another.
func TestColumnsOfTheConfigurationAreThoseOfTheBoard(t *testing.T) {
	load := func(columns []string) (*config.Config, error) {
		file := filepath.Join(t.TempDir(), "config.toml")
		text := fmt.Sprintf("[target]\nweb = \"https://example.com/\"\n[screen]\nstart = \"alerts\"\norder = \"name\"\ngroup_by = \"team\"\ncolumns = [\"%s\"]\n", strings.Join(columns, `", "`))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return config.Load(file, config.Options{Console: screenRules})
	}
	cfg, err := load(tui.ColumnNames())
	if err != nil {
		t.Fatal(err)
	}
	got := screenOptions(cfg, nil, "")
	if diff := cmp.Diff([]any{"alerts", "name", "team", tui.ColumnNames()}, []any{got.Start, got.Order, got.GroupBy, got.Columns}); diff != "" {
		t.Errorf("what a session begins with (-want +got):\n%s", diff)
	}
	if _, err := load([]string{"target", "latencyy"}); err == nil || !strings.Contains(err.Error(), `"latencyy" is none of state`) {
		t.Errorf("a column that is none: %v", err)
	}
}
