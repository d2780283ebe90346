package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/locales/de"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	detexts "github.com/go-playground/validator/v10/translations/de"

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

// A map's values are validated too.
func ExampleStruct_map() {
	err := validate.Struct(map[string]Item{"a": {SKU: "A-1", Quantity: 1}, "b": {SKU: "B-1"}})

	fmt.Println(err)
	// Output:
	// validation failed: [b].quantity: must be 1 or greater
}

// Data can choose a type that a rule cannot check.
func ExampleStruct_any() {
	type Metric struct {
		Value any `json:"value" validate:"required,min=1"`
	}
	fmt.Println(validate.Struct(Metric{Value: 0.5}))
	fmt.Println(validate.Struct(Metric{Value: true}))
	// Output:
	// validation failed: value: must be 1 or greater
	// validation failed: value: is a boolean, which the rule "min" cannot check
}

func ExampleTypeError() {
	type Parcel struct {
		Kind   string `json:"kind"`
		Weight *int   `json:"weight" validate:"required_if=Kind box,gte=2"`
	}
	err := validate.CheckType(reflect.TypeFor[Parcel]())

	if mistake, ok := errors.AsType[*validate.TypeError](err); ok {
		fmt.Println(mistake.Type, mistake.Field, mistake.Rule)
		fmt.Println(mistake.Problem)
	}
	// Output:
	// validate_test.Parcel Weight gte=2
	// cannot take the nil of a field of type *int, which the rule before it lets through: write "required_if=Kind box,omitempty,gte=2"
}

// The elements of a list are validated only if a tag says so. The last word of
// the second tag says that they are left out on purpose.
func ExampleCheckType_dive() {
	type Cart struct {
		Items []Item `json:"items" validate:"required"`
		Saved []Item `json:"saved" validate:"max=9,nostructlevel"`
	}
	fmt.Println(validate.CheckType(reflect.TypeFor[Cart]()))
	// Output:
	// validate_test.Cart: field Items: holds values of type validate_test.Item, whose rules would not be checked: write `validate:"required,dive"`, or `validate:"required,nostructlevel"` if that is on purpose
}

func ExampleConvertError() {
	dec := json.NewDecoder(strings.NewReader(`{"email": 5}`))
	err := dec.Decode(&Order{}) // as a framework does

	fmt.Println(validate.ConvertError(err))
	// Output:
	// validation failed: email: must be a string
}

func ExampleUseBinder() {
	type Login struct {
		Email string `json:"email" binding:"required,email"`
	}
	engine := validator.New() // as Gin's binding.Validator.Engine() returns
	engine.SetTagName("binding")

	validate.UseBinder(engine)
	fmt.Println(validate.ConvertError(engine.Struct(Login{"nobody"})))
	// Output:
	// validation failed: email: must be a valid email address
}

func ExampleWithTag() {
	type Login struct {
		Email string `json:"email" binding:"required,email"`
	}
	v := validate.New(validate.WithTag("binding"))

	fmt.Println(v.Struct(Login{"nobody"}))
	// Output:
	// validation failed: email: must be a valid email address
}

func ExampleValidator_ForTag() {
	type Login struct {
		Email string `json:"email" binding:"required,email" validate:"required"`
	}
	v := validate.New()

	fmt.Println(v.Struct(Login{"nobody"}))
	fmt.Println(v.ForTag("binding").Struct(Login{"nobody"}))
	// Output:
	// <nil>
	// validation failed: email: must be a valid email address
}

func ExampleWithTranslator() {
	type Login struct {
		Email string `json:"email" validate:"required"`
	}
	locale := de.New()
	v := validate.New(validate.WithTranslator(ut.New(locale, locale).GetFallback(), detexts.RegisterDefaultTranslations))

	fmt.Println(v.Struct(Login{}))
	// Output:
	// validation failed: email: email ist ein Pflichtfeld
}

func ExampleJoin() {
	var all []*validate.Error
	for i, item := range []Item{{SKU: "A-1"}, {SKU: "A-2", Quantity: 1}, {Quantity: 1}} {
		if invalid, ok := errors.AsType[*validate.Error](validate.Struct(item)); ok {
			all = append(all, invalid.WithPrefix(fmt.Sprintf("[%d]", i)))
		}
	}
	fmt.Println(validate.Join(all...))
	// Output:
	// validation failed: [0].quantity: must be 1 or greater; [2].sku: is a required field
}

func ExampleSyntaxError() {
	err := validate.Decode([]byte(`{"email": nobody}`), &Order{})

	if syntax, ok := errors.AsType[*validate.SyntaxError](err); ok {
		fmt.Println(syntax.Offset, syntax.Problem().Status, syntax)
	}
	// Output:
	// 12 400 invalid JSON at byte 12
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

// A handler can answer with its own problem.
func ExampleProblem_ServeHTTP() {
	busy := &validate.Problem{Status: http.StatusServiceUnavailable, Detail: "try again in a minute"}

	w := httptest.NewRecorder()
	busy.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/orders", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 503 {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"try again in a minute"}
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
