// Package spell tells what was probably meant by a word that is not known.
package spell

import (
	"fmt"
	"strings"
)

// Nearest returns the candidate that was probably meant by word, "" if none is
// close: equal but for case, dashes, underscores and camel case, or else a few
// typing mistakes away. Of several as close the first wins.
func Nearest(word string, candidates []string) string {
	for _, c := range candidates {
		if fold(c) == fold(word) {
			return c
		}
	}
	best, limit := "", 1+len(word)/3
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d <= limit && d < max(len(word), len(c)) {
			best, limit = c, d-1
		}
	}
	return best
}

// Meant returns `; did you mean "x"?` if a candidate is near, else "".
func Meant(word string, candidates []string) string {
	if c := Nearest(word, candidates); c != "" {
		return fmt.Sprintf("; did you mean %q?", c)
	}
	return ""
}

// fold makes intervalMs, interval-ms and INTERVAL_MS equal.
func fold(s string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
}

// distance is the optimal string alignment distance: the least number of
// letters to insert, drop, replace or swap with their neighbour.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
