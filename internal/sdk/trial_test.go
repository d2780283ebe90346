package sdk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestTrialFindsNoDifference(t *testing.T) {
	t.Parallel()
	for range 2 {
		for _, d := range Trial() {
			t.Error(d)
		}
	}
	if differs.Load() {
		t.Error("calls are checked although there is no difference")
	}
}

func TestCompareReportsEachDifference(t *testing.T) {
	t.Parallel()
	for i, p := range probes {
		all := append([]probe(nil), probes...)
		all[i].want = "another answer"
		found := compare(all)
		if len(found) != 1 || found[0] != (Difference{p.call, "another answer", p.want}) {
			t.Errorf("with another answer expected of %q it found %+v", p.call, found)
			continue
		}
		for _, word := range []string{p.call, "another answer", fmt.Sprintf("%q", p.want)} {
			if !strings.Contains(found[0].String(), word) {
				t.Errorf("%q does not say %s", found[0], word)
			}
		}
	}
}

// An error of the SDK or of this package is an answer too.
func TestTrialAnswersOfFailedCalls(t *testing.T) {
	t.Parallel()
	for want, run := range map[string]func(context.Context) (any, error){
		"no luck":              func(context.Context) (any, error) { return nil, errors.New("no luck") },
		"boom":                 func(context.Context) (any, error) { panic("boom") },
		"not one of the SDK's": func(ctx context.Context) (any, error) { return sender(CallOf(ctx).Send).Send(ctx, "text") },
	} {
		if got := (probe{run: run}).try(); !strings.HasPrefix(got, "500 ") || !strings.Contains(got, want) {
			t.Errorf("the answer is %q, want 500 with %q", got, want)
		}
	}
}

// BenchmarkTrial measures the trial calls that a process makes once.
func BenchmarkTrial(b *testing.B) {
	for b.Loop() {
		if found := compare(probes); len(found) > 0 {
			b.Fatal(found)
		}
	}
}
