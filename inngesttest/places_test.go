package inngesttest_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"github.com/inngest/inngestgo/group"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/inngesttest"
)

// lines are the lines of a step and of the call that leads to it.
type lines struct{ step, call int }

// mark sets line to the line of its caller, and returns ctx.
func mark(ctx context.Context, line *int) context.Context {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	*line = f.Line
	return ctx
}

func nap(ctx context.Context, at *lines) { step.Sleep(mark(ctx, &at.step), "nap", day) }

func napIn[T any](ctx context.Context, at *lines, _ T) { nap(ctx, at) }

// napBelow naps at a depth.
func napBelow(ctx context.Context, at *lines, depth int) {
	if depth == 0 {
		nap(ctx, at)
		return
	}
	napBelow(ctx, at, depth-1)
}

// napInLoop must not be inlined, since the body of an inlined loop has another name.
//
//go:noinline
func napInLoop(ctx context.Context, at *lines) {
	for range iter.Seq[int](twice) {
		step.Sleep(mark(ctx, &at.step), "nap", day)
	}
}

func napInInlinedLoop(ctx context.Context, at *lines) {
	for range iter.Seq[int](twice) {
		step.Sleep(mark(ctx, &at.step), "nap", day)
	}
}

func twiceOf(context.Context) iter.Seq[int] { return twice }

// around is a handler of the user, which has nothing to do with the places of steps.
func around(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) })
}

type sleeper struct{ at *lines }

func (s sleeper) nap(ctx context.Context) { nap(ctx, s.at) }

// TestPlaces has runs that sleep in different places of a function. The message about
// the run names the line of the step. If that line is in a helper, it also names the
// line of the function that led to it.
func TestPlaces(t *testing.T) {
	t.Parallel()
	const direct, called = "%[1]d", "%[1]d, called at inngesttest/places_test.go:%[2]d"
	for name, c := range map[string]struct {
		take func(at *lines) handler
		want string
	}{
		"a function": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				step.Sleep(mark(ctx, &at.step), "nap", day)
				return nil, nil
			}
		}, direct},
		"a helper": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				nap(mark(ctx, &at.call), at)
				return nil, nil
			}
		}, called},
		"a helper of a generic helper": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				napIn(mark(ctx, &at.call), at, "")
				return nil, nil
			}
		}, called},
		"a method": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				sleeper{at}.nap(mark(ctx, &at.call))
				return nil, nil
			}
		}, called},
		"a helper that calls itself": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				napBelow(mark(ctx, &at.call), at, 3)
				return nil, nil
			}
		}, called},
		"a helper that is too deep for the way to it to be known": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				napBelow(ctx, at, 30)
				return nil, nil
			}
		}, direct},
		"a function literal": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				func(ctx context.Context) {
					step.Sleep(mark(ctx, &at.step), "nap", day)
				}(mark(ctx, &at.call))
				return nil, nil
			}
		}, called},
		"a loop over an iterator": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				for range iter.Seq[int](twice) {
					step.Sleep(mark(ctx, &at.step), "nap", day)
				}
				return nil, nil
			}
		}, direct},
		"loops over iterators": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				for range iter.Seq[int](twice) {
					for range iter.Seq[int](twice) {
						step.Sleep(mark(ctx, &at.step), "nap", day)
					}
				}
				return nil, nil
			}
		}, direct},
		"a function literal in a loop over an iterator": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				for range twiceOf(mark(ctx, &at.call)) {
					func() { step.Sleep(mark(ctx, &at.step), "nap", day) }()
				}
				return nil, nil
			}
		}, called},
		"a loop over an iterator that is not inlined": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				for range slices.Values([]int{1, 2}) {
					for range maps.All(map[int]int{1: 1, 2: 2}) {
						step.Sleep(mark(ctx, &at.step), "nap", day)
					}
				}
				return nil, nil
			}
		}, direct},
		"a helper in a loop over an iterator": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				for range twiceOf(mark(ctx, &at.call)) {
					nap(ctx, at)
				}
				return nil, nil
			}
		}, called},
		"a loop over an iterator in a helper": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				napInLoop(mark(ctx, &at.call), at)
				return nil, nil
			}
		}, called},
		"a loop over an iterator in an inlined helper": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				napInInlinedLoop(mark(ctx, &at.call), at)
				return nil, nil
			}
		}, called},
		"a callback of the standard library": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				slices.SortFunc([]context.Context{mark(ctx, &at.call), ctx}, func(ctx, _ context.Context) int {
					step.Sleep(mark(ctx, &at.step), "nap", day)
					return 0
				})
				return nil, nil
			}
		}, called},
		"a branch": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				return nil, group.Parallel(ctx, func(ctx context.Context) (any, error) {
					step.Sleep(mark(ctx, &at.step), "nap", day)
					return nil, nil
				}).AnyError()
			}
		}, direct},
		"a helper in a branch": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				return nil, group.Parallel(ctx, func(ctx context.Context) (any, error) {
					nap(mark(ctx, &at.call), at)
					return nil, nil
				}).AnyError()
			}
		}, called},
		"a step of an event": {func(at *lines) handler {
			return func(ctx context.Context, _ input) (any, error) {
				_, _ = OrderConfirmed.Wait(mark(ctx, &at.step), "nap", day)
				return nil, nil
			}
		}, direct},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var at lines
			text := record(t, func(t testing.TB) {
				env := inngesttest.NewFunctions(t, on(c.take(&at)))
				env.UseRouter(around(env.Handler()))
				env.Trigger(started()).RequireCompleted()
			})
			equal(t, "the place", placeOf(t, `at "nap" \(`, text), fmt.Sprintf(c.want, at.step, at.call))
		})
	}
}

// mockBelow mocks a step at a depth.
func mockBelow(ctx context.Context, env *inngesttest.Env, at *lines, depth int) {
	if depth == 0 {
		mark(ctx, &at.step)
		env.Step("a").Returns("x")
		return
	}
	mockBelow(ctx, env, at, depth-1)
}

// TestPlacesOfMocks has mocks that are never used. The message about each names its
// line, and the line of the test that led to it.
func TestPlacesOfMocks(t *testing.T) {
	t.Parallel()
	for depth, want := range map[int]string{
		0:  "%[1]d, called at inngesttest/places_test.go:%[2]d",
		3:  "%[1]d, called at inngesttest/places_test.go:%[2]d",
		20: "%[1]d", // too deep for the way to it to be known
	} {
		var at lines
		tb := &recordingTB{TB: t, ctx: t.Context()}
		env := nothing(tb)
		mockBelow(mark(t.Context(), &at.call), env, &at, depth)
		env.Close()
		equal(t, "the place at a depth of "+fmt.Sprint(depth), placeOf(t, `env\.Step\("a"\) at `, tb.log.String()), fmt.Sprintf(want, at.step+1, at.call))
	}
}

// placeOf returns the place that follows a text, without its file.
func placeOf(t *testing.T, after, text string) string {
	t.Helper()
	found := regexp.MustCompile(after + `inngesttest/places_test\.go:(.*?)(\)| was|\n)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("it says %q", text)
	}
	return found[1]
}
