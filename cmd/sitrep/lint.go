package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"sitrep/incident"
)

func (a *app) lintCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "lint [INCIDENT]",
		Short: "say what an incident's post-mortem still lacks, or contradicts",
		Long: `lint prints a line "rule: text" for each thing that is missing in an incident or
contradicts itself, and exits 1 if there is one. INCIDENT is as of export.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			which := "latest"
			if len(args) > 0 {
				which = args[0]
			}
			return a.lint(cmd.Context(), which, output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "text or json")
	return cmd
}

func (a *app) lint(ctx context.Context, which, output string) error {
	if output != "text" && output != "json" {
		return usage("-o %q: one of text, json", output)
	}
	kept, err := a.openArchive()
	if err != nil {
		return err
	}
	defer kept.Close()
	inc, err := findIncident(ctx, kept.Store, which)
	if err != nil {
		return err
	}
	style := kept.manner()
	found := style.Lint(inc)
	if output == "json" {
		err = a.lintJSON(inc.ID, found)
	} else {
		for _, f := range found {
			fmt.Fprintln(a.out, f.Rule+": "+f.Text)
		}
	}
	if err == nil && len(found) > 0 {
		return exit{code: exitFailed}
	}
	return err
}

func (a *app) lintJSON(id string, found []incident.Finding) error {
	type finding struct {
		Rule string `json:"rule"`
		Text string `json:"text"`
	}
	doc := struct {
		Incident string    `json:"incident"`
		Findings []finding `json:"findings"`
	}{id, []finding{}}
	for _, f := range found {
		doc.Findings = append(doc.Findings, finding(f))
	}
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
