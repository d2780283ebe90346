package devserver_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	"github.com/inngestkit/inngestkit/devserver"
)

func Example() {
	dev, err := devserver.Start(context.Background(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet})
	check(err)
	defer dev.Close()

	// The app is any Inngest app. Most need only INNGEST_DEV.
	api, isDev, greeted := dev.URL(), true, make(chan string)
	client, err := inngestgo.NewClient(inngestgo.ClientOpts{
		AppID: "hello", Dev: &isDev, APIBaseURL: &api, EventAPIBaseURL: &api, Logger: quiet,
	})
	check(err)
	_, err = inngestgo.CreateFunction(client, inngestgo.FunctionOpts{ID: "greet"}, inngestgo.EventTrigger("user/joined", nil),
		func(ctx context.Context, in inngestgo.Input[map[string]any]) (any, error) {
			text, err := step.Run(ctx, "write", func(context.Context) (string, error) {
				return fmt.Sprintf("Hello, %s!", in.Event.Data["name"]), nil
			})
			if err == nil {
				greeted <- text
			}
			return text, err
		})
	check(err)
	app := httptest.NewServer(client.Serve())
	defer app.Close()

	request(http.MethodPut, app.URL+"/api/inngest", "") // sync
	request(http.MethodPost, api+"/e/any-key", `{"name":"user/joined","data":{"name":"Ada"}}`)
	fmt.Println(<-greeted)
	// Output: Hello, Ada!
}

// With Join, a program that finds a dev server at its address uses that server.
func ExampleServer_Joined() {
	first, err := devserver.Start(context.Background(), devserver.Config{Addr: "127.0.0.1:0", Logger: quiet})
	check(err)
	defer first.Close()

	address := strings.TrimPrefix(first.URL(), "http://")
	second, err := devserver.Start(context.Background(), devserver.Config{Addr: address, Join: true, Logger: quiet})
	check(err)
	defer second.Close() // the first keeps running

	fmt.Println(first.Joined(), second.Joined(), first.URL() == second.URL())
	// Output: false true true
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func request(method, url, body string) {
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	check(err)
	res, err := http.DefaultClient.Do(req)
	check(err)
	res.Body.Close()
}
