package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/checker"
	"sitrep/monitor"
)

// BenchmarkView draws a board of 5,000 targets. What it costs must not depend on
// how many there are, only on how many are in sight.
func BenchmarkView(b *testing.B) {
	for _, n := range []int{50, 5000} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			b.Run(fmt.Sprintf("%d-%dx%d", n, size[0], size[1]), func(b *testing.B) {
				m := bigBoard(b, n)
				m.w, m.h = size[0], size[1]
				m.opt.Level, m.theme = Level256, newTheme(Level256, false)
				b.ReportAllocs()
				for b.Loop() {
					_ = m.render()
				}
			})
		}
	}
}

// BenchmarkFollow takes in a snapshot of 5,000 targets whose order has changed.
func BenchmarkFollow(b *testing.B) {
	m := bigBoard(b, 5000)
	snap := *m.snap
	b.ReportAllocs()
	for b.Loop() {
		snap.Seq++
		snap.Order++
		next := snap
		m.take(&next)
	}
}

func bigBoard(tb testing.TB, n int) *Model {
	tb.Helper()
	var targets []*monitor.TargetStatus
	for i := range n {
		s := nightTarget(fmt.Sprintf("target-%05d", i), checker.Up)
		history(s, i)
		targets = append(targets, s)
	}
	d := &desk{actor: monitor.Actor{Name: "ana", Role: monitor.Respond}, snap: &monitor.Snapshot{}}
	d.show(1, targets, nightEvents())
	m := New(tb.Context(), d, Options{Title: "big", Now: func() time.Time { return night }})
	m.w, m.h = 80, 24
	return m
}

// BenchmarkQuietScreens draws the screens of what is quiet and told over 5,000
// targets, 40 silences and as many accounts as alerts.
func BenchmarkQuietScreens(b *testing.B) {
	for _, id := range []screenID{screenTold, screenDeliveries, screenSilences} {
		b.Run(id.String(), func(b *testing.B) {
			m := quietBoard(b)
			m.told = toldState{target: "target-00007", alert: "a-00007"}
			m.screen = id
			b.ReportAllocs()
			for b.Loop() {
				_ = m.render()
			}
		})
	}
}

// BenchmarkSilencePreview types into the matcher of a silence: what it costs is
// one pass over the targets a key.
func BenchmarkSilencePreview(b *testing.B) {
	m := quietBoard(b)
	m.openNewSilence(nil)
	d := m.dialog.(*silenceDialog)
	d.match.set("name=target-* team=web")
	b.ReportAllocs()
	for b.Loop() {
		d.read(m)
	}
}

// BenchmarkSilencesFollow counts what every silence in sight means, anew.
func BenchmarkSilencesFollow(b *testing.B) {
	m := quietBoard(b)
	m.screen = screenSilences
	snap := *m.snap
	b.ReportAllocs()
	for b.Loop() {
		snap.Seq++
		snap.Order++
		next := snap
		m.silenced.counts = nil
		m.take(&next)
		_ = m.render()
	}
}

// quietBoard is a big board with a thousand alerts, silences and accounts.
func quietBoard(tb testing.TB) *Model {
	m := bigBoard(tb, 5000)
	snap := *m.snap
	snap.Seq++
	snap.Policy = quietPolicy()
	for i := range 1000 {
		a := alert.Alert{ID: fmt.Sprintf("a-%05d", i), Target: fmt.Sprintf("target-%05d", i), State: alert.Firing, Severity: alert.Critical, Started: night}
		snap.Alerts = append(snap.Alerts, a)
		snap.Accounts = append(snap.Accounts, alert.Ledger{
			Group: a.ID, Route: "everything", Labels: map[string]string{"group": a.ID}, Receiver: "chat",
			Told: map[string]alert.Word{a.ID: {Firing: true, Severity: alert.Critical}},
		})
	}
	for i := range 40 {
		snap.Silences = append(snap.Silences, alert.Silence{
			ID: fmt.Sprintf("s%d", i), Match: alert.Matcher{{"name": {fmt.Sprintf("target-*%02d", i)}, "team": {"~w.b"}}}, From: night, Until: night.Add(time.Hour), By: "ana", Reason: "r",
		})
	}
	for i := range 200 {
		snap.Told = append(snap.Told, alert.Delivery{Notification: alert.Notification{Receiver: "chat", Key: fmt.Sprint(i), Alerts: snap.Alerts[i : i+1]}, At: night, Outcome: alert.Accepted})
	}
	m.take(&snap)
	return m
}

// BenchmarkAcknowledgeAll opens the dialog for the alerts of 5,000 marked targets
// and draws it.
func BenchmarkAcknowledgeAll(b *testing.B) {
	m := bigBoard(b, 5000)
	snap := *m.snap
	snap.Seq++
	var sel selection
	for i := range 5000 {
		a := alert.Alert{ID: fmt.Sprintf("a-%05d", i), Target: fmt.Sprintf("target-%05d", i), State: alert.Firing, Severity: alert.Critical, Started: night}
		snap.Alerts = append(snap.Alerts, a)
		sel.alerts = append(sel.alerts, a.ID)
	}
	m.take(monitor.NewSnapshot(monitor.Parts{Snapshot: snap, Targets: slices.Collect(allTargets(&snap))}))
	for b.Loop() {
		m.acknowledge(sel)
		_ = m.render()
		m.dialog = nil
	}
}
