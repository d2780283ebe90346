package wire

// CheckpointRequest stores steps while their call is in flight
// (SDK specification 10.3.1).
type CheckpointRequest struct {
	RunID        string `json:"run_id"`
	FunctionID   string `json:"fn_id"`
	QueueItemRef string `json:"qi_id"`
	Steps        []Op   `json:"steps"`
}
