package parity

import "slices"

// scenarios returns all scenarios, in the order of the table.
func scenarios() []scenario {
	return slices.Concat(
		stepScenarios(), parallelScenarios(), retryScenarios(), failureScenarios(),
		sleepScenarios(), waitScenarios(), invokeScenarios(), gatewayScenarios(),
		triggerScenarios(), expressionScenarios(), stateScenarios(), answerScenarios(),
		syncScenarios(), eventScenarios(),
		concurrencyScenarios(), rateScenarios(), debounceScenarios(), singletonScenarios(), cancelScenarios(), actScenarios(), jobScenarios(), endpointScenarios(),
	)
}
