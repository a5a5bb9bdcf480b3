package checker

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestPathsReadAsTheyAreWritten(t *testing.T) {
	good := map[string]string{ // the path and its usual form
		"a": "a", "a.b.c": "a.b.c", "a.b[0].c": "a.b[0].c", "a[*].ok": "a[*].ok",
		`["odd.key"]`: `["odd.key"]`, `a["x"].y`: "a.x.y", "[0]": "[0]", "[*]": "[*]", "a[0][1][*]": "a[0][1][*]",
		`["a\"]b"]`: `["a\"]b"]`, "größe.мир": "größe.мир", "a-b_c": "a-b_c", `[""]`: `[""]`, "a.0": "a.0",
	}
	for text, want := range good {
		p, err := parsePath(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if p.String() != want {
			t.Errorf("%s reads as %s, want %s", text, p, want)
		}
		if err := CheckPath(text); err != nil {
			t.Errorf("CheckPath(%s) = %v", text, err)
		}
	}
	for _, text := range []string{
		"", ".", "a.", ".a", "a..b", "a[", "a[]", "a[-1]", "a[x]", "a[1", "a[1]b", `["x`, `["x"`, `["x]`, `["x"y]`,
		"a\xff", "a[99999999999]", "a[ 1]", `["\q"]`, strings.Repeat("a.", 64) + "a",
	} {
		if err := CheckPath(text); err == nil {
			t.Errorf("CheckPath(%q) finds nothing wrong", text)
		}
	}
}

func TestDocumentIsSearchedAsEncodingJSONReadsIt(t *testing.T) {
	for _, text := range []string{
		`{"a":1}`, ` { "a" : [ 1 , {"b":"x\"]}"} , null ] } `, `[]`, `{}`, `[[],[[]],{}]`, `"x"`, `-1.5e3`, `true`,
		`{"a":{"b":{"c":[0,1,2]}},"d":"\u00e4\\","e":[{"ok":true},{"ok":false}]}`, `{"\u0061":1}`, `{"a":1,"a":2}`,
		"{\"a\":\n\t[1,\r\n2]}", `{"a,b":"}","c":"["}`, `[1,2 ,3]`, `{"x":-0}`,
	} {
		v, err := parseJSON([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		compareTree(t, text, v, want)
	}
}

// compareTree walks both forms of a document.
func compareTree(t *testing.T, at string, v value, want any) {
	t.Helper()
	switch want := want.(type) {
	case nil:
		if v.kind != nullKind {
			t.Errorf("%s: %v, want null", at, v.kind)
		}
	case map[string]any:
		if v.kind != tableKind {
			t.Errorf("%s: %v, want a table", at, v.kind)
		}
		for name, w := range want {
			compareTree(t, at+"."+name, v.member(name), w)
		}
	case []any:
		if n, ok := v.len(); !ok || n != len(want) {
			t.Errorf("%s: %d elements, want %d", at, n, len(want))
		}
		for i, w := range want {
			compareTree(t, fmt.Sprintf("%s[%d]", at, i), v.element(i), w)
		}
	case float64:
		if f, ok := v.float(); !ok || f != want {
			t.Errorf("%s: %v, want %v", at, f, want)
		}
	default:
		if v.text() != fmt.Sprint(want) {
			t.Errorf("%s: %s, want %v", at, v.text(), want)
		}
	}
}

func TestBodiesThatAreNoJSONSayWhatTheyAre(t *testing.T) {
	for body, want := range map[string]string{
		"": "an empty body", " \r\n": "an empty body", "<html>": "HTML", "ok": "no JSON", `{"a":1}x`: "no JSON",
		`{"a":`: "no JSON", "{} {}": "no JSON", "\x00": "no JSON",
	} {
		if _, err := parseJSON([]byte(body)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
	if _, err := parseJSON([]byte("\xef\xbb\xbf{}")); err != nil {
		t.Errorf("a byte order mark: %v", err)
	}
}

func TestDeepDocumentIsNoTrouble(t *testing.T) {
	const depth = 1 << 19
	if _, err := parseJSON([]byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))); err == nil {
		t.Error("a document nested half a million times is taken")
	}
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	v, err := parseJSON([]byte(deep))
	if err != nil {
		t.Fatal(err)
	}
	p, err := parsePath(strings.Repeat("a.", 63) + "a")
	if err != nil {
		t.Fatal(err)
	}
	if wrong := p.check(v, &Comparison{Eq: int64(1)}); !strings.HasSuffix(wrong, "got a table, want a number 1") {
		t.Errorf("at depth 64: %s", wrong)
	}
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"a.b[0].c", "a[*].ok", `["odd.key"]`, "[", `["\`, "a[1]b"} {
		f.Add(s, `{"a":[{"ok":true}]}`)
	}
	f.Fuzz(func(t *testing.T, text, document string) {
		p, err := parsePath(text)
		if err != nil {
			return
		}
		again, err := parsePath(p.String())
		if err != nil || again.String() != p.String() {
			t.Errorf("%q is written %q, which reads as %v, %v", text, p, again, err)
		}
		if v, err := parseJSON([]byte(document)); err == nil {
			p.check(v, &Comparison{})
		}
	})
}

func FuzzDocument(f *testing.F) {
	for _, s := range []string{`{"a":[1,"]",{"b":null}]}`, `{"a":1 , "a" : 2}`, `[[],[],"\\"]`, `"\ud800"`, "[1,\n2]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseJSON([]byte(text))
		var want any
		if err != nil || json.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &want) != nil {
			return
		}
		if list, ok := want.([]any); ok {
			if n, _ := v.len(); n != len(list) {
				t.Errorf("%q has %d elements, want %d", text, n, len(list))
			}
		}
		if table, ok := want.(map[string]any); ok {
			for name := range table {
				if strings.ContainsRune(name, '\ufffd') {
					continue // invalid UTF-8 has no one name
				}
				if v.member(name).kind == absentKind {
					t.Errorf("%q: %q is not found", text, name)
				}
			}
		}
	})
}
