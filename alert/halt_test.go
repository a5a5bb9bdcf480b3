package alert

import (
	"testing"
	"time"
)

func TestAStopHandsOutNothingAndDoubtsNothing(t *testing.T) {
	h := build(t, only("chat"))
	var flying []Notification
	h.answer = func(n Notification) Delivery { flying = append(flying, n); return Delivery{} }
	h.down("web")
	h.pass(10 * time.Second)
	h.m.Halt()
	h.down("db")
	h.pass(time.Hour)
	if len(flying) != 1 {
		t.Fatalf("%d attempts handed out", len(flying))
	}
	h.follow(h.m.Delivered(Delivery{Notification: flying[0], At: h.now, Outcome: Unbegun}))
	if len(flying) != 1 {
		t.Fatal("what was not begun is handed out again")
	}
	h.answer, h.log = nil, nil
	h.crash()
	h.pass(time.Minute)
	h.wantSent("chat: first web+db")
}
