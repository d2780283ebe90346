package devserver

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/internal/doctor"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// handleEndpoints adds the API for HTTP endpoints whose requests become runs
// (SDK specification 10.3.2), under the paths of inngestgo v0.16.0 and of the
// specification.
func (s *Server) handleEndpoints(mux *http.ServeMux) {
	for _, path := range []string{"/v1/http/runs", "/v1/checkpoint"} {
		mux.HandleFunc("POST "+path, s.api(s.postEndpointRun))
		mux.HandleFunc("POST "+path+"/{id}/steps", s.api(s.postEndpointSteps))
		mux.HandleFunc("GET "+path+"/{id}/output", s.getEndpointOutput) // authorized by its token
	}
}

func (s *Server) postEndpointRun(w http.ResponseWriter, r *http.Request) {
	var req wire.EndpointRunRequest
	if !readReport(w, r, &req) {
		return
	}
	if !s.callable(req) {
		writeError(w, http.StatusForbidden, "the endpoint's host belongs to another machine, which this server does not call: use 127.0.0.1 or localhost, or set AllowRemote")
		return
	}
	reply, err := s.engine.StartEndpoint(req)
	if err != nil {
		writeFailure(w, err)
		return
	}
	writeData(w, reply)
}

// callable reports whether the server may call an endpoint: its host must be
// this machine. The host comes from the endpoint's client, so with DNS rebinding
// a web page could make the server call any host. The engine refuses a URL
// without a host.
func (s *Server) callable(req wire.EndpointRunRequest) bool {
	var data wire.EndpointRequest
	_ = json.Unmarshal(req.Event.Data, &data)
	u, err := url.Parse(data.Domain)
	return err != nil || u.Host == "" || s.cfg.AllowRemote || doctor.Loopback(u.Hostname())
}

func (s *Server) postEndpointSteps(w http.ResponseWriter, r *http.Request) {
	var req wire.EndpointStepsRequest
	if !readReport(w, r, &req) {
		return
	}
	if err := s.engine.ReportEndpoint(r.PathValue("id"), req); err != nil {
		writeFailure(w, err)
	}
}

// readReport decodes an endpoint's report. If it returns false, it has answered
// with an error.
func readReport(w http.ResponseWriter, r *http.Request, into any) bool {
	body, ok := readBody(w, r, maxCheckpointBody)
	if !ok {
		return false
	}
	if err := decode(body, into); err != nil {
		writeError(w, http.StatusBadRequest, "invalid request body: "+err.Error())
		return false
	}
	return true
}

// outputPatience is how long a request for a run's output waits for it.
const outputPatience = 5 * time.Minute

var errStillRunning = errors.New("run did not end within 5 minutes")

// getEndpointOutput answers for an endpoint once its run has ended. Endpoints
// redirect their clients to it.
func (s *Server) getEndpointOutput(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" { // a page of this machine: guard refuses others
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), outputPatience, errStillRunning)
	defer cancel()
	run, err := s.engine.EndpointOutput(ctx, r.PathValue("id"), r.URL.Query().Get("token"))
	switch {
	case errors.Is(err, errStillRunning):
		writeJSON(w, http.StatusOK, map[string]string{"status": "running", "message": err.Error()})
		return
	case err != nil:
		writeFailureOf(w, err, noSuchRun+r.PathValue("id"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(endpointBody(run)) //nolint:gosec // no browser renders it: it is sent as JSON, with nosniff
}

// endpointBody returns the body of the endpoint's answer.
func endpointBody(run engine.Run) []byte {
	var text string
	if json.Unmarshal(run.Output, &text) == nil { // null decodes to an empty text
		return []byte(text)
	}
	return run.Output
}
