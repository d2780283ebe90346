package inngestkit_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// On SIGTERM an application shuts its app down before its HTTP server, and
// reports the work that was left.
func ExampleApp_Shutdown() {
	app, err := inngestkit.New(inngestkit.Config{AppID: "shop", Mode: inngestkit.ModeDev})
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err = app.Shutdown(ctx)
	if left, ok := errors.AsType[*inngestkit.ShutdownError](err); ok {
		fmt.Println("left behind:", left.Calls, "calls,", left.Sends, "sends")
		return
	}
	fmt.Println("nothing left")
	// Output: nothing left
}
