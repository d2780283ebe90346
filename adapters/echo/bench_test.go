package inngestecho_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func BenchmarkCall(b *testing.B) {
	adaptertest.Bench(b, func(sdk http.Handler) http.Handler {
		e := echo.New()
		e.Any("/api/inngest", echo.WrapHandler(sdk))
		return e
	}, func(app *inngestkit.App) http.Handler {
		e := echo.New()
		inngestecho.Mount(e, app)
		return e
	})
}
