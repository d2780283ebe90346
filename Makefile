.DEFAULT_GOAL := help
.PHONY: help test race lint bench check

TOOL := go tool -modfile=tools/go.mod

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## Run the tests
	go test ./...

race: ## Run the tests with the race detector
	go test -race ./...

lint: ## Run the linters (the first run builds them)
	$(TOOL) golangci-lint run ./...

bench: ## Run the benchmarks
	go test -run='^$$' -bench=. -benchmem ./...

check: ## Run everything that must pass before a change lands
	bash .ci/run
