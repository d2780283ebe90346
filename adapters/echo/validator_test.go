package inngestecho_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/labstack/echo/v4"

	inngestecho "github.com/inngestkit/inngestkit/adapters/echo"
	"github.com/inngestkit/inngestkit/validate"
)

func ExampleValidator() {
	e := echo.New()
	e.Validator = inngestecho.Validator()
	e.POST("/users", func(c echo.Context) error {
		var user User
		if err := c.Bind(&user); err != nil {
			return inngestecho.Error(err)
		}
		if err := c.Validate(user); err != nil {
			return inngestecho.Error(err)
		}
		return c.NoContent(http.StatusCreated)
	})
	for _, body := range []string{`{"email":"ada"}`, `{"email":"ada@example.com"}`} {
		r := httptest.NewRequest(http.MethodPost, "/users", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
	}
	// Output:
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"email","rule":"email","message":"must be a valid email address"}]}
	// 201
}

func ExampleValidatorWith() {
	e := echo.New()
	e.Validator = inngestecho.ValidatorWith(validate.New())
	e.POST("/users", func(c echo.Context) error { return inngestecho.Error(c.Validate(User{Email: "ada"})) })

	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/users", nil))
	fmt.Println(w.Code)
	// Output: 422
}
