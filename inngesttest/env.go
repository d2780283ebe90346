package inngesttest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/seam"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// The URLs that the app has for itself and for Inngest. The transport between
// them opens no connection.
const (
	defaultPath = "/api/inngest"
	appURL      = "http://app.test"
	inngestURL  = "http://inngest.test"
)

// Keys for an app that needs them and has none.
const (
	testSigningKey = "signkey-test-696e6e67657374746573742d6b6579"
	testEventKey   = "inngesttest"
)

// Env is an app under test and the Inngest server that calls it. Create one in each
// test, with [New] or [NewFunctions]. Call its methods from the goroutine of the
// test only, except Handler, whose handler any goroutine may use.
type Env struct {
	t      testing.TB
	app    *inngestkit.App
	cfg    Config
	wired  seam.App
	engine *engine.Engine
	clock  clock
	id     int64 // unique in the process
	alone  alone
	start  time.Time
	real   *realServer // nil with the embedded engine
	closed bool
	ended  bool // by the end of the test
	// made is the call of New in a bubble. Package testing reports a failure at the
	// end of a bubble at a line in that package, so the message names the call.
	made *site
	// blocked reports whether the functions did not become idle in time.
	blocked bool
	// attempts are the runs of RunAttempt.
	attempts []*Run

	mu         sync.Mutex
	handler    http.Handler // receives the calls
	path       string
	mounted    bool                 // handler comes from the test
	outside    http.RoundTripper    // to a server, in place of handler
	runs       map[string]*Run      // all runs, by id
	began      []*Run               // the same, in the order in which they began
	calls      map[string]*delivery // in flight, by request id
	mocks      []*Mock
	faults     []*Fault
	sent       []*sentEvent
	posted     []wire.Event      // events that reached the engine
	waits      []engine.StepCall // waits that checkConditions has yet to look at
	deliverAll bool
	deliver    map[string]*site // by name of event; the line of the call
	order      StepOrder
	chance     *rand.Rand // nil unless the order is random
	stop       *stopAt
	storing    []storedStep // for the next run that begins
	problems   []string     // found by checks, not yet reported
	reported   map[string]bool
}

// begin rewires the app and registers it with the engine.
func (e *Env) begin() {
	e.t.Helper()
	e.enter()
	if e.real == nil {
		e.newClock()
	}
	if e.clock != nil && e.clock.bubble() {
		e.made = userSite()
	}
	wired, err := seam.Use().Rewire(e.app, seam.Wiring{
		Transport: api{e}, BaseURL: inngestURL, Dev: e.real != nil,
		SigningKey: testSigningKey, EventKey: testEventKey,
		Logger: slog.New(slog.NewTextHandler(e.t.Output(), nil)),
	})
	if err != nil {
		e.t.Fatalf("inngesttest: %v; create an app in each test, in a function such as newApp(t)", err)
	}
	e.wired = wired
	e.handler, e.path = e.app.Handler(), defaultPath
	e.t.Cleanup(func() {
		e.t.Helper()
		e.Close()
		e.ended = true
	})
	e.startOrder()
	if e.real != nil {
		e.real.begin()
		return
	}
	e.engine, err = engine.New(engine.Config{
		Clock: e.clock, Transport: webhook{e}, Workers: 1, LetLastStepEnd: true,
		Keep: math.MaxInt, KeepBytes: math.MaxInt, // as the Env keeps all
		Hooks: engine.Hooks{Run: e.onRun, Call: e.onCall, Mock: e.onMock, Stop: e.onStop, Order: e.onOrder},
	})
	if err == nil {
		err = e.app.Sync(context.Background(), appURL+e.path)
	}
	if err != nil {
		e.t.Fatalf("inngesttest: the functions cannot be registered:\n%v", err)
	}
}

// Close ends the test of the app: it runs the checks of the test's end and gives
// the app its own connections back. The end of the test calls Close. Call it
// yourself where one test creates many environments, such as in a benchmark.
func (e *Env) Close() {
	e.t.Helper()
	if e.closed {
		return
	}
	e.closed = true
	if e.engine != nil && !e.t.Failed() {
		e.checkMocks()
		e.checkFaults()
		e.checkDeliver()
		e.checkRuns()
	}
	e.closeEngine()
	if e.real != nil {
		e.real.end()
	}
	if !e.t.Failed() {
		e.checkGoroutines()
	}
	e.report()
	e.leave()
	if !e.blocked { // otherwise the app is still in use
		e.wired.Restore()
	}
}

// needsOpen fails the test if the Env has been closed, after which the app would
// send to a real server, or if it is used in a bubble that it was not created in.
func (e *Env) needsOpen() {
	e.t.Helper()
	const closed = "inngesttest: this Env has been closed, by Close or by the end of its test; create one in each test, with inngesttest.New(t, …)"
	switch {
	case e.ended: // its test can no longer fail
		panic(closed)
	case e.closed:
		e.t.Fatal(closed)
	case e.clock != nil && !e.clock.bubble() && inBubble():
		e.t.Fatal("inngesttest: this Env was created outside the bubble of testing/synctest in which it is used; call inngesttest.New inside synctest.Test, with its t")
	}
}

// closeEngine cancels the calls in flight and waits for them, unless one of them
// is known to be blocked.
func (e *Env) closeEngine() {
	switch {
	case e.engine == nil:
	case e.blocked:
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = e.engine.Shutdown(ctx) // its error says that it did not wait
	default:
		_ = e.engine.Close()
	}
}

// App returns the app under test: the one that was given to New, or that
// NewFunctions created.
func (e *Env) App() *inngestkit.App { return e.app }

// Now returns the time on the clock of the test.
func (e *Env) Now() time.Time {
	if e.clock == nil {
		return time.Now()
	}
	return e.clock.Now()
}

// Elapsed returns the time that has passed on the clock of the test since New.
func (e *Env) Elapsed() time.Duration { return e.Now().Sub(e.start) }

// onRun is the engine's hook for a run that begins. Hooks run with the engine's
// lock held and lock e.mu; no code locks the engine with e.mu held.
func (e *Env) onRun(id, function string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.add(id, function)
}

func (e *Env) add(id, function string) *Run {
	run := &Run{env: e, id: id, function: function, trail: newTrail()}
	run.keepStored(e.storing)
	e.storing = nil
	e.runs[id] = run
	e.began = append(e.began, run)
	return run
}

// checks reports whether a check is on.
func (e *Env) checks(c Check) bool { return e.cfg.SkipChecks&c == 0 }

// problemf notes a problem that a check has found. Each is reported once.
func (e *Env) problemf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Contains(e.problems, text) && !e.reported[text] {
		e.problems = append(e.problems, text)
	}
}

// report fails the test if checks have found problems. Checks run in other
// goroutines; report must be called from the test's.
func (e *Env) report() {
	e.t.Helper()
	e.mu.Lock()
	problems := e.problems
	e.problems = nil
	for _, p := range problems {
		if e.reported == nil {
			e.reported = map[string]bool{}
		}
		e.reported[p] = true
	}
	e.mu.Unlock()
	of := ""
	if e.closed && e.made != nil {
		of = fmt.Sprintf("\n\tThe Env was created at %s.", e.made)
	}
	for _, p := range problems {
		e.t.Errorf("inngesttest: %s%s", p, of)
	}
}
