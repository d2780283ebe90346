package inngestgin

import (
	"errors"

	"github.com/gin-gonic/gin/binding"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// UseBinding lets Abort tell the errors of c.ShouldBind and its like in full:
// by JSON name, in words that hold no value. Without it they are 422 too, but
// name Go fields. It changes Gin's own validator, for the whole process: its
// errors then name fields by their json tags everywhere. It reports false when
// the application has put another kind of validator in its place. Call it
// once, before the first request is bound.
func UseBinding() bool {
	return binding.Validator != nil && inngestkit.UseBinder(binding.Validator.Engine())
}

// flat lets errors.As see into the errors of a slice that Gin bound.
func flat(err error) error {
	if all, ok := errors.AsType[binding.SliceValidationError](err); ok {
		return errors.Join(all...)
	}
	return err
}
