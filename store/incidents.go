package store

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// Incidents returns the IDs of all incidents, in the order in which they were
// declared.
func (s *Store) Incidents(ctx context.Context) ([]string, error) {
	var ids []string
	err := s.reading(ctx, func(c *conn) error {
		return c.query(func(row *sqlite3.Stmt) error {
			ids = append(ids, row.ColumnText(0))
			return nil
		}, `SELECT id FROM incidents ORDER BY first`)
	})
	if err != nil {
		return nil, fmt.Errorf("incidents: read %s: %w", s.path, err)
	}
	return ids, nil
}
