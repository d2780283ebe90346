package rules

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	module      = "github.com/inngestkit/inngestkit"
	core        = module + "/core"
	engine      = module + "/internal/engine"
	expr        = module + "/internal/engine/expr"
	devserver   = module + "/devserver"
	doctor      = module + "/internal/doctor"
	wire        = module + "/internal/wire"
	sdk         = module + "/internal/sdk"
	seam        = module + "/internal/seam"
	store       = module + "/internal/store"
	adapters    = module + "/adapters"
	adaptertest = module + "/adapters/adaptertest"
	inngesttest = module + "/inngesttest"
)

// frameworks are the web frameworks by the name of the adapter that may link
// them.
var frameworks = map[string]string{
	"chi":   "github.com/go-chi/chi",
	"echo":  "github.com/labstack/echo",
	"fiber": "github.com/gofiber/fiber",
	"gin":   "github.com/gin-gonic/gin",
}

// databases are packages that a package with a database links. The drivers'
// interfaces, database/sql/driver, are not among them: github.com/google/uuid
// implements one.
var databases = []string{
	"database/sql$", "github.com/mattn/go-sqlite3", "github.com/jackc/pgx", "modernc.org/sqlite",
}

const celgo = "github.com/google/cel-go"

// TestRoomsExist keeps the other tests from passing because the package they
// are about is not there.
func TestRoomsExist(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range []string{
		core, engine, expr, doctor, devserver, wire, seam, store, inngesttest,
		adapters + "/nethttp", adapters + "/gin", adapters + "/echo",
	} {
		if g[pkg] == nil {
			t.Errorf("%s does not exist: if it has moved, its rules must move with it", pkg)
		}
	}
}

func TestCoreIsAgnostic(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range g.ours(core) {
		g.linksNone(t, pkg, celgo, engine, devserver, inngesttest, adapters)
		g.linksNone(t, pkg, databases...)
		for _, framework := range frameworks {
			g.linksNone(t, pkg, framework)
		}
	}
}

// TestCoreIsLayered holds the rooms below the core to their order in
// docs/architecture.md: each imports only rooms before it.
func TestCoreIsLayered(t *testing.T) {
	t.Parallel()
	g := load(t)
	layers := []string{"mistake", "settings", "declare", "lifecycle", "api", "sending", "call", "webhook", "application"}
	for i, layer := range layers {
		pkg := core + "/internal/" + layer
		if g[pkg] == nil {
			t.Errorf("%s does not exist: if it has moved, its rule must move with it", pkg)
		}
		g.linksNone(t, pkg, core+"$", core+"/adapter")
		for _, above := range layers[i+1:] {
			g.linksNone(t, pkg, core+"/internal/"+above)
		}
	}
	for _, pkg := range g.ours(core + "/internal") {
		if !slices.Contains(layers, path.Base(pkg)) {
			t.Errorf("%s has no place among the layers", pkg)
		}
	}
	g.linksNone(t, core, core+"/adapter")
	g.linksNone(t, sdk, core)
}

func TestAdapterLinksItsFrameworkOnly(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range g.ours(adapters) {
		g.linksNone(t, pkg, devserver)
		g.linksNone(t, pkg, databases...)
		for name, framework := range frameworks {
			if path.Base(pkg) != name {
				g.linksNone(t, pkg, framework)
			}
		}
		if pkg != adaptertest {
			g.linksNone(t, pkg, celgo, engine)
		}
	}
}

func TestServerKnowsNoApp(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range slices.Concat(g.ours(engine), g.ours(doctor), g.ours(store), g.ours(devserver)) {
		g.linksNone(t, pkg, core, "github.com/inngest/inngestgo")
	}
}

func TestKitNeedsNoServerOrFramework(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range g.ours(inngesttest) {
		g.linksNone(t, pkg, devserver, adapters)
		g.linksNone(t, pkg, databases...)
		for _, framework := range frameworks {
			g.linksNone(t, pkg, framework)
		}
	}
}

func TestExpressionsKnowNoEngine(t *testing.T) {
	t.Parallel()
	load(t).links(t, expr, "another package of this module", func(p *listed) bool {
		return within(p.ImportPath, module) && p.ImportPath != expr
	})
}

func TestWireIsStandardLibrary(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range append(g.ours(wire), g.ours(seam)...) {
		g.links(t, pkg, "a package outside the standard library", func(p *listed) bool {
			return !p.Standard && p.ImportPath != pkg
		})
	}
}

// TestTestingStaysInTests is strict over everything linked: neither the SDK
// nor a framework links testing today, so whoever brings it in is named.
func TestTestingStaysInTests(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range g.ours(module) {
		if within(pkg, inngesttest) || within(pkg, adaptertest) {
			continue
		}
		g.linksNone(t, pkg, "testing$")
	}
}

// TestServerModuleIsNotImported looks at import lines only, those of tests
// included: the SDK itself links some of the server's packages.
func TestServerModuleIsNotImported(t *testing.T) {
	t.Parallel()
	g := load(t)
	for _, pkg := range g.ours(module) {
		for _, imp := range slices.Concat(g[pkg].Imports, g[pkg].TestImports, g[pkg].XTestImports) {
			if within(imp, "github.com/inngest/inngest") {
				t.Errorf("%s imports %s", pkg, imp)
			}
		}
	}
}

// listed is what go list says of one package.
type listed struct {
	ImportPath                         string
	Standard                           bool
	Imports, TestImports, XTestImports []string
	ImportMap                          map[string]string
}

// graph is all packages of the module and all that they link, by import path.
type graph map[string]*listed

// load returns the graph, which is the same for every test.
func load(t *testing.T) graph {
	t.Helper()
	g, err := list()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// list asks go list. The walk before it opens every directory of the module,
// which go test takes note of: without it, a cached pass would outlive a
// change to the imports.
var list = sync.OnceValues(func() (graph, error) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd := exec.Command("go", "list", "-deps",
		"-json=ImportPath,Standard,Imports,TestImports,XTestImports,ImportMap", "./...")
	cmd.Dir, cmd.Stderr = root, &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	g := graph{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return g, nil
		} else if err != nil {
			return nil, err
		}
		g[p.ImportPath] = p
	}
})

// ours lists our packages at and below a path, in order.
func (g graph) ours(root string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(g)), func(pkg string) bool { return !within(pkg, root) })
}

// linksNone fails the test with an import chain for each forbidden tree that
// pkg links. A path that ends in $ forbids that package alone.
func (g graph) linksNone(t *testing.T, pkg string, forbidden ...string) {
	t.Helper()
	for _, f := range forbidden {
		exact, only := strings.CutSuffix(f, "$")
		g.links(t, pkg, exact, func(p *listed) bool {
			return p.ImportPath == exact || !only && within(p.ImportPath, exact)
		})
	}
}

// links fails the test with the shortest import chain from pkg to a package
// that is forbidden, if there is one.
func (g graph) links(t *testing.T, pkg, what string, forbidden func(*listed) bool) {
	t.Helper()
	from := map[string]string{pkg: ""}
	for queue := []string{pkg}; len(queue) > 0; queue = queue[1:] {
		p := g[queue[0]]
		if p == nil {
			continue // unsafe and C have no files
		}
		if forbidden(p) {
			var chain []string
			for at := p.ImportPath; at != ""; at = from[at] {
				chain = append(chain, at)
			}
			slices.Reverse(chain)
			t.Errorf("%s links %s:\n\t%s", pkg, what, strings.Join(chain, "\n\t-> "))
			return
		}
		for _, imp := range p.Imports {
			imp = cmp.Or(p.ImportMap[imp], imp)
			if _, seen := from[imp]; !seen {
				from[imp] = p.ImportPath
				queue = append(queue, imp)
			}
		}
	}
}

// within reports whether pkg is root or below it. A major version below a
// module's path counts as below it.
func within(pkg, root string) bool {
	return pkg == root || strings.HasPrefix(pkg, root+"/")
}
