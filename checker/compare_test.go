package checker

import (
	"regexp"
	"testing"
)

func TestComparisonsSayWhatIsWrong(t *testing.T) {
	number := func(f float64) *float64 { return &f }
	tests := []struct {
		document, path string
		want           Comparison
		wrong          string
	}{
		{`{"database":"healthy"}`, "database", Comparison{Eq: "healthy"}, ""},
		{`{"database":"Healthy"}`, "database", Comparison{Eq: "healthy"}, `database: "Healthy", want "healthy"`},
		{`{"database":true}`, "database", Comparison{Eq: "healthy"}, `database: got the bool true, want a string "healthy"`},
		{`{"database":null}`, "database", Comparison{Eq: "healthy"}, `database: got null, want a string "healthy"`},
		{`{}`, "database", Comparison{Eq: "healthy"}, "database: missing"},
		{`[]`, "database", Comparison{Eq: "healthy"}, "database: missing"},
		{`null`, "database", Comparison{Eq: "healthy"}, "database: missing"},
		{`{}`, "database", Comparison{Eq: "healthy", Optional: true}, ""},
		{`{"n":"3"}`, "n", Comparison{Lt: number(100)}, `n: got the string "3", want a number`},
		{`{"queue":{"depth":3}}`, "queue.depth", Comparison{Lt: number(100)}, ""},
		{`{"queue":{"depth":100}}`, "queue.depth", Comparison{Lt: number(100)}, "queue.depth: 100, want < 100"},
		{`{"n":5}`, "n", Comparison{Le: number(4.5)}, "n: 5, want ≤ 4.5"},
		{`{"n":5}`, "n", Comparison{Gt: number(5)}, "n: 5, want > 5"},
		{`{"n":5}`, "n", Comparison{Ge: number(6), Lt: number(1)}, "n: 5, want < 1"},
		{`{"n":5}`, "n", Comparison{Eq: int64(5)}, ""},
		{`{"n":5.0}`, "n", Comparison{Eq: int64(5)}, ""},
		{`{"n":5}`, "n", Comparison{Eq: 5.0}, ""},
		{`{"n":5}`, "n", Comparison{Eq: "5"}, `n: got the number 5, want a string "5"`},
		{`{"n":"5"}`, "n", Comparison{Eq: int64(5)}, `n: got the string "5", want a number 5`},
		{`{"n":9007199254740993}`, "n", Comparison{Eq: int64(9007199254740992)}, "n: 9007199254740993, want 9007199254740992"},
		{`{"n":5}`, "n", Comparison{Ne: int64(5)}, "n: 5, want another"},
		{`{"n":5}`, "n", Comparison{Ne: "5"}, ""},
		{`{"s":"b"}`, "s", Comparison{In: []any{"a", "b"}}, ""},
		{`{"s":"c"}`, "s", Comparison{In: []any{"a", int64(1)}}, `s: "c", want one of "a", 1`},
		{`{"s":"c"}`, "s", Comparison{NotIn: []any{"c"}}, `s: "c", want none of "c"`},
		{`{"s":"abc"}`, "s", Comparison{Contains: "b"}, ""},
		{`{"s":"abc"}`, "s", Comparison{Contains: "x"}, `s: "abc", want "x" in it`},
		{`{"s":"abc"}`, "s", Comparison{NotContains: "b"}, `s: "abc", want no "b" in it`},
		{`{"l":["a","b"]}`, "l", Comparison{Contains: "b"}, ""},
		{`{"l":["a","b"]}`, "l", Comparison{Contains: "x"}, `l: a list, want "x" in it`},
		{`{"n":1}`, "n", Comparison{Contains: "1"}, "n: got the number 1, want a string or a list"},
		{`{"v":"7.2"}`, "v", Comparison{Matches: regexp.MustCompile(`^7\.`)}, ""},
		{`{"v":"6.2"}`, "v", Comparison{Matches: regexp.MustCompile(`^7\.`)}, `v: "6.2", want /^7\./`},
		{`{"v":"6.2"}`, "v", Comparison{NotMatches: regexp.MustCompile(`6`)}, `v: "6.2", want no /6/`},
		{`{"v":6.2}`, "v", Comparison{Matches: regexp.MustCompile(`6`)}, "v: got the number 6.2, want a string"},
		{`{"v":null}`, "v", Comparison{Present: new(true)}, ""},
		{`{}`, "v", Comparison{Present: new(true)}, "v: missing"},
		{`{}`, "v", Comparison{Present: new(false)}, ""},
		{`{"v":1}`, "v", Comparison{Present: new(false)}, "v: got 1, want none"},
		{`{"l":[1,2]}`, "l", Comparison{Len: &Comparison{Eq: int64(2)}}, ""},
		{`{"l":[1,2]}`, "l", Comparison{Len: &Comparison{Gt: number(2)}}, "l: length 2, want > 2"},
		{`{"s":"äöü"}`, "s", Comparison{Len: &Comparison{Eq: int64(3)}}, ""},
		{`{"o":{"a":1}}`, "o", Comparison{Len: &Comparison{Eq: int64(1)}}, ""},
		{`{"n":1}`, "n", Comparison{Len: &Comparison{Eq: int64(1)}}, "n: got the number 1, want something with a length"},
		{`{"a":[{"ok":true},{"ok":true}]}`, "a[*].ok", Comparison{Eq: true}, ""},
		{`{"a":[{"ok":true},{"ok":false}]}`, "a[*].ok", Comparison{Eq: true}, "a[1].ok: false, want true"},
		{`{"a":[{"ok":true},{}]}`, "a[*].ok", Comparison{Eq: true}, "a[1].ok: missing"},
		{`{"a":[[1,2],[3,9]]}`, "a[*][*]", Comparison{Lt: number(9)}, "a[1][1]: 9, want < 9"},
		{`{"a":[]}`, "a[*].ok", Comparison{Eq: true}, ""},
		{`{"a":{}}`, "a[*].ok", Comparison{Eq: true}, "a[*].ok: missing"},
		{`{"a":[1]}`, "a[1]", Comparison{}, "a[1]: missing"},
		{`{"odd.key":1}`, `["odd.key"]`, Comparison{Eq: int64(2)}, `["odd.key"]: 1, want 2`},
	}
	for _, tt := range tests {
		v, err := parseJSON([]byte(tt.document))
		if err != nil {
			t.Fatal(err)
		}
		p, err := parsePath(tt.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.check(v, &tt.want); got != tt.wrong {
			t.Errorf("%s in %s: %q, want %q", tt.path, tt.document, got, tt.wrong)
		}
	}
}

func TestTextWithoutATypeReadsAsNumberToo(t *testing.T) {
	limit := 100.0
	tests := []struct {
		text  string
		want  Comparison
		wrong string
	}{
		{"42", Comparison{Lt: &limit}, ""},
		{"420", Comparison{Lt: &limit}, `"420", want < 100`},
		{"many", Comparison{Lt: &limit}, `got "many", want a number`},
		{"42", Comparison{Eq: int64(42)}, ""},
		{"42", Comparison{Eq: "42"}, ""},
		{"43", Comparison{Eq: int64(42)}, `"43", want 42`},
		{"true", Comparison{Eq: true}, ""},
	}
	for _, tt := range tests {
		if got := tt.want.check(textValue(tt.text)); got != tt.wrong {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.wrong)
		}
	}
}

func TestLongValuesAreCutAtACharacter(t *testing.T) {
	long := "ä" + string(make([]byte, 0))
	for len(long) < 200 {
		long += "ä"
	}
	got := shorten("x" + long)
	if len(got) > maxShown+len("…") || got[len(got)-len("…"):] != "…" {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	for _, r := range got {
		if r == '\ufffd' {
			t.Errorf("a character was cut: %q", got)
		}
	}
}
