package wire

import "encoding/json"

// EndpointRunRequest reports a run that an app's HTTP endpoint has begun, to answer
// a request of its client (SDK specification 10.3.2).
type EndpointRunRequest struct {
	RunID string `json:"run_id"`
	// Event is the run's event; its data is an EndpointRequest.
	Event Event `json:"event"`
	// Steps is an array of Op: the steps so far.
	Steps   json.RawMessage `json:"steps"`
	Retries int             `json:"retries"`
}

// EndpointRequest describes the HTTP request that an endpoint's run answers.
type EndpointRequest struct {
	Domain string `json:"domain"` // scheme and host
	Method string `json:"method"`
	Path   string `json:"path"`
	// Fn is the function's id. If it is empty, method and path are the id.
	Fn string `json:"fn"`
}

// EndpointRunReply is the answer to an EndpointRunRequest. Its token gives access to
// the run's output.
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

// EndpointResult is the data of the op RunComplete in a report: the endpoint's answer
// to its client.
type EndpointResult struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
	Error  string `json:"error"`
}

// Timing is the time of a step's run, in nanoseconds.
type Timing struct {
	Start int64 `json:"a"` // since 1970
	Took  int64 `json:"b"`
}
