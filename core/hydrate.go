package inngestkit

import (
	"bytes"
	"context"
	"encoding/json"
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
	steps, err := h.fetch(ctx, c.meta.RunID, "actions", '{')
	if err != nil {
		return err
	}
	batch, err := h.fetch(ctx, c.meta.RunID, "batch", '[')
	if err != nil {
		return err
	}
	events := elements(batch)
	if len(events) == 0 || events[0][0] != '{' {
		return errors.New("the run's batch holds no events")
	}
	c.body.steps, c.body.events, c.body.event = steps, batch, events[0]
	return nil
}

// fetch gets one part of a run's state and sees to it that it is the kind of
// JSON it must be.
func (h *webhook) fetch(ctx context.Context, runID, part string, kind byte) (json.RawMessage, error) {
	if runID == "" {
		return nil, errors.New("the call names no run")
	}
	target := h.settings.APIBaseURL + "/v0/runs/" + url.PathEscape(runID) + "/" + part
	delay := hydrateDelay
	for attempt := 1; ; attempt++ {
		raw, retry, err := h.fetchOnce(ctx, target, kind)
		if err == nil || !retry || attempt == hydrateAttempts || !pause(ctx, delay) {
			if err != nil {
				err = fmt.Errorf("%s: %w", part, err)
			}
			return raw, err
		}
		delay *= 2
	}
}

func (h *webhook) fetchOnce(ctx context.Context, target string, kind byte) (raw json.RawMessage, retry bool, err error) {
	status, reply, err := h.callAPI(ctx, apiRequest{method: http.MethodGet, url: target, limit: h.settings.MaxBodyBytes})
	switch {
	case errors.Is(err, errReplyTooLarge):
		return nil, false, err
	case err != nil:
		return nil, true, bare(err)
	case status != http.StatusOK:
		return nil, status >= http.StatusInternalServerError || status == http.StatusTooManyRequests, fmt.Errorf("the API answered with status %d", status)
	case !json.Valid(reply) || bytes.TrimSpace(reply)[0] != kind:
		return nil, true, errors.New("the API's answer is not the JSON expected")
	}
	return bytes.TrimSpace(reply), false, nil
}
