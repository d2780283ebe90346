package inngestkit_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/inngest/inngestgo"
	"github.com/inngest/inngestgo/step"

	inngestkit "github.com/inngestkit/inngestkit/core"
)

// doomedSteps is how many steps the doomed app's function has, of which one in
// doomedOdds executions kills the process before it returns.
const (
	doomedSteps = 5
	doomedOdds  = 60
)

// Environment of a doomed app's process.
const (
	doomedServerEnv = "INNGESTKIT_DOOMED_SERVER"
	doomedNotesEnv  = "INNGESTKIT_DOOMED_NOTES"
)

func doomedConfig(server string) inngestkit.Config {
	return inngestkit.Config{
		AppID: "shop", Mode: inngestkit.ModeCloud, SigningKey: signingKey, EventKey: "key",
		BaseURL: server, Logger: slog.New(slog.DiscardHandler),
	}
}

// doomed is an app in a separate process, which is replaced whenever it dies. Its socket outlives it: connections wait for the next.
type doomed struct {
	t        *testing.T
	server   string
	address  string
	listener *os.File
	notes    string
	kills    atomic.Int64

	mu      sync.Mutex
	process *os.Process
	stopped bool
	over    sync.WaitGroup
}

func startDoomed(t *testing.T, server string) *doomed {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	d := &doomed{t: t, server: server, address: listener.Addr().String(), listener: file, notes: filepath.Join(t.TempDir(), "notes")}
	t.Cleanup(func() {
		d.stop()
		_ = file.Close()
		_ = listener.Close()
	})
	return d
}

// live starts the first process, and each that follows.
func (d *doomed) live() {
	d.over.Go(func() {
		for {
			child := exec.Command(os.Args[0])
			child.ExtraFiles = []*os.File{d.listener}
			child.Env = append(os.Environ(), doomedServerEnv+"="+d.server, doomedNotesEnv+"="+d.notes)
			child.Stderr = os.Stderr
			d.mu.Lock()
			if d.stopped {
				d.mu.Unlock()
				return
			}
			err := child.Start()
			d.process = child.Process
			d.mu.Unlock()
			if err != nil {
				d.t.Error(err)
				return
			}
			_ = child.Wait() // it was killed
			d.kills.Add(1)
		}
	})
}

// stop kills the process for good.
func (d *doomed) stop() {
	d.mu.Lock()
	d.stopped = true
	if d.process != nil {
		_ = d.process.Kill() // or it is dead already
	}
	d.mu.Unlock()
	d.over.Wait()
}

// executions are all that any of the processes executed.
func (d *doomed) executions() []execution {
	d.t.Helper()
	text, err := os.ReadFile(d.notes)
	if err != nil {
		d.t.Fatal(err)
	}
	return parseExecutions(d.t, string(text))
}

// beDoomed is the main function of such a process. It never returns.
func beDoomed() {
	notes, err := os.OpenFile(os.Getenv(doomedNotesEnv), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		log.Fatal(err)
	}
	app, err := inngestkit.New(doomedConfig(os.Getenv(doomedServerEnv)))
	if err != nil {
		log.Fatal(err)
	}
	if err := app.Register(doomedFunction(notes)); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(listener, app.Handler()))
}

// doomedFunction notes its executions.
func doomedFunction(notes *os.File) inngestkit.Function {
	return inngestkit.NewFunction(inngestgo.FunctionOpts{ID: "five", Retries: new(20)}, orderCreated.Trigger(),
		func(ctx context.Context, in inngestgo.Input[orderData]) (any, error) {
			var tokens []string
			for i := range doomedSteps {
				token, err := step.Run(ctx, fmt.Sprint("step ", i), func(context.Context) (string, error) {
					e := execution{run: in.InputCtx.RunID, step: i, token: fmt.Sprintf("%d-%x", os.Getpid(), rand.Uint64()), before: tokens}
					if _, err := notes.WriteString(e.String()); err != nil {
						return "", err
					}
					if rand.IntN(doomedOdds) == 0 {
						self, _ := os.FindProcess(os.Getpid())
						_ = self.Kill()
						select {}
					}
					return e.token, nil
				})
				if err != nil {
					return nil, err
				}
				tokens = append(tokens, token)
			}
			return tokens, nil
		})
}
