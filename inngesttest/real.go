package inngesttest

import (
	"net/http"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/wire"
)

// Real reports whether the test runs against an Inngest server of its own,
// because INNGEST_DEV_SERVER_URL names one.
func (e *Env) Real() bool { return e.real != nil }

type realServer struct{}

func newRealServer(*Env, string) *realServer { return &realServer{} }

func (*realServer) begin()                                      {}
func (*realServer) end()                                        {}
func (*realServer) idle()                                       {}
func (*realServer) forward(*http.Request, []byte) (any, error)  { return nil, nil }
func (*realServer) post(string, []wire.Event) ([]string, error) { return nil, nil }
func (*realServer) run(*Run) engine.Run                         { return engine.Run{} }
func (*realServer) startedBy(string) []*Run                     { return nil }
