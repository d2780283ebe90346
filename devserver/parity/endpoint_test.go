package parity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"
	"github.com/inngest/inngestgo/stephttp"
	"github.com/oklog/ulid/v2"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// noting is a step that notes that it runs.
func (k *kit) noting(ctx context.Context, name string, err error) (string, error) {
	return step.Run(ctx, name, func(context.Context) (string, error) { k.notef("%s", name); return strings.ToUpper(name), err })
}

func endpointScenarios() []scenario {
	type ref struct{ ID string }
	return []scenario{{
		name:  "endpoint",
		shows: "a request to an HTTP handler with steps becomes a run: its function is named by method and path, or by the id that the handler sets, its app by the domain; the run has the steps, and ends with the answer; its event, http/run.started, starts functions as well",
		play: func(k *kit) {
			about := fmt.Sprintf("event.data.query_params == %q", k.app)
			k.serve(inngestkit.NewFunction(options{ID: "fn"}, inngestgo.EventTrigger("http/run.started", &about), func(_ context.Context, in input) (any, error) {
				k.notef("%v", in.Event.Data["path"])
				return nil, nil
			}))
			url := k.endpoint(map[string]http.HandlerFunc{
				"/pay": func(w http.ResponseWriter, r *http.Request) {
					a, _ := k.noting(r.Context(), "a", nil)
					w.WriteHeader(http.StatusCreated)
					fmt.Fprintf(w, `{"paid":%q}`, a)
				},
				"/users/{id}": func(w http.ResponseWriter, r *http.Request) {
					stephttp.Configure(r.Context(), stephttp.FnOpts{ID: "user"})
					_, _ = k.noting(r.Context(), "b", nil)
					fmt.Fprint(w, "hello")
				},
			})
			paid, user := k.visit(http.MethodPost, url+"/pay?"+k.app, "{}"), k.visit(http.MethodGet, url+"/users/7", "")
			equal(k, "the client's status", paid.status, http.StatusCreated)
			ran := k.await(5)
			slices.Sort(ran)
			equal(k, "what ran", ran, []string{"/pay", "GET /users/7", "POST /pay?" + k.app, "a", "b"})
			r := k.run(paid.run)
			equal(k, "the run's status", r.Status, "Completed")
			equal(k, "the run's output", r.value(), normal(k, map[string]any{"paid": "A"}))
			equal(k, "the other run's output", k.run(user.run).value(), any("hello"))
			type runV2 struct {
				App, Function ref
				Status        string
			}
			equal(k, "the run", v2[runV2](k, "/runs/"+paid.run), runV2{ref{url}, ref{"POST /pay"}, "COMPLETED"})
			equal(k, "the other run", v2[runV2](k, "/runs/"+user.run), runV2{ref{url}, ref{"user"}, "COMPLETED"})
			type span struct{ Name, Status, StepOp string }
			trace := v2[struct{ RootSpan struct{ Children []span } }](k, "/runs/"+paid.run+"/trace")
			equal(k, "the steps", trace.RootSpan.Children, []span{{"a", "COMPLETED", "RUN"}})
		},
	}, {
		name:  "endpoint that sleeps",
		shows: "an endpoint that sleeps redirects its client to the later answer, and is called again by its method and path, without query and body",
		play: func(k *kit) {
			url := k.endpoint(map[string]http.HandlerFunc{"/nap": func(w http.ResponseWriter, r *http.Request) {
				_, _ = k.noting(r.Context(), "a", nil)
				step.Sleep(r.Context(), "nap", brief/10)
				_, _ = k.noting(r.Context(), "b", nil)
				fmt.Fprint(w, "awake")
			}})
			v := k.visit(http.MethodPost, url+"/nap?x=1", "{}")
			equal(k, "the client's status", v.status, http.StatusSeeOther)
			equal(k, "where it is sent to", strings.HasPrefix(v.location, k.server.url+"/v1/http/runs/"+v.run+"/output?token="), true)
			out := k.output(v.location)
			equal(k, "the answer", out.body, "awake")
			equal(k, "its status", out.status, http.StatusOK)
			equal(k, "the run's status", k.run(v.run).Status, "Completed")
			equal(k, "what ran", k.noted(), []string{"POST /nap?x=1", "a", "again POST /nap", "b", "again POST /nap"})
			out = k.visit(http.MethodGet, v.location+"x", "")
			equal(k, "with another token", out.status, http.StatusUnauthorized)
		},
	}, {
		name:  "endpoint's waits and failures",
		shows: "an endpoint can wait for an event; a step that fails is not retried, and the endpoint is called again with its error",
		play: func(k *kit) {
			url := k.endpoint(map[string]http.HandlerFunc{
				"/wait": func(w http.ResponseWriter, r *http.Request) {
					_, err := step.WaitForEvent[any](r.Context(), "w", step.WaitForEventOpts{Event: k.event("never"), Timeout: brief / 10})
					fmt.Fprint(w, errors.Is(err, step.ErrEventNotReceived))
				},
				"/fail": func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Run-Id") == "" {
						_, _ = k.noting(r.Context(), "a", errors.New("boom"))
						return
					}
					_, err := k.noting(r.Context(), "a", nil)
					fmt.Fprint(w, err)
				},
			})
			v := k.visit(http.MethodGet, url+"/wait", "")
			equal(k, "the answer", k.output(v.location).body, "true")
			before := len(k.noted())
			v = k.visit(http.MethodGet, url+"/fail", "")
			equal(k, "the run's status", k.run(v.run).Status, "Completed")
			equal(k, "what ran", k.noted()[before:], []string{"GET /fail", "a", "again GET /fail"})
		},
	}, {
		name:    "endpoint's answers",
		shows:   "an answer of 200 completes the run, and one of 500 fails it, with the body as its output",
		differs: "with ours a 303 or a 404 completes the run; the official server reports Failed in version 1 and COMPLETED in version 2",
		play: func(k *kit) {
			url := k.endpoint(map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
				_, _ = k.noting(r.Context(), "a", nil)
				var status int
				_, _ = fmt.Sscan(strings.TrimPrefix(r.URL.Path, "/"), &status)
				w.WriteHeader(status)
				fmt.Fprint(w, "text")
			}})
			for status, want := range map[string]string{"200": "Completed", "303": pick(k, "Completed", "Failed"), "404": pick(k, "Completed", "Failed"), "500": "Failed"} {
				r := k.run(k.visit(http.MethodGet, url+"/"+status, "").run)
				equal(k, status, r.Status, want)
				equal(k, "the output", r.value(), any("text"))
			}
		},
	}, {
		name:    "endpoint that cannot go on",
		shows:   "an endpoint that answers a call with 500 does not complete its run; neither does an endpoint with parallel steps, which inngestgo v0.16.0 plans again and never runs",
		differs: "ours fails the run; the official server leaves it Running forever",
		play: func(k *kit) {
			url := k.endpoint(map[string]http.HandlerFunc{
				"/late": func(w http.ResponseWriter, r *http.Request) {
					step.Sleep(r.Context(), "nap", brief/10)
					w.WriteHeader(http.StatusInternalServerError)
				},
				"/parallel": func(_ http.ResponseWriter, r *http.Request) {
					branch := func(name string) func(context.Context) (any, error) {
						return func(ctx context.Context) (any, error) { return k.noting(ctx, name, nil) }
					}
					group.Parallel(r.Context(), branch("a"), branch("b"))
				},
			})
			calls := 0
			for path, again := range map[string]int{"/late": 1, "/parallel": 2} {
				calls += 1 + again
				id := k.visit(http.MethodGet, url+path, "").run
				k.await(calls)
				r := poll(k, "/v1/runs/"+id, func(r run) bool { return k.server.official || r.Ended != nil })
				equal(k, path, r.Status, pick(k, "Failed", "Running"))
			}
		},
	}, {
		name:    "rerun of an endpoint",
		shows:   "an endpoint is not called for a run that no request has started",
		differs: "ours refuses to rerun such a run; the official server answers 500, or with the id of a run that never starts",
		play: func(k *kit) {
			url := k.endpoint(map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) {
				_, _ = k.noting(r.Context(), "a", nil)
			}})
			r := k.run(k.visit(http.MethodGet, url+"/", "").run)
			status, answer := k.call(http.MethodPost, "/api/v2/runs/"+r.ID+"/rerun", "{}")
			if !k.server.official {
				equal(k, "rerunning: "+answer, status, http.StatusConflict)
			}
			equal(k, "what ran", k.noted(), []string{"GET /", "a"})
		},
	}, {
		name:    "endpoint API",
		shows:   "an SDK's reports about an endpoint, at /v1/http/runs and at /v1/checkpoint: a run, its steps, its end; a repeated report changes nothing; there is no /response",
		differs: "ours refuses reports of unknown runs, of other functions, and of runs without a domain; the official server accepts them",
		play: func(k *kit) {
			for _, api := range []string{"/v1/http/runs", "/v1/checkpoint"} {
				k.reports(api)
			}
		},
	}}
}

// reports plays an SDK that reports a run.
func (k *kit) reports(api string) {
	k.Helper()
	post := func(path string, want int, body map[string]any) (reply struct {
		Fn    string `json:"fn_id"`
		App   string `json:"app_id"`
		RunID string `json:"run_id"`
	},
	) {
		k.Helper()
		raw, _ := json.Marshal(body)
		status, answer := k.call(http.MethodPost, api+path, string(raw))
		equal(k, api+path+" "+string(raw)+": "+answer, status, want)
		page := struct{ Data any }{&reply}
		_ = json.Unmarshal([]byte(answer), &page)
		return reply
	}
	begin := func(domain string) map[string]any {
		return map[string]any{"run_id": ulid.Make().String(), "event": map[string]any{
			"name": "http/run.started", "data": map[string]any{"domain": domain, "method": "GET", "path": "/" + k.app},
		}}
	}
	first := begin("http://127.0.0.1:1")
	reply := post("", http.StatusOK, first)
	equal(k, "the run's id", any(reply.RunID), first["run_id"])
	equal(k, "the answer to the same", post("", http.StatusOK, first), reply)
	more := func(op, id string, data any) map[string]any {
		return map[string]any{"run_id": reply.RunID, "fn_id": reply.Fn, "app_id": reply.App, "steps": []any{map[string]any{"id": id, "op": op, "data": data}}}
	}
	to := "/" + reply.RunID + "/steps"
	post(to, http.StatusOK, more("StepRun", "a", 1))
	post(to, http.StatusOK, more("StepRun", "a", 2))
	status, state := k.call(http.MethodGet, "/v0/runs/"+reply.RunID+"/actions", "")
	equal(k, "the run's state", strings.TrimSpace(state), `{"a":{"data":1}}`)
	equal(k, "its status", status, http.StatusOK)
	for range 2 {
		post(to, http.StatusOK, more("RunComplete", "end", map[string]any{"status": 200, "body": `{"x":1}`}))
	}
	type runV2 struct{ Status string }
	equal(k, "the run", v2[runV2](k, "/runs/"+reply.RunID), runV2{"COMPLETED"})
	post("/"+reply.RunID+"/response", http.StatusNotFound, more("", "", nil))
	post(to, http.StatusBadRequest, more("Nope", "b", nil))
	status, _ = k.call(http.MethodPost, api, "{")
	equal(k, "a body that is no JSON", status, http.StatusBadRequest)
	status, _ = k.call(http.MethodPost, api+to, "{")
	equal(k, "steps that are no JSON", status, http.StatusBadRequest)
	post("", http.StatusBadRequest, map[string]any{"run_id": "nope"})
	post("", pick(k, http.StatusBadRequest, http.StatusOK), begin(""))
	post("/"+ulid.Make().String()+"/steps", pick(k, http.StatusNotFound, http.StatusOK), more("StepRun", "b", 1))
}
