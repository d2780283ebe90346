package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"github.com/inngestkit/inngestkit/validate"
)

type Item struct {
	SKU      string `json:"sku" validate:"required"`
	Quantity int    `json:"quantity" validate:"min=1"`
}

type Order struct {
	Email string `json:"email" validate:"required,email"`
	Items []Item `json:"items" validate:"required,dive"`
}

func ExampleStruct() {
	err := validate.Struct(Order{Email: "nobody", Items: []Item{{SKU: "A-1"}}})

	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		for _, f := range invalid.Fields {
			fmt.Println(f.Path, f.Rule, f.Message)
		}
	}
	// Output:
	// email email must be a valid email address
	// items[0].quantity min must be 1 or greater
}

func ExampleDecode() {
	var order Order
	fmt.Println(validate.Decode([]byte(`{"items": [{"quantity": "two"}]}`), &order))
	fmt.Println(validate.Decode([]byte(`{"items": `), &order))
	// Output:
	// validation failed: items[0].quantity: must be an integer
	// invalid JSON at byte 10
}

func ExampleCheckType() {
	type Signup struct {
		Email string `json:"email" validate:"required,emial"`
		Age   int    `json:"age" validate:"gte=old"`
	}
	fmt.Println(validate.CheckType(reflect.TypeFor[Signup]()))
	// Output:
	// validate_test.Signup: field Email: rule "emial" is not defined: write "email", or add it with RegisterRule before the first use
	// validate_test.Signup: field Age: rule "gte=old" has a parameter that does not fit a field of type int: write a whole number, as in "gte=1"
}

func ExampleValidator_RegisterRule() {
	type Box struct {
		Eggs int `json:"eggs" validate:"multiple=6"`
	}
	v := validate.New()
	err := v.RegisterRule("multiple", func(fl validator.FieldLevel) bool {
		return fl.Field().Int()%6 == 0
	}, "{0} must be a multiple of {1}")

	fmt.Println(err)
	fmt.Println(v.Struct(Box{Eggs: 5}))
	// Output:
	// <nil>
	// validation failed: eggs: must be a multiple of 6
}

func ExampleValidator_RegisterStructRule() {
	type Stay struct {
		From int `json:"from"`
		To   int `json:"to"`
	}
	v := validate.New()
	_ = v.RegisterStructRule(func(sl validator.StructLevel) {
		if stay := sl.Current().Interface().(Stay); stay.To <= stay.From {
			sl.ReportError(stay.To, "To", "To", "after", "from")
		}
	}, Stay{})

	fmt.Println(v.Struct(Stay{From: 2, To: 1}))
	// Output:
	// validation failed: to: failed the rule "after"
}

func ExampleWrap() {
	type Color struct {
		Name string `json:"name" validate:"warm"`
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	_ = v.RegisterValidation("warm", func(fl validator.FieldLevel) bool {
		return slices.Contains([]string{"red", "orange", "yellow"}, fl.Field().String())
	})

	fmt.Println(validate.Wrap(v).Struct(Color{"blue"}))
	// Output:
	// validation failed: name: failed the rule "warm"
}

func ExampleProblem() {
	err := validate.Struct(Order{Email: "a@example.com"})

	w := httptest.NewRecorder()
	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		invalid.Problem().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/orders", nil))
	}
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	fmt.Println(w.Body)
	// Output:
	// 422 application/problem+json
	// {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"validation failed","errors":[{"path":"items","rule":"required","message":"is a required field"}]}
}

func ExampleError_WithPrefix() {
	err := validate.Struct(Order{Email: "a@example.com"})

	if invalid, ok := errors.AsType[*validate.Error](err); ok {
		fmt.Println(invalid.WithPrefix("events[1]"))
	}
	// Output:
	// validation failed: events[1].items: is a required field
}

func ExampleValidator_Example() {
	type user struct {
		Email  string `json:"email"  validate:"required,email"`
		Source string `json:"source" validate:"oneof=web mobile api"`
	}
	raw, err := json.Marshal(validate.Default().Example(reflect.TypeFor[user]()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(raw))
	// Output: {"email":"name@example.com","source":"web"}
}
