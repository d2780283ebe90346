package inngestecho

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/core/adapter"
)

// Handler returns the app's webhook. Use it for a route that [Mount] cannot make.
// It answers every method and needs the request's body unread. It is safe for
// concurrent use. Handler panics if app is nil.
func Handler(app *inngestkit.App) echo.HandlerFunc {
	adapter.Require(app, "inngestecho.Handler")
	w := &webhook{newWebhook(app)}
	return w.serve
}

func newWebhook(app *inngestkit.App, opts ...adapter.HandlerOption) http.Handler {
	h := adapter.Handler(app, append(opts, adapter.WithFramework("echo"))...)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context()) // a copy: the application's request keeps its body
		if r.Body != nil {
			r.Body = limitedBody{r.Body}
		}
		h.ServeHTTP(w, r)
	})
}

// limitedBody turns the error of Echo's BodyLimit, which does not report the
// limit, into the error of net/http, which the core knows.
type limitedBody struct{ io.ReadCloser }

func (b limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
		err = fmt.Errorf("%w: %w", &http.MaxBytesError{}, err)
	}
	return n, err
}
