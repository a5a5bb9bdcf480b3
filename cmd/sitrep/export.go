package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sitrep/incident"
	"sitrep/store"
)

func (a *app) exportCommand() *cobra.Command {
	var output, out string
	cmd := &cobra.Command{
		Use:   "export [INCIDENT]",
		Short: "write the post-mortem of an incident, as far as sitrep knows it",
		Long: `export writes an incident's post-mortem: what is computed is filled in, what only
people can know is a heading to write under. INCIDENT is an ID such as
inc-2026-0001, its end (0001), or "latest", which is meant if none is given. What
is still missing is said on standard error. It may run beside a running sitrep.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			which := "latest"
			if len(args) > 0 {
				which = args[0]
			}
			return a.export(cmd.Context(), which, output, out)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "md", "md or json")
	cmd.Flags().StringVar(&out, "out", "", "write a file into this `DIR` and print its path (else to standard output)")
	return cmd
}

func (a *app) export(ctx context.Context, which, output, out string) error {
	if output != "md" && output != "json" {
		return usage("-o %q: one of md, json", output)
	}
	file := "config.toml"
	if a.stateFlag == "" && os.Getenv("SITREP_STATE") == "" && os.Getenv("STATE_DIRECTORY") == "" {
		var err error
		if file, err = a.find(); err != nil {
			return err
		}
	}
	dir, err := a.stateDir(file)
	if err != nil {
		return err
	}
	st, err := store.OpenReadOnly(dir)
	if err != nil {
		return err
	}
	defer st.Close()
	inc, err := findIncident(ctx, st, which)
	if err != nil {
		return err
	}
	var doc bytes.Buffer
	if output == "json" {
		err = incident.JSON(&doc, inc, incident.Style{Version: version()})
	} else {
		err = incident.Postmortem(&doc, inc, incident.Style{Version: version()})
	}
	if err != nil {
		return err
	}
	for _, l := range incident.Lint(inc) {
		fmt.Fprintln(a.errs, "! "+l)
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
