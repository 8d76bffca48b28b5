/* What becomes of a run that was retried. */
#include "cli/command/run_end.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command/reading.h"

/* Between two looks at a run. */
enum { LOOK_MS = 100, LOOK_MOST_MS = 1000 };

enum err
run_end_look(struct cli *cli, const char *runtime, const char *run,
             struct value **row, struct error *e)
{
    struct value *arguments = value_object(), *body = NULL;
    value_set_text(arguments, "runId", run);
    value_set_text(arguments, "limit", "1");
    *row = NULL;
    enum err err =
        reading_ask(cli, runtime, QUESTION_RUNS, arguments, &body, e);
    struct value *data = value_get(body, "data");
    if (err == ERR_OK && value_size(data) > 0)
        *row = value_take_at(data, 0);
    value_free(body);
    if (err == ERR_OK && !*row)
        err = error_set(e, ERR_NOT_FOUND, "run %s: runtime %s does not have it",
                        run, runtime);
    return err;
}

/* Whether the run of ROW goes on by itself at once. */
static bool
goes_on(const struct value *row)
{
    const char *state = value_text_or(value_get(row, "state"), "");
    return (strcmp(state, "accepted") == 0 || strcmp(state, "running") == 0) &&
           !value_get_text(row, "nextAttemptAt");
}

static enum err
parked(const char *run, const struct value *row, const char *why,
       struct error *e)
{
    static const struct {
        const char *word, *text;
    } waits[] = {
        {"paused", "a resume of its installation or workflow"},
        {"held", "a resume of its runtime (tailor runtime accept-restore)"},
        {"credential", "a working credential (tailor credential list)"},
        {"unknownOutcome", "you: nobody knows whether a call took effect"},
        {"crashed", "you: tailord was killed each time it worked on it"},
        {"restored", "you: it may have ended after the backup was made"}};
    const char *word = value_text_or(value_get(row, "parkedFor"), "");
    const char *text = word;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (strcmp(waits[i].word, word) == 0)
            text = waits[i].text;
    return error_set(e, ERR_REFUSED, "run %s is parked and waits for %s%s%s",
                     run, text, *why ? ": " : "", why);
}

/* What the state of ROW means for who waits for RUN. */
static enum err
judge(const char *run, const struct value *row, struct error *e)
{
    const char *state = value_text_or(value_get(row, "state"), "");
    const char *why = value_text_or(value_get(row, "message"), "");
    const char *next = value_get_text(row, "nextAttemptAt");
    long long aside = value_int_or(value_get(row, "setAside"), 0);
    if (strcmp(state, "done") == 0 && aside == 0)
        return ERR_OK;
    if (strcmp(state, "done") == 0)
        return error_set(e, ERR_REFUSED,
                         "run %s is done, but set %lld element%s aside (tailor "
                         "run show %s)",
                         run, aside, aside == 1 ? "" : "s", run);
    if (strcmp(state, "parked") == 0)
        return parked(run, row, why, e);
    if (next)
        return error_set(e, ERR_OUTCOME_UNKNOWN,
                         "run %s waits until %s for its next attempt%s%s", run,
                         next, *why ? ": " : "", why);
    if (goes_on(row))
        return error_set(e, ERR_OUTCOME_UNKNOWN,
                         "run %s still runs (tailor run show %s)", run, run);
    return error_set(e, ERR_REFUSED, "run %s %s%s%s", run,
                     strcmp(state, "failed") == 0 ? "failed" : "was cancelled",
                     *why ? ": " : "", why);
}

enum err
run_end_wait(struct cli *cli, const char *runtime, const char *run,
             int time_out_ms, struct value **row, struct error *e)
{
    int64_t deadline = clock_monotonic_ms() + time_out_ms;
    enum err err = run_end_look(cli, runtime, run, row, e);
    for (int ms = LOOK_MS; err == ERR_OK && goes_on(*row); ms *= 2) {
        if (clock_monotonic_ms() >= deadline)
            break;
        poll(NULL, 0, ms < LOOK_MOST_MS ? ms : LOOK_MOST_MS);
        value_free(*row);
        err = run_end_look(cli, runtime, run, row, e);
    }
    return err == ERR_OK ? judge(run, *row, e) : err;
}
