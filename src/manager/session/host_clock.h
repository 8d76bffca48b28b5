/*
 * How far the clock of the store's host is trusted when what was kept for a
 * time is removed. The store keeps the last time that was right. A clock that
 * is more than a day ahead of it, and of the time that has passed since on
 * this machine, is doubted: until it is right again, or was seen ahead for
 * three days in all, things expire by the kept time, which goes on as far as
 * time is known to have passed. A clock that is behind removes less and is
 * followed at once.
 */
#ifndef TAILOR_MANAGER_SESSION_HOST_CLOCK_H
#define TAILOR_MANAGER_SESSION_HOST_CLOCK_H

#include "manager/session/manager.h"

#define HOST_CLOCK_KEY "clock" /* its row in meta */
#define HOST_CLOCK_TEXT_SIZE 96

/* All in ms; all 0: the store has none, so nothing is known to be right. */
struct host_clock {
    int64_t right;   /* the time that was right when it was last looked at */
    int64_t boot;    /* clock_boot_ms() then */
    int64_t seen;    /* what the wall clock showed then */
    int64_t doubted; /* for how long it has been seen ahead (< 0: behind) */
};

enum host_clock_verdict {
    HOST_CLOCK_RIGHT,
    HOST_CLOCK_AHEAD,
    HOST_CLOCK_BEHIND
};

/* What C says of a clock that shows WALL, BOOT after the machine was started.
 */
enum host_clock_verdict host_clock_judge(const struct host_clock *c,
                                         int64_t wall, int64_t boot);

/* The time by which things expire then. */
int64_t host_clock_trusted(const struct host_clock *c, int64_t wall,
                           int64_t boot);

/* Notes in C that the clock was looked at then, and believes it after it was
 * doubted for three days in all. */
void host_clock_look(struct host_clock *c, int64_t wall, int64_t boot);

/* C as the text of its row. */
void host_clock_write(const struct host_clock *c,
                      char out[HOST_CLOCK_TEXT_SIZE]);

/* What the store has of it into C, within an operation. */
enum err host_clock_read(struct manager *m, struct host_clock *c,
                         struct error *e);

/* The time by which things have expired for the open operation into *OUT. */
enum err host_clock_expiry(struct manager *m, int64_t *out, struct error *e);

/* Looks at the clock, keeps what was seen, and records in the audit where a
 * doubt begins or a doubted clock is believed. An operation of its own. */
enum err host_clock_keep(struct manager *m, struct error *e);

#endif
