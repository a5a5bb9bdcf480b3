package incident

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func markdown(t *testing.T, inc *Incident) string {
	t.Helper()
	var buf bytes.Buffer
	if err := Postmortem(&buf, inc, Style{Version: "0.1.0", Severities: map[string]string{"SEV2": "major, customers"}}); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func exported(t *testing.T, inc *Incident) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := JSON(&buf, inc, Style{Version: "0.1.0"}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestReportOfANight(t *testing.T) {
	j, id := lived(t)
	golden(t, "night.md", []byte(markdown(t, j.Get(id))))
	golden(t, "night.json", exported(t, j.Get(id)))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", path, diff)
	}
}

// Wherever it is written, and from whatever process, the report is the same.
func TestReportDoesNotDependOnTheZone(t *testing.T) {
	j, id := lived(t)
	md, doc := markdown(t, j.Get(id)), exported(t, j.Get(id))
	local := time.Local
	defer func() { time.Local = local }()
	time.Local = time.FixedZone("AEST", 10*3600)
	abroad := make([]Entry, len(j.log)) // as a store would return it that reads local time
	for i, e := range j.log {
		e.At, e.Recorded = e.At.Local(), e.Recorded.Local()
		abroad[i] = e
	}
	b := NewBook(Settings{})
	b.Restore(abroad)
	if diff := cmp.Diff(md, markdown(t, b.Get(id))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(string(doc), string(exported(t, b.Get(id)))); diff != "" {
		t.Error(diff)
	}
}

func TestHashIsThatOfTheExportedLog(t *testing.T) {
	j, id := lived(t)
	var doc struct {
		Log []json.RawMessage `json:"log"`
		Sum string            `json:"log_sha256"`
	}
	if err := json.Unmarshal(exported(t, j.Get(id)), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Log) != len(j.log) {
		t.Errorf("%d entries in the log, want all %d", len(doc.Log), len(j.log))
	}
	var lines bytes.Buffer
	for _, raw := range doc.Log {
		if err := json.Compact(&lines, raw); err != nil {
			t.Fatal(err)
		}
		lines.WriteByte('\n')
	}
	sum := sha256.Sum256(lines.Bytes())
	if got := hex.EncodeToString(sum[:]); got != doc.Sum {
		t.Errorf("the log hashes to %s, the document says %s", got, doc.Sum)
	}
	if !strings.Contains(markdown(t, j.Get(id)), doc.Sum) {
		t.Error("the post-mortem has another hash")
	}
	// A star is part of it, an old text too.
	j.must(j.Star(at("05:00:00"), 12, "ana", true))
	if strings.Contains(markdown(t, j.Get(id)), doc.Sum) {
		t.Error("the hash did not change with the log")
	}
}

func TestReportOfAnOpenIncidentSaysWhatIsNotSet(t *testing.T) {
	j := newJournal(t, Settings{})
	a := firing("a1", "db", at("03:29:00"))
	id := j.declare(at("03:30:00"), Declaration{Title: "db down", By: "ana", Alerts: []string{"a1"}}, a)
	j.must(j.Add(at("03:40:00"), Draft{Incident: id, Text: "looking", By: "ana"}))
	got := markdown(t, j.Get(id))
	for _, want := range []string{
		"It began at 2026-04-12 03:28:00Z and is investigating.",
		"| Time to resolve (TTR) | not set |",
		"| Time to acknowledge (TTA) | not set | first page accepted not set |",
		"| Down, as measured (a target was critical) | 12m0s |",
		"Not over: as of 2026-04-12 03:40:00Z.",
		"- [ ] open: the incident is still investigating",
		"- [ ] acknowledged: nobody acknowledged",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestUnknownPresetIsRefused(t *testing.T) {
	j, id := lived(t)
	if err := Postmortem(&bytes.Buffer{}, j.Get(id), Style{Preset: "gogle"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestReportSaysThatItCouldNotBeWritten(t *testing.T) {
	j, id := lived(t)
	if err := Postmortem(full{}, j.Get(id), Style{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Postmortem: %v", err)
	}
	if err := JSON(full{}, j.Get(id), Style{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("JSON: %v", err)
	}
}

func TestNoTextOpensAnythingInTheReport(t *testing.T) {
	evil := "# head\n<script>alert(1)</script>\n| a | b |\n[x](http://a.test) ![y](//b.test)\n" +
		"https://a.test/_x_|y ana@example.org www.a.test `code` ```\n---\n> quote\n- item\n1. item\n&lt; &copy; $x$ ~~no~~ **b** _i_"
	j := newJournal(t, Settings{})
	id := j.declare(night, Declaration{Title: "1. [t](http://a.test) | <b> #", Commander: "<ana|>", By: "a|b<i>"})
	for _, kind := range []Kind{Note, Decision, Comms, Action} {
		es := j.must(j.Add(night, Draft{Incident: id, Kind: kind, Text: evil, By: "a|b<i>"}))
		j.must(j.Star(night, es[0].Seq, "bo", true))
	}
	plain := newJournal(t, Settings{})
	plainID := plain.declare(night, Declaration{Title: "t", Commander: "ana", By: "ab"})
	for _, kind := range []Kind{Note, Decision, Comms, Action} {
		es := plain.must(plain.Add(night, Draft{Incident: plainID, Kind: kind, Text: "x", By: "ab"}))
		plain.must(plain.Star(night, es[0].Seq, "bo", true))
	}
	// Line by line the document has the same form as one with harmless text.
	got, want := outline(markdown(t, j.Get(id))), outline(markdown(t, plain.Get(plainID)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// outline is the form of a document: what each line begins with, and how many
// cells, tags and links there are in it.
func outline(md string) []string {
	var out []string
	_, md, _ = strings.Cut(strings.TrimPrefix(md, "---\n"), "\n---\n")
	for line := range strings.Lines(md) {
		first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		bare := strings.ReplaceAll(line, "<br>", "")
		form := first + strings.Repeat("|", strings.Count(bare, "|")) + strings.Repeat("<", strings.Count(bare, "<"))
		if strings.Contains(strings.ReplaceAll(outsideCode(bare), `\]`, ""), "](") {
			form += "link"
		}
		out = append(out, form)
	}
	return out
}

// outsideCode leaves out what is between backticks that are not escaped.
func outsideCode(line string) string {
	parts := strings.Split(strings.ReplaceAll(line, "\\`", ""), "`")
	var out []string
	for i := 0; i < len(parts); i += 2 {
		out = append(out, parts[i])
	}
	return strings.Join(out, "")
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{
		"", "a|b", "`", "a@b`c|d\\e", "www.x", "x://y`", "<b>", "a\nb", "\\", "&amp;", "a  b", "**", "`\\`www.", "é@ü", "WWW.X",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := escape(text)
		back, err := unescape(got)
		if err != nil {
			t.Fatalf("%q → %q: %v", text, got, err)
		}
		if want := shown(text); back != want {
			t.Fatalf("%q → %q reads as %q, want %q", text, got, back, want)
		}
	})
}
