/*
 * A store with a damaged page. SQLite commits nothing of a transaction in
 * which it met the damage, so that one job would take all others of its tick
 * along: such a tick is done again with a transaction for each job, and the
 * work that meets the damage is tried again later and later.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/core/core_private.h"
#include "store/runtime.h"

enum { WAIT_MIN_MS = 1000, WAIT_MAX_MS = 600 * 1000 };

bool
core_damage_note(struct core *core, const struct error *why)
{
    struct damage *d = &core->damage;
    int64_t now = clock_monotonic_ms();
    if (why->code != ERR_DAMAGED)
        return false;
    core->counts.damage++;
    if (d->wait_ms && now < d->log_at)
        return true;
    log_event(LOG_ERROR, "store damaged", "message", why->text, NULL);
    d->wait_ms = d->wait_ms ? 2 * d->wait_ms : WAIT_MIN_MS;
    if (d->wait_ms > WAIT_MAX_MS)
        d->wait_ms = WAIT_MAX_MS;
    d->log_at = now + d->wait_ms;
    return true;
}

void
core_damage_later(struct core *core, struct job *j)
{
    int64_t wait = j->wait_ms ? 2 * j->wait_ms : WAIT_MIN_MS;
    j->wait_ms = wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS;
    core_timer_add(core, clock_monotonic_ms() + j->wait_ms, j);
}

/* What callers of the API may know of errors of the machine: no path. */
void
core_public_error(const struct core *core, struct error *e)
{
    enum err err = e->code;
    if (err_http_status(err) < 500 || !strstr(e->text, db_path(core->db)))
        return;
    if (err == ERR_DAMAGED)
        error_set(e, err,
                  "store: a part of it is damaged (tell the operator of the "
                  "runtime)");
    else if (err == ERR_DISK_FULL)
        error_set(e, err,
                  "store: the disk is full, nothing was changed (make room "
                  "on the disk of the runtime and try again)");
    else
        error_set(e, err,
                  "store: it cannot be used at the moment (try again; the "
                  "log of tailord says why)");
}
