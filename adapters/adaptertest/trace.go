package adaptertest

import (
	"context"
	"io"
	"net/http"
)

// TenantKey is the key of a value, here "acme", that an application's
// middleware leaves in the request's context.
type TenantKey struct{}

// Traced is what tracing middleware such as otelhttp makes of a request:
// another context, here with a tenant, and another body.
func Traced(r *http.Request) *http.Request {
	r = r.WithContext(context.WithValue(r.Context(), TenantKey{}, "acme"))
	r.Body = &countedBody{ReadCloser: r.Body}
	return r
}

type countedBody struct {
	io.ReadCloser

	read int
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += n
	return n, err
}
