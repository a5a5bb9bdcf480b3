package notify

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sitrep/safe"
)

func TestDeadManIsCalledWhileAllIsWell(t *testing.T) {
	calls := make(chan string, 10)
	var status atomic.Int64
	status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(int(status.Load()))
		calls <- r.Method + " " + r.URL.Path
	}))
	defer server.Close()
	d := NewDeadMan()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	d.Alive() // nobody is to be called
	if err := d.SetURL(safe.NewSecret(server.URL + "/ping/" + canary)); err != nil {
		t.Fatal(err)
	}
	d.Alive()
	if got := <-calls; got != "GET /ping/"+canary {
		t.Errorf("called with %q", got)
	}
	status.Store(http.StatusServiceUnavailable)
	d.Alive()
	<-calls
	for d.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	if text := d.Err().Error(); !strings.Contains(text, "503") || strings.Contains(text, canary) {
		t.Errorf("not taken: %s", text)
	}
	status.Store(http.StatusNoContent)
	d.Alive()
	<-calls
	for d.Err() != nil {
		time.Sleep(time.Millisecond)
	}
	if err := d.SetURL(safe.NewSecret("ftp://x.test/" + canary)); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a URL of no web: %v", err)
	}
	stop()
	if err := <-done; err != context.Canceled {
		t.Errorf("ended with %v", err)
	}
}
