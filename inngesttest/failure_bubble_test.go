package inngesttest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/inngesttest"
)

// TestBubbleFailures is TestFailures for mistakes that make a bubble of
// testing/synctest panic, without a word about the rule that they break.
func TestBubbleFailures(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(release chan struct{}) handler{
		"a goroutine left behind": func(release chan struct{}) handler {
			return func(context.Context, input) (any, error) {
				go func() { <-release }()
				return nil, nil
			}
		},
		"a step that blocks": func(release chan struct{}) handler {
			return func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "blocks", func(context.Context) (any, error) { <-release; return nil, nil })
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				text := record(t, func(t testing.TB) { inngesttest.NewFunctions(t, on(fn(release))).Trigger(started()) })
				close(release)
				golden(t, text)
			})
		})
	}
}

// TestManyRuns is TestEventsWithoutEnd with an end: the last of many runs blocks, so
// the bubble's clock reaches the timeout.
func TestManyRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		runs := 0
		text := record(t, func(t testing.TB) {
			inngesttest.Config{Deliver: true}.NewFunctions(t, on(func(ctx context.Context, _ input) (any, error) {
				return step.Run(ctx, "again", func(ctx context.Context) (any, error) {
					if runs++; runs > 50 {
						<-release
					}
					return inngestkit.Send(ctx, started())
				})
			})).Trigger(started())
		})
		close(release)
		if !manyRuns(text) {
			t.Errorf("it says %q", text)
		}
	})
}

func TestEnvOutOfItsBubble(t *testing.T) {
	t.Parallel()
	text := record(t, func(tb testing.TB) {
		env := nothing(tb)
		synctest.Test(t, func(*testing.T) {
			failed := make(chan struct{})
			go func() {
				defer close(failed)
				env.Trigger(started())
			}()
			<-failed
		})
	})
	if !strings.Contains(text, "call inngesttest.New inside synctest.Test, with its t") {
		t.Errorf("it says %q", text)
	}
}

// TestEnvAfterItsTest uses an Env whose test can no longer fail.
func TestEnvAfterItsTest(t *testing.T) {
	t.Parallel()
	var env *inngesttest.Env
	record(t, func(t testing.TB) { env = nothing(t) })
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "create one in each test, with inngesttest.New(t, …)") {
			t.Errorf("Trigger panicked with %q", got)
		}
	}()
	env.Trigger(started())
}
