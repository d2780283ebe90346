package webhook

import (
	"maps"
	"net/http"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/core/internal/call"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// respond is the one place where status and headers are written. It announces
// no length: not all middleware that compresses answers takes it back.
func (h *webhook) respond(w http.ResponseWriter, a call.Answer) {
	head := w.Header()
	head.Set("Content-Type", "application/json")
	head.Set(wire.HeaderSDKHandled, "true")
	if a.Status != http.StatusUnauthorized && a.Status != http.StatusMethodNotAllowed {
		head.Set(wire.HeaderSDK, inngestgo.HeaderValueSDK)
		head.Set(wire.HeaderReqVersion, wire.ReqVersion)
		head.Set(wire.HeaderFramework, h.framework)
	}
	maps.Copy(head, a.Header)
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // after an error the caller is gone
}
