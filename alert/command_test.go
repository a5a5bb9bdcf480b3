package alert

import (
	"errors"
	"testing"
	"time"
)

func TestCommandsSayWhatIsMissing(t *testing.T) {
	h := build(t, usual())
	h.down("web")
	over := h.alert("web").ID
	h.up("web")
	h.down("db")
	open := h.alert("db").ID
	m := h.m
	what := Matcher{{"name": {"db"}}}
	for _, tt := range []struct {
		name string
		do   func() (Effects, error)
		want error
	}{
		{"acknowledge nothing", func() (Effects, error) { return m.Acknowledge(h.now, "x", Ack{By: "ada"}) }, ErrUnknownAlert},
		{"acknowledge what has no ID yet", func() (Effects, error) { return m.Acknowledge(h.now, "", Ack{By: "ada"}) }, ErrUnknownAlert},
		{"acknowledge what is over", func() (Effects, error) { return m.Acknowledge(h.now, over, Ack{By: "ada"}) }, ErrNotActive},
		{"acknowledge until the past", func() (Effects, error) { return m.Acknowledge(h.now, open, Ack{By: "ada", Until: h.now}) }, ErrUntil},
		{"take back nothing", func() (Effects, error) { return m.Unacknowledge(h.now, open, "ada") }, ErrNotAcknowledged},
		{"resolve without a note", func() (Effects, error) { return m.Resolve(h.now, open, "ada", "") }, ErrNoNote},
		{"resolve what is over", func() (Effects, error) { return m.Resolve(h.now, over, "ada", "fixed") }, ErrNotActive},
		{"silence everything", func() (Effects, error) { return m.Silence(h.now, Silence{Reason: "r", Until: at(3600)}) }, ErrNoMatch},
		{"silence everything in words", func() (Effects, error) {
			return m.Silence(h.now, Silence{Match: Matcher{{"name": {"db"}}, {}}, Reason: "r", Until: at(3600)})
		}, ErrNoMatch},
		{"silence without a reason", func() (Effects, error) { return m.Silence(h.now, Silence{Match: what, Until: at(3600)}) }, ErrNoReason},
		{"silence until nothing is over", func() (Effects, error) {
			return m.Silence(h.now, Silence{Match: Matcher{{"name": {"nobody"}}}, Reason: "r"})
		}, ErrNothingToOutlast},
		{"silence later until it is over", func() (Effects, error) {
			return m.Silence(h.now, Silence{Match: what, From: at(60), Reason: "r"})
		}, ErrNothingToOutlast},
		{"edit no silence", func() (Effects, error) {
			return m.EditSilence(h.now, "s9", "ada", Silence{Match: what, Until: at(3600), Reason: "r"})
		}, ErrUnknownSilence},
		{"silence that ends before it begins", func() (Effects, error) {
			return m.Silence(h.now, Silence{Match: what, Reason: "r", From: at(7200), Until: at(3600)})
		}, ErrUntil},
		{"end no silence", func() (Effects, error) { return m.EndSilence(h.now, "s9", "ada") }, ErrUnknownSilence},
	} {
		before := h.m.Save()
		fx, err := tt.do()
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if !fx.Empty() || len(h.m.Save().Silences) != len(before.Silences) {
			t.Errorf("%s: something follows: %+v", tt.name, fx)
		}
	}
	if _, err := m.Silence(h.now, Silence{Match: Matcher{{"name": {"~("}}}, Reason: "r", Until: at(3600)}); err == nil {
		t.Error("a matcher that is not valid is accepted")
	}
}

func TestAcknowledgedIsNotRemindedOf(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(20 * time.Second)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada", Note: "on it"}))
	h.log = nil
	h.pass(150 * time.Minute)
	h.want("web stillack", "web stillack") // on the screen of who has it, and nowhere else
	h.pass(24 * time.Hour)
	h.wantSent()
	h.must(h.m.Unacknowledge(h.now, h.alert("web").ID, "ada"))
	h.want("web unack", "chat: remind web")
}

func TestAcknowledgementRunsOut(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(20 * time.Second)
	until := h.now.Add(90 * time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada", Until: until}))
	h.log = nil
	h.pass(90 * time.Minute)
	h.want("web stillack", "web unack", "chat: remind web")
	if a := h.alert("web"); a.Ack != nil {
		t.Errorf("acknowledged: %+v", a.Ack)
	}
}

func TestAcknowledgementHoldsBackNeitherWorseNorResolved(t *testing.T) {
	h := build(t, only("chat"))
	h.results("web", degraded, degraded)
	h.pass(5 * time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada", Sticky: true}))
	h.log = nil
	h.results("web", down, down)
	h.results("web", up, up)
	h.pass(time.Minute)
	h.wantSent("chat: worse web", "chat: resolved web")
}

// One alert of the group is acknowledged: the reminder is of the other.
func TestReminderLeavesOutWhatIsAcknowledged(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.down("db")
	h.pass(time.Minute)
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada"}))
	h.log = nil
	h.pass(31 * time.Minute)
	h.wantSent("chat: remind db")
}

func TestResolvedByHand(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(20 * time.Second)
	id := h.alert("web").ID
	h.log = nil
	h.must(h.m.Resolve(h.now, id, "ada", "restarted it"))
	h.want("web resolved")
	h.pass(20 * time.Second)
	h.want("chat: resolved web")
	if a := h.alert("web"); a.Ending != "by hand" || a.State != Resolved {
		t.Errorf("%+v", a)
	}
	h.results("web", down, down) // it has ten minutes
	h.pass(9 * time.Minute)
	h.results("web", down)
	h.want()
	h.pass(time.Minute)
	h.results("web", down)
	h.pass(10 * time.Second)
	h.want("web reopened", "chat: first web")
	if a := h.alert("web"); a.ID != id {
		t.Errorf("opened again as %s, want %s", a.ID, id)
	}
}

// It was mended, and broke again: that is news, ten minutes or not.
func TestResolvedByHandAndBrokenAgain(t *testing.T) {
	h := build(t, only("chat"))
	h.down("web")
	h.pass(20 * time.Second)
	h.must(h.m.Resolve(h.now, h.alert("web").ID, "ada", "restarted it"))
	h.up("web")
	h.log = nil
	h.down("web")
	h.want("web soft", "web reopened")
}

func TestWhoHasItIsRemindedOnceAfterALongWhile(t *testing.T) {
	h := build(t, only("pager"))
	h.down("web")
	h.must(h.m.Acknowledge(h.now, h.alert("web").ID, Ack{By: "ada"}))
	h.log = nil
	h.now = h.now.Add(10 * time.Hour) // the machine slept
	h.pass(0)
	h.want("web stillack")
}
