package engine_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/inngest/inngestgo"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// Modes of a singleton, with inngestgo's numbers.
const (
	modeSkip   = 0
	modeCancel = 1
)

func TestSingletonSkip(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	h.function("f", inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: modeSkip}})
	h.sync()
	h.starts("f", `{}`)
	h.starts("f", `{}`)
	h.stand("R")
	var refused *engine.RequestError
	if _, err := h.Invoke("shop-f", nil, nil); !errors.As(err, &refused) || refused.Status != http.StatusConflict {
		t.Errorf("got %v", err)
	}
	h.ends(0)
	h.starts("f", `{}`)
	h.stand("CR")
	h.ends(1)
}

func TestSingletonCancel(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	h.function("f", inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: modeCancel}})
	h.sync()
	h.starts("f", `{}`)
	h.starts("f", `{}`)
	h.stand("XR")
	close(h.door(h.runs[0])) // the answer for the cancelled run has no effect
	h.ends(1)
	h.stand("XC")
	h.starts("f", `{}`)
	h.stand("XCR")
	h.ends(2)
}

// TestSingletonKey checks that events whose key is missing or false are not limited.
func TestSingletonKey(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	key := "event.data.user"
	h.function("f", inngestgo.FunctionOpts{Singleton: &inngestgo.ConfigSingleton{Mode: modeSkip, Key: &key}})
	h.sync()
	for _, data := range []string{`{"user":"a"}`, `{"user":"a"}`, `{"user":"b"}`, `{}`, `{"user":false}`} {
		h.starts("f", data)
	}
	h.stand("RRRR")
	h.ends(0, 1, 2, 3)
}
