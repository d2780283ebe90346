package adaptertest

import (
	"context"
	"io"
	"net/http"
)

// TenantKey is the key of a value that middleware puts into the request's context.
// The value of Traced is "acme".
type TenantKey struct{}

// Traced changes a request as tracing middleware such as otelhttp does: it returns
// a request with another context, which has a tenant, and with another body.
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
