package inngestkit

import (
	"testing"

	"github.com/inngestkit/inngestkit/internal/sdk"
)

// SetTrial makes New find these differences of the SDK until the test ends.
func SetTrial(t *testing.T, found ...sdk.Difference) {
	t.Helper()
	before := trySDK
	trySDK = func() []sdk.Difference { return found }
	t.Cleanup(func() { trySDK = before })
}
