package inngestgin

import (
	"errors"
	"fmt"

	"github.com/gin-gonic/gin/binding"

	"github.com/inngestkit/inngestkit/core/adapter"
)

// UseBinding makes Abort answer the errors of c.ShouldBind and its like in full:
// fields by JSON name, and messages without values. Without it they are 422
// too, but name Go fields. It changes Gin's own validator, for the whole
// process: its errors then name fields by their json tags everywhere. It returns
// an error if the application has replaced Gin's validator by one that is not
// a go-playground validator. Call it once, before the first request is bound.
func UseBinding() error {
	if binding.Validator == nil {
		return errors.New("inngestgin: binding.Validator is nil, so Gin validates nothing; leave Gin's own in place, or do without UseBinding")
	}
	if engine := binding.Validator.Engine(); !adapter.UseBinder(engine) {
		return fmt.Errorf("inngestgin: the engine of binding.Validator is a %T, not a *validator.Validate; leave Gin's own in place, or do without UseBinding", engine)
	}
	return nil
}

// flat lets errors.As see into the errors of a slice that Gin bound.
func flat(err error) error {
	if all, ok := errors.AsType[binding.SliceValidationError](err); ok {
		return errors.Join(all...)
	}
	return err
}
