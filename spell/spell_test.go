package spell

import "testing"

func TestNearest(t *testing.T) {
	candidates := []string{"interval", "timeout", "attempts", "retry_interval", "expect_json", "url"}
	for word, want := range map[string]string{
		"intervall":     "interval",
		"attemps":       "attempts",
		"tiemout":       "timeout",
		"Expect-JSON":   "expect_json",
		"expectJson":    "expect_json",
		"retryInterval": "retry_interval",
		"uri":           "url",
		"certificate":   "",
		"x":             "",
	} {
		if got := Nearest(word, candidates); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistanceCountsSwappedNeighboursOnce(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"abc", "acb", 1}, {"ca", "abc", 3}, {"über", "uber", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
