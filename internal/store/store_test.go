package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/inngestkit/inngestkit/internal/engine"
	"github.com/inngestkit/inngestkit/internal/store"
)

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func commit(t *testing.T, s *store.Store, writes ...engine.Write) {
	t.Helper()
	if err := s.Commit(writes); err != nil {
		t.Fatal(err)
	}
}

func records(t *testing.T, s *store.Store) []string {
	t.Helper()
	var all []string
	if err := s.Load(func(key string, value []byte) error {
		all = append(all, key+"="+string(value))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func put(key, value string) engine.Write { return engine.Write{Key: key, Value: []byte(value)} }

func TestRecords(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	s := open(t, dir)
	commit(t, s, put("run/b", "1"), put("run/a/step/x", "2"), put("run/a", "3"), put("run/a!", "4"), put("run/a0", "5"))
	commit(t, s, put("run/b", "new"), put("gone", "6"), engine.Write{Key: "gone"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = open(t, dir)
	if diff := cmp.Diff([]string{"run/a=3", "run/a!=4", "run/a/step/x=2", "run/a0=5", "run/b=new"}, records(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	commit(t, s, engine.Write{Key: "run/a"})
	if diff := cmp.Diff([]string{"run/a!=4", "run/a0=5", "run/b=new"}, records(t, s)); diff != "" {
		t.Errorf("deleting a key deletes exactly the records below it (-want +got):\n%s", diff)
	}
}

func TestLoadStopsAtAnError(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	commit(t, s, put("a", "1"), put("b", "2"))
	stop, calls := errors.New("stop"), 0
	if err := s.Load(func(string, []byte) error { calls++; return stop }); !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestWhatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"another server has it": {func(t *testing.T, dir string) { open(t, dir) }, "another server has it open"},
		"not a database": {func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, store.File), []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "move it away to start with an empty one"},
		"another program's": {func(t *testing.T, dir string) { run(t, dir, "CREATE TABLE users (name TEXT)") }, "another program's database"},
		"a later version's": {func(t *testing.T, dir string) {
			if err := open(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			run(t, dir, "PRAGMA user_version = 2")
		}, "later version of inngestkit"},
		"a folder in its place": {func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, store.File), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "check its permissions"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.spoil(t, dir)
			_, err := store.Open(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("%v, want %q and the path", err, c.want)
			}
		})
	}
}

func TestDamageInsideSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	for i := range 100 {
		commit(t, s, put(fmt.Sprint("run/", i), strings.Repeat("x", 1000)))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, store.File)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := 4096 * 2; page < len(raw); page += 4096 { // the first two are its header and schema
		copy(raw[page:], strings.Repeat("damaged ", 8))
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir) // which has not read those pages
	err = s.Load(func(string, []byte) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "move it away to start with an empty one") || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want the path and what to do", err)
	}
}

func run(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
