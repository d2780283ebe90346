package inngestgin_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func BenchmarkCall(b *testing.B) {
	adaptertest.Bench(b, func(sdk http.Handler) http.Handler {
		r := gin.New()
		r.Any("/api/inngest", gin.WrapH(sdk))
		return r
	}, func(app *inngestkit.App) http.Handler {
		r := gin.New()
		inngestgin.Mount(r, app)
		return r
	})
}
