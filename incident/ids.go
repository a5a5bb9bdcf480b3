package incident

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	defaultID = "inc-{year}-{n:4}"
	maxID     = 60 // bytes of a pattern
)

var (
	idNumber = regexp.MustCompile(`\{n(?::([1-9]))?\}`)
	idText   = regexp.MustCompile(`^[A-Za-z0-9._-]*$`) // what file names, draft places and references bear
)

// CheckID says what is wrong with a pattern of incident names, nil if nothing is;
// "" is fine. It has {n} or {n:4} once, {year} at most once, and letters, digits,
// dots, dashes and underscores besides.
func CheckID(pattern string) error {
	if pattern == "" {
		return nil
	}
	if len(pattern) > maxID {
		return fmt.Errorf("a name of %d bytes, at most %d", len(pattern), maxID)
	}
	if n := len(idNumber.FindAllString(pattern, -1)); n != 1 {
		return fmt.Errorf("it has %d numbers; write {n}, or {n:4} for four digits, once", n)
	}
	if strings.Count(pattern, "{year}") > 1 {
		return errors.New("it has {year} twice")
	}
	rest := strings.Replace(idNumber.ReplaceAllString(pattern, ""), "{year}", "", 1)
	if !idText.MatchString(rest) {
		return errors.New("it may hold {year}, {n}, letters, digits, dots, dashes and underscores")
	}
	if strings.HasPrefix(pattern, ".") || strings.HasPrefix(pattern, "-") {
		return errors.New("it may not begin with a dot or a dash")
	}
	return nil
}

// newID returns the name of the next incident, and how many each year has with
// it. The declaration keeps these, so that the one declared last says from where
// to go on: numbers grow within a year, and all of them together, whatever the
// pattern is and was.
func (b *Book) newID(now time.Time) (id string, counts map[int]int) {
	pattern := b.settings.ID
	if pattern == "" || CheckID(pattern) != nil {
		pattern = defaultID
	}
	year := now.UTC().Year()
	counts = maps.Clone(b.counts)
	for id == "" || b.records[id] != nil {
		counts[year]++
		n := counts[year]
		if !strings.Contains(pattern, "{year}") {
			n = 0
			for _, of := range counts {
				n += of
			}
		}
		id = nameID(pattern, year, n)
	}
	return id, counts
}

func nameID(pattern string, year, n int) string {
	id := idNumber.ReplaceAllStringFunc(pattern, func(field string) string {
		width, _ := strconv.Atoi(idNumber.FindStringSubmatch(field)[1]) // 0 if there is none
		return fmt.Sprintf("%0*d", width, n)
	})
	return strings.Replace(id, "{year}", strconv.Itoa(year), 1)
}

// count takes in how many incidents each year has. Declarations of earlier
// versions do not say: there the name does, of the first entry that is there.
func (b *Book) count(e *Entry, first bool) {
	counted := e.values(refCounted)
	if e.Kind != Declared {
		counted = nil
	}
	if len(counted) == 0 && first {
		var year, n int
		if _, err := fmt.Sscanf(e.Incident, "inc-%d-%d", &year, &n); err == nil {
			b.counts[year] = max(b.counts[year], n)
		}
	}
	for _, ref := range counted {
		var year, n int
		if _, err := fmt.Sscanf(ref, "%d:%d", &year, &n); err == nil {
			b.counts[year] = max(b.counts[year], n)
		}
	}
}
