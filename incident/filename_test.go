package incident

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFileNameIsReadableAndNeverAPath(t *testing.T) {
	for _, tt := range []struct{ title, want string }{
		{"search 503 in eu1", "inc-2026-0412-search-503-in-eu1"},
		{"../../outside", "inc-2026-0412-outside"},
		{`a/b\c`, "inc-2026-0412-a-b-c"},
		{"..", "inc-2026-0412"},
		{"CON", "inc-2026-0412-con"},
		{"-rf", "inc-2026-0412-rf"},
		{"", "inc-2026-0412"},
		{" ", "inc-2026-0412"},
		{"x\x00y", "inc-2026-0412-x-y"},
		{"🔥🔥", "inc-2026-0412"},
		{"Größe 2µs", "inc-2026-0412-größe-2µs"},
		{strings.Repeat("x", 300), "inc-2026-0412-" + strings.Repeat("x", 86)},
		{strings.Repeat("ab ", 100), "inc-2026-0412-" + strings.TrimSuffix(strings.Repeat("ab-", 29), "-")[:86]},
	} {
		if got := FileName(&Incident{ID: "inc-2026-0412", Title: tt.title}); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.title, got, tt.want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("inc-2026-0412", "a/../b")
	f.Add("", "")
	f.Add("../x", strings.Repeat("é", 80))
	f.Fuzz(func(t *testing.T, id, title string) {
		got := FileName(&Incident{ID: id, Title: title})
		if !filepath.IsLocal(got) || filepath.Base(got) != got || len(got) > 100 || !utf8.ValidString(got) ||
			strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") || strings.HasSuffix(got, "-") {
			t.Errorf("%q, %q: %q", id, title, got)
		}
	})
}
