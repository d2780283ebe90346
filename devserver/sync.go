package devserver

import (
	"context"
	"time"
)

// Bounds of the wait between attempts to sync an app.
const (
	firstSyncWait = 100 * time.Millisecond
	lastSyncWait  = 5 * time.Second
)

// sync asks an app to register until it has, or ctx ends. The app may start
// after the server, so failure is no more than news.
func (s *Server) sync(ctx context.Context, url string) {
	wait := firstSyncWait
	for {
		err := s.engine.SyncURL(ctx, url)
		if err == nil {
			s.log.Info("synced an app", "url", url)
			return
		}
		if ctx.Err() != nil {
			return
		}
		level := s.log.Debug
		if wait == firstSyncWait {
			level = s.log.Info
		}
		level("the app is not there yet", "url", url, "error", err)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		wait = min(wait*2, lastSyncWait)
	}
}
