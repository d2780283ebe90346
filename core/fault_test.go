package inngestkit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/devserver"
)

// faultRunsEnv sets how many runs TestFaults sends through.
const faultRunsEnv = "INNGESTKIT_FAULT_RUNS"

func faultRuns(t *testing.T) int {
	t.Helper()
	v := os.Getenv(faultRunsEnv)
	if v == "" {
		return 50
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFaults puts a network that loses, delays, doubles and cuts off messages
// between a server and an app whose process is killed again and again
// in the middle of a step. Every run must end, with results that were really
// made, and nothing that was committed may be lost: each later step must have
// been given the same results of those before it.
func TestFaults(t *testing.T) {
	t.Parallel()
	runs := faultRuns(t)
	dev, err := devserver.Start(t.Context(), devserver.Config{
		Addr: "127.0.0.1:0", SigningKey: signingKey, Logger: slog.New(slog.DiscardHandler),
		RetryBackoff: func(retry int) time.Duration { return min(time.Second, 10*time.Millisecond<<retry) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dev.Close() })
	app := startDoomed(t, dev.URL())
	network := newFaultyNetwork(t, app.address)
	proxy := httptest.NewServer(network)
	t.Cleanup(proxy.Close)

	sender, err := inngestkit.New(doomedConfig(dev.URL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Shutdown(context.Background()) })
	if err := sender.Register(doomedFunction(nil)); err != nil { // to be called elsewhere
		t.Fatal(err)
	}
	if err := sender.Sync(t.Context(), proxy.URL); err != nil {
		t.Fatal(err)
	}
	app.live()
	events := make([]inngestkit.Event, runs)
	for i := range events {
		events[i] = orderCreated.New(anOrder)
	}
	ids, err := sender.Sender().Send(t.Context(), events...)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{T: t, dev: dev, key: signingKey}
	results := map[string][]string{}
	for _, id := range ids {
		r := s.ended(id, 1)[0]
		var tokens []string
		if err := json.Unmarshal(r.Output, &tokens); err != nil || r.Status != "Completed" || len(tokens) != doomedSteps {
			t.Fatalf("run %s is %s with %s", r.ID, r.Status, r.Output)
		}
		results[r.ID] = tokens
	}
	app.stop()
	checkExecutions(t, app.executions(), results, network.delivered.Load())
	t.Logf("%d runs, %d calls delivered, %s, the app killed %d times", runs, network.delivered.Load(), network, app.kills.Load()-1)
	if app.kills.Load() < 2 || // the last kill is the test's own
		network.lost.Load() == 0 || network.doubled.Load() == 0 || network.cut.Load() == 0 {
		t.Error("there was not every kind of fault")
	}
}

// execution is one execution of a step, as the app noted it before the step
// ended.
type execution struct {
	run    string
	step   int
	token  string
	before []string // the results of the steps before it, as it was given them
}

func (e execution) String() string {
	return fmt.Sprintln(e.run, e.step, e.token, strings.Join(e.before, ","))
}

func parseExecutions(t *testing.T, text string) []execution {
	t.Helper()
	var all []execution
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		parts := strings.Split(lines.Text(), " ")
		step, err := strconv.Atoi(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		e := execution{run: parts[0], step: step, token: parts[2]}
		if parts[3] != "" {
			e.before = strings.Split(parts[3], ",")
		}
		all = append(all, e)
	}
	return all
}

func checkExecutions(t *testing.T, all []execution, results map[string][]string, delivered int64) {
	t.Helper()
	made := map[string]bool{}
	for _, e := range all {
		made[e.token] = true
		if tokens := results[e.run]; !slices.Equal(e.before, tokens[:e.step]) {
			t.Errorf("step %d of run %s was given %v, and the run ended with %v: a committed result was lost", e.step, e.run, e.before, tokens)
		}
	}
	for run, tokens := range results {
		for i, token := range tokens {
			if !made[token] {
				t.Errorf("result %d of run %s was never made", i, run)
			}
		}
	}
	if n := len(all); n < doomedSteps*len(results) || int64(n) > delivered {
		t.Errorf("%d runs of %d steps took %d executions in %d deliveries", len(results), doomedSteps, n, delivered)
	}
}
