package devserver_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/devserver"
)

// TestRefusedRegistrationIsExplained syncs an app whose trigger has an invalid
// expression: out of band, where the app quotes the server's answer, and in
// band. When the mistake is fixed, the server reports the next one.
func TestRefusedRegistrationIsExplained(t *testing.T) {
	const key = "signkey-test-0123456789abcdef"
	for _, signingKey := range []string{"", key} {
		log := make(logLines, 1000)
		s := serve(t, devserver.Config{SigningKey: signingKey, PollInterval: often, Logger: slog.New(slog.NewTextHandler(log, nil))})
		first, second := "event.data.total >", "event.data.total <"
		app := newSwap(conditional(t, s.URL(), signingKey, first))
		add(t, s.URL(), listen(t, app)+"/api/inngest")
		r := waitApp(t, s.URL(), func(a appState) bool { return a.Reason != nil }).Reason
		if r.Code != "registration" || !strings.Contains(r.What, "shop-fn") || !strings.Contains(r.What, first) || strings.Contains(r.Fix, "INNGEST_DEV") {
			t.Errorf("with key %q: %+v", signingKey, *r)
		}
		app.put(conditional(t, s.URL(), signingKey, second))
		for logged := false; !logged; {
			logged = strings.Contains(<-log, second)
		}
	}
}

// logLines receives the lines of a log.
type logLines chan string

func (l logLines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// conditional returns an app whose trigger has an expression. It is in dev mode
// unless it has a key.
func conditional(t *testing.T, api, key, expression string) http.Handler {
	t.Helper()
	dev := key == ""
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{AppID: "shop", Logger: quiet, Dev: &dev, APIBaseURL: &api, SigningKey: &key})
	if err != nil {
		t.Fatal(err)
	}
	trigger := inngestgo.EventTrigger("go", &expression)
	if _, err := inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "fn"}, trigger, nothing); err != nil {
		t.Fatal(err)
	}
	return client.Serve()
}

// TestSilentAppIsReportedWhileItIsWaitedFor makes an app answer after the server
// has reported it as silent.
func TestSilentAppIsReportedWhileItIsWaitedFor(t *testing.T) {
	s := serve(t, devserver.ImpatientAfter(devserver.Config{PollInterval: -1}, time.Millisecond))
	app, speak := devApp(t, s.URL(), "fn", nothing), make(chan struct{})
	add(t, s.URL(), listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-speak:
			app.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))+"/api/inngest")
	state := waitApp(t, s.URL(), func(a appState) bool { return a.Reason != nil })
	if r := state.Reason; r.Code != "timeout" || !strings.Contains(r.What, "within 1ms") {
		t.Errorf("got %+v", *r)
	}
	close(speak)
	waitApp(t, s.URL(), func(a appState) bool { return a.Reason == nil && a.App == "shop" })
}

// TestStoppingServerAsksNoAppToSync blocks a call while the server stops. The
// server would refuse an app that registers now, without any fault of the app.
func TestStoppingServerAsksNoAppToSync(t *testing.T) {
	log := make(logLines, 1000)
	s := serve(t, devserver.Config{PollInterval: time.Millisecond, Logger: slog.New(slog.NewTextHandler(log, nil))})
	calling, answer := make(chan struct{}), make(chan struct{})
	syncApp(t, listen(t, devApp(t, s.URL(), "fn", func(context.Context, input) (any, error) {
		close(calling)
		<-answer
		return nil, nil
	}))+"/api/inngest")
	send(t, s.URL(), `{"name":"go"}`)
	<-calling
	stopped := make(chan error)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	for stopping, after := false, 0; after < 100; { // time for many polls
		res, _ := call(t, http.MethodGet, s.URL()+"/dev/lifetime", "")
		if stopping = stopping || res.StatusCode == http.StatusServiceUnavailable; stopping {
			after++
		}
	}
	close(answer)
	http.DefaultClient.CloseIdleConnections()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	for len(log) > 0 {
		if line := <-log; strings.Contains(line, "does not sync") {
			t.Error(line)
		}
	}
}
