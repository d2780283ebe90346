package inngestkit

import "net/http"

// hydrate completes a call whose state the server left out of the body. Until
// it can, such a call is refused, to be retried: run with its state missing
// it would repeat steps that have finished.
func (h *webhook) hydrate(c *call) *answer {
	if !c.body.useAPI && !c.meta.UseAPI {
		return nil
	}
	c.logger.Error("inngestkit: refused a call whose state is too large to be sent with it")
	return failure(http.StatusInternalServerError, "StateNotSent", "the run's state was not sent with the call, and fetching it is not supported yet")
}
