package inngesttest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// nothing returns an Env whose function takes no steps.
func nothing(t testing.TB) *inngesttest.Env {
	t.Helper()
	return inngesttest.NewFunctions(t, on(func(context.Context, input) (any, error) { return "", nil }))
}

// TestArgumentFailures checks the messages about invalid arguments, each of one line.
func TestArgumentFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		test func(t testing.TB)
		want string
	}{
		"a nil event":                   {func(t testing.TB) { nothing(t).Trigger(nil) }, "the event is nil; pass one such as OrderCreated.New(data)"},
		"a nil event to send":           {func(t testing.TB) { nothing(t).Send(started(), nil) }, "the event is nil"},
		"a nil event of one function":   {func(t testing.TB) { nothing(t).Function("fn").Trigger(nil) }, "the event is nil"},
		"a nil event of a step":         {func(t testing.TB) { nothing(t).RunStep("a", nil) }, "the event is nil"},
		"a call of an unknown function": {func(t testing.TB) { inngesttest.NewCall(t, nothing(t).App(), "fm", started()) }, `NewCall: the app has no function "fm"; it has fn`},
		"a call at an attempt below zero": {func(t testing.TB) {
			inngesttest.NewCall(t, nothing(t).App(), "fn", started(), inngesttest.WithAttempt(-1))
		}, "WithAttempt(-1): attempts are counted from zero"},
		"an unknown function":             {func(t testing.TB) { nothing(t).Function("fm") }, `the app has no function "fm"; it has fn`},
		"the run of an unknown function":  {func(t testing.TB) { nothing(t).LastRun("fm") }, `the app has no function "fm"; it has fn`},
		"the runs of an unknown function": {func(t testing.TB) { nothing(t).Runs("fn", "fm") }, `the app has no function "fm"; it has fn`},
		"an attempt below zero":           {func(t testing.TB) { nothing(t).Function("fn").Attempt(-1) }, "Attempt(-1): attempts are counted from zero"},
		"a use below zero":                {func(t testing.TB) { nothing(t).Step("a").AtIndex(-1) }, "AtIndex(-1): uses are counted from zero"},
		"answers below zero":              {func(t testing.TB) { nothing(t).Step("a").Returns("x").Times(-1) }, "Times(-1): leave it out to let the mock answer always"},
		"a time that has passed":          {func(t testing.TB) { nothing(t).AdvanceTo(time.Unix(0, 0).UTC()) }, "AdvanceTo(1970-01-01T00:00:00Z): the clock shows "},
		"a signal that nothing waits for": {func(t testing.TB) { nothing(t).Signal("approval", true) }, `no run waits for the signal "approval"; start a function that reaches its step.WaitForSignal first`},
		"a nil run":                       {func(t testing.TB) { nothing(t).AdvanceToEnd(nil) }, "AdvanceToEnd(nil): pass a run, such as one that env.Trigger returns"},
		"a failure without an error":      {func(t testing.TB) { nothing(t).Step("a").Fails(nil) }, "Fails(nil) has no error; pass one, or write Returns"},
		"no fault":                        {func(t testing.TB) { nothing(t).Inject(0) }, "Inject(0): there is no such fault; write one of DuplicateDelivery, LostResponse"},
		"an unknown fault":                {func(t testing.TB) { nothing(t).Inject(99) }, "Inject(99): there is no such fault; write one of DuplicateDelivery, LostResponse"},
		"a refusal at a step":             {func(t testing.TB) { nothing(t).Inject(inngesttest.RefusedSends).AtStep("a") }, "RefusedSends does not happen at a step; limit it to a function, with In"},
		"a status of another fault":       {func(t testing.TB) { nothing(t).Inject(inngesttest.LostResponse).Status(503) }, "it sets the status of RefusedSends, which must be 400 or more"},
		"a refusal that accepts":          {func(t testing.TB) { nothing(t).Inject(inngesttest.RefusedSends).Status(200) }, "Status(200): it sets the status of RefusedSends, which must be 400 or more"},
		"an error as an output":           {func(t testing.TB) { nothing(t).Step("a").Returns("x", errors.New("gone")) }, `Returns was called with an error, "gone"; to make the step fail, write Fails(err)`},
		"a request before a router":       {func(t testing.TB) { nothing(t).Do(httptest.NewRequest(http.MethodPost, "/orders", http.NoBody)) }, "Do: there is no router for POST /orders, only the app's webhook; write env.UseRouter(router) first"},
		"a nil router":                    {func(t testing.TB) { nothing(t).UseRouter(nil) }, "pass the router that the app's webhook is mounted on"},
		"a nil request":                   {func(t testing.TB) { nothing(t).Do(nil) }, "pass a request"},
		"a nil source":                    {func(t testing.TB) { inngesttest.NewFunctions(t, nil) }, "a source is nil; pass functions, or services"},
		"a nil app":                       {func(t testing.TB) { inngesttest.New(t, nil) }, "the app is nil"},
		"a call of a nil app":             {func(t testing.TB) { inngesttest.NewCall(t, nil, "fn", started()) }, "the app is nil"},
		"a call with a nil event":         {func(t testing.TB) { inngesttest.NewCall(t, nothing(t).App(), "fn", nil) }, "the event is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := record(t, c.test)
			if !strings.HasPrefix(got, "inngesttest: ") || !strings.Contains(got, c.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("the failure is %q, want one line with %q", got, c.want)
			}
		})
	}
}

// TestNilRecorder searches the recorder of a context that has none.
func TestNilRecorder(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "the context that inngesttest.Context returned") {
			t.Errorf("RequireSent panicked with %q", got)
		}
	}()
	inngesttest.RequireSent(inngesttest.RecorderOf(t.Context()), OrderCreated)
}
