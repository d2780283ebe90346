// The shop in Gin.
package main

import (
	"net/http"

	"github.com/gin-gonic/gin"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/examples/internal/serve"
	"github.com/inngestkit/inngestkit/examples/internal/shop"
)

func main() { serve.Main("Gin", routes) }

func routes(app *inngestkit.App) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery(), inngestgin.Middleware(app))
	inngestgin.Mount(r, app)

	r.POST("/users", func(c *gin.Context) {
		var user shop.UserRegisteredData
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		user.UserID = shop.NewID()
		ids, err := inngestgin.Send(c, shop.UserRegistered.New(user))
		if err != nil {
			inngestgin.Abort(c, err)
			return
		}
		c.JSON(http.StatusCreated, gin.H{"ids": ids})
	})

	r.POST("/orders", func(c *gin.Context) {
		var order shop.OrderData
		if err := c.ShouldBindJSON(&order); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		order.OrderID = shop.NewID()
		ids, err := inngestgin.Send(c, shop.OrderCreated.New(order))
		if err != nil {
			inngestgin.Abort(c, err)
			return
		}
		c.JSON(http.StatusCreated, gin.H{"ids": ids})
	})

	return r
}
