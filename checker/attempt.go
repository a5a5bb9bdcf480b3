package checker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"sitrep/safe"
)

// maxBackoff is the longest pause between two attempts.
const maxBackoff = 5 * time.Second

// Bounds of a Detail, and of its texts in bytes.
const (
	maxPhases, maxFindings, maxValues, maxFacts = 8, 16, 16, 16
	maxFindingText, maxFactText, maxNameText    = 200, 400, 64
)

// Run probes t once, with its retries. An attempt that cannot end before until
// is not begun, unless it is the first; a zero until is no limit.
//
// The result has Target, At, Took, Attempt, Status and Detail; Vantage, Boot,
// Seq and Believed are the scheduler's to fill. Its findings are what t makes
// of them (Severity, Worst), worst first. It may share its lists with other
// results: they must not be changed. If ctx ends, the result is unknown.
func Run(ctx context.Context, t *Target, until time.Time) Result {
	begun := time.Now()
	r := Result{Target: t.Name, At: begun.UTC(), Attempt: 1}
	if t.Broken != "" || t.Probe == nil {
		err := cannotJudge(nil, "%s", cmp.Or(t.Broken, "there is nothing to probe"))
		conclude(&r, t, Detail{}, err)
		return r
	}
	for {
		start := time.Now()
		detail, err := attempt(ctx, t)
		r.Before, r.Took = start.Sub(begun), time.Since(start)
		if err != nil && isTransient(err) && r.Attempt < t.Attempts {
			pause := jitter(t.Backoff, r.Attempt)
			if fits(pause+t.Timeout, until) && sleep(ctx, pause) {
				r.Attempt++
				continue
			}
		}
		conclude(&r, t, detail, err)
		return r
	}
}

// attempt probes t once, for t.Timeout at most (0 is no limit). A probe that
// panics has no say about its target.
func attempt(ctx context.Context, t *Target) (d Detail, err error) {
	defer func() {
		if p := recover(); p != nil {
			d, err = Detail{}, cannotJudge(nil, "probe panicked: %v", p)
		}
	}()
	if t.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.Timeout)
		defer cancel()
	}
	return t.Probe.Probe(ctx)
}

// isTransient tells whether another attempt may go better.
func isTransient(err error) bool {
	return !errors.Is(err, ErrPermanent) && !errors.Is(err, ErrCannotJudge)
}

// jitter returns the pause after the n-th attempt: up to backoff, which doubles
// with each and is at most maxBackoff. All of it is random, so that targets
// which failed together do not come back together.
func jitter(backoff time.Duration, n int) time.Duration {
	for range n - 1 {
		if backoff *= 2; backoff >= maxBackoff {
			break
		}
	}
	if backoff = min(backoff, maxBackoff); backoff <= 0 {
		return 0
	}
	return rand.N(backoff)
}

// fits tells whether d from now is before until; always if that is zero.
func fits(d time.Duration, until time.Time) bool {
	return until.IsZero() || !time.Now().Add(d).After(until)
}

// sleep waits for d; false if ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// conclude fills r with what the attempt that decided says of t.
func conclude(r *Result, t *Target, d Detail, err error) {
	if err != nil && len(d.Findings) == 0 || errors.Is(err, ErrCannotJudge) {
		d.Findings = []Finding{asFinding(t, err)}
	}
	if err == nil && t.Slow > 0 && r.Took > t.Slow && rightAnswer(d.Findings) {
		text := seconds(r.Took) + " > " + seconds(t.Slow)
		d.Findings = append(slices.Clip(d.Findings), Finding{What: "slow", Status: Degraded, Text: text})
	}
	answered := err == nil
	d.Findings = applySeverity(t, d.Findings)
	r.Detail = sanitize(d)
	switch {
	case len(r.Findings) > 0:
		r.Status = r.Findings[0].Status
	case answered:
		r.Status = Up
	default: // all that was found is to be ignored; but nothing was seen that is up
		r.Status = Unknown
	}
}

// asFinding returns the finding that an error becomes.
func asFinding(t *Target, err error) Finding {
	f := Finding{What: "connect", Status: Down, Text: err.Error()}
	if e, ok := errors.AsType[*fault](err); ok && e.what != "" {
		f.What = e.what
	}
	if _, ok := errors.AsType[*clientCertError](err); ok {
		f.What = "tls"
	}
	if e, ok := errors.AsType[*timeoutError](err); ok {
		f.Text = e.text("timeout " + t.Timeout.String())
	}
	if errors.Is(err, ErrCannotJudge) {
		f.Status = Unknown
	}
	return f
}

// rightAnswer tells whether the answer was of the right kind, so that its
// slowness means something.
func rightAnswer(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.What == "status" || f.What == "rcode" })
}

// applySeverity returns the findings as t has them, worst first: those to be ignored
// left out, none worse than t may be. It leaves the given list alone.
func applySeverity(t *Target, findings []Finding) []Finding {
	if len(findings) == 0 {
		return nil
	}
	worst := cmp.Or(t.Worst, Down)
	list := make([]Finding, 0, len(findings))
	for _, f := range findings {
		if s, ok := t.Severity[f.What]; ok && f.Status != Unknown {
			f.Status = s
		}
		f.Status = min(f.Status, worst)
		if f.Status == Up {
			continue
		}
		f.Text = safe.Line(f.Text, maxFindingText)
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(b.Status, a.Status) })
	return list[:min(len(list), maxFindings)]
}

// sanitize bounds a detail and makes its texts harmless. Lists may be shared with
// the probe, so one that has to change is copied.
func sanitize(d Detail) Detail {
	d.Peer = safe.Line(d.Peer, maxNameText)
	d.Phases = d.Phases[:min(len(d.Phases), maxPhases)]
	d.Values = d.Values[:min(len(d.Values), maxValues)]
	d.Facts = d.Facts[:min(len(d.Facts), maxFacts)]
	for i, v := range d.Values {
		if name := safe.Line(v.Name, maxNameText); name != v.Name {
			d.Values = slices.Clone(d.Values)
			d.Values[i].Name = name
		}
	}
	for i, f := range d.Facts {
		if text := safe.Line(f.Text, maxFactText); text != f.Text {
			d.Facts = slices.Clone(d.Facts)
			d.Facts[i].Text = text
		}
	}
	return d
}

// seconds writes a latency and a limit so that they can be compared: "412ms",
// "2.41s".
func seconds(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	}
	return fmt.Sprintf("%.2fs", d.Seconds())
}
