package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sitrep/incident"
)

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE",
		Short: "prove that an exported post-mortem tells of the log as it is",
		Long: `verify reads the footer of a post-mortem that export wrote, in Markdown, HTML or
JSON, and compares the hash there with the log that is stored here. It exits 0 if
the entries of that time are unchanged, whatever was added since, and 1 if they
are not, or the file is none of ours.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("verify takes one file, got %d", len(args))
			}
			return a.verify(cmd.Context(), args[0])
		},
	}
}

func (a *app) verify(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	proof, err := incident.ReadProof(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	kept, err := a.openArchive()
	if err != nil {
		return err
	}
	defer kept.Close()
	log, err := kept.Timeline(ctx, proof.Incident)
	if err != nil {
		return err
	}
	verdict, err := proof.Check(log)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.out, verdict)
	if !verdict.OK() {
		return exit{code: exitFailed}
	}
	return nil
}
