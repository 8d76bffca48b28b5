/*
 * What the kept samples of a version show that costs money later
 * (workflow/warn).
 */
#ifndef TAILOR_MANAGER_DRAFT_WARNINGS_H
#define TAILOR_MANAGER_DRAFT_WARNINGS_H

#include "manager/session/manager.h"
#include "workflow/problem.h"

#define WARNINGS_SAMPLES 100 /* the newest, where nobody waits for a release */
#define WARNINGS_SHOWN 5     /* lines; one more counts the rest */

/* Adds to OUT the warnings of the version NAME over its newest kept samples, at
 * most SAMPLES; over the trigger's own where none is kept, or the session may
 * not see them. None where the version cannot be read. */
void manager_warnings(struct manager *m, const char *name, int samples,
                      struct problem_list *out);

/* Lines of text; freed by warning_lines_clear. */
struct warning_lines {
    char *lines[WARNINGS_SHOWN + 2]; /* ended by NULL */
};

/* The same as lines, for the plan of a release: over the samples that are
 * tried then. */
void warning_lines_find(struct warning_lines *out, struct manager *m,
                        const char *name);
void warning_lines_clear(struct warning_lines *lines);

#endif
