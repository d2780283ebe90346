package inngesthttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/inngest/inngestgo"

	inngesthttp "github.com/inngestkit/inngestkit/adapters/nethttp"
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

	mux := http.NewServeMux()
	inngesthttp.Mount(mux, app) // GET, POST, PUT /api/inngest
	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var user User
		if err := json.NewDecoder(r.Body).Decode(&user); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		if _, err := inngesthttp.Send(r, UserRegistered.New(user)); err != nil {
			inngesthttp.Error(w, r, err)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	handler := inngesthttp.Middleware(app)(mux)

	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(`{"email":"ada"}`)))
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)

	w = httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodDelete, "/api/inngest", nil))
	fmt.Println(w.Code, w.Header().Get("Allow"))
	// Output:
	// 422 application/problem+json
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"email","rule":"email","message":"must be a valid email address"}]}
	// 405 GET, POST, PUT
}
