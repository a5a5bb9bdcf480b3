package notify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// logNotifier writes a JSON line a notification. The file is opened for each
// line, so that nothing must be closed or told when logs are rotated.
type logNotifier struct {
	path    string // "" is stderr
	stderr  io.Writer
	wording Wording
	// slot holds whoever writes. A write that hangs keeps it, and so those that
	// follow give up having written nothing, instead of piling up behind it.
	slot chan struct{}
}

// NewLog returns a notifier that writes each notification as one line of JSON,
// with msg "notification". Nothing is opened before the first one.
func NewLog(o LogOptions) (Notifier, error) {
	l := &logNotifier{path: o.Path, stderr: o.Stderr, wording: o.Wording, slot: make(chan struct{}, 1)}
	switch o.Path {
	case "":
		return nil, errors.New(`log: "stderr" or the name of a file is missing`)
	case "stderr":
		l.path = ""
		if o.Stderr == nil {
			l.stderr = os.Stderr
		}
	}
	return l, nil
}

func (l *logNotifier) pace() pace { return pace{width: 1, timeout: 10 * time.Second} }

func (l *logNotifier) Notify(ctx context.Context, n alert.Notification) alert.Delivery {
	line, err := logLine(l.wording.say(n), time.Now())
	if err != nil {
		return dead(err.Error())
	}
	select {
	case l.slot <- struct{}{}:
	case <-ctx.Done():
		return again("the line before is still being written")
	}
	if ctx.Err() != nil {
		<-l.slot
		return again("stopped before it was written")
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-l.slot }()
		done <- l.write(line)
	}()
	select {
	case err = <-done:
	case <-ctx.Done():
		return ambiguous("stopped while it was being written")
	}
	switch {
	case err == nil:
		return alert.Delivery{Outcome: alert.Accepted}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission),
		errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EROFS):
		return dead(safe.Line(err.Error(), maxErr))
	}
	return again(safe.Line(err.Error(), maxErr))
}

// write appends line in one call, so that lines of several writers do not mix.
func (l *logNotifier) write(line []byte) error {
	if l.path == "" {
		_, err := l.stderr.Write(line)
		return err
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(line)
	return cmp.Or(err, f.Close())
}

// logLine renders what is told as slog would, with the newline.
func logLine(m message, now time.Time) ([]byte, error) {
	d := noticeOf(m, len(m.n.Alerts))
	r := slog.NewRecord(now.UTC(), levelOf(m.n), "notification", 0)
	r.AddAttrs(
		slog.String("text", d.Text), slog.String("reason", d.Reason), slog.String("receiver", d.Receiver),
		slog.String("route", d.Route), slog.String("group", d.Group), slog.String("key", d.Key),
		slog.Int("attempt", d.Attempt), slog.Int("active", d.Active),
		slog.Bool("repeat", d.Repeat), slog.Any("alerts", d.Alerts),
	)
	for _, rare := range []struct {
		attr slog.Attr
		has  bool
	}{
		{slog.String("message", d.Message), d.Message != ""},
		{slog.Int("more", d.More), d.More > 0},
		{slog.String("for", d.For), d.For != ""},
		{slog.Bool("storm", d.Storm), d.Storm},
		{slog.Any("counts", d.Counts), d.Counts != nil},
		{slog.Any("shared", d.Shared), d.Shared != nil},
		{slog.Time("unreachable_since", d.OutSince), !d.OutSince.IsZero()},
		{slog.Float64("missed_by_s", d.MissedBy), d.MissedBy > 0},
	} {
		if rare.has {
			r.AddAttrs(rare.attr)
		}
	}
	var b bytes.Buffer
	err := slog.NewJSONHandler(&b, nil).Handle(context.Background(), r)
	return b.Bytes(), err
}

// levelOf is that of the gravest alert that is still active.
func levelOf(n alert.Notification) slog.Level {
	level := slog.LevelInfo
	for i := range n.Alerts {
		switch a := &n.Alerts[i]; {
		case a.State == alert.Resolved:
		case a.Severity == alert.Critical:
			level = max(level, slog.LevelError)
		case a.Severity == alert.Warning:
			level = max(level, slog.LevelWarn)
		}
	}
	return level
}
