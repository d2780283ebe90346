package parity

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table of docs/devserver.md")

// TestTable compares the table of docs/devserver.md with the scenarios.
func TestTable(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "docs", "devserver.md")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| scenario | what both servers do | differences on purpose |\n"
	before, rest, ok := strings.Cut(string(raw), head)
	if !ok {
		t.Fatalf("%s has no table that begins with %q", path, head)
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	var table strings.Builder
	table.WriteString(head + "|---|---|---|\n")
	for _, sc := range scenarios() {
		table.WriteString("| " + strings.Join([]string{sc.name, sc.shows, sc.differs}, " | ") + " |\n")
	}
	want := before + table.String()
	if after != "" {
		want += "\n" + after
	}
	switch {
	case want == string(raw):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table of %s is not that of the scenarios: run go test ./devserver/parity -run Table -update", path)
	}
}
