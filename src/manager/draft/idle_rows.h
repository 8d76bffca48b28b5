/*
 * Rows that map to nothing: what a draft adds or changes in its mappings and
 * what gives no value on any of the samples that are tried before a release.
 */
#ifndef TAILOR_MANAGER_DRAFT_IDLE_ROWS_H
#define TAILOR_MANAGER_DRAFT_IDLE_ROWS_H

#include <stddef.h>

#include "manager/session/manager.h"

#define IDLE_ROWS_SHOWN 5 /* lines; one more counts the rest */

/* Lines of text; freed by idle_rows_clear. */
struct idle_rows {
    char *lines[IDLE_ROWS_SHOWN + 2]; /* ended by NULL */
    size_t count;                     /* rows, also those without a line */
};

/* Finds the mapping rows of the version NAME that have a source, are not the
 * same in the version LIVE (an id; "" if none exists), and give no value and
 * no default on each of the newest kept samples (at most PREVIEWING_TRIED) in
 * which their block maps. Where no sample is kept, or the session may not see
 * them, the trigger's own is tried. A line names block, target and source, and
 * the path that was probably meant. None where a version cannot be read. */
void idle_rows_find(struct idle_rows *out, struct manager *m, const char *name,
                    const char *live);
void idle_rows_clear(struct idle_rows *rows);

#endif
