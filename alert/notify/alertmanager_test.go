package notify

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/alert"
	"sitrep/safe"
)

func farAlertmanager(t *testing.T) far {
	f := farHTTP(t, func(url string) (Notifier, error) {
		return NewAlertmanager(AlertmanagerOptions{URLs: []safe.Secret{safe.NewSecret(url + "/" + canary)}, Bearer: safe.NewSecret(canary)})
	}, func(r *http.Request, payload []byte) []arrival {
		var alerts []postableAlert
		if err := json.Unmarshal(payload, &alerts); err != nil {
			t.Error(err)
		}
		if r.URL.Path != "/"+canary+"/api/v2/alerts" || r.Header.Get("Authorization") != "Bearer "+canary {
			t.Errorf("%s with %q", r.URL, r.Header.Get("Authorization"))
		}
		var all []arrival
		for _, a := range alerts {
			all = append(all, arrival{key: fmt.Sprint(a.Labels), text: strings.Join(slices.Collect(maps.Values(a.Annotations)), "\n")})
		}
		return all
	}, nil)
	f.apart = true
	return f
}

func alertmanagerAt(t *testing.T, urls ...string) *alertmanager {
	t.Helper()
	o := AlertmanagerOptions{BaseURL: "https://sitrep.test", User: "bot", Password: safe.NewSecret(canary)}
	for _, u := range urls {
		o.URLs = append(o.URLs, safe.NewSecret(u))
	}
	return mustNotifier(t)(NewAlertmanager(o)).(*alertmanager)
}

func TestAlertmanagerAlert(t *testing.T) {
	am := alertmanagerAt(t, "http://am.test")
	now := began.Add(10 * time.Minute)
	down := bad("db", alert.Critical, "refused")
	down.Runbook = "https://wiki.test/db"
	down.Labels = map[string]string{"team-name": "a", "7th": "b", "": "c", "severity": "mine"}
	got := am.alertsOf(told(alert.First, 2, down, ended(bad("cart", alert.Warning), "")), now)
	want := []postableAlert{{
		Labels: map[string]string{
			"alertname": "SitrepDown", "severity": "critical", "target": "db", "team_name": "a", "_7th": "b", "_": "c"},
		Annotations: map[string]string{
			"summary":     "DOWN db: refused (since 2026-04-12 03:29:04Z)",
			"description": "DOWN db since 2026-04-12 03:29:04Z (5m)\n  status: refused\n  runbook: https://wiki.test/db",
			"runbook_url": "https://wiki.test/db",
		},
		StartsAt: began, EndsAt: now.Add(4 * time.Minute), GeneratorURL: "https://sitrep.test",
	}, {
		Labels: map[string]string{"alertname": "SitrepDegraded", "severity": "warning", "target": "cart", "name": "cart", "kind": "http", "group": "shops"},
		Annotations: map[string]string{
			"summary":     "RESOLVED cart after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)",
			"description": "RESOLVED cart after 12m 4s (2026-04-12 03:29:04Z to 2026-04-12 03:41:08Z)",
		},
		StartsAt: began, EndsAt: began.Add(12*time.Minute + 4*time.Second), GeneratorURL: "https://sitrep.test",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// An alert that changes its severity changes its name there: the one before ends.
func TestAlertmanagerEndsWhatAnAlertWas(t *testing.T) {
	am := alertmanagerAt(t, "http://am.test")
	now := began.Add(10 * time.Minute)
	for why, a := range map[alert.Reason]alert.Alert{alert.Worse: bad("db", alert.Critical), alert.Better: bad("db", alert.Warning)} {
		got := am.alertsOf(told(why, 1, a), now)
		if len(got) != 2 || got[0].Labels["severity"] == got[1].Labels["severity"] || !got[1].EndsAt.Equal(now) || !got[0].EndsAt.After(now) {
			t.Errorf("%v: %+v", why, got)
		}
	}
}

func TestAlertmanagerDigestAndTest(t *testing.T) {
	am := alertmanagerAt(t, "http://am.test")
	storm := told(alert.First, 1000, bad("a", alert.Warning))
	storm.Storm, storm.More, storm.Counts = true, 999, map[alert.Severity]int{alert.Critical: 999, alert.Warning: 1}
	got := am.alertsOf(storm, began)
	if len(got) != 2 || got[1].Labels["alertname"] != "SitrepMore" || got[1].Labels["severity"] != "critical" ||
		!strings.Contains(got[1].Annotations["summary"], "STORM: 999 DOWN, 1 WARN") {
		t.Errorf("%+v", got)
	}
	test := outage(bad("a", alert.Critical))
	test.Test = true
	if got := am.alertsOf(test, began); len(got) != 1 || got[0].Labels["alertname"] != "SitrepTest" || got[0].Labels["severity"] != "info" {
		t.Errorf("%+v", got)
	}
}

// One member that takes it is enough, and those that do not are named.
func TestAlertmanagerMembers(t *testing.T) {
	member := func(code int) string {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, password, _ := r.BasicAuth(); user != "bot" || password != canary {
				t.Errorf("%s, %s", user, password)
			}
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(code)
			io.WriteString(w, "said "+canary)
		}))
		t.Cleanup(srv.Close)
		return srv.URL
	}
	taken, busy, wrong := member(200), member(503), member(400)
	for name, c := range map[string]struct {
		urls  []string
		want  alert.Outcome
		pause time.Duration
		named int
	}{
		"all take it":          {[]string{taken, taken}, alert.Accepted, 0, 0},
		"one is busy":          {[]string{busy, taken}, alert.Accepted, 0, 1},
		"one is wrong":         {[]string{taken, wrong}, alert.Accepted, 0, 1},
		"none, one is busy":    {[]string{wrong, busy}, alert.Again, 9 * time.Second, 2},
		"none, both are wrong": {[]string{wrong, wrong}, alert.Dead, 0, 2},
	} {
		d := attempt(t.Context(), t, alertmanagerAt(t, c.urls...), oneDown)
		if d.Outcome != c.want || d.RetryAfter != c.pause || strings.Count(d.Err, "POST to ") != c.named {
			t.Errorf("%s: %v after %v: %s", name, d.Outcome, d.RetryAfter, d.Err)
		}
	}
}

// A reminder that keeps alerts there carries all of them, also those that are
// acknowledged, silenced or explained by a parent, and those that seem to end.
func TestAlertmanagerIsPostedAll(t *testing.T) {
	var alerts []alert.Alert
	for i := range 1201 {
		alerts = append(alerts, bad(fmt.Sprintf("t%04d", i), alert.Critical, "refused"))
	}
	alerts[0].Ack = &alert.Ack{By: "ana"}
	alerts[1].SilencedBy, alerts[2].Maintenance, alerts[3].Inhibited = "s1", "s2", "router"
	alerts[4].State, alerts[4].Recover = alert.Recovering, began
	for name, c := range map[string]struct {
		codes []int
		want  alert.Outcome
		posts []int
	}{
		"taken":                {nil, alert.Accepted, []int{500, 500, 201}},
		"the first refused":    {[]int{400}, alert.Dead, []int{500}},
		"another refused":      {[]int{200, 400}, alert.Dead, []int{500, 500, 201}},
		"busy after the first": {[]int{200, 503}, alert.Again, []int{500, 500}},
	} {
		var posts []int
		fires := map[string]bool{}
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var all []postableAlert
			if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
				t.Error(err)
			}
			posts = append(posts, len(all))
			for _, a := range all {
				fires[a.Labels["target"]] = a.EndsAt.After(time.Now())
			}
			if i := len(posts) - 1; i < len(c.codes) {
				w.WriteHeader(c.codes[i])
			}
		}))
		d := attempt(t.Context(), t, alertmanagerAt(t, srv.URL), told(alert.Remind, 0, alerts...))
		srv.Close()
		if d.Outcome != c.want || !slices.Equal(posts, c.posts) || (d.Err == "") != (c.want == alert.Accepted) ||
			d.Err != "" && !strings.Contains(d.Err, fmt.Sprintf("request %d of 3: ", len(c.codes))) {
			t.Errorf("%s: %v: %s after %v", name, d.Outcome, d.Err, posts)
		}
		if c.want != alert.Accepted {
			continue
		}
		for i := range alerts {
			if !fires[alerts[i].Target] {
				t.Errorf("%s would end", alerts[i].Target)
			}
		}
		if len(fires) != len(alerts) {
			t.Errorf("%d told of, want %d", len(fires), len(alerts))
		}
	}
}

func TestAlertmanagerOptionsAreRefused(t *testing.T) {
	url := []safe.Secret{safe.NewSecret("http://am.test/" + canary)}
	for name, o := range map[string]AlertmanagerOptions{
		"no URL":         {},
		"a URL of none":  {URLs: []safe.Secret{safe.NewSecret(canary)}},
		"two identities": {URLs: url, Bearer: safe.NewSecret(canary), User: "bot"},
		"the API's URL":  {URLs: []safe.Secret{safe.NewSecret("http://u:" + canary + "@am.test/am/api/v2/alerts/")}},
		"the API's base": {URLs: []safe.Secret{safe.NewSecret("http://u:" + canary + "@am.test/api/v1")}},
		"a token in two": {URLs: url, Bearer: safe.NewSecret(canary + " b")},
	} {
		if _, err := NewAlertmanager(o); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDefaultsKeepAnAlertAliveInAlertmanager(t *testing.T) {
	if d := Defaults("alertmanager"); d.Remind*4 > staysFor || d.RemindCritical*4 > staysFor || !d.Tell[alert.Better] || d.Paging || !d.Keepalive || d.Most != 10_000 {
		t.Errorf("%+v", d)
	}
	if d := Defaults("pagerduty"); !d.Paging || !d.TellMissed || d.Tell[alert.Better] {
		t.Errorf("%+v", d)
	}
	for kind, most := range map[string]int{"webhook": 1000, "exec": 1000, "log": 0, "slack": 0, "email": 0, "pagerduty": 0, "ntfy": 0} {
		if d := Defaults(kind); d.Most != most || d.Keepalive {
			t.Errorf("%s: %+v", kind, d)
		}
	}
	if d := Defaults("slack"); d.Paging || !d.Tell[alert.Flaps] || d.Tell[alert.Missed] {
		t.Errorf("%+v", d)
	}
}
