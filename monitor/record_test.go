package monitor

import (
	"testing"
	"testing/synctest"
	"time"

	"sitrep/checker"
	"sitrep/incident"
	"sitrep/store"
)

// What people write of an incident goes in by the one door, and is there after a
// kill.
func TestWhatIsWrittenOfAnIncidentOutlivesAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startWith(t, store.State{}, byTurns, "db", "api")
		h.turn("db", checker.Down)
		h.turn("api", checker.Down)
		sleep(time.Minute)
		var alerts []string
		for i := range h.Snapshot().Alerts {
			alerts = append(alerts, h.Snapshot().Alerts[i].ID)
		}
		h.must(t, ana, Declare{Title: "all of it", Alerts: alerts[:1], Commander: "ana"})
		id := h.Snapshot().Incidents[0].ID
		h.must(t, ana, Join{Incident: id, Alert: alerts[1]})
		h.must(t, ana, Assign{Incident: id, Role: incident.RoleOps, Operator: "bo"})
		h.must(t, bo, AcceptRole{Incident: id, Role: incident.RoleOps})
		h.must(t, ana, SetField{Incident: id, Field: incident.FieldImpact, Value: "nobody\x1b[2J could pay\nfor an hour"})
		h.must(t, ana, SetTitle{Incident: id, Title: "payments"})
		h.must(t, bo, Note{Incident: id, Kind: incident.Action, Text: "alert at 80 %", Parts: map[string]string{incident.PartOwner: "bo"}})
		item := h.Snapshot().Incident(id).Actions[0].ID
		h.must(t, ana, SetAction{Incident: id, Item: item, Part: incident.PartDue, Value: "2000-02-01"})
		h.must(t, bo, AddLink{Incident: id, Kind: "ticket", To: "OPS-1"})
		h.must(t, bo, Note{Incident: id, Kind: incident.Comms, Text: "status page", Audience: "customers", Channel: "web"})
		h.must(t, bo, Note{Incident: id, Text: "no"})
		var wrong uint64
		for i := range h.Snapshot().Incident(id).Entries {
			if l := &h.Snapshot().Incident(id).Entries[i]; l.Text == "no" {
				wrong = l.ID()
			}
		}
		h.must(t, bo, Retract{Seq: wrong})
		h.must(t, ana, Split{Incident: id, Alerts: alerts[1:2], Title: "the other"})
		h = startWith(t, h.kill(), byTurns, "db", "api")
		inc := h.Snapshot().Incident(id)
		switch {
		case inc.Title != "payments" || inc.Commander != "ana" || inc.Fields[incident.FieldImpact] != "nobody could pay\nfor an hour":
			t.Errorf("head: %+v", inc)
		case len(inc.Actions) != 1 || inc.Actions[0].Owner != "bo" || inc.Actions[0].Due != "2000-02-01" || len(inc.Links) != 1:
			t.Errorf("actions %+v, links %+v", inc.Actions, inc.Links)
		case len(h.Snapshot().Incidents) != 2:
			t.Errorf("%d incidents", len(h.Snapshot().Incidents))
		}
		for _, l := range inc.Entries {
			if l.ID() == wrong && l.Retracted.IsZero() {
				t.Error("a line that was taken back is not struck")
			}
		}
		other := h.Snapshot().Incidents[0]
		if other.ID == id {
			other = h.Snapshot().Incidents[1]
		}
		h.must(t, ana, Merge{Incident: other.ID, Into: id})
		h.must(t, ana, DropLink{Incident: id, Link: inc.Links[0].ID})
		if inc := h.Snapshot().Incident(id); len(inc.Links) != 0 || len(inc.Alerts) != 2 || h.Snapshot().Incident(other.ID).Into != id {
			t.Errorf("merged: %+v", inc)
		}
	})
}
