package inngesttest_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
	"github.com/inngestkit/inngestkit/inngesttest"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// newEnv is Config.New, or a function that does the same with a server in memory.
type newEnv func(t testing.TB, c inngesttest.Config, sources ...inngestkit.Source) *inngesttest.Env

// onServer runs a test against the Inngest server that INNGEST_DEV_SERVER_URL names,
// over HTTP and in real time. Without one, it runs the test in a bubble of
// testing/synctest, against an engine in memory, so that the test need not wait.
func onServer(t *testing.T, test func(t *testing.T, newEnv newEnv)) {
	t.Helper()
	if officialServer != "" {
		t.Setenv("INNGEST_DEV_SERVER_URL", officialServer)
		test(t, func(t testing.TB, c inngesttest.Config, sources ...inngestkit.Source) *inngesttest.Env {
			t.Helper()
			return c.NewFunctions(t, sources...)
		})
		return
	}
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newMemoryServer(t)
		test(t, func(t testing.TB, c inngesttest.Config, sources ...inngestkit.Source) *inngesttest.Env {
			t.Helper()
			return inngesttest.NewOnServer(t, c, engine.InProcess(server), server.serve, sources...)
		})
	})
}

// memoryServer is an Inngest server without a network: the part of the dev
// server's API that the kit uses.
type memoryServer struct {
	http.ServeMux

	engine *engine.Engine
	apps   http.RoundTripper
}

func newMemoryServer(t *testing.T) *memoryServer {
	t.Helper()
	s := &memoryServer{}
	var err error
	s.engine, err = engine.New(engine.Config{
		Transport:    roundTripper(func(r *http.Request) (*http.Response, error) { return s.apps.RoundTrip(r) }),
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.engine.Close() })
	s.HandleFunc("POST /e/{key}", s.postEvents)
	s.HandleFunc("/fn/register", s.register)
	s.HandleFunc("GET /v1/runs/{id}", s.getRun)
	return s
}

// serve has the server call an app.
func (s *memoryServer) serve(app http.Handler) { s.apps = engine.InProcess(app) }

func (s *memoryServer) postEvents(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	events, err := engine.ParseEvents(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ids, err := s.engine.Send(r.Header.Get(wire.HeaderEventIDSeed), events...)
	reply(w, wire.SendReply{IDs: ids, Status: http.StatusOK}, err)
}

func (s *memoryServer) register(w http.ResponseWriter, r *http.Request) {
	var req wire.SyncRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	modified, err := s.engine.Register(req)
	reply(w, wire.SyncReply{OK: true, Modified: modified}, err)
}

func (s *memoryServer) getRun(w http.ResponseWriter, r *http.Request) {
	run, err := s.engine.Run(r.PathValue("id"))
	output := run.Output
	if run.Error != nil {
		output, _ = json.Marshal(run.Error)
	}
	reply(w, map[string]any{"data": map[string]any{"status": run.Status, "ended_at": run.Ended, "output": output}}, err)
}

func reply(w http.ResponseWriter, body any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(body) // in memory
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// startServer returns the URL of a server for tests over HTTP and in real time: the
// one that INNGEST_DEV_SERVER_URL names, or a dev server that it starts.
func startServer(t *testing.T) string {
	t.Helper()
	if officialServer != "" {
		return officialServer
	}
	dev, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler),
		RetryBackoff: func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	return dev.URL()
}
