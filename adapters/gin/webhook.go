package inngestgin

import (
	"net/http"
	"reflect"

	"github.com/gin-gonic/gin"
)

// webhook gives the webhook a handler function that is known by its code.
type webhook struct{ http.Handler }

func (w *webhook) serve(c *gin.Context) { w.ServeHTTP(c.Writer, c.Request) }

var webhookCode = reflect.ValueOf((*webhook)(nil).serve).Pointer()

// IsWebhook says whether a request is for the webhook of an app, for
// middleware that must leave it alone: auth, CSRF, what reads bodies. It asks
// which handler Gin has chosen, which it has before any middleware runs, so it
// holds for every path that Mount and Handler were given, and for no other
// that looks like one.
func IsWebhook(c *gin.Context) bool {
	h := c.Handler()
	return h != nil && reflect.ValueOf(h).Pointer() == webhookCode
}
