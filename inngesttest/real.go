package inngesttest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// UsesRealServer reports whether the test runs against the Inngest server that
// INNGEST_DEV_SERVER_URL names, in real time and over HTTP.
//
// Against a real server, a test that calls Advance, Step, Inject, Function or
// Signal, or New in a bubble of testing/synctest, ends as skipped, because these
// need the embedded engine. Trigger, Send, WaitUntilIdle, Timeline and the Require
// methods work. All events are delivered, and only the checks for steps in the wrong
// place run. Retries take real time: the Env waits for them up to
// [Config.IdleTimeout], or not at all with [Config.ManualRetries].
func (e *Env) UsesRealServer() bool { return e.real != nil }

// Times for the watch on a real server, which does not say when it is idle.
const (
	realPoll  = 20 * time.Millisecond  // between two looks
	realQuiet = 2 * time.Second        // without a call, after which runs count as idle
	realShort = realQuiet / 8          // the same if all runs have ended
	realAsk   = 100 * time.Millisecond // between two questions about the runs' statuses
)

// realServer is an Inngest server that the test did not start.
type realServer struct {
	*connection

	env  *Env
	stop func() // ends serving the app

	mu       sync.Mutex
	active   int
	latest   time.Time // end of the latest call, or time of the latest event
	progress map[string]*progress
	refusal  error // of the app's latest request, without the app's own words
}

func (s *realServer) begin() {
	s.env.t.Helper()
	var app string
	app, s.stop = s.serve(s)
	s.env.start = time.Now()
	if err := s.env.app.Sync(s.env.t.Context(), app+s.env.path); err != nil {
		s.env.t.Fatalf("inngesttest: INNGEST_DEV_SERVER_URL is %q, and the app cannot be synced with a server there: %v\n"+
			"\twrite the URL of a dev server that runs, such as http://127.0.0.1:8288, or unset the variable to test with the embedded engine",
			s.url, cmp.Or(s.refusal, err))
	}
}

func (s *realServer) end() { s.stop() }

// ServeHTTP passes a call on to the application and notes its response.
func (s *realServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer s.busy()()
	var call wire.CallRequest
	_ = json.Unmarshal(body, &call) // the app refuses anything but a call
	run, own := s.env.known(call, r.URL.Query().Get(wire.QueryFunctionID))
	d := &delivery{run: run, ctx: call.Ctx}
	r.Body = io.NopCloser(bytes.NewReader(body))
	res, err := s.env.send(r, d, body)
	var answer []byte
	if err == nil {
		answer, err = takeBody(res)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	if own {
		s.note(call, r.URL.Query().Get(wire.QueryStepID), res, answer)
		s.env.checkMisuse(d, answer)
	}
	maps.Copy(w.Header(), res.Header)
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write(answer) // the server has gone
}

// busy counts a call in, and returns a function that counts it out.
func (s *realServer) busy() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.active--
		s.latest = time.Now()
	}
}

// known returns the run of a call, which begins if it is new, and reports whether
// it belongs to this test. A request to sync has no run. A run whose first calls the
// test has not seen was left behind by another test of the app.
func (e *Env) known(call wire.CallRequest, function string) (run *Run, own bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if run := e.runs[call.Ctx.RunID]; run != nil {
		return run, true
	}
	if call.Ctx.RunID != "" && call.Ctx.Attempt == 0 && len(call.Steps) == 0 {
		return e.add(call.Ctx.RunID, function), true
	}
	return &Run{env: e, id: call.Ctx.RunID, function: function, trail: newTrail()}, false
}

// forward passes a request of the app on to the server.
func (s *realServer) forward(r *http.Request, body []byte) (any, error) {
	reply, err := s.do(r.Context(), r.Method, r.URL.RequestURI(), r.Header, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = cmp.Or(errors.Unwrap(err), err)
	return reply, err
}

func (s *realServer) do(ctx context.Context, method, uri string, header http.Header, body []byte) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+uri, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	res, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the server of INNGEST_DEV_SERVER_URL: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	reply, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = &engine.RequestError{Status: res.StatusCode, Message: string(bytes.TrimSpace(reply))}
	}
	return reply, err
}

func (s *realServer) post(seed string, events []wire.Event) ([]string, error) {
	body, err := json.Marshal(events)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if seed != "" {
		header.Set(wire.HeaderEventIDSeed, seed)
	}
	raw, err := s.do(context.Background(), http.MethodPost, "/e/"+testEventKey, header, body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.latest = time.Now()
	s.mu.Unlock()
	var reply wire.SendReply
	err = json.Unmarshal(raw, &reply)
	return reply.IDs, err
}

// startedBy waits for the runs of an event: for the first, and for others that
// begin right after it.
func (s *realServer) startedBy(event string) []*Run {
	s.env.t.Helper()
	var found []*Run
	s.until(func(waited time.Duration) bool {
		before := len(found)
		found = s.runsOf(event)
		return len(found) > 0 && len(found) == before && s.quiet(realShort) || waited > 4*realQuiet
	})
	slices.SortStableFunc(found, func(a, b *Run) int { return cmp.Compare(a.function, b.function) })
	return found
}

func (s *realServer) runsOf(event string) []*Run {
	var found []*Run
	for _, run := range s.env.Runs() {
		for _, ev := range s.seen(run).Events {
			if ev.ID == event || ev.InternalID == event {
				found = append(found, run)
			}
		}
	}
	return found
}

func (s *realServer) quiet(d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.active == 0 && time.Since(s.latest) > d
}
