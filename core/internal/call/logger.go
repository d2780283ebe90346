package call

import (
	"context"
	"log/slog"
)

// UserLogger returns the logger for the function's own records. It is silent
// while finished steps are replayed.
func (c *Call) UserLogger() *slog.Logger {
	return slog.New(&replayHandler{Handler: c.logger.Handler(), call: c})
}

// replayHandler drops records until the call runs new code. Derived handlers
// keep doing so.
type replayHandler struct {
	slog.Handler
	call *Call
}

func (h *replayHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.call.live.Load() && h.Handler.Enabled(ctx, level)
}

func (h *replayHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &replayHandler{Handler: h.Handler.WithAttrs(attrs), call: h.call}
}

func (h *replayHandler) WithGroup(name string) slog.Handler {
	return &replayHandler{Handler: h.Handler.WithGroup(name), call: h.call}
}
