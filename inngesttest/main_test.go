package inngesttest_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// officialServer is what INNGEST_DEV_SERVER_URL names. It is for TestReal; the
// other tests prove what the embedded engine does.
var officialServer = os.Getenv("INNGEST_DEV_SERVER_URL")

func TestMain(m *testing.M) {
	_ = os.Unsetenv("INNGEST_DEV_SERVER_URL") // it may not have been set
	goleak.VerifyTestMain(m)
}
