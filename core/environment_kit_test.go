package inngestkit_test

import "testing"

// setenv empties every variable that New reads, and then sets those given.
func setenv(t *testing.T, env map[string]string) {
	t.Helper()
	for _, name := range []string{
		"INNGEST_APP_ID", "INNGEST_DEV", "INNGEST_EVENT_KEY", "INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK",
		"INNGEST_ENV", "INNGEST_BASE_URL", "INNGEST_API_BASE_URL", "INNGEST_EVENT_API_BASE_URL",
		"INNGEST_SERVE_ORIGIN", "INNGEST_SERVE_HOST", "INNGEST_SERVE_PATH",
	} {
		t.Setenv(name, env[name])
	}
}
