package tui

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// keysDocument is made from the tables of the screen below this line.
const (
	keysDocument = "../docs/keys.md"
	madeBelow    = "<!-- go test ./tui -run Document -update makes what follows from the tables of the screen -->\n"
)

func TestDocumentOfKeysIsCurrent(t *testing.T) {
	text, err := os.ReadFile(keysDocument)
	if err != nil {
		t.Fatal(err)
	}
	byHand, made, _ := strings.Cut(string(text), madeBelow)
	want := "\n" + markdown(Manual())
	if *update {
		if err := os.WriteFile(keysDocument, []byte(byHand+madeBelow+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(made, "\n")); diff != "" {
		t.Errorf("docs/keys.md is not what the screen does (-want +got); go test ./tui -run Document -update\n%s", diff)
	}
}

// markdown writes the manual for the document.
func markdown(parts []ManualPart) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString("## " + p.Title + "\n\n")
		if p.Lead != "" {
			b.WriteString(p.Lead + "\n\n")
		}
		markdownRow(&b, p.Head, nil)
		b.WriteString(strings.Repeat("|---", len(p.Head)) + "|\n")
		for _, cells := range p.Rows {
			markdownRow(&b, cells, p.Code)
		}
	}
	return b.String()
}

// markdownRow writes a row of a table: what is typed as it stands is code.
func markdownRow(b *strings.Builder, cells []string, code []bool) {
	for i, cell := range cells {
		cell = strings.ReplaceAll(cell, "|", `\|`)
		if code != nil && code[i] {
			cell = "`" + cell + "`"
		}
		b.WriteString("| " + cell + " ")
	}
	b.WriteString("|\n")
}

func TestManualNamesEveryKeyAndFilter(t *testing.T) {
	text := markdown(Manual())
	for i := range table {
		if b := &table[i]; !strings.Contains(text, b.help) {
			t.Errorf("the manual does not say %q", b.help)
		}
	}
	for key := range filterKeys {
		if !strings.Contains(text, key) {
			t.Errorf("the manual does not name the filter's %s", key)
		}
		if filterKeys[key] == keyWords && key != "state" && filterWords[key] == "" {
			t.Errorf("nothing is said of the filter's %s", key)
		}
	}
}
