package checker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// fault is the error of a probe: a short text for people, what class it is of,
// and what caused it.
type fault struct {
	text  string
	class error  // ErrPermanent, ErrCannotJudge, or nil for transient
	cause error  // may be nil
	what  string // the finding that it becomes; "" is connect
}

func (f *fault) Error() string { return f.text }

func (f *fault) Unwrap() []error {
	var errs []error
	for _, err := range []error{f.class, f.cause} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

func permanent(format string, args ...any) error {
	return &fault{text: fmt.Sprintf(format, args...), class: ErrPermanent}
}

func transient(format string, args ...any) error {
	return &fault{text: fmt.Sprintf(format, args...)}
}

func cannotJudge(cause error, format string, args ...any) error {
	return &fault{text: fmt.Sprintf(format, args...), class: ErrCannotJudge, cause: cause}
}

// timeoutError says that the time of an attempt was over, and in which phase.
// The run knows how long that time was and puts it into the text.
type timeoutError struct{ during phase }

func (e *timeoutError) Error() string { return e.text("timeout") }
func (e *timeoutError) Unwrap() error { return context.DeadlineExceeded }
func (e *timeoutError) text(timeout string) string {
	return timeout + " (" + e.during.String() + ")"
}

// errStopped is what a probe says that was called off.
var errStopped = &fault{text: "called off", class: ErrCannotJudge, cause: context.Canceled}

// explain turns an error met during p into one with a short text and a class.
// ctx is the attempt's: when it is over, that is the reason, whatever err says.
func explain(ctx context.Context, err error, p phase) error {
	switch cause := ctx.Err(); {
	case err == nil:
		return nil
	case errors.Is(cause, context.DeadlineExceeded):
		return &timeoutError{during: p}
	case cause != nil:
		return errStopped
	}
	if _, ok := errors.AsType[*fault](err); ok {
		return err
	}
	if known := explainSyscall(err); known != nil {
		return known
	}
	if alert := explainAlert(err); alert != nil {
		return alert
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return &fault{text: "no TLS on this port", cause: e, what: "tls"}
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return &timeoutError{during: p}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return &fault{text: closedText(p), cause: err}
	}
	return &fault{text: err.Error(), cause: err}
}

// closedText says when the other side went away.
func closedText(p phase) string {
	switch p {
	case handshaking:
		return "closed in the handshake"
	case reading:
		return "closed in the body"
	}
	return "closed before the answer"
}

// explainSyscall knows what the system says of a connection; nil for what is
// none of it.
func explainSyscall(err error) error {
	number, ok := errors.AsType[syscall.Errno](err)
	if !ok {
		return nil
	}
	switch number {
	case syscall.ECONNREFUSED:
		return &fault{text: "connection refused", cause: err}
	case syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED:
		return &fault{text: "reset", cause: err}
	case syscall.ETIMEDOUT:
		return &fault{text: "timeout of the system", cause: err}
	case syscall.EHOSTUNREACH:
		return &fault{text: "host unreachable", cause: err}
	case syscall.ENETUNREACH:
		return &fault{text: "network unreachable", cause: err}
	case syscall.EACCES, syscall.EPERM:
		return cannotJudge(err, "not permitted here")
	case syscall.EMFILE, syscall.ENFILE:
		return cannotJudge(err, "too many open files here")
	case syscall.EADDRNOTAVAIL, syscall.EADDRINUSE:
		return cannotJudge(err, "no local address")
	case syscall.EAFNOSUPPORT:
		return cannotJudge(err, "address family not here")
	case syscall.EMSGSIZE:
		return &fault{text: "message too long", cause: err}
	}
	return &fault{text: strings.ToLower(number.Error()), cause: err}
}

// explainAlert knows the alerts of TLS (RFC 8446 section 6); nil for what is
// none. Package tls has no type for one that came over TCP, only its text.
func explainAlert(err error) error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return nil
	}
	text := strings.TrimPrefix(op.Err.Error(), "tls: ")
	switch text {
	case "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate",
		"unknown certificate", "unknown certificate authority", "certificate required", "access denied":
		return &clientCertError{alert: text}
	case "internal error", "user canceled":
		return &fault{text: "TLS alert: " + text, cause: err, what: "tls"}
	}
	return &fault{text: "TLS alert: " + text, class: ErrPermanent, cause: err, what: "tls"}
}

// clientCertError says that the server did not like our certificate, or that we
// have none.
type clientCertError struct {
	alert    string
	notAfter time.Time // of the certificate that we showed; zero if none
}

func (e *clientCertError) Error() string {
	if e.notAfter.IsZero() {
		return "client certificate wanted (" + e.alert + ")"
	}
	return fmt.Sprintf("client certificate refused: %s; ours ends %s", e.alert, e.notAfter.UTC().Format(time.DateOnly))
}

func (e *clientCertError) Unwrap() error { return ErrPermanent }
