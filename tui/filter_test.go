package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"sitrep/alert"
	"sitrep/incident"
	"sitrep/monitor"
)

// What "is:" knows is told of, each word with what it asks.
func TestFlagsAreExplained(t *testing.T) {
	for _, word := range filterFlags["is"] {
		if isWords[word] == "" {
			t.Errorf("nothing says what is:%s asks", word)
		}
	}
	if len(isWords) != len(filterFlags["is"]) {
		t.Errorf("%d words are explained, there are %d", len(isWords), len(filterFlags["is"]))
	}
}

func TestFilterOfTargets(t *testing.T) {
	all := "search-api weaviate-eu1 ingest-worker recommend-api auth-tls billing-db docs"
	for _, tt := range []struct{ filter, want string }{
		{"", all},
		{"   ", all},
		{"search", "search-api weaviate-eu1 ingest-worker recommend-api"}, // name, group and team
		{"name=search-api", "search-api"},
		{"NAME:Search-API", "search-api"},
		{"name=search", ""},
		{"name:*-api", "search-api recommend-api"},
		{`name:"*-api"`, ""},
		{"name~.*-api", "search-api recommend-api"},
		{"name~api", ""},
		{"name!~.*-(api|eu1)", "ingest-worker auth-tls billing-db docs"},
		{"/-(tls|db)$/", "auth-tls billing-db"},
		{"team=search name!=search-api", "weaviate-eu1 ingest-worker recommend-api"},
		{"team!=search", "auth-tls billing-db docs"},
		{"nolabel=x", ""},
		{"nolabel!=x", all},
		{"group:search", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"state:down", "search-api weaviate-eu1 ingest-worker"},
		{"state:warn,down", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"state:ok", "auth-tls billing-db docs"},
		{"state:firing", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"sev:critical", "search-api weaviate-eu1 ingest-worker"},
		{"is:unacked", "search-api ingest-worker recommend-api"},
		{"is:acked", "weaviate-eu1"},
		{"is:acked,soft", "weaviate-eu1 billing-db"},
		{"by:ana", "weaviate-eu1"},
		{"inc:0004", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"has:inc", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"has:group", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"-has:inc", "auth-tls billing-db docs"},
		{"has:cert", "auth-tls"},
		{"lat>1.5s", "recommend-api"},
		{"lat<=38ms", "search-api weaviate-eu1 ingest-worker auth-tls billing-db docs"},
		{"cert<14d", "auth-tls"},
		{"cert>14d", ""},
		{"fails>=9", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"fails=1", "billing-db"},
		{"since:10m", "ingest-worker"},
		{"since:03:36", "ingest-worker recommend-api"},
		{"since:2026-04-12", "search-api weaviate-eu1 ingest-worker recommend-api"},
		{"503 or lag", "search-api ingest-worker"},
		{"lag OR docs", "ingest-worker docs"},
		{"team=search (503 or lag) -is:acked", "search-api ingest-worker"},
		{"-(state:ok or is:acked)", "search-api ingest-worker recommend-api"},
		{"((docs))", "docs"},
		{`"2/3 nodes"`, "weaviate-eu1"},
		{`"orker"`, "ingest-worker"},
		{`"or"`, all}, // quoted it is a word, found in example.org
	} {
		f, err := parseFilter(tt.filter, night)
		if err != nil {
			t.Errorf("%q: %v", tt.filter, err)
			continue
		}
		var got []string
		for _, s := range nightTargets() {
			if s.Alert != nil {
				s.Incident = "inc-2026-0004"
			}
			if f.matchTarget(s, night) {
				got = append(got, s.Target.Name)
			}
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.filter, got, tt.want)
		}
	}
}

func TestFilterOfIncidentsLinesAndEvents(t *testing.T) {
	d := newDesk(t)
	must := func(text string) filter {
		f, err := parseFilter(text, night)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		f.snap, f.me = d.snap, "ana"
		return f
	}
	incidents := func(f filter) (ids []string) {
		for _, inc := range d.snap.Incidents {
			if f.matchIncident(inc) {
				ids = append(ids, shortID(inc.ID))
			}
		}
		return ids
	}
	for text, want := range map[string]string{
		"is:open": "0004 0003", "-is:open": "0002 0001", "sev:2": "0004", "sev:SEV3": "0003 0002 0001", "state:closed": "0001",
		"by:chen": "0003 0002 0001", "search": "0004", "name:weaviate-eu1": "0004", "is:starred": "0004", "has:alert": "0004", "inc:0002": "0002",
		"is:mine": "0004",
	} {
		if got := strings.Join(incidents(must(text)), " "); got != want {
			t.Errorf("incidents %q: %q, want %q", text, got, want)
		}
	}
	lines := func(f filter) (words []string) {
		for i := range d.snap.Incidents[0].Entries {
			if l := &d.snap.Incidents[0].Entries[i]; f.matchLine(l) {
				words = append(words, l.What())
			}
		}
		return words
	}
	for text, want := range map[string]string{
		"kind:note,decision by:ana": "decision note", "is:starred": "note", "kind:paged": "paged paged",
		"kind:fired name:ingest-worker": "fired", "kubectl": "note", "since:03:44": "decision note",
	} {
		if got := strings.Join(lines(must(text)), " "); got != want {
			t.Errorf("lines %q: %q, want %q", text, got, want)
		}
	}
	e := &monitor.Event{At: at("03:29:14"), Kind: "fired", Status: 3, Target: "search-api", Alert: "a-search-api", Incident: "inc-2026-0004", Text: "critical: 503"}
	for text, want := range map[string]bool{
		"is:firing": true, "is:unacked": true, "is:acked": false, "team=search": true, "team=web": false, "kind:fired": true,
		"since:10m": false, "since:03:29": true, "inc:0004": true, "state:down": true, "sev:critical": true, "is:starred": false, "has:team": true,
	} {
		if got := must(text).matchEvent(e); got != want {
			t.Errorf("event %q: %v, want %v", text, got, want)
		}
	}
}

func TestFilterErrorsNameTheWord(t *testing.T) {
	for _, tt := range []struct{ text, mark, says string }{
		{"team=search stat:down", "stat:down", `no key "stat"; did you mean "state"?`},
		{"foo:bar", "foo:bar", `no key "foo"; a label is written foo=`},
		{"p95:1s", "p95:1s", "p95 takes one number"},
		{"is:ours", "ours", `no is:ours; there is firing unacked`},
		{"docs is:", "is:", "is: needs a value"},
		{"state:down,", "state:down,", "state: needs a value"},
		{"lat>fast", "fast", "a duration with its unit"},
		{"lat>3", "3", "a duration with its unit"},
		{"lat:1s", "lat:1s", "lat takes one number"},
		{"fails>many", "many", "a whole number"},
		{"name<3", "name<3", "name takes words"},
		{"since:soon", "soon", "since takes 15m"},
		{"since>15m", "since>15m", "since is followed by a colon"},
		{"docs or", "or", "stands between two terms"},
		{"or docs", "or", "stands between two terms"},
		{"a or or b", "or", "stands between two terms"},
		{"(docs", "(", "a ( without its )"},
		{"docs)", ")", "a ) without its ("},
		{"docs -", "-", "needs a term"},
		{`"docs`, `"docs`, "not closed"},
		{"/docs", "/docs", "ends with a slash"},
		{"name~(", "(", "not a regular expression"},
		{strings.Repeat("(", 50) + "a", "(", "deep"},
	} {
		_, err := parseFilter(tt.text, night)
		wrong, ok := errors.AsType[*wordError](err)
		if !ok {
			t.Errorf("%q: error %v, want one that says where", tt.text, err)
			continue
		}
		if got := tt.text[wrong.from:wrong.to]; got != tt.mark || !strings.Contains(wrong.msg, tt.says) {
			t.Errorf("%q: %q is marked: %s; want %q, %q", tt.text, got, wrong.msg, tt.mark, tt.says)
		}
	}
}

func TestFilterWorksWhileTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newDesk(t), 80, 24)
		s.press("3", "/")
		s.write("is:open")
		if got := len(s.incidentRows()); got != 3 {
			t.Errorf("is:open leaves %d rows, want the head and two", got)
		}
		s.write(" sta")
		s.write("te:")
		if !s.filter.active() || s.filter.wrong == nil {
			t.Fatalf("with an incomplete word: active %v, wrong %v; want the last valid one on, the word marked", s.filter.active(), s.filter.wrong)
		}
		if got := len(s.incidentRows()); got != 3 {
			t.Errorf("%q is in force and leaves %d rows, want what stands before the incomplete word", s.filter.valid.text, got)
		}
		s.press("ctrl+u")
		s.write("-is:open")
		s.press("enter")
		if s.filter.typing() || !s.filter.active() {
			t.Error("enter does not leave the filter on")
		}
		s.press("esc")
		if s.filter.active() {
			t.Error("esc does not take the filter off")
		}
		s.press("/")
		if got := s.filter.field.text; got != "" || s.filter.active() {
			t.Errorf("a new filter begins with %q", got)
		}
		s.press("up")
		if got := s.filter.field.text; got != "-is:open" || !s.filter.active() {
			t.Errorf("the text is lost: %q", got)
		}
	})
}

func TestFilterPasteRunsNoKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newConsole(t, newDesk(t), 80, 24)
		s.press("3", "/")
		s.paste("is:open\nq\x1b[2J")
		if got := s.filter.field.text; got != "is:open q" {
			t.Errorf("pasted: %q, want one line without control characters", got)
		}
		s.paste(strings.Repeat("x", filterLimit))
		if got := s.filter.field.text; got != "is:open q" {
			t.Errorf("what is too long was cut: %d bytes", len(got))
		}
	})
}

func FuzzParseFilter(f *testing.F) {
	for _, text := range []string{
		"", "a or b", "-(a or \"b c\") /x/", "state:down,warn team=x*", "lat>1.5s cert<14d fails!=3", "since:03:20 is:open has:inc",
		"name~(a|b) -x!~y", "((((", "or", "\"", "モニ state:ok", "a=\xff",
	} {
		f.Add(text)
	}
	targets := nightTargets()
	line := &incident.Line{Entry: incident.Entry{Kind: incident.Note, Text: "text", By: "ana", At: night}}
	event := &monitor.Event{At: night, Kind: string(alert.KindFired), Target: "docs"}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > filterLimit {
			t.Skip()
		}
		parsed, err := parseFilter(text, night)
		if err != nil {
			wrong, ok := errors.AsType[*wordError](err)
			if !ok || wrong.from < 0 || wrong.from > wrong.to || wrong.to > len(text) || wrong.msg == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		_, _ = parsed.matchLine(line), parsed.matchEvent(event)
		if text == strings.TrimSpace(text) && text != "" {
			// What passes a filter does not pass its opposite.
			opposite, err := parseFilter("-("+text+")", night)
			if err != nil {
				return // one level of parentheses too many, or a value that swallows the last one
			}
			for _, s := range targets {
				if strings.HasSuffix(text, ")") || !slices.Contains([]bool{true, false}, parsed.matchTarget(s, night)) {
					return
				}
				if parsed.matchTarget(s, night) == opposite.matchTarget(s, night) {
					t.Fatalf("%q and its opposite agree on %s", text, s.Target.Name)
				}
			}
		}
	})
}
