package checker

import (
	"context"
	"time"
)

// Run probes t once, with its retries. An attempt that cannot end before until
// is not begun, unless it is the first; a zero until is no limit.
func Run(ctx context.Context, t *Target, until time.Time) Result {
	return Result{Target: t.Name, At: time.Now().UTC()}
}
