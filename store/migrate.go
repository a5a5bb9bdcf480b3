package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The schema is the sum of its steps, NNNN_what.sql, which are numbered from 1
// without holes and never change once released. The file says in its
// user_version which of them it has had.
//
//go:embed schema/*.sql
var schema embed.FS

// applicationID marks the file as ours, for file(1) and against opening another
// program's: "STRP".
const applicationID = 0x53545250

func steps() []string {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		panic(err) // the pattern is malformed
	}
	slices.Sort(names)
	return names
}

// checkVersion refuses what this version cannot read.
func checkVersion(version int64) error {
	if known := len(steps()); version > int64(known) {
		return fmt.Errorf("%w: its schema is %d, this one knows %d; upgrade sitrep, or use another state directory",
			ErrNewer, version, known)
	}
	return nil
}

// migrate takes the steps that the file has not had, each in a transaction.
func migrate(c *conn) error {
	version, err := c.number(`PRAGMA user_version`)
	if err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	for i, name := range steps()[version:] {
		next := int(version) + i + 1
		if n, _, _ := strings.Cut(path.Base(name), "_"); n != fmt.Sprintf("%04d", next) {
			panic("schema step " + name + " is not number " + strconv.Itoa(next))
		}
		if err := c.write(context.Background(), func() error { return step(c, name, next) }); err != nil {
			return fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	return nil
}

func step(c *conn, name string, version int) error {
	text, err := schema.ReadFile(name)
	if err != nil {
		return err
	}
	if err := c.db.Exec(string(text)); err != nil {
		return err
	}
	return c.db.Exec(fmt.Sprintf(`PRAGMA user_version = %d; PRAGMA application_id = %d`, version, applicationID))
}
