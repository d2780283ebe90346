package inngestkit

import (
	"context"
	"log/slog"
)

// Logger is the logger of the function that ctx belongs to: it carries app,
// function, run and attempt, and is silent while finished steps are replayed,
// so that each record is written once. Outside functions it is
// slog.Default().
func Logger(ctx context.Context) *slog.Logger {
	c := callFrom(ctx)
	if c == nil {
		return slog.Default()
	}
	return slog.New(&replayHandler{Handler: c.logger.Handler(), call: c})
}

// replayHandler drops records until the call runs new code. Derived handlers
// keep doing so.
type replayHandler struct {
	slog.Handler
	call *call
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
