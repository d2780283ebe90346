package inngestgin_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// TestErrorChain uses middleware that renders or logs c.Errors. It finds each error
// unchanged, with the status of the answer.
func TestErrorChain(t *testing.T) {
	t.Parallel()
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", DevServerURL: "http://127.0.0.1:1", SendRetry: inngestkit.RetryPolicy{MaxAttempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("sold out")
	for name, c := range map[string]struct {
		work   func(*gin.Context) error
		status int
		is     func(error) bool
	}{
		"an invalid event": {func(c *gin.Context) error { _, err := inngestgin.Enqueue(c, signedUp.New(signup{})); return err }, http.StatusUnprocessableEntity,
			func(err error) bool { p, ours := adapter.Problem(err); return ours && len(p.Errors) == 1 }},
		"a send": {func(c *gin.Context) error { _, err := inngestgin.Send(c, signedUp.New(signup{"a@b.c"})); return err }, http.StatusServiceUnavailable,
			func(err error) bool { e, ok := errors.AsType[*inngestkit.SendError](err); return ok && e.Retriable }},
		"a flush": {func(c *gin.Context) error {
			c.Status(http.StatusCreated)
			_, err := inngestgin.Enqueue(c, signedUp.New(signup{"a@b.c"}))
			return err
		}, http.StatusServiceUnavailable,
			func(err error) bool { _, ok := errors.AsType[*inngestkit.FlushError](err); return ok }},
		"a body": {func(*gin.Context) error { return json.Unmarshal([]byte("{"), new(signup)) }, http.StatusBadRequest,
			func(err error) bool { _, ok := errors.AsType[*json.SyntaxError](err); return ok }},
		"the application's own": {func(*gin.Context) error { return cause }, http.StatusInternalServerError,
			func(err error) bool { return errors.Is(err, cause) }},
	} {
		var status int
		var chain []*gin.Error
		e := gin.New()
		e.Use(func(c *gin.Context) { c.Next(); status, chain = c.Writer.Status(), c.Errors }, inngestgin.Middleware(app))
		e.POST("/", func(gc *gin.Context) {
			if err := c.work(gc); err != nil {
				inngestgin.Abort(gc, err)
			}
		})
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		if w.Code != c.status || status != c.status || len(chain) != 1 || !c.is(chain[0].Err) {
			t.Errorf("%s: answered %d, the chain has %d %v, want %d", name, w.Code, status, chain, c.status)
		}
	}
}
