package store

import (
	"time"

	"sitrep/checker"
)

// Folder folds results into buckets.
type Folder struct {
	step   time.Duration
	closed []Bucket
}

// NewFolder returns a folder whose buckets are step long.
func NewFolder(step time.Duration, keep int, past []Bucket) *Folder {
	return &Folder{step: step, closed: past}
}

// Add counts one result.
func (f *Folder) Add(at time.Time, took time.Duration, status checker.Status, attempt int) {}

// Closed returns the buckets before the open one, oldest first.
func (f *Folder) Closed() []Bucket { return f.closed }

// Open returns the bucket that results still come into; false if there is none.
func (f *Folder) Open() (Bucket, bool) { return Bucket{}, false }

// Buckets returns all buckets, oldest first.
func (f *Folder) Buckets() []Bucket { return f.closed }
