package inngestkit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// How often a missing part of a call is asked for, and how long apart at
// first. Inngest retries the call itself, so this need not be patient.
const (
	hydrateAttempts = 3
	hydrateDelay    = 100 * time.Millisecond
)

// hydrate completes a call whose state was too large to be sent with it: the
// server then sets use_api, and the steps and events are fetched from its API
// (SDK specification 4.4.2). A call whose state cannot be had is answered with
// a retriable error, never run without: it would repeat steps that finished.
func (h *webhook) hydrate(ctx context.Context, c *call) *answer {
	if !c.body.useAPI {
		return nil
	}
	err := h.fetchState(ctx, c)
	if err == nil {
		return nil
	}
	c.logger.Error("inngestkit: a call's state could not be fetched; Inngest will retry it", "error", err.Error())
	return failure(http.StatusInternalServerError, "StateUnavailable", "the run's state could not be fetched from the Inngest API")
}

func (h *webhook) fetchState(ctx context.Context, c *call) error {
	var body callBody
	if err := h.fetch(ctx, c.meta.RunID, "actions", func(w walker) error { return w.members(&body.steps) }); err != nil {
		return err
	}
	if err := h.fetch(ctx, c.meta.RunID, "batch", func(w walker) error { return w.elements(&body.events) }); err != nil {
		return err
	}
	if len(body.events) == 0 || body.events[0][0] != '{' {
		return errors.New("the run's batch holds no events")
	}
	c.body.steps, c.body.events, c.body.event = body.steps, body.events, body.events[0]
	return nil
}

// fetch gets one part of a run's state and has it taken.
func (h *webhook) fetch(ctx context.Context, runID, part string, take func(walker) error) error {
	if runID == "" {
		return errors.New("the call names no run")
	}
	target := h.settings.APIBaseURL + "/v0/runs/" + url.PathEscape(runID) + "/" + part
	delay := hydrateDelay
	for attempt := 1; ; attempt++ {
		retry, err := h.fetchOnce(ctx, target, take)
		if err == nil {
			return nil
		}
		if !retry || attempt == hydrateAttempts || !pause(ctx, delay) {
			return fmt.Errorf("%s: %w", part, err)
		}
		delay *= 2
	}
}

func (h *webhook) fetchOnce(ctx context.Context, target string, take func(walker) error) (retry bool, err error) {
	status, reply, err := h.callAPI(ctx, apiRequest{method: http.MethodGet, url: target, limit: h.settings.MaxBodyBytes})
	switch {
	case errors.Is(err, errReplyTooLarge):
		return false, err
	case err != nil:
		return true, bare(err)
	case status != http.StatusOK:
		return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests, fmt.Errorf("the API answered with status %d", status)
	}
	if w := newWalker(reply); take(w) != nil || !w.atEnd() {
		return true, errors.New("the API's answer is not the JSON expected")
	}
	return false, nil
}
