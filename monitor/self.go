package monitor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	at      time.Time // of the next look, by the clock that nobody sets
	seq     uint64
}

func newSelf(believed checker.Status) self {
	return self{verdict: checker.NewVerdict(2, 2, believed)}
}

func (s *self) due() bool { return time.Until(s.at) <= 0 }

// SelfTarget returns the built-in target.
func SelfTarget() *checker.Target {
	return &checker.Target{
		Name: Self, Kind: Self, Addr: "this process", Interval: selfEvery, RetryInterval: selfEvery,
		Timeout: time.Second, Attempts: 1, FailAfter: 2, RecoverAfter: 2,
		Labels: map[string]string{"name": Self, "kind": Self, "group": ""},
		Note: "How sitrep itself is: its own link, late runs, targets that give no result, a disk that does not take what happened, " +
			"receivers that do not accept, a configuration that cannot be applied, nobody on call, or nobody who accepted it.",
	}
}

// checkSelf takes a result of the built-in target in.
func (m *Monitor) checkSelf(now time.Time) {
	m.self.at = time.Now().Add(selfEvery)
	m.self.seq++
	m.checkDuty(now)
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
// while the trouble stays the same. With the link down nobody can be told, and
// that is one trouble, not one a receiver.
func (m *Monitor) selfFindings() []checker.Finding {
	var fs []checker.Finding
	add := func(what string, status checker.Status, text string) {
		fs = append(fs, checker.Finding{What: what, Status: status, Text: safe.Line(text, 200)})
	}
	h := &m.health
	if h.Link != "" {
		add("link", checker.Down, h.Link)
	}
	if h.SaveError != "" {
		add("unsaved", checker.Down, "cannot save: "+h.SaveError)
	}
	if m.config.stuck() {
		add("config", checker.Degraded, "the configuration is "+m.config.refusal())
	}
	if h.Link == "" {
		for _, name := range slices.Sorted(maps.Keys(m.refused)) {
			add("undelivered", checker.Degraded, "receiver "+name+": "+m.refused[name])
		}
		if stale := m.alerts.Stale(); len(stale) > 0 {
			add("stale", checker.Degraded, staleText(stale))
		}
	}
	if h.StoreError != "" {
		add("unsaved", checker.Degraded, "the state file: "+h.StoreError)
	}
	if h.Late > lateLimit {
		add("late", checker.Degraded, "probes begin late")
	}
	fs = append(fs, m.duty...)
	slices.SortStableFunc(fs, func(a, b checker.Finding) int { return cmp.Compare(b.Status, a.Status) })
	return fs[:min(len(fs), 16)]
}

// staleText names the targets that nothing is known of.
func staleText(names []string) string {
	if len(names) == 1 {
		return "1 target gives no result: " + names[0]
	}
	return fmt.Sprintf("%d targets give no result: %s", len(names), strings.Join(names, ", "))
}

// measureHealth brings Health up to date.
func (m *Monitor) measureHealth(owed []alert.Ledger) {
	h := &m.health
	m.recorder.health(h)
	if m.prober != nil {
		st := m.prober.Stats()
		h.Late, h.Skipped = st.Late, st.Skipped
	}
	h.Link = safe.Line(m.link(), 200)
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
	if h.Link != "" {
		ts = append(ts, h.Link)
	}
	if h.SaveError != "" {
		ts = append(ts, fmt.Sprintf("cannot save: %s (%d events and other changes wait)", h.SaveError, h.Unsaved))
	}
	for _, f := range m.duty {
		ts = append(ts, f.Text)
	}
	if why := m.config.refusal(); why != "" {
		ts = append(ts, "the configuration is "+why)
	}
	if h.StoreError != "" {
		ts = append(ts, "the state file: "+h.StoreError)
	}
	for _, name := range slices.Sorted(maps.Keys(m.refused)) {
		ts = append(ts, "receiver "+name+": "+m.refused[name])
	}
	if stale := m.alerts.Stale(); len(stale) > 0 && h.Link == "" {
		ts = append(ts, staleText(stale))
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
