package inngestkit

import "github.com/inngestkit/inngestkit/validate"

// Validate checks a struct by the rules that events are checked by. The error
// is a [*validate.Error]. It is safe for concurrent use.
func Validate(value any) error { return validate.Struct(value) }
