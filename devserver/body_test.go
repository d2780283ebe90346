package devserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/devserver"
)

// halfSent sends the head of a request and the first byte of its body.
func halfSent(t *testing.T, s *devserver.Server, method, path string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, method+" "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestHalfSentBodies sends requests whose bodies never end, to handlers that read
// them and to others, and expects an answer and the end of the connection.
func TestHalfSentBodies(t *testing.T) {
	s := serve(t, devserver.BodyTimeout(devserver.Config{}, 20*time.Millisecond))
	lifetime := halfLifetime(t, s)
	for request, want := range map[string]int{
		"POST /e/key": http.StatusRequestTimeout, "POST /fn/register": http.StatusRequestTimeout, "POST /v1/signals": http.StatusRequestTimeout,
		"POST /api/v2/events": http.StatusRequestTimeout, "POST /dev/apps": http.StatusRequestTimeout, "POST /v1/http/runs": http.StatusRequestTimeout,
		"GET /health": http.StatusOK, "POST /nowhere": http.StatusNotFound, "DELETE /e/key": http.StatusMethodNotAllowed,
	} {
		method, path, _ := strings.Cut(request, " ")
		in := bufio.NewReader(halfSent(t, s, method, path))
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Errorf("%s: %v", request, err)
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		if res.Body.Close(); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", request, res.StatusCode, want)
		}
		if _, err := in.ReadByte(); err != io.EOF {
			t.Errorf("%s: the connection stays open: %v", request, err)
		}
	}
	select {
	case <-lifetime:
		t.Error("an answer that lasts longer than the timeout of bodies was cut off")
	default:
	}
}

// halfLifetime opens an answer that lasts as long as the server, and returns a
// channel that is closed at its end.
func halfLifetime(t *testing.T, s *devserver.Server) <-chan struct{} {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/dev/lifetime", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.(drained).RoundTripper.RoundTrip(req) //nolint:bodyclose // closed at the test's end
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, res.Body)
	}()
	t.Cleanup(func() {
		res.Body.Close()
		<-ended
	})
	return ended
}

// TestHalfSentBodiesDoNotHoldUpTheStop stops a server with requests whose bodies
// never end, and with connections that send nothing.
func TestHalfSentBodiesDoNotHoldUpTheStop(t *testing.T) {
	s, err := devserver.Start(t.Context(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		halfSent(t, s, http.MethodPost, "/e/key")
	}
	silent, err := net.Dial("tcp", address(s))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if res, _ := call(t, http.MethodGet, s.URL()+"/health", ""); res.StatusCode != http.StatusOK { // it has accepted the others
		t.Fatal(res.StatusCode)
	}
	http.DefaultClient.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	began := time.Now()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 4*time.Second { // it waits for half a second
		t.Errorf("it stopped after %v", took)
	}
}

// TestInvalidUTF8 sends and returns bytes that are not UTF-8, as data, names, ids
// and errors: all lists stay valid JSON in UTF-8.
func TestInvalidUTF8(t *testing.T) {
	s := serve(t, devserver.Config{PollInterval: -1})
	api := s.URL()
	raw := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !utf8.Valid(body) {
			t.Errorf("the app was called with %q", body)
		}
		w.Header().Set("X-Inngest-Sdk", "test:v1")
		switch name := r.URL.Query().Get("fnId"); {
		case strings.HasSuffix(name, "-fails"):
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "{\"name\":\"E\xff\",\"message\":\"no \xff\",\"stack\":\"at \xff\"}")
		case strings.HasSuffix(name, "-text"):
			w.Header().Set("X-Inngest-No-Retry", "true")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "no \xff JSON")
		case strings.HasSuffix(name, "-steps") && !strings.Contains(string(body), "hash"):
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, "[{\"id\":\"hash\",\"op\":\"StepRun\",\"displayName\":\"s\xff\",\"data\":\"d\xff\"}]")
		default:
			_, _ = io.WriteString(w, "{\"output\":\"o\xff\"}")
		}
	}))
	var functions []string
	for _, name := range []string{"returns", "fails", "text", "steps"} {
		functions = append(functions, `{"id":"odd-`+name+`","name":"`+name+"\xff"+`","triggers":[{"event":"go"}],"steps":{"step":{"id":"step","name":"step","retries":{"attempts":0},"runtime":{"url":"`+raw+`/api?fnId=odd-`+name+`"}}}}`)
	}
	if res, body := call(t, http.MethodPost, api+"/fn/register", `{"appName":"odd","url":"`+raw+`/api","functions":[`+strings.Join(functions, ",")+`]}`); res.StatusCode != http.StatusOK {
		t.Fatal(body)
	}
	id := send(t, api, "{\"name\":\"go\",\"id\":\"i\xff\",\"data\":{\"x\":\"a\xffb\"},\"user\":{\"u\":\"\xfe\"}}")
	send(t, api, "{\"name\":\"n\xff\",\"data\":{\"\xff\":1}}")
	if _, body := call(t, http.MethodPost, api+"/invoke/odd-returns", "{\"data\":{\"x\":\"\xff\"}}"); !strings.Contains(body, `"id"`) {
		t.Error(body)
	}
	type run struct {
		Status  string
		EndedAt *string `json:"ended_at"`
		Output  json.RawMessage
	}
	var page struct{ Data []run }
	eventually(t, func() bool {
		_, body := call(t, http.MethodGet, api+"/v1/events/"+id+"/runs", "")
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		return len(page.Data) == 4 && !slices.ContainsFunc(page.Data, func(r run) bool { return r.EndedAt == nil })
	})
	outputs := map[string]any{}
	for _, r := range page.Data {
		var failure struct{ Name, Message *string } // the official shape
		switch err := json.Unmarshal(r.Output, &failure); {
		case r.Status != "Failed":
		case err != nil || failure.Name == nil || failure.Message == nil:
			t.Errorf("a failed run has the output %s", r.Output)
		default:
			outputs[*failure.Message] = *failure.Name
		}
	}
	if outputs["no \ufffd"] != "E\ufffd" || outputs["no \ufffd JSON"] != "Error" || len(outputs) != 2 {
		t.Errorf("the failures are %v", outputs)
	}
	for _, path := range []string{
		"/v1/events?include_internal=true", "/v1/events/" + id, "/v1/events/" + id + "/runs", "/api/v2/runs?includeOutput=true", "/api/v2/apps", "/api/v2/apps/odd/functions",
		"/v1/apps/odd/functions", "/dev", "/dev/apps", "/page/api/runs", "/page/api/events?internal=true", "/page/api/apps", "/page/api/sample?event=go", "/page/api/events/" + id,
	} {
		res, body := call(t, http.MethodGet, api+path, "")
		if res.StatusCode != http.StatusOK || !utf8.ValidString(body) || !json.Valid([]byte(body)) {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
	}
}

// TestFailuresHaveTheOfficialShape lets functions and steps fail in each way, and
// expects name and message in the output of each run.
func TestFailuresHaveTheOfficialShape(t *testing.T) {
	s := serve(t, devserver.Config{})
	syncApp(t, app(t, s.URL(), func(_ context.Context, in input) (any, error) {
		return nil, inngestgo.NoRetryError(textError(in.Event.Data["error"].(string)))
	}))
	for _, text := range []string{"boom", "", "{\"message\":\"nested\"}", "<b>", "\"quoted\""} {
		raw, _ := json.Marshal(map[string]any{"name": "go", "data": map[string]string{"error": text}})
		run := waitRun(t, s.URL(), send(t, s.URL(), string(raw)))
		output, ok := run["output"].(map[string]any)
		if _, named := output["name"].(string); !ok || !named || run["status"] != "Failed" {
			t.Errorf("%q: the run is %v", text, run)
		}
		if _, said := output["message"].(string); !said {
			t.Errorf("%q: the output %v has no message", text, output)
		}
	}
}

type textError string

func (e textError) Error() string { return string(e) }
