package call

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/inngestkit/inngestkit/core/internal/api"
)

// hydrateAttempts is how often a missing part of a call is asked for, and
// hydrateDelay the first pause. Inngest retries the call itself, so this need not be patient.
const (
	hydrateAttempts = 3
	hydrateDelay    = 100 * time.Millisecond
)

// hydrate completes a call whose state was too large to be sent with it: the
// server then sets use_api, and the steps and events are fetched from its API
// (SDK specification 4.4.2). A call whose state cannot be fetched is answered
// with a retriable error and never run without it: it would repeat finished
// steps.
func (c *Call) hydrate(ctx context.Context) *Answer {
	if !c.body.useAPI {
		return nil
	}
	err := c.fetchState(ctx)
	if err == nil {
		return nil
	}
	c.logger.Error("inngestkit: a call's state could not be fetched; Inngest will retry it", "error", err.Error())
	return Failure(http.StatusInternalServerError, "StateUnavailable", "the run's state could not be fetched from the Inngest API")
}

func (c *Call) fetchState(ctx context.Context) error {
	var b body
	if err := c.fetch(ctx, "actions", func(w walker) error { return w.members(&b.steps) }); err != nil {
		return err
	}
	if err := c.fetch(ctx, "batch", func(w walker) error { return w.elements(&b.events) }); err != nil {
		return err
	}
	if len(b.events) == 0 || b.events[0][0] != '{' {
		return errors.New("the run's batch holds no events")
	}
	c.body.steps, c.body.events, c.body.event = b.steps, b.events, b.events[0]
	return nil
}

// fetch requests one part of a run's state and hands it to take.
func (c *Call) fetch(ctx context.Context, part string, take func(walker) error) error {
	if c.meta.RunID == "" {
		return errors.New("the call names no run")
	}
	target := c.fn.app.Settings.APIBaseURL + "/v0/runs/" + url.PathEscape(c.meta.RunID) + "/" + part
	delay := hydrateDelay
	for attempt := 1; ; attempt++ {
		retry, err := c.fetchOnce(ctx, target, take)
		if err == nil {
			return nil
		}
		if !retry || attempt == hydrateAttempts || !api.Pause(ctx, delay) {
			return fmt.Errorf("%s: %w", part, err)
		}
		delay *= 2
	}
}

func (c *Call) fetchOnce(ctx context.Context, target string, take func(walker) error) (retry bool, err error) {
	status, reply, err := c.fn.app.API.Do(ctx, api.Request{Method: http.MethodGet, URL: target, Limit: c.fn.app.Settings.MaxReplyBytes})
	switch {
	case errors.Is(err, api.ErrTooLarge):
		return false, err
	case err != nil:
		return true, api.WithoutURL(err)
	case status != http.StatusOK:
		return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests, fmt.Errorf("the API answered with status %d", status)
	}
	if w := newWalker(reply); take(w) != nil || !w.atEnd() {
		return true, errors.New("the API's answer is not the JSON expected")
	}
	return false, nil
}
