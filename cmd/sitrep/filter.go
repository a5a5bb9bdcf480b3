package main

import (
	"github.com/spf13/cobra"

	"sitrep/tui"
)

// filterFlag is what the lists of a screen begin with, in the language of its
// filters; "" shows all.
type filterFlag string

// filterOf gives a command that opens a screen its --filter.
func (a *app) filterOf(cmd *cobra.Command) {
	cmd.Flags().Var(&a.filter, "filter", `what the lists show at first, as typed after / (example: "team=search is:firing")`)
}

// Set takes a filter in that can be understood.
func (f *filterFlag) Set(text string) error {
	if err := tui.CheckFilter(text); err != nil {
		return err
	}
	*f = filterFlag(text)
	return nil
}

// String returns the filter.
func (f *filterFlag) String() string { return string(*f) }

// Type names the kind of value in the help.
func (*filterFlag) Type() string { return "EXPR" }
