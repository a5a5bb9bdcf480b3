package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sitrep/tui"
)

// keysTopic is what sitrep help keys prints.
func keysTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "the keys, commands and filters of the screen",
		Long:  strings.TrimRight(manualText(tui.Manual()), "\n"),
	}
}

// manualText writes the manual of the screen for a terminal.
func manualText(parts []tui.ManualPart) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintln(&b, p.Title)
		if p.Lead != "" {
			fmt.Fprintln(&b, p.Lead)
		}
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, cells := range p.Rows {
			fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
		}
		_ = w.Flush() // into memory
	}
	return b.String()
}
