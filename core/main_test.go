package inngestkit_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(doomedServerEnv) != "" {
		beDoomed()
	}
	goleak.VerifyTestMain(m)
}
