package devserver

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// Bounds of the wait between attempts to sync an app.
const (
	firstSyncWait = 100 * time.Millisecond
	lastSyncWait  = 5 * time.Second
)

// sync asks an app to register until it has, or ctx ends. The app may start
// after the server, so failure is no more than news.
func (s *Server) sync(ctx context.Context, url string) {
	report := s.log.Info
	for wait := firstSyncWait; ; wait = min(wait*2, lastSyncWait) {
		err := s.syncOnce(ctx, url)
		if err == nil {
			s.log.Info("synced an app", "url", url)
			return
		}
		if ctx.Err() != nil {
			return
		}
		report("the app is not synced yet", "url", url, "error", err)
		report = s.log.Debug // once is enough to read
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// syncOnce asks an app to register, and makes sure that it did so here.
func (s *Server) syncOnce(ctx context.Context, url string) error {
	asked := time.Now()
	if err := s.engine.SyncURL(ctx, url); err != nil {
		return err
	}
	here := slices.ContainsFunc(s.engine.Apps(), func(a engine.App) bool { return !a.SyncedAt.Before(asked) })
	if !here {
		return fmt.Errorf("the app answered but registered with another server; start it with INNGEST_DEV=%s", s.URL())
	}
	return nil
}
