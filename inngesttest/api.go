package inngesttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// api is the transport of the app's HTTP client. It answers the app's requests as
// Inngest's APIs do.
type api struct{ env *Env }

func (a api) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	reply, err := a.handle(r.Context(), r, body)
	if err != nil {
		return errorResponse(r, err), nil
	}
	return response(r, http.StatusOK, reply), nil
}

// handle answers a request as Inngest does. Runs belong to the engine and outlive
// the request.
func (a api) handle(ctx context.Context, r *http.Request, body []byte) (any, error) {
	path := strings.Trim(r.URL.Path, "/")
	parts := strings.Split(path, "/")
	if strings.HasPrefix(path, "e/") {
		return a.env.receive(ctx, r, body)
	}
	if a.env.real != nil {
		return a.env.real.forward(r, body)
	}
	switch {
	case path == "fn/register":
		var req wire.SyncRequest
		if err := json.Unmarshal(body, &req); err != nil {
			return nil, &engine.RequestError{Status: http.StatusBadRequest, Message: err.Error()}
		}
		modified, err := a.env.engine.Register(req)
		return wire.SyncReply{OK: true, Modified: modified}, err
	case len(parts) == 4 && parts[1] == "runs" && parts[3] == "actions":
		return a.env.engine.Actions(parts[2])
	case len(parts) == 4 && parts[1] == "runs" && parts[3] == "batch":
		return a.env.engine.Batch(parts[2])
	}
	return nil, &engine.RequestError{Status: http.StatusNotFound, Message: fmt.Sprintf("inngesttest has no %s %s", r.Method, r.URL.Path)}
}

func response(r *http.Request, status int, body any) *http.Response {
	raw, ok := body.(json.RawMessage)
	if !ok {
		raw, _ = json.Marshal(body) // types of the protocol always marshal
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(strings.NewReader(string(raw))),
		ContentLength: int64(len(raw)),
	}
}

func errorResponse(r *http.Request, err error) *http.Response {
	status := http.StatusInternalServerError
	var refused *engine.RequestError
	switch {
	case errors.As(err, &refused):
		status = refused.Status
	case errors.Is(err, engine.ErrNotFound):
		status = http.StatusNotFound
	}
	return response(r, status, wire.SendReply{IDs: []string{}, Status: status, Error: err.Error()})
}
