package monitor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/civil"
	"sitrep/safe"
)

// selfEvery is how often sitrep looks at itself.
const selfEvery = 5 * time.Second

// lateLimit is how late runs may begin before that is worth a finding.
const lateLimit = 5 * time.Second

// self makes the results of the built-in target: what does not work in sitrep
// becomes an alert with a route like any other. There is no second channel.
type self struct {
	verdict checker.Verdict
	at      time.Time // of the next look
	seq     uint64
}

func newSelf(believed checker.Status) self {
	return self{verdict: checker.NewVerdict(2, 2, believed)}
}

func (s *self) due(now time.Time) bool  { return !now.Before(s.at) }
func (s *self) next() (time.Time, bool) { return s.at, true }

// selfTarget is the built-in target.
func selfTarget() *checker.Target {
	return &checker.Target{
		Name: Self, Kind: Self, Addr: "this process", Interval: selfEvery, RetryInterval: selfEvery,
		Timeout: time.Second, Attempts: 1, FailAfter: 2, RecoverAfter: 2,
		Labels: map[string]string{"name": Self, "kind": Self, "group": ""},
		Note:   "How sitrep itself is: late runs, a disk that does not take what happened, receivers that do not accept.",
	}
}

// checkSelf takes a result of the built-in target in.
func (m *Monitor) checkSelf(now time.Time) {
	m.self.at = now.Add(selfEvery)
	m.self.seq++
	m.measureHealth(m.alerts.Owed())
	r := checker.Result{
		Target: Self, Vantage: "local", Boot: m.saved.Boot, Seq: m.self.seq, At: now,
		Attempt: 1, Status: checker.Up, Detail: checker.Detail{
			Findings: m.selfFindings(),
			Values:   []checker.Value{{Name: "late", V: m.health.Late.Seconds(), Unit: "s"}},
		},
	}
	for _, f := range r.Findings {
		r.Status = max(r.Status, f.Status)
	}
	r.Believed = m.self.verdict.Add(r.Status)
	m.observe(r)
}

// selfFindings says what is wrong with sitrep, worst first. Texts do not change
// while the trouble stays the same.
func (m *Monitor) selfFindings() []checker.Finding {
	var fs []checker.Finding
	if m.health.SaveError != "" {
		fs = append(fs, checker.Finding{What: "unsaved", Status: checker.Down, Text: "cannot save: " + m.health.SaveError})
	}
	for _, name := range slices.Sorted(maps.Keys(m.refused)) {
		fs = append(fs, checker.Finding{What: "undelivered", Status: checker.Degraded, Text: "receiver " + name + ": " + m.refused[name]})
	}
	if m.health.StoreError != "" {
		fs = append(fs, checker.Finding{What: "unsaved", Status: checker.Degraded, Text: "the state file: " + m.health.StoreError})
	}
	if m.health.Late > lateLimit {
		fs = append(fs, checker.Finding{What: "late", Status: checker.Degraded, Text: "probes begin late"})
	}
	for i := range fs {
		fs[i].Text = safe.Line(fs[i].Text, 200)
	}
	return fs[:min(len(fs), 16)]
}

// measureHealth brings Health up to date.
func (m *Monitor) measureHealth(owed []alert.Ledger) {
	h := &m.health
	m.recorder.health(h)
	if m.prober != nil {
		st := m.prober.Stats()
		h.Late, h.Skipped = st.Late, st.Skipped
	}
	h.StoreError = ""
	if err := m.trouble(); err != nil {
		h.StoreError = err.Error()
	}
	m.measureDelivery(owed)
	h.Troubles = m.troubles()
}

// measureDelivery counts what a receiver has not taken although it was tried,
// and forgets the errors of receivers that are owed nothing of the kind.
func (m *Monitor) measureDelivery(owed []alert.Ledger) {
	m.health.Undelivered = 0
	failing := map[string]string{}
	for _, l := range owed {
		p := l.Pending
		if p == nil || !p.Dead && p.Number < 2 && (p.Number == 0 || p.Flying) {
			continue
		}
		m.health.Undelivered++
		failing[l.Receiver] = cmp.Or(m.refused[l.Receiver], "it has not accepted what it is owed")
	}
	m.refused = failing
}

// troubles lists what does not work in words for a screen, gravest first.
func (m *Monitor) troubles() []string {
	h := &m.health
	var ts []string
	if h.SaveError != "" {
		ts = append(ts, "cannot save: "+h.SaveError)
	}
	if h.StoreError != "" {
		ts = append(ts, "the state file: "+h.StoreError)
	}
	for _, name := range slices.Sorted(maps.Keys(m.refused)) {
		ts = append(ts, "receiver "+name+": "+m.refused[name])
	}
	if h.Late > lateLimit {
		ts = append(ts, "probes begin "+civil.FormatDuration(h.Late)+" late")
	}
	if h.Dropped > 0 {
		ts = append(ts, fmt.Sprintf("%d samples lost", h.Dropped))
	}
	return append(ts, m.notes...)
}

// whatOf returns the text of a result's worst finding.
func whatOf(r checker.Result) string {
	if len(r.Findings) == 0 {
		return ""
	}
	return cmp.Or(r.Findings[0].Text, r.Findings[0].What)
}
