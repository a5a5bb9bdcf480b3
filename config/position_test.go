package config

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// documents show every way to write a key or a value that once needed a rule of its own.
var documents = []string{
	"",
	"a = 1\n",
	"\ufeffa = 1\r\n[b]\r\nc = 2\r\n",
	"# only a comment",
	"a.b.c = 1\na.b.d = 2\n[a.e]\nf = 3",
	"[ a . \"b c\" . 'd' ]\nx = 1 # y = 2\n",
	"\"a\\u0062\\t\" = 1\n'it''' = 1\n",
	"a = \"\"\"x = 1\n\\\"\"\" [b]\n\"\"\"\"\"\nb = '''y = 2\n''''\nc = 3\n",
	"a = [1, [2, 3], { b = 4, c.d = [5] }, # 6\n \"7]\", ]\nx = 07:32:00\ny = 1979-05-27 07:32:00\n",
	"[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3\n[[a.e]]\nf = 4\n[[a.e]]\nf = 5\n",
	"a = { b = { c = 1 }, d = [ { e = 2 }, { e = 3 } ] }\n",
	"a = {\n b = 1, # one\n c = 2,\n}\n",
	"3.14 = 1\n-_ = 2\n\"\" = 3\n[\"\"]\na = 1\n",
}

func TestPositionsFindTheKeysOfTheDecoder(t *testing.T) {
	for _, doc := range slices.Concat(documents, corpus(t)) {
		comparePositions(t, doc)
	}
}

func FuzzPositions(f *testing.F) {
	for _, doc := range documents {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) { comparePositions(t, doc) })
}

// corpus returns the valid documents of the TOML test suite, which the decoder's
// module ships; none if the module's source is not at hand.
func corpus(t *testing.T) (docs []string) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/BurntSushi/toml").Output()
	if err != nil {
		t.Logf("corpus left out: %v", err)
		return nil
	}
	root := filepath.Join(strings.TrimSpace(string(dir)), "internal", "toml-test", "tests", "valid")
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".toml" {
			return err
		}
		text, err := os.ReadFile(path)
		docs = append(docs, string(text))
		return err
	})
	if err != nil {
		t.Logf("corpus left out: %v", err)
	}
	return docs
}

// comparePositions checks that the scanner hears of the keys that the decoder
// does, in the same order, and that every decoded value has a place at which
// the text has that key.
func comparePositions(t *testing.T, doc string) {
	t.Helper()
	var tree map[string]any
	md, err := toml.Decode(doc, &tree)
	if err != nil {
		return
	}
	var got []string
	s := scanner{text: doc, seen: func(path []string) { got = append(got, toml.Key(path).String()) }}
	root := s.document()
	var want []string
	for _, k := range md.Keys() {
		want = append(want, k.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("keys of %q:\n got %q\nwant %q", doc, got, want)
	}
	checkPlaces(t, doc, root, tree)
}

func checkPlaces(t *testing.T, doc string, n *node, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			kid := n.kids[name]
			if kid == nil {
				t.Errorf("no place for %q in %q", name, doc)
				continue
			}
			at := scanner{text: doc, i: int(kid.key)}
			if path := at.path(); !slices.Contains(path, name) {
				t.Errorf("at the place of %q is %q in %q", name, path, doc)
			}
			checkPlaces(t, doc, kid, inner)
		}
	case []map[string]any:
		if len(n.items) != len(v) {
			t.Errorf("%d places for %d tables in %q", len(n.items), len(v), doc)
			return
		}
		for i := range v {
			checkPlaces(t, doc, n.items[i], v[i])
		}
	case []any:
		if len(n.items) != len(v) {
			t.Errorf("%d places for %d elements in %q", len(n.items), len(v), doc)
			return
		}
		for i := range v {
			checkPlaces(t, doc, n.items[i], v[i])
		}
	case string:
		if c := doc[n.val]; c != '"' && c != '\'' {
			t.Errorf("the string %q begins with %q in %q", v, c, doc)
		}
	}
}

func TestLineColCountsCharacters(t *testing.T) {
	s := newSource("", "a = 1\n\"ü\" = { b = 2 }\n")
	for _, c := range []struct{ at, line, col int }{
		{0, 1, 1}, {6, 2, 1}, {strings.Index(s.text, "b ="), 2, 9}, {len(s.text), 3, 1}, {999, 3, 1},
	} {
		if line, col := s.lineCol(int32(c.at)); line != c.line || col != c.col {
			t.Errorf("lineCol(%d) = %d:%d, want %d:%d", c.at, line, col, c.line, c.col)
		}
	}
}
