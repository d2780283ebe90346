package wire

import "encoding/json"

// EndpointRunRequest reports a run that an app began by itself, to answer an
// HTTP request of its own (SDK specification 10.3.2).
type EndpointRunRequest struct {
	RunID string `json:"run_id"`
	// Event is the run's; its data is an EndpointRequest.
	Event Event `json:"event"`
	// Steps is an array of Op: those so far.
	Steps   json.RawMessage `json:"steps"`
	Retries int             `json:"retries"`
}

// EndpointRequest is what the server reads of the HTTP request that an
// endpoint's run answers.
type EndpointRequest struct {
	Domain string `json:"domain"` // scheme and host
	Method string `json:"method"`
	Path   string `json:"path"`
	// Fn is the function's id as its author chose it; empty for method and path.
	Fn string `json:"fn"`
}

// EndpointRunReply is the answer to an EndpointRunRequest. Its token lets
// whoever waits for the run's output ask for it.
type EndpointRunReply struct {
	FunctionID string `json:"fn_id"`
	AppID      string `json:"app_id"`
	RunID      string `json:"run_id"`
	Token      string `json:"token"`
}

// EndpointStepsRequest reports further steps of an endpoint's run.
type EndpointStepsRequest struct {
	RunID      string          `json:"run_id"`
	FunctionID string          `json:"fn_id"`
	AppID      string          `json:"app_id"`
	Steps      json.RawMessage `json:"steps"`
}

// EndpointResult is the data of the op RunComplete in a report: what the
// endpoint answered with.
type EndpointResult struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
	Error  string `json:"error"`
}

// Timing is when a step ran: its start in nanoseconds since 1970, and how many
// it took.
type Timing struct {
	Start int64 `json:"a"`
	Took  int64 `json:"b"`
}
