package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sitrep/alert"
	"sitrep/config"
	"sitrep/store"
)

// TestAStateThatTakesNoWritesIsStillBelieved copies an open state, log and all,
// as a kill leaves it, to a place where it cannot be opened for writing.
func TestAStateThatTakesNoWritesIsStillBelieved(t *testing.T) {
	dir, left := t.TempDir(), t.TempDir()
	st, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	a := alert.Alert{ID: "01", Target: "db", State: alert.Firing, Severity: alert.Critical, Started: time.Now().UTC(), Detected: time.Now().UTC()}
	if err := st.Append(t.Context(), store.Batch{Alerts: []alert.Alert{a}, Heartbeat: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := store.Copy(dir, left); err != nil {
		t.Fatal(err)
	}
	// a lock that is a directory can be opened by nobody, root included
	if err := os.Mkdir(filepath.Join(left, "sitrep.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	k, err := keep(&config.Config{}, left, "a test")
	if err != nil {
		t.Fatal(err)
	}
	defer k.store.Close()
	if len(k.saved.Alerts) != 1 || k.saved.Alerts[0].ID != "01" {
		t.Errorf("alerts %v, want the one that was saved", k.saved.Alerts)
	}
	if err := k.journal.Append(t.Context(), store.Batch{Heartbeat: time.Now()}); err == nil || errors.Is(err, store.ErrClosed) {
		t.Errorf("its journal says %v, want why it takes nothing", err)
	}
}
