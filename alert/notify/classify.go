package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/alert"
	"sitrep/safe"
)

// maxErr bounds Delivery.Err, in bytes.
const maxErr = 300

// maxRetryAfter is the longest pause that a receiver can ask for. What is dead
// is tried hourly: nobody who may recover should wait longer.
const maxRetryAfter = time.Hour

func again(why string) alert.Delivery     { return alert.Delivery{Outcome: alert.Again, Err: why} }
func dead(why string) alert.Delivery      { return alert.Delivery{Outcome: alert.Dead, Err: why} }
func ambiguous(why string) alert.Delivery { return alert.Delivery{Outcome: alert.Ambiguous, Err: why} }

// classifyStatus says what an HTTP answer means. A redirect is dead: whoever
// moved the receiver must say so in the configuration, since following it would
// carry alerts, and the secrets in headers, to a place nobody named.
func classifyStatus(code int, h http.Header, now time.Time) alert.Delivery {
	switch {
	case code >= 200 && code <= 299:
		return alert.Delivery{Outcome: alert.Accepted}
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests:
		return alert.Delivery{Outcome: alert.Again, RetryAfter: retryAfter(h.Get("Retry-After"), now)}
	}
	return alert.Delivery{Outcome: alert.Dead}
}

// retryAfter reads the header of that name, seconds or a date; 0 if it asks for
// nothing that can be understood.
func retryAfter(v string, now time.Time) time.Duration {
	v = strings.TrimSpace(v)
	if s, err := strconv.ParseUint(v, 10, 64); err == nil {
		return time.Duration(min(s, uint64(maxRetryAfter/time.Second))) * time.Second
	} else if errors.Is(err, strconv.ErrRange) {
		return maxRetryAfter
	}
	t, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	return min(max(t.Sub(now), 0), maxRetryAfter)
}

// classifyError says what it means that no answer was had. sent tells whether
// the receiver may have got the whole content.
func classifyError(err error, sent bool) alert.Outcome {
	if code, ok := smtpCode(err); ok {
		if code >= 500 {
			return alert.Dead
		}
		return alert.Again
	}
	if _, ok := errors.AsType[permanentError](err); ok {
		return alert.Dead
	}
	switch {
	case errors.Is(err, errRefusedAddress), isTLSFailure(err):
		return alert.Dead
	case sent:
		return alert.Ambiguous
	}
	return alert.Again
}

// permanentError is a fault that another attempt would only repeat.
type permanentError string

func (e permanentError) Error() string { return string(e) }

// isTLSFailure tells whether the two sides could not agree on a connection, or
// on who they are, which no other attempt changes.
func isTLSFailure(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && (e.Op == "remote error" || e.Op == "local error") {
		return true // a TLS alert: those are the two names that crypto/tls gives it
	}
	return errors.Is(err, http.ErrSchemeMismatch)
}

// explain turns an error into words. It knows the two ends of a context by
// ctx, since what they do to a socket reads like a fault of the network.
func explain(ctx context.Context, err error, sent bool) string {
	when := "before it was sent"
	if sent {
		when = "after it was sent, before the answer"
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return "timeout " + when
	case ctx.Err() != nil:
		return "stopped " + when
	}
	return err.Error()
}

// scrubber takes secrets out of text that others wrote: errors, and answers
// that repeat the request. Longest first.
type scrubber []safe.Secret

// shortest is the least length of what is taken for a secret: shorter ones are
// in every other word.
const shortest = 4

func newScrubber(secrets ...string) scrubber {
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var s scrubber
	for _, secret := range slices.Compact(secrets) {
		if len(secret) >= shortest {
			s = append(s, safe.NewSecret(secret))
		}
	}
	return s
}

// line returns text as one line of at most max bytes, without the secrets.
func (s scrubber) line(text string, max int) string {
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret.Reveal(), secret.String())
	}
	return safe.Line(text, max)
}
