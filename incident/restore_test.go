package incident

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/alert"
)

// world is a random life of a book: whatever happens, a book restored from the
// entries is the same as the one that lived.
type world struct {
	*journal
	now     time.Time
	alerts  map[string]alert.Alert
	n       int
	checked int // entries that were there at the last check
}

func TestRestoreIsTheSameAsLiving(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{
			journal: newJournal(t, Settings{Declare: true, DeclareAfter: 5 * time.Minute, JoinWithin: 10 * time.Minute}),
			now:     night, alerts: map[string]alert.Alert{},
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": w.check,
			"wait": func(rt *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(-3, 300).Draw(rt, "seconds")) * time.Second)
				w.must(w.Advance(w.now), nil)
			},
			"fire":    w.fire,
			"happen":  w.happen,
			"deliver": w.deliver,
			"declare": w.declareSome,
			"command": w.command,
			"role":    w.role,
			"merge":   w.merge,
			"report":  w.report,
			"call":    w.call,
			"write":   w.write,
			"silence": w.silence,
			"restart": func(*rapid.T) { w.Book = w.restart() },
		})
	})
}

// restart is a book that knows what a new process would.
func (w *world) restart() *Book {
	b := w.restored()
	var alerts []alert.Alert
	for _, a := range w.alerts {
		alerts = append(alerts, a)
	}
	b.Recall(alerts, nil)
	return b
}

func (w *world) check(rt *rapid.T) {
	if len(w.log) == w.checked {
		return
	}
	w.checked = len(w.log)
	b := w.restored()
	if !reflect.DeepEqual(w.Incidents(), b.Incidents()) { // much cheaper than cmp, which is for the words
		rt.Fatalf("restored differs from lived: %s", cmp.Diff(w.Incidents(), b.Incidents()))
	}
	for i, e := range w.log {
		if e.Seq != uint64(i+1) {
			rt.Fatalf("entry %d has seq %d", i+1, e.Seq)
		}
	}
	for _, inc := range w.Incidents() {
		if got := len(inc.Log()); got != w.count(inc.ID) {
			rt.Fatalf("%s: the log has %d entries, %d were written", inc.ID, got, w.count(inc.ID))
		}
		if !inc.Milestones[Started].After(inc.Milestones[DeclaredAt]) {
			continue
		}
		rt.Fatalf("%s: started after it was declared: %v", inc.ID, inc.Milestones)
	}
	for id, home := range w.homes {
		if b.homes[id] != home {
			rt.Fatalf("alert %s belongs to %s, restored to %s", id, home, b.homes[id])
		}
	}
}

func (w *world) count(id string) (n int) {
	for _, e := range w.log {
		if e.Incident == id {
			n++
		}
	}
	return n
}

func (w *world) fire(rt *rapid.T) {
	w.n++
	a := firing(fmt.Sprintf("a%02d", w.n), fmt.Sprintf("t%d", w.n), w.now)
	a.Group = rapid.SampledFrom([]string{"", "x", "y"}).Draw(rt, "group")
	a.Labels["group"] = a.Group
	a.Severity = rapid.SampledFrom([]alert.Severity{alert.Warning, alert.Critical}).Draw(rt, "severity")
	w.event(alert.KindFired, a)
}

func (w *world) event(kind alert.Kind, a alert.Alert) {
	w.alerts[a.ID] = a
	w.must(w.Apply(w.now, alert.Event{At: w.now, Kind: kind, Alert: a, By: map[bool]string{true: "ana"}[a.Ack != nil]}), nil)
}

// some draws one of the alerts there are.
func (w *world) some(rt *rapid.T) alert.Alert {
	if w.n == 0 {
		rt.Skip("no alert")
	}
	return w.alerts[fmt.Sprintf("a%02d", rapid.IntRange(1, w.n).Draw(rt, "alert"))]
}

func (w *world) happen(rt *rapid.T) {
	a := w.some(rt)
	if a.State == alert.Resolved {
		a.State, a.Resolved, a.Ack = alert.Firing, time.Time{}, nil
		w.event(alert.KindReopened, a)
		return
	}
	switch rapid.IntRange(0, 4).Draw(rt, "what") {
	case 0:
		a.State, a.Resolved = alert.Resolved, w.now
		w.event(alert.KindResolved, a)
	case 1:
		a.Severity = alert.Critical
		w.event(alert.KindWorse, a)
	case 2:
		a.Ack = &alert.Ack{At: w.now, By: "ana", Note: "mine"}
		w.event(alert.KindAcked, a)
	case 3:
		a.Ack = nil
		w.event(alert.KindUnacked, a)
	case 4:
		a.State = alert.Recovering
		w.event(alert.KindRecovering, a)
	}
}

func (w *world) deliver(rt *rapid.T) {
	d := accepted(rapid.SampledFrom([]string{"ops", "slack"}).Draw(rt, "receiver"), w.now, w.some(rt), w.some(rt))
	d.Outcome = rapid.SampledFrom([]alert.Outcome{alert.Accepted, alert.Again, alert.Dead}).Draw(rt, "outcome")
	w.must(w.Delivered(d), nil)
}

func (w *world) declareSome(rt *rapid.T) {
	d := Declaration{Title: "by hand", By: "ana", Severity: rapid.SampledFrom(Severities).Draw(rt, "severity")}
	if rapid.Bool().Draw(rt, "of an alert") {
		d.Alerts = []string{w.some(rt).ID}
	}
	if rapid.Bool().Draw(rt, "started") {
		d.Started = w.now.Add(-time.Hour)
	}
	if _, es, err := w.Declare(w.now, d, nil); err == nil {
		w.must(es, nil)
	}
}

// incident draws one of the incidents there are.
func (w *world) incident(rt *rapid.T) string {
	all := w.Incidents()
	if len(all) == 0 {
		rt.Skip("no incident")
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(rt, "incident")].ID
}

func (w *world) command(rt *rapid.T) {
	id := w.incident(rt)
	var es []Entry
	var err error
	switch rapid.IntRange(0, 4).Draw(rt, "command") {
	case 0:
		es, err = w.SetStatus(w.now, id, rapid.SampledFrom(Statuses).Draw(rt, "status"), "bo")
	case 1:
		es, err = w.SetSeverity(w.now, id, rapid.SampledFrom(Severities).Draw(rt, "severity"), "bo")
	case 2:
		m := rapid.SampledFrom(Milestones).Draw(rt, "milestone")
		es, err = w.SetMilestone(w.now, id, m, w.now.Add(-time.Duration(rapid.IntRange(0, 7200).Draw(rt, "ago"))*time.Second), "bo")
	case 3:
		es, err = w.Resolve(w.now, id, "bo", "")
	case 4:
		es, err = w.Join(w.now, id, w.some(rt), "bo")
	}
	w.keep(rt, es, err)
}

// keep takes what a command wrote; one that failed must have written nothing.
func (w *world) keep(rt *rapid.T, es []Entry, err error) {
	if err != nil && es != nil {
		rt.Fatalf("failed with %v, and wrote %v", err, es)
	}
	w.must(es, nil)
}

func (w *world) role(rt *rapid.T) {
	id, role := w.incident(rt), rapid.SampledFrom(Roles).Draw(rt, "role")
	who, by := rapid.SampledFrom([]string{"", "ana", "bo", "chen"}).Draw(rt, "who"), rapid.SampledFrom([]string{"ana", "bo"}).Draw(rt, "by")
	var es []Entry
	var err error
	switch rapid.IntRange(0, 2).Draw(rt, "what") {
	case 0:
		es, err = w.Assign(w.now, id, role, who, by)
	case 1:
		es, err = w.AcceptRole(w.now, id, role, by, rapid.Bool().Draw(rt, "refuse"))
	case 2:
		es, err = w.Release(w.now, id, role, who, by)
	}
	w.keep(rt, es, err)
	held := map[string]bool{}
	for _, h := range w.Get(id).Roles {
		key := h.Role
		if several(key) {
			key += h.Operator
		}
		if !h.Asked && held[key] {
			rt.Fatalf("two have a role: %s", whoHas(w.Get(id)))
		}
		held[key] = held[key] || !h.Asked
	}
}

func (w *world) merge(rt *rapid.T) {
	id := w.incident(rt)
	if rapid.Bool().Draw(rt, "split") {
		_, es, err := w.Split(w.now, id, []string{w.some(rt).ID}, "", "bo")
		w.keep(rt, es, err)
		return
	}
	es, err := w.Merge(w.now, id, w.incident(rt), "bo")
	w.keep(rt, es, err)
}

func (w *world) report(rt *rapid.T) {
	id := w.incident(rt)
	lines := w.Get(id).Entries
	l := lines[rapid.IntRange(0, len(lines)-1).Draw(rt, "line")]
	text := rapid.SampledFrom([]string{"", "this", "that"}).Draw(rt, "text")
	var es []Entry
	var err error
	switch rapid.IntRange(0, 4).Draw(rt, "what") {
	case 0:
		es, err = w.SetField(w.now, id, rapid.SampledFrom(Fields[:3]).Draw(rt, "field"), text, "bo")
	case 1:
		es, err = w.Add(w.now, Draft{Incident: id, Kind: Action, Text: "mend", By: "ana", Parts: map[string]string{PartOwner: text, PartState: "done"}})
	case 2:
		es, err = w.SetAction(w.now, id, l.ID(), rapid.SampledFrom(Parts).Draw(rt, "part"), text, "bo")
	case 3:
		es, err = w.AddLink(w.now, id, "ticket", text, "", "ana")
	case 4:
		es, err = w.DropLink(w.now, id, l.ID(), "ana")
	}
	w.keep(rt, es, err)
}

func (w *world) call(rt *rapid.T) {
	kind := rapid.SampledFrom([]alert.Kind{
		alert.KindEscalated, alert.KindUncovered, alert.KindStale, alert.KindFresh, alert.KindHandover,
	}).Draw(rt, "kind")
	ev := alert.Event{At: w.now, Kind: kind, Text: "primary: bo on call, ana until now"}
	if kind != alert.KindHandover {
		ev.Alert, ev.Escalation = w.some(rt), &alert.Escalation{Route: "page", Step: 2}
	}
	w.must(w.Apply(w.now, ev), nil)
}

func (w *world) write(rt *rapid.T) {
	id := w.incident(rt)
	lines := w.Get(id).Entries
	l := lines[rapid.IntRange(0, len(lines)-1).Draw(rt, "line")]
	var es []Entry
	var err error
	switch rapid.IntRange(0, 3).Draw(rt, "what") {
	case 0:
		back := time.Duration(rapid.IntRange(0, 3600).Draw(rt, "ago")) * time.Second
		es, err = w.Add(w.now, Draft{Incident: id, Text: "note", By: "ana", At: w.now.Add(-back)})
	case 1:
		es, err = w.Edit(w.now, l.Seq, "ana", rapid.SampledFrom([]string{"this", "that"}).Draw(rt, "text"))
	case 2:
		es, err = w.Star(w.now, l.ID(), "bo", rapid.Bool().Draw(rt, "on"))
	case 3:
		es, err = w.Retract(w.now, l.Seq, "ana")
	}
	w.keep(rt, es, err)
}

func (w *world) silence(rt *rapid.T) {
	s := &alert.Silence{ID: "s1", Match: alert.Matcher{{"group": {"x"}}}, Until: w.now.Add(time.Hour), Maintenance: rapid.Bool().Draw(rt, "maintenance")}
	kind := rapid.SampledFrom([]alert.Kind{alert.KindSilenced, alert.KindUnsilenced}).Draw(rt, "kind")
	w.must(w.Apply(w.now, alert.Event{At: w.now, Kind: kind, Silence: s, By: "chen"}), nil)
}

// A restored book does not only look the same, it goes on in the same way.
func TestRestoredBookGoesOnTheSame(t *testing.T) {
	j, _ := lived(t)
	id := j.declare(at("04:20:00"), Declaration{Title: "again", Alerts: []string{"b1"}}, firing("b1", "search-api", at("04:15:00")))
	b := j.restored()
	next := firing("b2", "weaviate-eu1", at("04:25:00"))
	lived, restored := j.Apply(at("04:25:00"), fired(next)), b.Apply(at("04:25:00"), fired(next))
	if diff := cmp.Diff(lived, restored); diff != "" || len(lived) == 0 {
		t.Errorf("after a restart (%d entries): %s", len(lived), diff)
	}
	if diff := cmp.Diff(j.Get(id), b.Get(id)); diff != "" {
		t.Error(diff)
	}
}

// Entries that no version of the book would write must not take it down.
func FuzzRestoreBearsAnything(f *testing.F) {
	f.Add("note", "x", "1", uint64(0), "started=yesterday")
	f.Add("star", "", "on", uint64(1), "1")
	f.Add("joined", "group", "x", uint64(9), "resolved=")
	f.Add("joined", "group", "x", uint64(0), "spell=down 2026-04-12T03:00:00Z 2026-04-12T03:00:00Z")
	f.Add("role", "commander", "ana", uint64(0), "state=asked")
	f.Add("item", "owner", "ana", uint64(0), "2")
	f.Add("declared", "severity", "SEV1", uint64(0), "counted=2026:9223372036854775807")
	f.Add("retract", "", "", uint64(0), "1")
	f.Fuzz(func(t *testing.T, kind, field, value string, replaces uint64, ref string) {
		b := NewBook(Settings{})
		e := Entry{Seq: 1, Incident: "inc-2026-0001", Kind: Kind(kind), Field: field, Value: value, Replaces: replaces, Refs: []string{ref}}
		b.Restore([]Entry{e, {Seq: 2, Kind: Declared, Incident: value}, e})
		for _, inc := range b.Incidents() {
			LintAt(inc, night, value)
			inc.Times()
			inc.Impact()
			inc.RoleSpans()
			inc.Paged(nil)
			inc.Responders()
			MeansOf([]*Incident{inc})
		}
	})
}
