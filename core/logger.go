package inngestkit

import (
	"context"
	"log/slog"

	"github.com/inngestkit/inngestkit/core/internal/call"
)

// Logger returns the logger of the function that ctx belongs to. It carries
// app, function, run and attempt, and is silent while finished steps are
// replayed, so that each record is written once. Outside functions it is
// slog.Default().
func Logger(ctx context.Context) *slog.Logger {
	if c := call.From(ctx); c != nil {
		return c.UserLogger()
	}
	return slog.Default()
}
