/*
 * What a version in the store would send that the live one does not, over its
 * kept samples (workflow/preview/sends.h), a slice at a time: a screen goes on
 * answering while it counts.
 */
#ifndef TAILOR_MANAGER_DRAFT_SENDING_H
#define TAILOR_MANAGER_DRAFT_SENDING_H

#include "manager/draft/previewing.h"
#include "workflow/preview/sends.h"

#define SENDING_SHOWN 12 /* lines of cells; one more counts the rest */

struct sending {
    struct previewing tried;
    struct sends sends;
    size_t next; /* the sample that is looked at next */
};

/* Makes the version NAME ready, its live one and the samples, the newest
 * first; none where the session may not see them and the trigger has none.
 * sending_end clears S, also after an error; its errors are those of
 * previewing_begin. */
enum err sending_begin(struct sending *s, struct manager *m, const char *name,
                       struct error *e);
void sending_end(struct sending *s);

/* Looks at samples for MS milliseconds, at one at least. True where more are
 * left. */
bool sending_step(struct sending *s, int64_t ms);

/* A new list of new strings, ended by NULL: what is sent otherwise, a line a
 * cell, and then what was looked at. Empty where there is no sample. Freed by
 * text_lines_free. */
char **sending_lines(const struct sending *s);

#endif
