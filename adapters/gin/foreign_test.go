package inngestgin_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/inngestkit/inngestkit/adapters/adaptertest"
	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
)

// foreign is middleware of Gin's own, or such as its users have.
func foreign(s adaptertest.Setup) gin.HandlerFunc {
	h := middleware(s)
	return func(c *gin.Context) {
		if !s.Exempt || !inngestgin.IsWebhook(c) {
			h(c)
		}
	}
}

func middleware(s adaptertest.Setup) gin.HandlerFunc {
	switch s.Foreign {
	case adaptertest.Auth:
		return gin.BasicAuth(gin.Accounts{"ada": "secret"})
	case adaptertest.CSRF:
		return func(c *gin.Context) {
			if c.Request.Method != http.MethodGet && c.GetHeader("X-Csrf-Token") == "" {
				c.AbortWithStatusJSON(http.StatusForbidden, gin.H{"error": "CSRF token missing"})
			}
		}
	case adaptertest.BodyLimit:
		return func(c *gin.Context) {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, adaptertest.BodyLimitBytes)
		}
	case adaptertest.RateLimit:
		var seen atomic.Int32
		return func(c *gin.Context) {
			if seen.Add(1) > 1 {
				c.AbortWithStatus(http.StatusTooManyRequests)
			}
		}
	case adaptertest.BodyEater:
		return func(c *gin.Context) { _, _ = c.GetRawData() }
	case adaptertest.BodyLog:
		return func(c *gin.Context) {
			body, _ := c.GetRawData()
			c.Request.Body = io.NopCloser(bytes.NewReader(body))
		}
	case adaptertest.Compress:
		return compress
	case adaptertest.Decompress:
		return decompress
	case adaptertest.CORS:
		return cors
	case adaptertest.Deadline:
		return deadline
	case adaptertest.Trace:
		return trace
	case adaptertest.AccessLog:
		return gin.LoggerWithConfig(gin.LoggerConfig{Output: io.Discard, Formatter: func(p gin.LogFormatterParams) string {
			s.Logged(p.StatusCode)
			return ""
		}})
	}
	return func(*gin.Context) {}
}

// compress does what gin-contrib/gzip does.
func compress(c *gin.Context) {
	c.Header("Content-Encoding", "gzip")
	c.Header("Vary", "Accept-Encoding")
	gz := gzip.NewWriter(c.Writer)
	defer func() { _ = gz.Close() }()
	c.Writer = &gzipWriter{c.Writer, gz}
	c.Next()
}

type gzipWriter struct {
	gin.ResponseWriter

	gz *gzip.Writer
}

func (w *gzipWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w *gzipWriter) Write(b []byte) (int, error) {
	w.Header().Del("Content-Length")
	return w.gz.Write(b)
}

func (w *gzipWriter) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
}

func decompress(c *gin.Context) {
	if c.GetHeader("Content-Encoding") != "gzip" {
		return
	}
	opened, err := gzip.NewReader(c.Request.Body)
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	c.Request.Header.Del("Content-Encoding")
	c.Request.Header.Del("Content-Length")
	c.Request.Body = opened
}

func cors(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*")
	if c.Request.Method == http.MethodOptions {
		c.AbortWithStatus(http.StatusNoContent)
	}
}

func deadline(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), adaptertest.DeadlineAfter)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// trace does what otelgin does, and wraps the body as otelhttp does.
func trace(c *gin.Context) {
	r := c.Request
	defer func() { c.Request = r }()
	c.Request = adaptertest.Traced(r)
	c.Next()
	if c.Writer.Status() == 0 {
		panic("a span has no status")
	}
}
