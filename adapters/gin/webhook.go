package inngestgin

import (
	"net/http"
	"reflect"

	"github.com/gin-gonic/gin"
)

// webhook gives the webhook a handler function that IsWebhook recognizes by its
// code.
type webhook struct{ http.Handler }

func (w *webhook) serve(c *gin.Context) { w.ServeHTTP(c.Writer, c.Request) }

var webhookCode = reflect.ValueOf((*webhook)(nil).serve).Pointer()

// IsWebhook reports whether a request is for the webhook of an app. Use it in
// middleware that must leave the webhook alone, such as authentication, CSRF and
// anything that reads bodies. It looks at the handler that Gin has chosen. So it
// finds every route of [Mount] and [Handler], and no other path that looks like
// one. It is safe for concurrent use.
func IsWebhook(c *gin.Context) bool {
	h := c.Handler()
	return h != nil && reflect.ValueOf(h).Pointer() == webhookCode
}
