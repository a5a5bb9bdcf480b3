package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/config"
	"sitrep/monitor"
)

// openLog returns the log that the configuration asks for, and what closes it.
// The terminal belongs to a screen, so with one the log goes to a file in the
// state directory, or nowhere without such a directory.
func openLog(cfg *config.Config, stderr io.Writer, screen bool, dir string) (*slog.Logger, func() error, error) {
	path := cfg.Log.File
	if path == "" && screen && dir != "" {
		path = filepath.Join(dir, "sitrep.log")
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		return nil, nil, fmt.Errorf("log.level: %w", err)
	}
	w, closeFile := stderr, func() error { return nil }
	switch {
	case path != "":
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, nil, err
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, nil, err
		}
		w, closeFile = f, f.Close
	case screen:
		return slog.New(slog.DiscardHandler), closeFile, nil
	}
	opts := &slog.HandlerOptions{Level: level}
	out := newLines(w)
	closeLog := func() error {
		out.close()
		return closeFile()
	}
	if cfg.Log.Format == "json" || cfg.Log.Format == "" && !terminal(w) {
		return slog.New(slog.NewJSONHandler(out, opts)), closeLog, nil
	}
	return slog.New(slog.NewTextHandler(out, opts)), closeLog, nil
}

// follow writes what happens to the log, reading snapshots in its own time.
func follow(ctx context.Context, m *monitor.Monitor, log *slog.Logger) {
	snap := m.Snapshot()
	last := snap.LastEvent()
	// what the start itself said is news too
	for _, e := range snap.Events() {
		if e.Kind == "start" && !e.At.Before(snap.Health.Started) || e.Kind == "self" && !e.At.Before(snap.Health.Started) {
			logEvent(ctx, log, e)
		}
	}
	for seq := snap.Seq; ; {
		snap, err := m.Follow(ctx, seq)
		if err != nil {
			return
		}
		events, missed := snap.EventsAfter(last)
		if missed > 0 {
			log.WarnContext(ctx, "events left out of the log", "count", missed)
		}
		for _, e := range events {
			logEvent(ctx, log, e)
		}
		last, seq = snap.LastEvent(), snap.Seq
	}
}

// logEvent writes one event; its kind is the message.
func logEvent(ctx context.Context, log *slog.Logger, e monitor.Event) {
	level := slog.LevelInfo
	switch {
	case e.Kind == string(alert.KindPending): // not believed yet
	case e.Status == checker.Down:
		level = slog.LevelError
	case e.Status == checker.Degraded:
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.Uint64("seq", e.Seq), slog.Time("at", e.At)}
	for _, a := range []struct{ key, value string }{
		{"target", e.Target}, {"alert", e.Alert}, {"incident", e.Incident}, {"receiver", e.Receiver}, {"by", e.By}, {"text", e.Text},
	} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.key, a.value))
		}
	}
	log.LogAttrs(ctx, level, e.Kind, attrs...)
}

// resultLog writes results to the log: response time, status code, findings.
type resultLog struct {
	log  *slog.Logger
	mode string // "changes", "all", "none"

	mu   sync.Mutex
	last map[string]checker.Status
}

func newResultLog(log *slog.Logger, mode string) *resultLog {
	return &resultLog{log: log, mode: mode, last: map[string]checker.Status{}}
}

// write logs a result if it is one that the configuration asks for.
func (l *resultLog) write(r checker.Result) {
	if l.mode == "none" || l.mode == "changes" && !l.changed(r) {
		return
	}
	l.log.LogAttrs(context.Background(), slog.LevelInfo, "result", resultAttrs(r)...)
}

// changed tells whether the status is another one than the last time.
func (l *resultLog) changed(r checker.Result) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was, ok := l.last[r.Target]
	l.last[r.Target] = r.Status
	return !ok || was != r.Status
}

// resultAttrs are the fields of a result's log line; fields are only ever added.
func resultAttrs(r checker.Result) []slog.Attr {
	phases := make([]slog.Attr, len(r.Phases))
	for i, p := range r.Phases {
		phases[i] = slog.Float64(p.Name, ms(p.Took))
	}
	attrs := []slog.Attr{
		slog.String("target", r.Target), slog.String("status", r.Status.String()), slog.Float64("took_ms", ms(r.Took)),
		slog.GroupAttrs("phases_ms", phases...), slog.Int("attempts", r.Attempt), slog.Int("code", r.Code),
		slog.String("peer", r.Peer),
	}
	if len(r.Findings) > 0 {
		attrs = append(attrs, slog.Any("findings", r.Findings))
	}
	return attrs
}

// ms is a duration as JSON has it everywhere: milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
