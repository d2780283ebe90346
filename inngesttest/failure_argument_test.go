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

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// nothing is an Env whose function takes no steps.
func nothing(t testing.TB) *inngesttest.Env {
	t.Helper()
	return inngesttest.New(t, on(func(context.Context, input) (any, error) { return "", nil }))
}

// TestArgumentFailures holds what the kit says of arguments that cannot be
// meant, each in one line.
func TestArgumentFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		test func(t testing.TB)
		want string
	}{
		"a nil event":                   {func(t testing.TB) { nothing(t).Trigger(nil) }, "the event is nil; give one such as OrderCreated.New(data)"},
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
		"a time that has passed":          {func(t testing.TB) { nothing(t).AdvanceTo(time.Unix(0, 0).UTC()) }, "AdvanceTo(1970-01-01T00:00:00Z): it is "},
		"a signal that nothing waits for": {func(t testing.TB) { nothing(t).Signal("approval", true) }, `no run waits for the signal "approval"; let a function come to its step.WaitForSignal first`},
		"a nil run":                       {func(t testing.TB) { nothing(t).AdvanceToEnd(nil) }, "AdvanceToEnd(nil): give a run, such as env.Trigger returns"},
		"two apps":                        {func(t testing.TB) { inngesttest.New(t, nothing(t).App(), nothing(t).App()) }, "New was given two apps; an Env has one: make an Env for each"},
		"a failure without an error":      {func(t testing.TB) { nothing(t).Step("a").Fails(nil) }, "Fails(nil) is no failure; give an error, or write Returns"},
		"an unknown fault":                {func(t testing.TB) { nothing(t).Inject(99) }, "Inject(99): there is no such fault; write one of DuplicateDelivery, LostResponse"},
		"a refusal at a step":             {func(t testing.TB) { nothing(t).Inject(inngesttest.RefusedSends).AtStep("a") }, "RefusedSends happens to no single step; narrow it to a function, with In"},
		"a status of another fault":       {func(t testing.TB) { nothing(t).Inject(inngesttest.LostResponse).Status(503) }, "it sets the status, of 400 or more, that RefusedSends refuses with"},
		"a refusal that accepts":          {func(t testing.TB) { nothing(t).Inject(inngesttest.RefusedSends).Status(200) }, "Status(200): it sets the status, of 400 or more"},
		"an error as an output":           {func(t testing.TB) { nothing(t).Step("a").Returns("x", errors.New("gone")) }, `Returns was given an error, "gone"; to let the step fail, write Fails(err)`},
		"a request before a router":       {func(t testing.TB) { nothing(t).Do(httptest.NewRequest(http.MethodPost, "/orders", http.NoBody)) }, "Do: POST /orders has no router to go to, only the app's webhook; write env.UseRouter(router) first"},
		"a nil router":                    {func(t testing.TB) { nothing(t).UseRouter(nil) }, "give the router that the app's webhook is mounted on"},
		"a nil request":                   {func(t testing.TB) { nothing(t).Do(nil) }, "give a request"},
		"a nil source":                    {func(t testing.TB) { inngesttest.New(t, nil) }, "New was given a nil; give an app, or functions"},
		"a nil app":                       {func(t testing.TB) { inngesttest.New(t, (*inngestkit.App)(nil)) }, "the app is nil"},
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

// TestNilRecorder looks events up in the recorder of a context that has none.
func TestNilRecorder(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "the context that inngesttest.Context returned") {
			t.Errorf("RequireSent panicked with %q", got)
		}
	}()
	inngesttest.RequireSent(inngesttest.RecorderOf(t.Context()), OrderCreated)
}
