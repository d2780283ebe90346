// The program that the README shows.
package main

import (
	"context"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

type UserRegisteredData struct {
	UserID string `json:"userId" validate:"required"`
	Email  string `json:"email"  validate:"required,email"`
}

var UserRegistered = inngestkit.DefineEvent[UserRegisteredData]("user.registered")

func welcome(ctx context.Context, in inngestgo.Input[UserRegisteredData]) (any, error) {
	return step.Run(ctx, "send-email", func(ctx context.Context) (string, error) {
		return "sent to " + in.Event.Data.Email, nil // retried until it works, then remembered
	})
}

func main() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop"}) // the rest comes from INNGEST_*
	if err != nil {
		log.Fatal(err)
	}
	if err := app.Register(inngestkit.NewFunction(
		inngestgo.FunctionOpts{ID: "send-welcome-email"}, UserRegistered.Trigger(), welcome,
	)); err != nil {
		log.Fatal(err)
	}

	r := gin.Default()
	r.Use(inngestgin.Middleware(app))
	inngestgin.Mount(r, app) // GET, POST and PUT /api/inngest

	r.POST("/users", func(c *gin.Context) {
		var user UserRegisteredData
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		ids, err := inngestgin.Send(c, UserRegistered.New(user))
		if err != nil {
			inngestgin.Abort(c, err) // 422 with the fields, 503 when Inngest is away
			return
		}
		c.JSON(http.StatusCreated, gin.H{"ids": ids})
	})
	log.Fatal(r.Run("127.0.0.1:8080"))
}
