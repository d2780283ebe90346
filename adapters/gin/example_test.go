package inngestgin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/inngest/inngestgo"

	inngestgin "github.com/inngestkit/inngestkit/adapters/gin"
	inngestkit "github.com/inngestkit/inngestkit/core"
)

type User struct {
	Email string `json:"email" validate:"required,email"`
}

var UserRegistered = inngestkit.DefineEvent[User]("user.registered")

func welcome(_ context.Context, in inngestgo.Input[User]) (any, error) {
	return "welcome " + in.Event.Data.Email, nil
}

func Example() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	err = app.Register(inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "welcome"}, UserRegistered.Trigger(), welcome))
	if err != nil {
		panic(err)
	}

	r := gin.New()
	r.Use(inngestgin.Middleware(app))
	inngestgin.Mount(r, app) // GET, POST, PUT /api/inngest
	r.POST("/users", func(c *gin.Context) {
		var user User
		if err := c.ShouldBindJSON(&user); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		if _, err := inngestgin.Send(c, UserRegistered.New(user)); err != nil {
			inngestgin.Abort(c, err)
			return
		}
		c.Status(http.StatusCreated)
	})

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada"}`)))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)

	w = httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, "/api/inngest", nil))
	fmt.Println(w.Code, w.Header().Get("Allow"))
	// Output:
	// 422 application/problem+json
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"email","rule":"email","message":"must be a valid email address"}]}
	// 405 GET, POST, PUT
}
