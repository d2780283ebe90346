package parity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	sdkerrors "github.com/inngest/inngestgo/errors"
	"github.com/inngest/inngestgo/step"
)

func gatewayScenarios() []scenario {
	return []scenario{{
		name:  "fetch",
		shows: "the server makes the request of step.Fetch: POST by default, with a body that is not JSON sent as a JSON string; any status is a result and is not retried; redirects are followed; the result has the body as text, which the SDK does not decode",
		play: func(k *kit) {
			target := k.target()
			asks := func(opts step.FetchOpts) handler {
				opts.URL = target + opts.URL
				return func(ctx context.Context, _ input) (any, error) {
					res, err := step.Fetch[string](ctx, "ask", opts)
					return []any{res.StatusCode, res.Body, res.Headers["X-Echo"], res.URL == opts.URL}, err
				}
			}
			k.serve(
				k.on("plain", "plain", asks(step.FetchOpts{URL: "/echo?a=b"})),
				k.on("json", "json", asks(step.FetchOpts{URL: "/echo", Method: "PUT", Body: ` {"a": 1}`, Headers: map[string]string{"X-Ask": "mine"}})),
				k.on("text", "text", asks(step.FetchOpts{URL: "/echo", Body: "a=<b>"})),
				k.with(options{ID: "missing", Retries: new(2)}, "missing", asks(step.FetchOpts{URL: "/404"})),
				k.with(options{ID: "down", Retries: new(2)}, "down", asks(step.FetchOpts{URL: "/500", Method: "GET"})),
				k.on("moved", "moved", asks(step.FetchOpts{URL: "/moved"})),
				k.on("decoded", "decoded", func(ctx context.Context, _ input) (any, error) {
					_, err := step.Fetch[map[string]any](ctx, "ask", step.FetchOpts{URL: target + "/refused"})
					return fmt.Sprint(err), nil
				}),
			)
			k.plays("plain", nil, "Completed", []any{200, "POST /echo?a=b ", "one,two", true})
			k.plays("json", nil, "Completed", []any{200, `PUT /echo mine {"a": 1}`, "one,two", true})
			k.plays("text", nil, "Completed", []any{200, `POST /echo "a=\u003cb\u003e"`, "one,two", true})
			k.plays("missing", nil, "Completed", []any{404, "POST /404 ", "one,two", true})
			k.plays("down", nil, "Completed", []any{500, "GET /500 ", "one,two", true})
			k.plays("moved", nil, "Completed", []any{200, "GET /echo ", "one,two", true})
			k.plays("decoded", nil, "Completed", "json: cannot unmarshal string into Go struct field FetchResponse[map[string]interface {}].body of type map[string]interface {}")
			equal(k, "what was asked", k.noted(), []string{"/echo", "/echo", "/echo", "/404", "/500", "/moved", "/echo", "/refused"})
		},
	}, {
		name:    "fetch that fails",
		shows:   "a request that fails or gets an incomplete answer is retried like a step; then the step fails with a GatewayError",
		differs: "ours repeats only the request, and the official server calls the function for each attempt; the messages differ, and ours name only the URL's host",
		play: func(k *kit) {
			target := k.target()
			asks := func(url string) handler {
				return func(ctx context.Context, _ input) (any, error) {
					k.notef("call")
					_, err := step.Fetch[string](ctx, "ask", step.FetchOpts{URL: url})
					return named(err)
				}
			}
			k.serve(
				k.with(options{ID: "dropped", Retries: new(1)}, "dropped", asks(target+"/drop")),
				k.on("cut", "cut", asks(target+"/cut")),
				k.on("nobody", "nobody", asks("http://127.0.0.1:1/")),
				k.on("invalid", "invalid", asks("http://127.0.0.1:none/")),
				k.on("none", "none", asks("")),
			)
			k.plays("dropped", nil, "Completed", "GatewayError")
			equal(k, "what was asked", k.noted(), pick(k,
				[]string{"call", "/drop", "/drop", "call"}, []string{"call", "/drop", "call", "/drop", "call"}))
			for _, event := range []string{"cut", "nobody", "invalid", "none"} {
				k.plays(event, nil, "Completed", "GatewayError")
			}
		},
	}, {
		name:  "infer",
		shows: "the server makes the request of step.Infer: a POST of JSON, with the key where the format's provider expects it; the answer's JSON is the result",
		play: func(k *kit) {
			target := k.target()
			asks := func(format step.InferFormat) handler {
				return func(ctx context.Context, _ input) (any, error) {
					return infer(ctx, target+"/auth?x=1", format)
				}
			}
			k.serve(
				k.on("openai", "openai", asks(step.InferFormatOpenAIChat)),
				k.on("anthropic", "anthropic", asks(step.InferFormatAnthropic)),
				k.on("gemini", "gemini", asks(step.InferFormatGemini)),
				k.on("bedrock", "bedrock", asks(step.InferFormatBedrock)),
				k.on("other", "other", asks("other")),
			)
			auth := func(authorization, apiKey, query string) any {
				return map[string]any{"authorization": authorization, "apiKey": apiKey, "query": query, "type": "application/json", "body": `{"model":"m"}`}
			}
			k.plays("openai", nil, "Completed", auth("Bearer key", "", "x=1"))
			k.plays("anthropic", nil, "Completed", auth("", "key", "x=1"))
			k.plays("gemini", nil, "Completed", auth("", "", "key=key&x=1"))
			k.plays("bedrock", nil, "Completed", auth("key", "", "x=1"))
			k.plays("other", nil, "Completed", auth("Bearer key", "", "x=1"))
		},
	}, {
		name:    "infer that fails",
		shows:   "an answer with a status other than 2xx is retried like a step; then the step fails with an AIGatewayError, whose data is the answer",
		differs: "the messages; with an answer that is not JSON ours fails the step, and the official server repeats the call endlessly",
		play: func(k *kit) {
			target := k.target()
			asks := func(url string) handler {
				return func(ctx context.Context, _ input) (any, error) {
					_, err := infer(ctx, url, step.InferFormatOpenAIChat)
					var failed sdkerrors.StepError
					if !errors.As(err, &failed) {
						return nil, fmt.Errorf("the step did not fail: %w", err)
					}
					return []any{failed.Name, failed.Data}, nil
				}
			}
			functions := []function{
				k.with(options{ID: "refused", Retries: new(1)}, "refused", asks(target+"/refused")),
				k.on("nobody", "nobody", asks("http://127.0.0.1:1/")),
			}
			k.serve(append(functions, pick(k, []function{k.on("text", "text", asks(target+"/echo"))}, nil)...)...)
			k.plays("refused", nil, "Completed", []any{"AIGatewayError", map[string]any{"refused": true}})
			equal(k, "what was asked", k.noted(), []string{"/refused", "/refused"})
			k.plays("nobody", nil, "Completed", []any{"AIGatewayError", pick[any](k, nil, map[string]any{"error": "Error making AI request"})})
			if !k.server.official {
				k.plays("text", nil, "Completed", []any{"AIGatewayError", "POST /echo {\"model\":\"m\"}"})
			}
		},
	}}
}

// target serves the requests of steps, notes each request's path, and returns
// its URL.
func (k *kit) target() string {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.notef("%s", r.URL.Path)
		body, _ := io.ReadAll(r.Body)
		w.Header()["X-Echo"] = []string{"one", "two"}
		switch r.URL.Path {
		case "/404":
			w.WriteHeader(http.StatusNotFound)
		case "/500":
			w.WriteHeader(http.StatusInternalServerError)
		case "/moved":
			http.Redirect(w, r, "/echo", http.StatusSeeOther)
			return
		case "/refused":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"refused":true}`)
			return
		case "/auth":
			_, _ = fmt.Fprintf(w, `{"authorization":%q,"apiKey":%q,"query":%q,"type":%q,"body":%q}`,
				r.Header.Get("Authorization"), r.Header.Get("X-Api-Key"), r.URL.RawQuery, r.Header.Get("Content-Type"), body)
			return
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		case "/drop":
			panic(http.ErrAbortHandler)
		}
		_, _ = fmt.Fprintf(w, "%s %s %s%s", r.Method, r.URL, r.Header.Get("X-Ask"), body)
	}))
	k.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

func infer(ctx context.Context, url string, format step.InferFormat) (map[string]any, error) {
	return step.Infer[map[string]any, map[string]any](ctx, "ask", step.InferOpts[map[string]any]{
		Opts: step.InferRequestOpts{URL: url, AuthKey: "key", Format: format}, Body: map[string]any{"model": "m"},
	})
}

// named returns the name of the error of a step.
func named(err error) (any, error) {
	var failed sdkerrors.StepError
	if !errors.As(err, &failed) {
		return nil, fmt.Errorf("the step did not fail: %w", err)
	}
	return failed.Name, nil
}
