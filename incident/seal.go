package incident

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// A document ends with the SHA-256 of all that comes before it. That finds an
// edit, a blank that was filled in too; it does not keep anybody from writing
// another document with a hash of its own. What the log was is proved by the log.

// The ends of documents, of which the first group is the hash.
var (
	htmlSeal     = regexp.MustCompile(`<p>Text before this: SHA-256 <code>([0-9a-f]{64})</code>\.</p></footer>\s*</body>\s*</html>\s*\z`)
	markdownSeal = regexp.MustCompile("\nText before this: SHA-256 `([0-9a-f]{64})`\\.\\s*\\z")
	jsonSeal     = regexp.MustCompile(`,"text_sha256":"([0-9a-f]{64})"\}\z`)
)

// seal returns the hash of a document's text.
func seal(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// edited tells whether a document is another than the one that was written, or
// has lost its end. Line ends may be those of another system.
func edited(doc []byte, end *regexp.Regexp) bool {
	doc = bytes.ReplaceAll(doc, []byte("\r\n"), []byte("\n"))
	at := end.FindSubmatchIndex(doc)
	return at == nil || seal(doc[:at[2]]) != string(doc[at[2]:at[3]])
}
