package adaptertest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/inngest/inngestgo"

	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Bench compares calls through an adapter with calls of the plain SDK in the same
// framework. The functions plain and kit mount the SDK's handler and the app at
// "/api/inngest". Both run the same function with the same bytes, without
// sockets. The sizes are those of the event's data.
func Bench(b *testing.B, plain func(http.Handler) http.Handler, kit func(*inngestkit.App) http.Handler) {
	b.Helper()
	for _, signed := range []bool{false, true} {
		one := benchmark{signed: signed, functions: 1}
		one.plain, one.kit = plain(plainSDK(b, signed, 1)), kit(benchApp(b, signed, 1))
		for _, size := range []int{1 << 10, 2 << 10, 100 << 10, 4 << 20} {
			one.run(b, size)
		}
	}
	const many = 10_000
	crowd := benchmark{functions: many}
	crowd.plain, crowd.kit = plain(plainSDK(b, false, many)), kit(benchApp(b, false, many))
	crowd.run(b, 1<<10)
}

type benchmark struct {
	signed     bool
	functions  int
	plain, kit http.Handler
}

// run calls the functions in turn, so that the result does not depend on the
// position of one.
func (m benchmark) run(b *testing.B, size int) {
	b.Helper()
	body := benchBody(b, size)
	requests := make([]http.Request, m.functions)
	for i := range requests {
		requests[i] = *httptest.NewRequestWithContext(b.Context(), http.MethodPost, callPath(defaultPath, benchID(i)), nil)
		requests[i].ContentLength = int64(len(body))
	}
	for _, side := range []struct {
		name    string
		handler http.Handler
	}{{"plain", m.plain}, {"inngestkit", m.kit}} {
		b.Run(fmt.Sprintf("signed=%t/functions=%d/size=%dKB/sdk=%s", m.signed, m.functions, size>>10, side.name), func(b *testing.B) {
			header := http.Header{}
			if m.signed {
				sig, err := inngestgo.Sign(b.Context(), time.Now(), []byte(signingKey), body)
				if err != nil {
					b.Fatal(err)
				}
				header.Set(wire.HeaderSignature, sig)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for i := 0; b.Loop(); i++ {
				r := requests[i%len(requests)]
				r.Header, r.Body = header, io.NopCloser(bytes.NewReader(body))
				w := httptest.NewRecorder()
				if side.handler.ServeHTTP(w, &r); w.Code != http.StatusOK {
					b.Fatalf("a call was answered %d %s", w.Code, w.Body)
				}
			}
		})
	}
}
