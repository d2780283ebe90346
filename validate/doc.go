// Package validate checks values against the rules in their struct tags and
// reports each failure by its JSON path.
//
// It wraps github.com/go-playground/validator/v10 in a small type:
//
//	type Order struct {
//		Email string `json:"email" validate:"required,email"`
//		Items []Item `json:"items" validate:"required,dive"`
//	}
//
//	err := validate.Struct(order)
//	// validation failed: email: must be a valid email address;
//	// items[2].price: must be greater than 0
//
// The error is an [*Error] that lists the fields, unwraps to
// validator.ValidationErrors and turns into an RFC 9457 [Problem]. Its text and
// its fields never hold the refused values, which can be personal data. Map
// keys do appear, as parts of a path.
//
// # Rules
//
// Add rules with [RegisterRule] and [RegisterStructRule], or pass a validator
// that already has them to [Wrap]. Add them before the first value is
// validated: afterwards both functions return an error.
//
// # Wrong tags
//
// Call [CheckType] for each type when the program starts. It returns every
// mistake in the type's tags, and what to write instead.
//
// validator/v10 panics when a rule meets a value that it cannot check. This
// package never does. If the data chose the value, as in a field of type any,
// the error is an [*Error] like that of any other bad value. If the tag is
// wrong, it is a [*TypeError].
package validate
