package inngestgin

import (
	"bufio"
	"net"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// writer is Gin's response writer over a held answer. Like Gin's, it only records
// a status until the handler writes something.
type writer struct {
	gin.ResponseWriter

	hold *adapter.Hold
	size int
}

// kept reports whether an answer is written and has not left.
func (w *writer) kept() bool { return w.hold.Written() && !w.ResponseWriter.Written() }

// Unwrap returns the wrapped writer, for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.hold }

func (w *writer) WriteHeaderNow() {
	if !w.hold.Written() {
		w.hold.WriteHeader(w.Status())
	}
}

func (w *writer) Write(b []byte) (int, error) {
	w.WriteHeaderNow()
	n, err := w.hold.Write(b)
	w.size += n
	return n, err
}

func (w *writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w *writer) Written() bool { return w.hold.Written() || w.ResponseWriter.Written() }

func (w *writer) Size() int {
	if w.kept() {
		return w.size
	}
	return w.ResponseWriter.Size()
}

func (w *writer) Flush() {
	w.WriteHeaderNow()
	w.hold.Flush()
}

func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.hold.Hijack() }
