package webhook

import (
	"net/http"
	"time"
)

// liftTimeouts lifts the server's read and write timeouts off a verified
// request: they are meant for slow clients, and would cut off a function that
// takes its time. They cannot be lifted behind a writer that neither sets
// deadlines nor unwraps, which the log says once.
func (h *webhook) liftTimeouts(w http.ResponseWriter, r *http.Request) {
	server := serverOf(r)
	if server == nil || server.ReadTimeout <= 0 && server.WriteTimeout <= 0 {
		return
	}
	c := http.NewResponseController(w)
	// A deadline for reading that passes during the call ends its context.
	err := c.SetReadDeadline(time.Time{})
	if err == nil {
		err = c.SetWriteDeadline(time.Time{})
	}
	if err != nil {
		h.bound.Do(func() {
			h.Settings.Logger.Warn("inngestkit: calls that take longer than the server's ReadTimeout or WriteTimeout will be cut off, and retried: middleware before the webhook has a response writer without Unwrap",
				"read_timeout", server.ReadTimeout, "write_timeout", server.WriteTimeout)
		})
	}
}

// limitWriting gives the writing of the answer the server's own timeout, from
// now.
func limitWriting(w http.ResponseWriter, r *http.Request) {
	if server := serverOf(r); server != nil && server.WriteTimeout > 0 {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(server.WriteTimeout)) // or none
	}
}

func serverOf(r *http.Request) *http.Server {
	server, _ := r.Context().Value(http.ServerContextKey).(*http.Server)
	return server
}
