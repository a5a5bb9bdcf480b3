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
	var strict bool
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "prove that an exported post-mortem tells of the log as it is",
		Long: `verify reads the footer of a post-mortem that export wrote, in Markdown, HTML or
JSON, and compares the hashes there with the log that is stored here, and with the
text of the file. It says one of three things: log and text are as they were
written, the log is but the text was edited since (as is usual once the blanks are
filled in), or the log does not match. It exits 0 if the entries of that time are
unchanged, whatever was added since, and 1 if they are not, or the file is none of
ours; with --strict also if the text was edited. The hash of the text finds an
edit; it does not keep anybody from writing a new one beside a new text.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("verify takes one file, got %d", len(args))
			}
			return a.verify(cmd.Context(), args[0], strict)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "exit 1 also if the text was edited since the export")
	return cmd
}

func (a *app) verify(ctx context.Context, file string, strict bool) error {
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
	if !verdict.OK() || strict && verdict.Edited {
		return exit{code: exitFailed}
	}
	return nil
}
