package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var errTransient = errors.New("reset")

// script is a probe that goes through its steps, a step an attempt.
func script(steps ...func(context.Context) (Detail, error)) Probe {
	n := 0
	return probeFunc(func(ctx context.Context) (Detail, error) {
		step := steps[min(n, len(steps)-1)]
		n++
		return step(ctx)
	})
}

func failing(err error) func(context.Context) (Detail, error) {
	return func(context.Context) (Detail, error) { return Detail{}, err }
}

func finding(what string, s Status) func(context.Context) (Detail, error) {
	return func(context.Context) (Detail, error) {
		return Detail{Findings: []Finding{{What: what, Status: s, Text: what}}}, nil
	}
}

func taking(d time.Duration, then func(context.Context) (Detail, error)) func(context.Context) (Detail, error) {
	return func(ctx context.Context) (Detail, error) {
		time.Sleep(d)
		return then(ctx)
	}
}

func hanging(ctx context.Context) (Detail, error) {
	<-ctx.Done()
	return Detail{}, explain(ctx, ctx.Err(), waiting)
}

func TestOnlyPassingFaultsAreTriedAgain(t *testing.T) {
	tests := []struct {
		name    string
		probe   Probe
		attempt int
		status  Status
		text    string
	}{
		{"well", script(wellProbe), 1, Up, ""},
		{"well at the second attempt", script(failing(errTransient), wellProbe), 2, Up, ""},
		{"well at the last attempt", script(failing(errTransient), failing(errTransient), wellProbe), 3, Up, ""},
		{"never well", script(failing(errTransient)), 3, Down, "connect: reset"},
		{"permanent", script(failing(permanent("NXDOMAIN")), wellProbe), 1, Down, "connect: NXDOMAIN"},
		{"permanent at the second attempt", script(failing(errTransient), failing(permanent("NXDOMAIN"))), 2, Down, "connect: NXDOMAIN"},
		{"our own fault", script(failing(cannotJudge(nil, "no CAP_NET_RAW")), wellProbe), 1, Unknown, "connect: no CAP_NET_RAW"},
		{"wrapped", script(failing(fmt.Errorf("odd: %w", ErrPermanent)), wellProbe), 1, Down, "connect: odd: permanent"},
		{"an answer that is wrong", script(finding("status", Down), wellProbe), 1, Down, "status: status"},
		{"a certificate", script(failing(badCert("certificate expired 3d ago"))), 1, Down, "tls: certificate expired 3d ago"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := &Target{Name: "it", Timeout: time.Second, Attempts: 3, Backoff: 200 * time.Millisecond, Probe: tt.probe}
				r := Run(t.Context(), target, time.Time{})
				if r.Attempt != tt.attempt {
					t.Errorf("attempt %d decided, want %d", r.Attempt, tt.attempt)
				}
				wantStatus(t, r, tt.status)
				if tt.text == "" {
					wantFindings(t, r)
				} else {
					wantFindings(t, r, tt.text)
				}
				if r.Target != "it" || r.At.Location() != time.UTC {
					t.Errorf("target %q at %v", r.Target, r.At)
				}
			})
		})
	}
}

func TestFindingsBesideAnErrorStandForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		probe := script(func(context.Context) (Detail, error) {
			return Detail{Code: 503, Findings: []Finding{{"status", Down, "503, want 2xx"}}}, errTransient
		})
		r := Run(t.Context(), &Target{Name: "it", Attempts: 2, Probe: probe}, time.Time{})
		wantFindings(t, r, "status: 503, want 2xx")
		if r.Attempt != 2 || r.Code != 503 {
			t.Errorf("attempt %d, code %d", r.Attempt, r.Code)
		}
	})
}

func TestTookIsThatOfTheAttemptThatDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		probe := script(taking(3*time.Second, failing(errTransient)), taking(time.Second, wellProbe))
		r := Run(t.Context(), &Target{Name: "it", Timeout: 5 * time.Second, Attempts: 2, Backoff: time.Second, Probe: probe}, time.Time{})
		if r.Took != time.Second {
			t.Errorf("took %v, want 1s", r.Took)
		}
	})
}

func TestSlowIsSaidOfARightAnswerOnly(t *testing.T) {
	tests := []struct {
		name  string
		probe Probe
		want  []string
	}{
		{"slow", script(taking(400*time.Millisecond, wellProbe)), []string{"slow: 400ms > 300ms"}},
		{"just as long as it may take", script(taking(300*time.Millisecond, wellProbe)), nil},
		{"slow and unhealthy", script(taking(2410*time.Millisecond, finding("json", Down))), []string{"json: json", "slow: 2.41s > 300ms"}},
		{"slow and 500", script(taking(400*time.Millisecond, finding("status", Down))), []string{"status: status"}},
		{"slow and NXDOMAIN", script(taking(400*time.Millisecond, finding("rcode", Down))), []string{"rcode: rcode"}},
		{"slow to refuse", script(taking(400*time.Millisecond, failing(errTransient))), []string{"connect: reset"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := &Target{Name: "it", Timeout: 5 * time.Second, Attempts: 1, Slow: 300 * time.Millisecond, Probe: tt.probe}
				wantFindings(t, Run(t.Context(), target, time.Time{}), tt.want...)
			})
		})
	}
}

func TestTargetWeighsItsFindings(t *testing.T) {
	three := probeFunc(func(context.Context) (Detail, error) {
		return Detail{Findings: []Finding{{"expiry", Degraded, "a"}, {"status", Down, "b"}, {"json", Down, "c"}}}, nil
	})
	tests := []struct {
		name     string
		severity map[string]Status
		worst    Status
		probe    Probe
		status   Status
		want     []string
	}{
		{"as they are, worst first", nil, 0, three, Down, []string{"status: b", "json: c", "expiry: a"}},
		{"one made worse", map[string]Status{"expiry": Down}, 0, three, Down, []string{"expiry: a", "status: b", "json: c"}},
		{"one made better", map[string]Status{"status": Degraded}, 0, three, Down, []string{"json: c", "expiry: a", "status: b"}},
		{"some ignored", map[string]Status{"status": Up, "json": Up}, 0, three, Degraded, []string{"expiry: a"}},
		{"all ignored", map[string]Status{"status": Up, "json": Up, "expiry": Up}, 0, three, Up, nil},
		{"never critical", nil, Degraded, three, Degraded, []string{"expiry: a", "status: b", "json: c"}},
		{"no answer, never critical", nil, Degraded, script(failing(errTransient)), Degraded, []string{"connect: reset"}},
		{"no answer, ignored: nothing was seen that is up", map[string]Status{"connect": Up}, 0, script(failing(errTransient)), Unknown, nil},
		{"what cannot be judged stays so", map[string]Status{"connect": Down}, 0, script(failing(cannotJudge(nil, "no route"))), Unknown, []string{"connect: no route"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Run(t.Context(), &Target{Name: "it", Attempts: 1, Severity: tt.severity, Worst: tt.worst, Probe: tt.probe}, time.Time{})
			wantStatus(t, r, tt.status)
			wantFindings(t, r, tt.want...)
		})
	}
}

func TestTimeoutNamesItsLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Run(t.Context(), &Target{Name: "it", Timeout: 5 * time.Second, Attempts: 1, Probe: script(hanging)}, time.Time{})
		wantFindings(t, r, "connect: timeout 5s (first byte)")
		if r.Took != 5*time.Second {
			t.Errorf("took %v", r.Took)
		}
	})
}

func TestAttemptThatCannotEndInTimeIsNotBegun(t *testing.T) {
	tests := []struct {
		name    string
		until   time.Duration // from the start; 0 is no limit
		attempt int
	}{
		{"no limit", 0, 3},
		{"room for three", 30 * time.Second, 3},
		{"room for two", 12 * time.Second, 2},
		{"room for one", 9 * time.Second, 1},
		{"room for none: the first is begun anyway", time.Second, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := &Target{Name: "it", Timeout: 5 * time.Second, Attempts: 3, Backoff: 100 * time.Millisecond, Probe: script(hanging)}
				var until time.Time
				if tt.until > 0 {
					until = time.Now().Add(tt.until)
				}
				r := Run(t.Context(), target, until)
				if r.Attempt != tt.attempt {
					t.Errorf("%d attempts, want %d", r.Attempt, tt.attempt)
				}
				if tt.until > 5*time.Second && time.Now().After(until) {
					t.Errorf("ended %v too late", time.Since(until))
				}
			})
		})
	}
}

func TestPausesDoubleUpToALimit(t *testing.T) {
	for n, most := range []time.Duration{0, 200, 400, 800, 1600, 3200, 5000, 5000} {
		if n == 0 {
			continue
		}
		most *= time.Millisecond
		var longest time.Duration
		for range 2000 {
			longest = max(longest, jitter(200*time.Millisecond, n))
		}
		if longest > most || longest < most*3/4 {
			t.Errorf("after attempt %d the longest pause was %v, want up to %v", n, longest, most)
		}
	}
	if got := jitter(time.Minute, 1); got > maxBackoff {
		t.Errorf("a long backoff paused %v", got)
	}
	if got := jitter(0, 3); got != 0 {
		t.Errorf("no backoff paused %v", got)
	}
	if got := jitter(time.Second, 1000); got > maxBackoff {
		t.Errorf("the thousandth pause was %v", got)
	}
}

func TestPanicIsUnknown(t *testing.T) {
	probe := probeFunc(func(context.Context) (Detail, error) { panic("index out of range") })
	r := Run(t.Context(), &Target{Name: "it", Attempts: 3, Probe: probe}, time.Time{})
	wantStatus(t, r, Unknown)
	wantFindings(t, r, "connect: probe panicked: index out of range")
	if r.Attempt != 1 {
		t.Errorf("tried %d times", r.Attempt)
	}
}

func TestBrokenTargetIsUnknown(t *testing.T) {
	r := Run(t.Context(), &Target{Name: "it", Attempts: 3, Broken: "ca.pem: no such file"}, time.Time{})
	wantStatus(t, r, Unknown)
	wantFindings(t, r, "connect: ca.pem: no such file")
}

func TestStoppingIsUnknownAndQuick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		r := Run(ctx, &Target{Name: "it", Timeout: time.Minute, Attempts: 3, Probe: script(hanging)}, time.Time{})
		wantStatus(t, r, Unknown)
		if r.Took != time.Second {
			t.Errorf("took %v", r.Took)
		}
		// Stopped in the pause between two attempts, what the first one saw stands.
		ctx, cancel = context.WithCancel(t.Context())
		cancel()
		r = Run(ctx, &Target{Name: "it", Attempts: 3, Backoff: time.Minute, Probe: script(failing(errTransient))}, time.Time{})
		wantFindings(t, r, "connect: reset")
	})
}

func TestTextFromOutsideIsHarmlessAndBounded(t *testing.T) {
	shared := []Fact{{"issuer", "a\x1b]0;x\x07b"}}
	probe := probeFunc(func(context.Context) (Detail, error) {
		d := Detail{Peer: "10.0.0.1:80\x1b[2J", Facts: shared, Values: []Value{{Name: "q\x9b2J"}}}
		for range 40 {
			d.Findings = append(d.Findings, Finding{"text", Down, "evil \x1b[31m\u202e" + strings.Repeat("x", 500)})
			d.Phases = append(d.Phases, Phase{Name: "x"})
		}
		return d, nil
	})
	r := Run(t.Context(), &Target{Name: "it", Attempts: 1, Probe: probe}, time.Time{})
	var all []string
	for _, f := range r.Findings {
		if len(f.Text) > maxFindingText {
			t.Errorf("a finding of %d bytes", len(f.Text))
		}
		all = append(all, f.Text)
	}
	all = append(all, r.Peer, r.Facts[0].Text, r.Values[0].Name)
	if i := slices.IndexFunc(all, func(s string) bool { return strings.ContainsAny(s, "\x1b\x07\u202e") }); i >= 0 {
		t.Errorf("%q drives a terminal", all[i])
	}
	if len(r.Findings) != maxFindings || len(r.Phases) != maxPhases {
		t.Errorf("%d findings, %d phases", len(r.Findings), len(r.Phases))
	}
	if shared[0].Text != "a\x1b]0;x\x07b" {
		t.Error("a list that the probe shares was changed")
	}
}
