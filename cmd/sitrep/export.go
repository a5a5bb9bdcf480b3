package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sitrep/incident"
	"sitrep/store"
	"sitrep/tui"
)

func (a *app) exportCommand() *cobra.Command {
	var output, style, out string
	cmd := &cobra.Command{
		Use:   "export [INCIDENT]",
		Short: "write the post-mortem of an incident, as far as sitrep knows it",
		Long: `export writes an incident's post-mortem: what is computed is filled in, what only
people can know is a room to write in, marked "To be written:". INCIDENT is an ID such as
inc-2026-0001, its end (0001), or "latest", which is meant if none is given. What
is still missing is said on standard error. It may run beside a running sitrep.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			which := "latest"
			if len(args) > 0 {
				which = args[0]
			}
			return a.export(cmd.Context(), which, output, style, out)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "md", "md, html or json")
	cmd.Flags().StringVar(&style, "style", "", "one of "+strings.Join(incident.Presets, ", ")+" (else that of the configuration)")
	cmd.Flags().StringVar(&out, "out", "", "write a file into this `DIR` and print its path (else to standard output)")
	return cmd
}

func (a *app) export(ctx context.Context, which, output, preset, out string) error {
	if !slices.Contains(tui.ExportFormats(), output) {
		return usage("-o %q: one of md, html, json", output)
	}
	if preset != "" && !slices.Contains(incident.Presets, preset) {
		return usage("--style %q: one of %s", preset, strings.Join(incident.Presets, ", "))
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
	style, err := kept.style(ctx, inc)
	if err != nil {
		return err
	}
	style.Preset = cmp.Or(preset, style.Preset)
	var doc bytes.Buffer
	if err := writers[output](&doc, inc, style); err != nil {
		return err
	}
	for _, f := range style.Lint(inc) {
		fmt.Fprintln(a.errs, "! "+f.Rule+": "+f.Text)
	}
	if out == "" {
		_, err = a.out.Write(doc.Bytes())
		return err
	}
	path, err := writeInto(out, incident.FileName(inc), output, doc.Bytes())
	if err == nil {
		fmt.Fprintln(a.out, path)
	}
	return err
}

// writeInto writes a file that was not there before directly into dir, and
// follows no link out of it.
func writeInto(dir, name, ext string, text []byte) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	name += "." + ext
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("%s: %w", filepath.Join(dir, name), err)
	}
	_, err = f.Write(text)
	return filepath.Join(dir, name), errors.Join(err, f.Close())
}

// findIncident returns the incident that an operator means.
func findIncident(ctx context.Context, st *store.Store, which string) (*incident.Incident, error) {
	ids, err := st.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, errors.New("no incident was ever declared here")
	}
	if which == "latest" {
		return readIncident(ctx, st, ids[len(ids)-1])
	}
	for i := len(ids) - 1; i >= 0; i-- {
		if ids[i] == which || len(which) >= 4 && len(ids[i]) > len(which) && ids[i][len(ids[i])-len(which):] == which {
			return readIncident(ctx, st, ids[i])
		}
	}
	return nil, fmt.Errorf("no incident %q; the latest is %s", which, ids[len(ids)-1])
}

// readIncident folds an incident from what is stored of it.
func readIncident(ctx context.Context, st *store.Store, id string) (*incident.Incident, error) {
	entries, err := st.Timeline(ctx, id)
	if err != nil {
		return nil, err
	}
	book := incident.NewBook(incident.Settings{})
	book.Restore(entries)
	inc := book.Get(id)
	if inc == nil {
		return nil, fmt.Errorf("%s: %w", id, incident.ErrUnknownIncident)
	}
	return inc, nil
}
