package alert

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sitrep/checker"
)

func TestMatcherValues(t *testing.T) {
	labels := map[string]string{"name": "shop-7", "team": "db", "site": "a=b", "empty": ""}
	findings := []checker.Finding{{What: "status"}, {What: "slow"}}
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"", true},
		{"name=shop-7", true},
		{"name=shop", false},
		{"name=shop-7 team=db", true},
		{"name=shop-7 team=web", false},
		{"team=web,db", true},
		{"name=shop-*", true},
		{"name=*-7", true},
		{"name=*op*7", true},
		{"name=s*h*o*p*-*7*", true},
		{"name=*", true},
		{"name=shop-7*7", false}, // ends do not overlap
		{"name=sh*sh*", false},
		{"site=a=b", true},
		{"name=!shop-8", true},
		{"name=!shop-*", false},
		{"name=shop-*,!shop-7", false},
		{"name=shop-*,!shop-8", true},
		{"name=!a,!b", true},
		{"name=!a,!shop-7", false}, // of the negated ones all must hold
		{"name=~shop-[0-9]", true},
		{"name=~shop", false}, // anchored
		{"name=~a|shop-7", true},
		{"name=!~shop-.", false},
		{"name=!~web-.", true},
		{"dc=*", false}, // absent
		{"dc=!*", true},
		{"dc=!east", true},
		{`dc=""`, true},
		{"dc=!", false},
		{"dc=~.*", false},
		{"empty=*", false},
		{`empty=""`, true},
		{"team=!", true},
		{"severity=critical", true},
		{"severity=down", true},
		{"severity=degraded", false},
		{"severity=!down", false},
		{"severity=!warning", true},
		{"finding=slow", true},
		{"finding=expiry", false},
		{"finding=!slow", false},
		{"finding=!expiry", true},
		{"team=web | name=shop-7", true},
		{"team=web | name=shop-8", false},
	} {
		m, err := ParseMatcher(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := m.Match(labels, Critical, findings); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestMatcherMistakesAreNamed(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"db", `"db": no = in it; write label=value`},
		{"team!=db", `"team!=db": write team=!db`},
		{"team=db team=web", "team is there twice: write team=db,web"},
		{"team=db |", "nothing beside a |"},
		{"| team=db", "nothing beside a |"},
		{"=db", `label "": a name has letters`},
		{"name=~(", "name: error parsing regexp"},
		{"name=~a)(b", "name: error parsing regexp"},
		{"severity=dwn", `severity: no severity fits "dwn"`},
		{`team="db`, `a quote is not closed: "db`},
		{`team="db"x`, `team: text after the closing quote: "db"x`},
	} {
		_, err := ParseMatcher(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want …%s…", tt.text, err, tt.want)
		}
	}
	if err := (Matcher{{"team": nil}}).Validate(); err == nil {
		t.Error("a label without a value passes")
	}
}

func TestInvalidMatcherMatchesNothing(t *testing.T) {
	if (Matcher{{"name": {"~("}}}).Match(map[string]string{"name": "("}, Critical, nil) {
		t.Error("it matches")
	}
}

func TestMatcherTextReadsBack(t *testing.T) {
	label := rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_./-]{0,5}`).Filter(func(s string) bool { return s != "severity" })
	value := rapid.OneOf(rapid.StringMatching(`!?[a-z*]{0,4}`), rapid.StringMatching(`[",=| \\é\x00!*a]{0,6}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		var m Matcher
		for range rapid.IntRange(1, 3).Draw(t, "alternatives") {
			terms := Terms{}
			for range rapid.IntRange(1, 3).Draw(t, "labels") {
				terms[label.Draw(t, "label")] = rapid.SliceOfN(value, 1, 3).Draw(t, "values")
			}
			m = append(m, terms)
		}
		if m.Validate() != nil {
			t.Skip("not a valid one")
		}
		back, err := ParseMatcher(m.String())
		if err != nil {
			t.Fatalf("%s: %v", m, err)
		}
		if diff := cmp.Diff(m, back); diff != "" {
			t.Fatalf("%s (-wrote +read):\n%s", m, diff)
		}
	})
}

func FuzzParseMatcher(f *testing.F) {
	for _, s := range []string{"", "team=db name=shop-*", `a="x,y",!~z | b=c`, "a=", "=", "|", `a="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMatcher(text)
		if err != nil {
			return
		}
		back, err := ParseMatcher(m.String())
		if diff := cmp.Diff(m, back); err != nil || diff != "" {
			t.Errorf("%q as %q: %v\n%s", text, m.String(), err, diff)
		}
	})
}
