package inngesttest_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// officialServer is the server that INNGEST_DEV_SERVER_URL names. Only the tests of
// the real mode use it; the other tests are for the embedded engine.
var officialServer = os.Getenv("INNGEST_DEV_SERVER_URL")

func TestMain(m *testing.M) {
	_ = os.Unsetenv("INNGEST_DEV_SERVER_URL") // it may not have been set
	goleak.VerifyTestMain(m)
}
