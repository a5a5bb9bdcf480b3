package monitor

import (
	"fmt"
	"testing"

	"sitrep/alert"
)

// An alert is found by its ID in the list that the snapshot has, also in a copy
// that was given another one.
func TestAlertIsFoundByItsID(t *testing.T) {
	alerts := func(from, to int) (list []alert.Alert) {
		for i := from; i < to; i++ {
			list = append(list, alert.Alert{ID: fmt.Sprint(i)})
		}
		return list
	}
	s := NewSnapshot(Parts{Snapshot: Snapshot{Alerts: alerts(0, 100)}})
	longer, other, none := *s, *s, *s
	longer.Alerts = append(s.Alerts[:100:100], alerts(100, 110)...)
	other.Alerts = alerts(50, 150)
	none.Alerts = nil
	for name, c := range map[string]*Snapshot{"as made": s, "longer": &longer, "other": &other, "none": &none, "the zero snapshot": {}} {
		for id := range 200 {
			var want *alert.Alert
			for i := range c.Alerts {
				if c.Alerts[i].ID == fmt.Sprint(id) {
					want = &c.Alerts[i]
				}
			}
			if got := c.Alert(fmt.Sprint(id)); got != want {
				t.Errorf("%s: alert %d is %p, want %p", name, id, got, want)
			}
		}
	}
}
