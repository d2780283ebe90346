package declare

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/inngestkit/inngestkit/core/internal/mistake"
	"github.com/inngestkit/inngestkit/internal/wire"
)

func checkCron(l *mistake.List, where, schedule string, jitter *string) {
	if err := parseCron(schedule); err != nil {
		l.Add(where, schedule, err.Error(), `write five fields such as Cron("0 9 * * 1-5"), and a time zone as WithZone("Europe/Berlin")`)
	}
	if jitter == nil {
		return
	}
	if d, err := time.ParseDuration(*jitter); err != nil || d < wire.MinCronJitter || d > wire.MaxCronJitter {
		l.Add(mistake.Of("Jitter", where), *jitter, "a jitter is 1s to 5 minutes", "write WithJitter(30*time.Second)")
	}
}

// isZone reports whether there is such a time zone. It believes every name
// where the program has no time zone database, as in a minimal container: the
// server has one.
func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	if _, err := time.LoadLocation(name); err == nil {
		return true
	}
	_, err := time.LoadLocation("America/New_York")
	return err != nil
}

// cronParser reads the schedules that the server reads.
var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func parseCron(schedule string) error {
	spec := schedule
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		_, zone, _ := strings.Cut(spec, "=")
		zone, spec, _ = strings.Cut(zone, " ")
		if !isZone(zone) {
			return fmt.Errorf("there is no time zone %q", zone)
		}
	}
	if strings.Contains(spec, "TZ=") { // the parser panics on some of these
		return errors.New("it names a time zone twice")
	}
	if n := len(strings.Fields(spec)); n != 5 {
		return fmt.Errorf("a schedule has 5 fields, not %d", n)
	}
	parsed, err := cronParser.Parse(spec)
	if err != nil {
		return fmt.Errorf("the schedule cannot be read: %w", err)
	}
	if parsed.Next(time.Now()).IsZero() {
		return errors.New("the schedule never fires: no month has that day")
	}
	return checkCronSteps(strings.Fields(spec))
}

// cronFields are the fields of a schedule with the number of values of each.
var cronFields = [...]struct {
	name   string
	values int
}{{"minute", 60}, {"hour", 24}, {"day of the month", 31}, {"month", 12}, {"day of the week", 7}}

// checkCronSteps refuses steps that no field can take: the schedule would fire
// once a round of the field, which is not what "*/90" says.
func checkCronSteps(fields []string) error {
	for i, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			_, step, ok := strings.Cut(part, "/")
			n, err := strconv.Atoi(step)
			if ok && err == nil && n >= cronFields[i].values {
				return fmt.Errorf("the step %d of the %s is as long as all its %d values or longer, so the schedule would not fire as written", n, cronFields[i].name, cronFields[i].values)
			}
		}
	}
	return nil
}
