package monitor

import (
	"context"
	"sync"
	"time"

	"sitrep/alert"
	"sitrep/store"
)

// How the recorder waits.
const (
	saveEvery         = time.Second     // bare samples
	savePatience      = time.Second     // for a disk, before pages go out unsaved
	saveRetry         = 2 * time.Second // after a failed save
	stuckAfter        = time.Minute     // without a save that worked
	maxUnsavedResults = 20_000          // samples kept while the disk does not take them,
	spareResults      = 2_000           // and so many more before some are dropped
	compactAbove      = 1000            // changes that are not worth looking through for later ones of the same
)

// Journal keeps what happened: the whole batch or none of it.
type Journal interface {
	Append(ctx context.Context, b store.Batch) error
}

// recorder takes batches on their way to the disk and passes their
// notifications on from there: saved first, then sent. The loop's hands put and
// never wait; Run does the waiting. A disk that does not answer is no reason
// not to page.
type recorder struct {
	journal  Journal
	dispatch func(...alert.Notification)
	wake     chan struct{}

	mu      sync.Mutex // guards what follows; never held across I/O
	batch   store.Batch
	roomy   int // weight of the batch up to which it is not worth compacting
	waiters []chan<- error
	saving  int // events, entries and the like that Run has taken and not saved
	dropped uint64
	saved   time.Time
	well    time.Time // the last save that worked, by the clock that nobody sets; at first when it was made
	err     error
}

func newRecorder(j Journal, dispatch func(...alert.Notification)) *recorder {
	return &recorder{journal: j, dispatch: dispatch, wake: make(chan struct{}, 1), well: time.Now()}
}

// put adds to the next batch. What is more than samples is saved at once;
// done, if it is not nil, hears once it is (or that it is not): it must have room.
func (r *recorder) put(b store.Batch, done chan<- error) {
	urgent := done != nil || weight(&b) > 0 || len(b.Notifications) > 0
	r.mu.Lock()
	merge(&r.batch, b)
	r.bound()
	if done != nil {
		r.waiters = append(r.waiters, done)
	}
	r.mu.Unlock()
	if urgent {
		r.rouse()
	}
}

// bound keeps what waits for a disk that does not answer from growing without
// end: the oldest samples go, and of what is saved over and over the latest is
// enough. What happened is kept, event for event; there is nothing to drop of it.
func (r *recorder) bound() {
	if w := weight(&r.batch); w > max(r.roomy, compactAbove) {
		compact(&r.batch)
		r.roomy = 2 * weight(&r.batch)
	}
	if over := len(r.batch.Results) - maxUnsavedResults; over > spareResults { // many at a time: the others are moved for it
		r.dropped += uint64(over)
		r.batch.Results = append(r.batch.Results[:0], r.batch.Results[over:]...)
	}
}

// health tells how saving goes.
func (r *recorder) health(h *Health) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h.Unsaved, h.Dropped, h.Saved = weight(&r.batch)+r.saving, r.dropped, r.saved
	h.SaveError = ""
	if r.err != nil {
		h.SaveError = r.err.Error()
	}
}

// stuck tells whether saving failed, or hung, for so long that something is
// wrong: each heartbeat is to be saved.
func (r *recorder) stuck() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Since(r.well) >= stuckAfter
}

func (r *recorder) rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run saves until ctx ends, then what is left, once.
func (r *recorder) Run(ctx context.Context) error {
	timer := time.NewTimer(saveEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			r.save(last)
			return context.Cause(ctx)
		case <-timer.C:
		case <-r.wake:
		}
		if err := r.save(ctx); err != nil {
			r.pause(ctx, saveRetry)
		}
		timer.Reset(saveEvery)
	}
}

// save commits what there is. Its notifications go on once that is done, or has
// failed, or has taken longer than savePatience; from then on, so do those that
// come while the disk is waited for.
func (r *recorder) save(ctx context.Context) error {
	batch, waiters := r.begin()
	if empty(&batch) {
		answer(waiters, nil)
		return nil
	}
	result := make(chan error, 1)
	go func() { result <- r.journal.Append(ctx, batch) }()
	patience := time.NewTimer(savePatience)
	defer patience.Stop()
	pages, late := batch.Notifications, false
	var wake <-chan struct{} // listened to once the disk is late
	for {
		select {
		case err := <-result:
			r.settle(batch, err)
			r.dispatch(pages...)
			if err != nil {
				answer(waiters, ErrUnsaved)
				r.passOn()
			} else {
				answer(waiters, nil)
			}
			if late {
				r.rouse() // a wake-up may have been used up by passOn
			}
			return err
		case <-patience.C:
			r.dispatch(pages...)
			answer(waiters, ErrUnsaved)
			pages, waiters, late, wake = nil, nil, true, r.wake
			r.passOn()
		case <-wake:
			r.passOn()
		}
	}
}

// begin takes what is to be saved.
func (r *recorder) begin() (store.Batch, []chan<- error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	batch, waiters := r.batch, r.waiters
	r.batch, r.waiters, r.roomy = store.Batch{}, nil, 0
	r.saving = weight(&batch)
	return batch, waiters
}

// passOn sends the pages of what cannot be saved now, and tells who waits.
func (r *recorder) passOn() {
	r.mu.Lock()
	pages, waiters := r.batch.Notifications, r.waiters
	r.batch.Notifications, r.waiters = nil, nil
	r.mu.Unlock()
	r.dispatch(pages...)
	answer(waiters, ErrUnsaved)
}

// pause waits before the next try; pages do not.
func (r *recorder) pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-r.wake:
			r.passOn()
		}
	}
}

// settle books the outcome. What could not be saved goes back in front of what
// came meanwhile; its notifications are out, and the record of them stays.
func (r *recorder) settle(batch store.Batch, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saving, r.err = 0, err
	if err == nil {
		r.well = time.Now()
		r.saved = r.well.UTC().Round(0)
		return
	}
	batch.Notifications = nil
	merge(&batch, r.batch)
	r.batch = batch
	r.bound()
}

func answer(waiters []chan<- error, err error) {
	for _, w := range waiters {
		w <- err
	}
}
