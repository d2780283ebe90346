// Package store stores an engine's state in SQLite, without cgo: one table of records
// in one file of a folder.
package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/inngestkit/inngestkit/internal/engine"
)

// File is the name of the database in its folder.
const File = "inngestkit.db"

// The database's identification: its application, and the version of its form.
const (
	applicationID = 0x696e6b74 // "inkt"
	version       = 1
)

// The write-ahead log reaches the operating system with each commit, so committed
// writes outlive any end of the process. It reaches the disk at checkpoints: a power
// cut may lose the latest commits, but leaves the others intact. SQLite holds the lock
// until the database is closed or the process ends.
const settings = `
	PRAGMA locking_mode = EXCLUSIVE;
	PRAGMA journal_mode = WAL;
	PRAGMA synchronous = NORMAL;`

const schema = `
	CREATE TABLE records (key TEXT PRIMARY KEY, value BLOB NOT NULL);
	PRAGMA application_id = %d;
	PRAGMA user_version = %d;`

// Store is an [engine.Store] in a folder. Only one engine may use it at a time.
type Store struct {
	db   *sql.DB
	path string
}

// Open opens the database in a folder. It creates the folder and the database if
// necessary. It returns an error that says what to do if another server has the
// folder open, if the file is damaged or belongs to another program, and if a later
// version made it. Close the store when done.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	path := filepath.Join(dir, File)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db.SetMaxOpenConns(1) // the lock excludes a second connection, even of this process
	s := &Store{db, path}
	if err := s.prepare(); err != nil {
		return nil, errors.Join(s.explain(err), db.Close())
	}
	return s, nil
}

// errForeign and errLater are the errors for databases that Open leaves unchanged.
var (
	errForeign = errors.New("it is another program's database; name another folder")
	errLater   = errors.New("a later version of inngestkit made it; use that version, or name another folder")
)

func (s *Store) prepare() error {
	if _, err := s.db.Exec(settings); err != nil {
		return err
	}
	var tables, application, made int
	err := s.db.QueryRow(`SELECT count(*), (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version) FROM sqlite_schema`).
		Scan(&tables, &application, &made)
	switch {
	case err != nil:
		return err
	case tables == 0 && application == 0:
		return s.create()
	case application != applicationID:
		return errForeign
	case made > version:
		return errLater
	}
	return nil
}

func (s *Store) create() error {
	_, err := s.db.Exec("BEGIN IMMEDIATE;" + fmt.Sprintf(schema, applicationID, version) + "COMMIT;")
	return err
}

// explain adds the path to an error of the database, and advice if it has any.
func (s *Store) explain(err error) error {
	advice := ""
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			advice = "another server has it open; stop that one, or name another folder: "
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			advice = "it is damaged or not a database; move it away to start with an empty one: "
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			advice = "it cannot be written; check its permissions and its folder's: "
		case sqlite3.SQLITE_FULL:
			advice = "the disk is full; make room and start again: "
		}
	}
	return fmt.Errorf("store: %s: %s%w", s.path, advice, err)
}

// Load implements engine.Store.
func (s *Store) Load(f func(key string, value []byte) error) error {
	rows, err := s.db.Query(`SELECT key, value FROM records ORDER BY key`)
	if err != nil {
		return s.explain(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		var value sql.RawBytes
		if err := rows.Scan(&key, &value); err != nil {
			return s.explain(err)
		}
		if err := f(key, value); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return s.explain(err)
	}
	return nil
}

// Commit implements engine.Store.
func (s *Store) Commit(writes []engine.Write) error {
	tx, err := s.db.Begin()
	if err != nil {
		return s.explain(err)
	}
	if err := apply(tx, writes); err != nil {
		return errors.Join(s.explain(err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return s.explain(err)
	}
	return nil
}

func apply(tx *sql.Tx, writes []engine.Write) error {
	put, err := tx.Prepare(`INSERT INTO records VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	for _, w := range writes {
		if w.Value != nil {
			_, err = put.Exec(w.Key, w.Value)
		} else {
			_, err = tx.Exec(`DELETE FROM records WHERE key = ? OR key > ? AND key < ?`, w.Key, w.Key+"/", w.Key+"0")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Close closes the database and gives up its lock.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}
