package inngesthttp_test

import (
	"net/http"
	"testing"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

func BenchmarkCall(b *testing.B) {
	adaptertest.Bench(b, func(sdk http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/api/inngest", sdk)
		return mux
	}, func(app *inngestkit.App) http.Handler {
		mux := http.NewServeMux()
		inngesthttp.Mount(mux, app)
		return mux
	})
}
