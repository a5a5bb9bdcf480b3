package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// conn is one connection and the statements it was asked for so far. One
// goroutine at a time.
type conn struct {
	db    *sqlite3.Conn
	stmts map[string]*sqlite3.Stmt
}

// busyTimeout is how long a connection waits for another to get out of its way,
// which happens when the log is begun anew.
const busyTimeout = 5 * time.Second

// What both kinds of connection are set to. The cache is small because a block
// is written or read once and then not for minutes.
const (
	commonPragmas = `PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
		PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024;`
	writerPragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;`
	// Only of an empty file: of another it is a write at each start.
	freshPragmas = `PRAGMA auto_vacuum = INCREMENTAL;`
)

// connect opens the file at path, which exists. Its log gets its mode.
func connect(path, vfs string, readOnly bool) (*conn, error) {
	query := url.Values{"modeof": {path}}
	flags, pragmas := sqlite3.OPEN_URI, commonPragmas
	if vfs != "" {
		query.Set("vfs", vfs)
	}
	if readOnly {
		flags |= sqlite3.OPEN_READONLY
	} else {
		flags |= sqlite3.OPEN_READWRITE
		if info, err := os.Stat(path); err == nil && info.Size() == 0 {
			pragmas += freshPragmas
		}
		pragmas += writerPragmas
		if err := makePrivate(path + "-shm"); err != nil { // SQLite makes the log's index with the process's mask
			return nil, err
		}
	}
	uri := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20")}
	db, err := sqlite3.OpenFlags(uri.String(), flags)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(db.BusyTimeout(busyTimeout), db.Exec(pragmas)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &conn{db: db, stmts: make(map[string]*sqlite3.Stmt)}, nil
}

// makePrivate makes an empty file for its owner only, unless there is one.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// close may be called on nil. What it says matters to nobody who saves: all
// that was committed is in the file or its log.
func (c *conn) close() error {
	if c == nil {
		return nil
	}
	for _, s := range c.stmts {
		s.Close()
	}
	return c.db.Close()
}

// stmt returns the statement for sql, ready to be bound and stepped.
func (c *conn) stmt(sql string, args ...any) (*sqlite3.Stmt, error) {
	s := c.stmts[sql]
	if s == nil {
		var err error
		if s, _, err = c.db.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT); err != nil {
			return nil, err
		}
		c.stmts[sql] = s
	}
	for i, arg := range args {
		if err := bind(s, i+1, arg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func bind(s *sqlite3.Stmt, param int, arg any) error {
	switch v := arg.(type) {
	case int64:
		return s.BindInt64(param, v)
	case int:
		return s.BindInt64(param, int64(v))
	case uint64:
		return s.BindInt64(param, int64(v))
	case time.Time:
		return s.BindInt64(param, micros(v))
	case string:
		return s.BindText(param, v)
	case []byte:
		return s.BindBlob(param, v)
	}
	return fmt.Errorf("no way to bind a %T", arg)
}

// exec runs one statement and drops its rows.
func (c *conn) exec(sql string, args ...any) error {
	return c.query(func(*sqlite3.Stmt) error { return nil }, sql, args...)
}

// query calls row for each row of sql. What a column's raw bytes point to is
// gone with the next row.
func (c *conn) query(row func(*sqlite3.Stmt) error, sql string, args ...any) error {
	s, err := c.stmt(sql, args...)
	if err != nil {
		return err
	}
	for s.Step() {
		if err = row(s); err != nil {
			break
		}
	}
	return cmp.Or(err, s.Reset())
}

// number returns the first column of the first row, 0 if there is none.
func (c *conn) number(sql string, args ...any) (n int64, err error) {
	err = c.query(func(s *sqlite3.Stmt) error {
		n = s.ColumnInt64(0)
		return nil
	}, sql, args...)
	return n, err
}

// blob returns a copy of the first column of the first row; false if there is
// none.
func (c *conn) blob(sql string, args ...any) (blob []byte, found bool, err error) {
	err = c.query(func(s *sqlite3.Stmt) error {
		blob, found = s.ColumnBlob(0, nil), true
		return nil
	}, sql, args...)
	return blob, found, err
}

// within runs fn in one transaction that begins with begin. Whatever fn or the
// commit returns as an error, nothing of it is kept.
func (c *conn) within(ctx context.Context, begin string, fn func() error) (err error) {
	defer c.db.SetInterrupt(c.db.SetInterrupt(ctx))
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()
	if err := c.exec(begin); err != nil {
		return err
	}
	defer func() {
		if !c.db.GetAutocommit() { // also if fn panics
			c.db.SetInterrupt(context.Background())
			err = cmp.Or(err, c.exec(`ROLLBACK`))
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	return c.exec(`COMMIT`)
}

func (c *conn) write(ctx context.Context, fn func() error) error {
	return c.within(ctx, `BEGIN IMMEDIATE`, fn)
}

func (c *conn) read(ctx context.Context, fn func() error) error {
	return c.within(ctx, `BEGIN`, fn)
}

// micros is how the file keeps a time: the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf is the way back.
func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
