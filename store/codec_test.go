package store

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sitrep/checker"
)

// anyResult draws a result; few values of each field, so that often nothing changes.
func anyResult(t *rapid.T) checker.Result {
	us := func(max int) time.Duration {
		return time.Duration(rapid.IntRange(0, max).Draw(t, "µs")) * time.Microsecond
	}
	text := rapid.SampledFrom([]string{"", "a", "503, want 200", "größer ⚠"})
	status := rapid.SampledFrom([]checker.Status{checker.Unknown, checker.Up, checker.Degraded, checker.Down})
	r := checker.Result{
		Target: "t", Vantage: rapid.SampledFrom([]string{"local", "ams"}).Draw(t, "vantage"),
		Boot: rapid.Uint64Range(0, 2).Draw(t, "boot"), Seq: rapid.Uint64().Draw(t, "seq"),
		At:   sometime.Add(us(7_200_000_000) - time.Hour),
		Took: us(100_000), Attempt: rapid.IntRange(1, 3).Draw(t, "attempt"),
		Status: status.Draw(t, "status"), Believed: status.Draw(t, "believed"),
	}
	r.Flapping, r.Excluded = rapid.Bool().Draw(t, "flapping"), rapid.Bool().Draw(t, "excluded")
	r.Code = rapid.SampledFrom([]int{0, 200, 503, -1}).Draw(t, "code")
	r.NotAfter = rapid.SampledFrom([]time.Time{{}, sometime, sometime.AddDate(0, 3, 0)}).Draw(t, "not after")
	r.Peer = text.Draw(t, "peer")
	for range rapid.IntRange(0, 3).Draw(t, "phases") {
		r.Phases = append(r.Phases, checker.Phase{Name: text.Draw(t, "phase"), Took: us(1_000_000)})
	}
	for range rapid.IntRange(0, 2).Draw(t, "findings") {
		r.Findings = append(r.Findings, checker.Finding{What: "status", Status: status.Draw(t, "of it"), Text: text.Draw(t, "finding")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "facts") {
		r.Facts = append(r.Facts, checker.Fact{Name: "issuer", Text: text.Draw(t, "fact")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "values") {
		v := rapid.SampledFrom([]float64{0, 1, -0.25, 1e300, math.Inf(1)}).Draw(t, "value")
		r.Values = append(r.Values, checker.Value{Name: "loss", V: v, Unit: text.Draw(t, "unit")})
	}
	return r
}

func TestPackedResultsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(anyResult), 1, 20).Draw(rt, "results")
		var in stream
		var packed []byte
		for i := range want {
			packed = in.append(packed, &want[i], rapid.IntRange(0, 4).Draw(rt, "whole") == 0)
		}
		out := stream{last: checker.Result{Target: "t"}}
		var got []checker.Result
		for rest := packed; len(rest) > 0; {
			var err error
			if rest, err = out.next(rest); err != nil {
				rt.Fatal(err)
			}
			got = append(got, out.result())
			if rapid.IntRange(0, 4).Draw(rt, "folded") == 0 { // a stream goes on after its end was saved
				if out, err = unpackStream(out.pack(nil)); err != nil {
					rt.Fatal(err)
				}
				out.last.Target = "t"
			}
		}
		same(t, "unpacked", got, want)
		if t.Failed() {
			rt.FailNow()
		}
	})
}

func TestDamagedResultsAreAnErrorNotAPanic(t *testing.T) {
	var in stream
	var packed []byte
	for _, r := range newHouse(1, time.Second).next() {
		r.Findings = []checker.Finding{{What: "slow", Status: checker.Degraded, Text: "412ms, want 250ms"}}
		packed = in.append(packed, &r, true)
	}
	for n := range packed {
		var out stream
		if _, err := out.next(packed[:n]); err == nil {
			t.Errorf("cut after %d of %d bytes: no error", n, len(packed))
		}
		damaged := append([]byte(nil), packed...)
		damaged[n] = 0xff
		for rest, err := out.next(damaged); err == nil && len(rest) > 0; {
			rest, err = out.next(rest)
		}
	}
	var notBegun stream
	if _, err := notBegun.next([]byte{0, 0, 0, 0}); err == nil {
		t.Error("a result told against nothing: no error")
	}
}
