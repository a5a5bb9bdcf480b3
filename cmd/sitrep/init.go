package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"sitrep/config"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [URL…]",
		Short: "write a commented config.toml to begin with",
		Long:  `init writes a commented config.toml (or the file of -c), about the URLs if some are given. It never overwrites a file.`,
		RunE: func(_ *cobra.Command, urls []string) error {
			text, err := config.InitFor(urls)
			if err != nil {
				return exit{exitUsage, err}
			}
			path := "config.toml"
			if a.configFlag != "" {
				path = a.configFlag
			}
			f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s is there already, and is left as it is; another place: sitrep init -c FILE", path)
			}
			if err != nil {
				return err
			}
			if _, err := f.Write(text); err != nil {
				return errors.Join(err, f.Close(), os.Remove(path))
			}
			if err := f.Close(); err != nil {
				return err
			}
			option := ""
			if a.configFlag != "" {
				option = " -c " + path
			}
			fmt.Fprintf(a.out, "wrote %s\nnext: sitrep check%s, then sitrep%s\n", path, option, option)
			return nil
		},
	}
}
