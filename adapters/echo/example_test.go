package inngestecho_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/inngest/inngestgo"
	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
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

	e := echo.New()
	e.Use(inngestecho.Middleware(app))
	inngestecho.Mount(e, app) // GET, POST, PUT /api/inngest
	e.POST("/users", func(c echo.Context) error {
		var user User
		if err := c.Bind(&user); err != nil {
			return inngestecho.Error(err)
		}
		if _, err := inngestecho.Send(c, UserRegistered.New(user)); err != nil {
			return inngestecho.Error(err)
		}
		return c.NoContent(http.StatusCreated)
	})

	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada"}`))
	r.Header.Set("Content-Type", "application/json")
	e.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Print(w.Body)

	w = httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, "/api/inngest", nil))
	fmt.Println(w.Code, w.Header().Get("Allow"))
	// Output:
	// 422 application/problem+json
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"email","rule":"email","message":"must be a valid email address"}]}
	// 405 GET, POST, PUT
}
