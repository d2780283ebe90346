package inngestkit

import (
	"bytes"
	"maps"
	"net/http"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/wire"
)

// respond is the one place where status and headers are written. It announces
// no length: middleware that compresses answers would have to take it back, and
// not all of it does.
func (h *webhook) respond(w http.ResponseWriter, a answer) {
	head := w.Header()
	head.Set("Content-Type", "application/json")
	head.Set(wire.HeaderSDKHandled, "true")
	if a.status != http.StatusUnauthorized && a.status != http.StatusMethodNotAllowed {
		head.Set(wire.HeaderSDK, inngestgo.HeaderValueSDK)
		head.Set(wire.HeaderReqVersion, wire.ReqVersion)
		head.Set(wire.HeaderFramework, h.framework)
	}
	maps.Copy(head, a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the caller is gone; nothing is left to tell
}

// recorder keeps what the SDK's handler writes, for settle to look at.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}
