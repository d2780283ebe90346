// The shop in Echo.
package main

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	inngestkit "github.com/inngestkit/inngestkit/core"
	"github.com/inngestkit/inngestkit/examples/internal/serve"
	"github.com/inngestkit/inngestkit/examples/internal/shop"
)

func main() { serve.Main("Echo", routes) }

func routes(app *inngestkit.App) http.Handler {
	e := echo.New()
	e.Use(middleware.Recover(), inngestecho.Middleware(app))
	inngestecho.Mount(e, app)

	e.POST("/users", func(c echo.Context) error {
		var user shop.UserRegisteredData
		if err := json.NewDecoder(c.Request().Body).Decode(&user); err != nil {
			return inngestecho.Error(err)
		}
		user.UserID = shop.NewID()
		ids, err := inngestecho.Send(c, shop.UserRegistered.New(user))
		if err != nil {
			return inngestecho.Error(err)
		}
		return c.JSON(http.StatusCreated, map[string][]string{"ids": ids})
	})

	e.POST("/orders", func(c echo.Context) error {
		var order shop.OrderData
		if err := json.NewDecoder(c.Request().Body).Decode(&order); err != nil {
			return inngestecho.Error(err)
		}
		order.OrderID = shop.NewID()
		ids, err := inngestecho.Send(c, shop.OrderCreated.New(order))
		if err != nil {
			return inngestecho.Error(err)
		}
		return c.JSON(http.StatusCreated, map[string][]string{"ids": ids})
	})

	return e
}
