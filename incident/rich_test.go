package incident

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"
)

// rich is an incident of which everything is written, and how its targets measured.
func rich(t *testing.T) (*Incident, Style) {
	j, id := lived(t)
	j.must(j.Assign(at("04:15:00"), id, RoleOps, "bo", "ana"))
	j.must(j.AcceptRole(at("04:15:30"), id, RoleOps, "bo", false))
	j.must(j.AddLink(at("04:20:00"), id, "dashboard", "https://grafana.example.org/d/pvc?a=1&b=2", "disk usage", "bo"))
	j.must(j.AddLink(at("04:21:00"), id, "ticket", "OPS-7", "grow the disks", "bo"))
	j.must(j.AddLink(at("04:22:00"), id, "recording", "https://meet.example.org/r/1", "", "ana"))
	wrong := j.must(j.Add(at("04:23:00"), Draft{Incident: id, Text: "weaviate-1 was full too", By: "bo"}))
	j.must(j.Retract(at("04:24:00"), wrong[0].Seq, "bo"))
	j.must(j.Add(at("04:25:00"), Draft{
		Incident: id, Kind: Action, Text: "grow disks by themselves", By: "ana",
		Parts: map[string]string{PartKind: "prevent", PartHorizon: "long", PartOwner: "bo", PartDue: "2026-05-30", PartTicket: "OPS-9"},
	}))
	for _, f := range []struct{ name, text string }{
		{FieldSummary, "Searches in eu1 failed for 37 minutes.\n\nThe disk of one of three nodes was full."},
		{FieldImpact, "One search in three failed."},
		{FieldCustomers, "Acme\nGlobex"},
		{FieldCause, "1. The disk of weaviate-2 was full.\n2. Nothing watched it."},
		{FieldFactors, "- backups on the same disk\n- no alert at 80%"},
		{FieldPriority, "P1"},
		{FieldReview, "2026-04-15 10:00 UTC"},
		{FieldWell, "Two people were there within minutes."},
	} {
		j.must(j.SetField(at("04:30:00"), id, f.name, f.text, "ana"))
	}
	return j.restored().Get(id), Style{
		Version: "0.1.0", Severities: map[string]string{"SEV2": "major, customers"},
		Series: []Series{series("search-api", time.Second), series("weaviate-eu1", 0)},
	}
}

// series are results every half a minute from 03:10 to 04:20: faster and slower,
// then down, with a hole, some that nobody knows, and a planned end.
func series(target string, slow time.Duration) Series {
	s := Series{Target: target, Slow: slow}
	for i := range 140 {
		p := Point{From: at("03:10:00").Add(time.Duration(i) * 30 * time.Second)}
		p.To = p.From.Add(30 * time.Second)
		took := time.Duration(60+(i*37)%50) * time.Millisecond
		switch {
		case i < 25:
			p.Up = 1
		case i < 38:
			p.Degraded, took = 1, took*time.Duration(i-5)
		case i < 60:
			p.Down, took = 1, 0
		case i < 66:
			continue
		case i < 72:
			p.Unknown, took = 1, 0
		case i < 110:
			p.Down, took = 1, 0
		case i > 130:
			p.Excluded, took = 1, 0
		default:
			p.Up = 1
		}
		p.Median, p.P95 = took, took*3/2
		s.Points = append(s.Points, p)
	}
	return s
}

func TestReportsOfARichIncident(t *testing.T) {
	inc, style := rich(t)
	for _, preset := range Presets {
		style.Preset = preset
		golden(t, fmt.Sprintf("rich-%s.md", preset), put(t, Postmortem, inc, style))
	}
	style.Preset = ""
	golden(t, "rich.html", put(t, HTML, inc, style))
	golden(t, "rich.json", put(t, JSON, inc, style))
}

// put returns what one of the writers writes.
func put(t *testing.T, write func(io.Writer, *Incident, Style) error, inc *Incident, style Style) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := write(&buf, inc, style); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
