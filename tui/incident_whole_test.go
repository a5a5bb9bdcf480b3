package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sitrep/incident"
	"sitrep/monitor"
)

// wholeNight is the incident of the night with one of everything in it: it is
// made by hand, so that it says what a screen can be shown and not what happens
// to be written down by itself.
func wholeNight() *incident.Incident {
	inc := &incident.Incident{
		ID: tonight, Title: "search 503 in eu1", Severity: "SEV2", Status: "investigating", Commander: "ana", Group: "search", Version: 99,
		Roles: []incident.Holder{
			{Role: incident.RoleCommander, Operator: "ana", Since: at("03:38:50")},
			{Role: incident.RoleOps, Operator: "bo", Since: at("03:38:52"), Asked: true, By: "ana"},
			{Role: incident.RoleComms, Operator: "dara", Since: at("03:44:00")},
			{Role: incident.RoleSME, Operator: "chen", Since: at("03:45:00"), By: "ana"},
		},
		Fields: map[string]string{
			incident.FieldSummary: "Search answered 503 in eu1.\nA full volume took a node read-only.",
			incident.FieldImpact:  "nobody in the EU could search",
		},
		Actions: []incident.ActionItem{
			{ID: 40, Text: "grow the PVC to 200Gi", Kind: "mitigate", Horizon: "immediate", State: "open", Owner: "bo", Due: "2026-04-12", At: at("03:45:10"), By: "ana"},
			{ID: 41, Text: "alert at 80% of a volume", Kind: "detect", Horizon: "near", State: "open", At: at("03:45:20"), By: "bo"},
			{ID: 42, Text: "page the DBA as well", Kind: "process", Horizon: "long", State: "done", Owner: "ana", Due: "2026-04-30", Ticket: "OPS-12", At: at("03:45:30"), By: "ana"},
		},
		Links: []incident.Link{
			{ID: 44, Kind: "ticket", To: "OPS-12", By: "ana"},
			{ID: 45, Kind: "dashboard", To: "https://grafana.example.org/d/pvc", Text: "volumes of weaviate", By: "bo"},
		},
		Milestones: map[incident.Milestone]time.Time{
			incident.Started: at("03:24:40"), incident.Detected: at("03:29:14"), incident.Acknowledged: at("03:31:40"),
			incident.DeclaredAt: at("03:38:50"), incident.Investigating: at("03:38:50"),
		},
		Alerts: []incident.Member{
			{Alert: "a-search-api", Target: "search-api", Severity: "critical", State: "firing", Started: at("03:29:04"), Detected: at("03:29:14")},
			{Alert: "a-weaviate-eu1", Target: "weaviate-eu1", Severity: "critical", State: "firing", Started: at("03:29:06"), Detected: at("03:29:16"), AckedBy: "ana"},
			{Alert: "a-ingest-worker", Target: "ingest-worker", Severity: "critical", State: "firing", Started: at("03:40:52"), Detected: at("03:41:02")},
			{Alert: "a-recommend-api", Target: "recommend-api", Severity: "warning", State: "resolved", Started: at("03:36:02"), Detected: at("03:36:12"), Resolved: at("03:45:00")},
		},
	}
	inc.Entries = wholeLines()
	return inc
}

// wholeLines is its timeline.
func wholeLines() []incident.Line {
	var lines []incident.Line
	seq := uint64(0)
	add := func(clock string, kind incident.Kind, e incident.Entry) *incident.Line {
		seq++
		e.Seq, e.Incident, e.At, e.Kind = seq, tonight, at(clock), kind
		if e.Recorded.IsZero() {
			e.Recorded = e.At
		}
		lines = append(lines, incident.Line{Entry: e})
		return &lines[len(lines)-1]
	}
	yesterday := add("23:50:00", incident.Note, incident.Entry{By: "chen", Text: "nightly import doubled its batch size", Recorded: at("03:43:30")})
	yesterday.At = yesterday.At.AddDate(0, 0, -1)
	add("03:24:40", incident.SetMilestone, incident.Entry{By: "ana", Field: "started", Recorded: at("03:42:00")}).Starred = true
	add("03:29:14", incident.AlertEntry, incident.Entry{Alert: "a-search-api", Target: "search-api", Field: "fired", Value: "critical", Text: "critical: 503, want 200"})
	add("03:29:16", incident.AlertEntry, incident.Entry{Alert: "a-weaviate-eu1", Target: "weaviate-eu1", Field: "fired", Value: "critical", Text: "critical: 2/3 nodes"})
	add("03:29:19", incident.Paged, incident.Entry{Field: "pagerduty", Text: "pagerduty (search-api +1), told, accepted in 1.1s"})
	add("03:34:19", incident.Escalated, incident.Entry{Field: "pages", Value: "2", Text: "step 2 of pages calls bo"})
	add("03:38:50", incident.Declared, incident.Entry{By: "ana", Field: "severity", Value: "SEV2", Text: "search 503 in eu1"}).Starred = true
	add("03:38:52", incident.SetRole, incident.Entry{By: "ana", Field: incident.RoleOps, Value: "bo", Text: "asks bo to be ops lead", Refs: []string{"state=asked"}})
	add("03:43:05", incident.Note, incident.Entry{By: "bo", Text: "kubectl top: weaviate-2 at its memory limit"})
	struck := add("03:43:40", incident.Note, incident.Entry{By: "bo", Text: "it is the network"})
	struck.Retracted = at("03:44:02")
	struck.Marks = []incident.Entry{{Seq: 90, Kind: incident.Retracted, By: "bo", At: at("03:44:02"), Recorded: at("03:44:02")}}
	add("03:44:10", incident.Decision, incident.Entry{By: "ana", Text: "no failover to us1 before the PVC is looked at"}).Starred = true
	add("03:44:30", incident.Comms, incident.Entry{By: "dara", Text: "search is degraded in eu1, next word at 04:15", Refs: []string{"audience=customers", "channel=status page"}})
	add("03:45:10", incident.Action, incident.Entry{By: "ana", Text: "grow the PVC to 200Gi"}).Seq = 40
	add("03:45:20", incident.Action, incident.Entry{By: "bo", Text: "alert at 80% of a volume"}).Seq = 41
	add("03:45:40", incident.Linked, incident.Entry{By: "ana", Field: "ticket", Value: "OPS-12", Text: "OPS-12"})
	add("03:46:00", incident.Handover, incident.Entry{Field: "primary", Value: "bo", Text: "bo is on call"})
	edited := add("03:46:31", incident.Note, incident.Entry{By: "ana", Text: "PVC on weaviate-2 is full (91%), the node went read-only at 03:24, then OOM at 03:28.\n" +
		"Grafana: https://grafana.example.org/d/pvc?from=1775963040", Recorded: at("03:46:52")})
	edited.Starred = true
	edited.Older = []incident.Entry{{Seq: edited.Seq, Incident: tonight, Kind: incident.Note, By: "ana", At: edited.At, Recorded: edited.At, Text: "PVC on weaviate-2 full"}}
	edited.Marks = []incident.Entry{{Seq: 91, Kind: incident.Starred, Value: "on", By: "bo", At: at("03:46:55"), Recorded: at("03:46:55")}}
	edited.Seq = 50
	pasted := strings.Repeat("E0412 03:28:01 oom-killer: weaviate invoked\n", 400)
	add("03:46:58", incident.Note, incident.Entry{By: "bo", Text: strings.TrimSpace(pasted)}).Seq = 60
	return lines
}

// nightPeople are those who are here.
func nightPeople() []monitor.Presence {
	return []monitor.Presence{
		{ID: 1, Actor: monitor.Actor{Name: "ana"}, Place: tonight},
		{ID: 2, Actor: monitor.Actor{Name: "bo"}, Place: tonight, Writing: night.Add(-3 * time.Second)},
		{ID: 3, Actor: monitor.Actor{Name: "bo"}, Place: "board"},
		{ID: 4, Actor: monitor.Actor{Name: "dara"}, Place: "board"},
	}
}

// whole publishes the night with the whole incident.
func (s *console) whole() {
	s.republish(func(snap *monitor.Snapshot) {
		snap.Incidents = slices.Clone(snap.Incidents)
		snap.Incidents[0] = wholeNight()
		snap.People = nightPeople()
	})
}

// wholeScenes are the screens and dialogs of the whole incident.
var wholeScenes = []sight{
	{"whole-incidents", func(s *console) { s.whole(); s.press("3") }},
	{"whole-timeline", func(s *console) { s.whole(); s.press("3", "enter") }},
	{"whole-timeline-above", func(s *console) { s.whole(); s.press("3", "enter", "g") }},
	{"whole-struck", func(s *console) {
		s.whole()
		s.press("3", "enter", "/")
		s.write("is:retracted or kind:comms,decision")
		s.press("enter")
	}},
	{"whole-comms", func(s *console) {
		s.whole()
		s.press("3", "enter", "C")
		s.write("we are growing the volume")
		s.press("down")
		s.write("customers")
	}},
	{"whole-action", func(s *console) {
		s.whole()
		s.press("3", "enter", "T")
		s.write("quota of the volumes")
		s.press("down", "right", "down", "right", "down")
		s.write("bo")
		s.press("down")
		s.write("14d")
	}},
	{"whole-pasted", func(s *console) {
		s.whole()
		s.press("3", "enter", "n")
		s.Update(tea.PasteMsg{Content: strings.Repeat("goroutine 1 [running]:\r\nmain.main()\r\n", 200)})
	}},
	{"whole-entry", func(s *console) { s.whole(); s.press("3", "enter", "k", "enter") }},
	{"whole-entry-long", func(s *console) { s.whole(); s.press("3", "enter", "enter", "pgdown") }},
	{"whole-retract", func(s *console) { s.whole(); s.press("3", "enter", "k", "A") }},
	{"whole-roles", func(s *console) { s.whole(); s.press("3", "enter", "R") }},
	{"whole-roles-give", func(s *console) { s.whole(); s.press("3", "enter", "R", "g", "down", "down") }},
	{"whole-roles-asked", func(s *console) { s.whole(); s.desk.actor.Name = "bo"; s.press("R") }},
	{"whole-asked", func(s *console) { s.whole(); s.desk.actor.Name = "bo" }},
	{"whole-items", func(s *console) { s.whole(); s.press("3", "I", "down") }},
	{"whole-item", func(s *console) { s.whole(); s.press("3", "I", "enter", "down", "down", "down") }},
	{"whole-report", func(s *console) { s.whole(); s.press("3", "W", "down", "down") }},
	{"whole-field", func(s *console) { s.whole(); s.press("3", "W", "enter") }},
	{"whole-links", func(s *console) { s.whole(); s.press("3", "L", "down", "r") }},
	{"whole-link", func(s *console) {
		s.whole()
		s.press("3", "L")
		s.Update(tea.PasteMsg{Content: "https://meet.example.org/recording/412"})
		s.press("shift+tab", "right", "right")
	}},
	{"whole-merge", func(s *console) { s.whole(); s.press("3", "J"); s.write("0003") }},
	{"whole-split", func(s *console) { s.whole(); s.press("3", "K", "space", "down", "down", "space") }},
	{"whole-title", func(s *console) { s.whole(); s.press("3", "E") }},
	{"whole-milestones", func(s *console) { s.whole(); s.press("3", "m") }},
	{"whole-resolve", func(s *console) { s.whole(); s.press("3", "p", "down", "down", "down", "enter") }},
}

func TestWholeIncidentScreens(t *testing.T) {
	for _, scene := range wholeScenes {
		t.Run(scene.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playWhole(t, scene)
				for _, size := range sizes {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d", scene.name, size[0], size[1]), s.render())
				}
			})
		})
	}
}

// TestWholeIncidentInRoles holds which role each cell has.
func TestWholeIncidentInRoles(t *testing.T) {
	for _, scene := range wholeScenes {
		t.Run(scene.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := playWhole(t, scene)
				s.theme = newTheme(Level256, false)
				for _, size := range sizes[:2] {
					s.resize(size[0], size[1])
					golden(t, fmt.Sprintf("%s-%dx%d-roles", scene.name, size[0], size[1]), roles(t, s.theme, s.render()))
				}
			})
		})
	}
}

func TestWholeIncidentFitsEverySize(t *testing.T) {
	for _, scene := range wholeScenes {
		synctest.Test(t, func(t *testing.T) {
			s := playWhole(t, scene)
			for w := 1; w <= 200; w += 1 + w/8 {
				for h := 1; h <= 60; h += 1 + h/8 {
					s.resize(w, h)
					fits(t, s)
				}
			}
		})
	}
}

// playWhole brings a console to a scene, as it looks at the time of the night.
func playWhole(t *testing.T, scene sight) *console {
	t.Helper()
	s := newConsole(t, newDesk(t), 80, 24)
	scene.do(s)
	s.time = night
	s.Update(tickMsg{})
	return s
}
