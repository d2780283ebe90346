package inngesttest

import (
	"os"
	"strings"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Config sets up an Env. Its zero value is that of New.
type Config struct {
	// AppID is the id of the app that is made for functions given without
	// one; it begins their full ids. Defaults to "test".
	AppID string
	// Start is where the clock stands at first. Defaults to now; inside a
	// bubble of testing/synctest it cannot be set.
	Start time.Time
	// ManualRetries leaves a run at rest before each retry, until Advance
	// passes its backoff. Defaults to false: retries are gone through.
	ManualRetries bool
	// MocksOnly fails the test when a step's own code would run, so that
	// nothing real is touched by a step that was forgotten. Defaults to false.
	MocksOnly bool
	// Deliver hands the events that functions send to the other functions of
	// the app and to waits, as Inngest does. Defaults to false: they are
	// captured. See also Env.Deliver and Env.Drain.
	Deliver bool
	// StepOrder is the order in which parallel steps run. Defaults to Declared.
	StepOrder StepOrder
	// SkipChecks turns checks off that are on by default. Defaults to none.
	SkipChecks Check
	// IdleTimeout bounds, in real time, how long the functions may take to come
	// to rest. Defaults to a minute; inside a bubble it is a day of its time.
	IdleTimeout time.Duration
}

// Check is one of the checks that a test is put through, or several, joined
// with |.
type Check uint

// The checks.
const (
	// CheckReplay replays functions and compares the order of their steps.
	CheckReplay Check = 1 << iota
	// CheckStepIDs looks for step ids that are used in two places: on two lines,
	// or on one that two lines of a function lead to.
	CheckStepIDs
	// CheckGoroutines looks for goroutines left behind by functions.
	CheckGoroutines
	// CheckWaits looks for runs that wait for events when the test ends.
	CheckWaits
	// CheckMocks looks for mocks that were never asked.
	CheckMocks
	// CheckSends looks for events that functions send outside their steps, by
	// App.Sender or a client of their own.
	CheckSends
	// CheckValidation looks for runs that failed because of invalid events,
	// and of which the test did not say that they should.
	CheckValidation
	// CheckFaults looks for faults that never happened.
	CheckFaults
)

// New prepares a test of an app, or of functions, or of anything that has
// some; for the latter an app is made. An app may be under one test at a time.
// From here until the test's end everything that it sends stays in the
// process. Mistakes in the functions' set-up fail the test at once.
//
// With INNGEST_DEV_SERVER_URL set, the test runs against the Inngest server
// there, in real time: see Env.UsesRealServer.
func New(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	return Config{}.New(t, sources...)
}

// New is the function New with a Config.
func (c Config) New(t testing.TB, sources ...inngestkit.Source) *Env {
	t.Helper()
	url := strings.TrimSpace(os.Getenv("INNGEST_DEV_SERVER_URL"))
	if url == "" {
		return c.newEnv(t, nil, sources)
	}
	if inBubble() { // whose time stands still while a request is on its way
		skipOnRealServer(t, "a bubble of testing/synctest")
	}
	return c.newEnv(t, overHTTP(url), sources)
}

// newEnv makes an Env that uses the server behind a connection, or the embedded
// engine if that is nil.
func (c Config) newEnv(t testing.TB, server *connection, sources []inngestkit.Source) *Env {
	t.Helper()
	app := c.app(t, sources)
	if c.IdleTimeout <= 0 {
		c.IdleTimeout = time.Minute
	}
	e := &Env{t: t, app: app, cfg: c, order: c.StepOrder, deliverAll: c.Deliver, runs: map[string]*Run{}, calls: map[string]*delivery{}, deliver: map[string]*site{}}
	if server != nil {
		e.real = &realServer{env: e, connection: server, progress: map[string]*progress{}}
	}
	e.begin()
	return e
}

// app is the one among the sources, or one that is made for them.
func (c Config) app(t testing.TB, sources []inngestkit.Source) *inngestkit.App {
	t.Helper()
	var app *inngestkit.App
	rest := make([]inngestkit.Source, 0, len(sources))
	for _, source := range sources {
		a, ok := source.(*inngestkit.App)
		switch {
		case source == nil:
			t.Fatal("inngesttest: New was given a nil; give an app, or functions, or anything with Functions()")
		case ok && a == nil:
			t.Fatal("inngesttest: the app is nil; did inngestkit.New return an error?")
		case ok && app == nil:
			app = a
			continue
		case ok:
			t.Fatal("inngesttest: New was given two apps; an Env has one: make an Env for each")
		}
		rest = append(rest, source)
	}
	switch {
	case len(sources) == 0:
		t.Fatal("inngesttest: there is nothing to test; write New(t, app), or New(t, fn, fn…)")
	case app != nil && len(rest) > 0:
		t.Fatal("inngesttest: New was given an app and functions; register the functions with the app, or leave it out")
	case app != nil:
		return app
	}
	if c.AppID == "" {
		c.AppID = "test"
	}
	app, err := inngestkit.New(inngestkit.Config{AppID: c.AppID, Mode: inngestkit.ModeDev})
	if err == nil {
		err = app.Register(rest...)
	}
	if err != nil {
		t.Fatalf("inngesttest: the functions cannot be registered:\n%v", err)
	}
	return app
}
