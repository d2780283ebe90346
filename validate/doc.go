// Package validate checks values against the rules in their struct tags and
// reports what is wrong by JSON path.
//
// It is a small type around github.com/go-playground/validator/v10:
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
// validator.ValidationErrors and turns into an RFC 9457 problem document.
// Neither its text nor its fields hold the values that were refused, since
// those can be personal data. (Map keys are part of a path and do appear.)
//
// # Rules
//
// Applications add rules with [RegisterRule] and [RegisterStructRule], or
// bring a validator that has them already to [Wrap]. Rules are added before
// the first value is validated; later is an error.
//
// validator/v10 panics when it meets a rule that is wrong. [CheckType] finds such
// rules from the type alone, so that they show when a program starts and not
// when a request arrives.
package validate
