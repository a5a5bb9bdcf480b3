package notify

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"sitrep/alert"
)

// toWhom is what stands before the address in an arrival of the channels that
// say there whom it is for. E-mail says it on the envelope.
var toWhom = map[string]string{"slack bot": "\n", "ntfy": "to ", "exec": "\n", "webhook": "\n"}

func TestNotifierGoesToTheAddress(t *testing.T) {
	for channel, start := range channels {
		t.Run(channel, func(t *testing.T) {
			f := start(t)
			to := f.meet(t, takes)
			n := outage(bad("db", alert.Critical, "503"))
			n.Receiver = "ana via r:ana@oncall.example.org"
			if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted {
				t.Fatalf("got %v: %s", d.Outcome, d.Err)
			}
			n.Receiver, n.Key = "r", "another"
			attempt(t.Context(), t, to, n)
			got := f.arrived()
			if before, ok := toWhom[channel]; ok && !strings.Contains("\n"+got[0].text+"\n", before+"ana@oncall.example.org\n") {
				t.Errorf("addressed, and got\n%s", got[0].text)
			}
			if last := got[len(got)-1].text; strings.Contains(last, "oncall.example.org") {
				t.Errorf("without an address got\n%s", last)
			}
		})
	}
}

func TestNotifierTakesNoHarmFromAnAddress(t *testing.T) {
	everyChannel(t, func(t *testing.T, f far) {
		to := f.meet(t, takes)
		for i, address := range []string{
			"a@x.test\r\nBcc: b@x.test", "a@x.test\r\n.\r\nQUIT", "<!channel>\x1b[2J", "\x00", "../../other?x=1#y", "a via b", " ", strings.Repeat("a", 5000),
			"a\nSITREP_TITLE=x", "$(touch x)", "-oProxyCommand=x", "\u202ea@x.test", "\xff",
		} {
			n := outage(bad("db", alert.Critical, "503"))
			n.Receiver, n.Key = "ana via r:"+address, fmt.Sprintf("key%d", i)
			if d := attempt(t.Context(), t, to, n); d.Outcome != alert.Accepted && d.Outcome != alert.Dead {
				t.Errorf("%.40q: %v (%s), want taken or dead", address, d.Outcome, d.Err)
			}
		}
		for _, a := range f.arrived() {
			if strings.ContainsFunc(a.text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r == '\u202e' }) {
				t.Errorf("a control character arrived: %.200q", a.text)
			}
			if strings.Contains(a.text, "\nBcc:") {
				t.Errorf("more arrived than one address: %.200q", a.text)
			}
		}
	})
}
