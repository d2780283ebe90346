package inngestecho

import (
	"github.com/labstack/echo/v4"

	"github.com/inngestkit/inngestkit/validate"
)

// Validator makes c.Validate check structs by the rules of their "validate"
// tags with validate.Default(), as events are checked. Set it as e.Validator
// before Echo serves. Its errors are *validate.Error, which Error turns into a
// 422 that names the fields. Values that are not structs have no rules and
// pass. It is safe for concurrent use.
func Validator() echo.Validator { return ValidatorWith(validate.Default()) }

// ValidatorWith is Validator with a validator of the application's own.
func ValidatorWith(v *validate.Validator) echo.Validator { return structs{v} }

type structs struct{ *validate.Validator }

// Validate implements echo.Validator.
func (s structs) Validate(value any) error { return s.Struct(value) }
