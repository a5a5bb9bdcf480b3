package store

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
)

// What the first schema's program packed of ninety seconds of one target, which
// was down at the fifth and sixth of nine results: a block, the end of its
// stream, and its minutes.
const (
	blockBefore = "9wURAZADAgpmaXJzdCBieXRlBGJvZHkCBmlzc3Vlcg1DTj1FeGFtcGxlIENBA3RscwMxLjMMMTAuMC4wLjA6NDQzgLDFxIDysgYFbG9jYWwBwtbx3KDEsAYC/QVVCgCK5MQJ" +
		"ApoDHhQA1AQAyQpJQgDzDwDmEWJ0DhMB7gcBAwZzdGF0dXMNNTAzLCB3YW50IDIwMLkEAJYHJkwCMwHTKQD8BnBADhEBkAMAkmwAkwZrNgD/WQCCDyosAP4WAJAEMDg="
	lastBefore = "7NPECQL3BREBkAMCCmZpcnN0IGJ5dGUEYm9keQIGaXNzdWVyDUNOPUV4YW1wbGUgQ0EDdGxzAzEuMwwxMC4wLjAuMDo0NDOAsMXEgPKyBgVsb2NhbAHoopepocSwBhKQ" +
		"BDA4"
	minutesBefore = "AeiNxRwEAgAAANcGghOCEwECAwAAAAAAAMIPAwOZB8IP3AQ="
)

// openBefore returns a state as the program of an earlier schema left it, which
// is a number from 1.
func openBefore(t *testing.T, schema int) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := connect(path, "", false)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range steps()[:schema] {
		if err := c.write(t.Context(), func() error { return step(c, name, i+1) }); err != nil {
			t.Fatal(err)
		}
	}
	decode := func(text string) []byte {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	w := &writer{conn: c}
	for _, err := range []error{
		c.exec(`INSERT INTO targets (id, name) VALUES (1, 'target-0000')`),
		c.exec(`INSERT INTO blocks (hour, target, results) VALUES (?, 1, ?)`, hourOf(sometime), decode(blockBefore)),
		c.exec(`INSERT INTO recent (target, hour, last, minutes) VALUES (1, ?, ?, ?)`, hourOf(sometime), decode(lastBefore), decode(minutesBefore)),
		w.saveNotification(&alert.Notification{Key: "k", Attempt: 1, At: sometime, Receiver: "ops"}),
		w.saveAudit(&Audit{At: sometime, By: "ana", What: "silence", Outcome: "ok"}),
		c.close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatAnEarlierVersionSavedIsRead(t *testing.T) {
	for schema := 1; schema < len(steps()); schema++ {
		t.Run(fmt.Sprintf("schema %d", schema), func(t *testing.T) { readBefore(t, schema) })
	}
}

func readBefore(t *testing.T, schema int) {
	s := open(t, openBefore(t, schema), Options{})
	h := newHouse(1, 10*time.Second)
	var want []checker.Result
	for i := range 9 {
		r := h.next()[0]
		if i == 4 || i == 5 {
			r.Status, r.Code = checker.Down, 503
			r.Findings = []checker.Finding{{What: "status", Status: checker.Down, Text: "503, want 200"}}
		}
		if i == 5 {
			r.Believed = checker.Down
		}
		want = append(want, r)
	}
	same(t, "results", all(t, s, "target-0000"), want)

	f, err := unpackFolder(func() []byte { b, _ := base64.StdEncoding.DecodeString(minutesBefore); return b }(), minute, minutesKept)
	if err != nil {
		t.Fatal(err)
	}
	got := f.Buckets()
	if len(got) != 2 || got[0].Passed != 4 || got[0].Failed != 2 || got[1].Passed != 3 || got[0].Excluded+got[1].Excluded != 0 {
		t.Errorf("minutes %+v", got)
	}

	// and what is added now goes on from there
	next := h.next()[0]
	next.Excluded, next.Flapping = true, true
	save(t, s, Batch{Results: []checker.Result{next}})
	foldAll(t, s)
	same(t, "results, one more", all(t, s, "target-0000"), append(want, next))
	same(t, "the last", restore(t, s).Believed["target-0000"].Last, next)

	// also with what that version knew nothing of
	b := full(time.Now().UTC().Truncate(time.Microsecond))
	save(t, s, Batch{Escalations: b.Escalations, OnCall: b.OnCall})
	st := restore(t, s)
	same(t, "escalations", st.Escalations, b.Escalations)
	same(t, "on call", st.OnCall, b.OnCall)
}
