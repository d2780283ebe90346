package inngestecho

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Handler is the app's webhook for routes that Mount cannot make. It answers
// every method, needs the body unread, and is safe for concurrent use.
func Handler(app *inngestkit.App) echo.HandlerFunc { return echo.WrapHandler(newWebhook(app)) }

func newWebhook(app *inngestkit.App, opts ...inngestkit.HandlerOption) http.Handler {
	h := app.Handler(append(opts, inngestkit.WithFramework("echo"))...)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(r.Context()) // the application's request keeps its body
		if r.Body != nil {
			r.Body = limitedBody{r.Body}
		}
		h.ServeHTTP(w, r)
	})
}

// limitedBody says in net/http's words, which the core knows, that the body
// exceeds the limit of Echo's BodyLimit, which does not tell how much that is.
type limitedBody struct{ io.ReadCloser }

func (b limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, echo.ErrStatusRequestEntityTooLarge) {
		err = fmt.Errorf("%w: %w", &http.MaxBytesError{}, err)
	}
	return n, err
}
