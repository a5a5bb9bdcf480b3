package incident

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sitrep/safe"
)

func TestEscapeReadsWell(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"PVC on weaviate-2 full (91%), then OOM.", "PVC on weaviate-2 full (91%), then OOM."},
		{"see https://grafana.example.org/d/pvc?a=1&b=2", "see `https://grafana.example.org/d/pvc?a=1&b=2`"},
		{"ask ana@example.org", "ask `ana@example.org`"},
		{"a|b", "a&#124;b"},
		{"x@y|z", "`x@y`&#124;`z`"},
		{"one\ntwo", "one<br>two"},
		{"pod_name *x*", `pod\_name \*x\*`},
		{"<b> & [l](u)", `&lt;b&gt; &amp; \[l\](u)`},
	} {
		if got := escape(tt.in); got != tt.want {
			t.Errorf("escape(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// shown is what a reader must see of a text.
func shown(text string) string {
	lines := strings.Split(safe.Text(text, 0), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "#124": "|", "#92": `\`, "#96": "`"}

// unescape reads Markdown as a reader would that knows of code, escapes and
// entities. It fails where anything else could begin.
func unescape(md string) (string, error) {
	var out, plain strings.Builder // plain is what lies outside of code
	for md != "" {
		c := md[0]
		switch {
		case strings.HasPrefix(md, "<br>"):
			out.WriteByte('\n')
			plain.WriteByte('\n')
			md = md[len("<br>"):]
			continue
		case c == '\\':
			if len(md) < 2 || !strings.Contains("\\`*_[]~#$", md[1:2]) {
				return "", errors.New("a backslash that escapes nothing")
			}
			out.WriteByte(md[1])
			plain.WriteByte(md[1])
			md = md[2:]
			continue
		case c == '&':
			name, rest, ok := strings.Cut(md[1:], ";")
			if !ok || entities[name] == "" {
				return "", fmt.Errorf("entity %q", name)
			}
			out.WriteString(entities[name])
			plain.WriteString(entities[name])
			md = rest
			continue
		case c == '`':
			code, rest, ok := strings.Cut(md[1:], "`")
			if !ok || code == "" || strings.ContainsAny(code, "|\\\n ") {
				return "", fmt.Errorf("code %q", code)
			}
			out.WriteString(code)
			plain.WriteByte(' ')
			md = rest
			continue
		case strings.IndexByte("<>|*_[]~#$\n\r", c) >= 0:
			return "", fmt.Errorf("%q is not escaped", c)
		}
		out.WriteByte(c)
		plain.WriteByte(c)
		md = md[1:]
	}
	lower := strings.ToLower(plain.String())
	for _, link := range []string{"@", "://", "www."} {
		if strings.Contains(lower, link) {
			return "", fmt.Errorf("%q outside of code", link)
		}
	}
	return out.String(), nil
}
