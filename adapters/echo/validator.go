package inngestecho

import (
	"github.com/labstack/echo/v4"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// Validator makes c.Validate check structs by the rules of their "validate" tags,
// as events are checked. Set it as e.Validator before Echo serves. Its errors are
// *validate.Error, which [Error] turns into a 422 that names the fields. Values
// that are not structs have no rules and pass. It is safe for concurrent use.
func Validator() echo.Validator { return validator(inngestkit.Validate) }

// ValidatorWith is [Validator] with the application's own validator, such as a
// *validate.Validator.
func ValidatorWith(v interface{ Struct(value any) error }) echo.Validator {
	return validator(v.Struct)
}

type validator func(value any) error

// Validate implements [echo.Validator].
func (v validator) Validate(value any) error { return v(value) }
