/*
 * Previews of the versions in the store: the draft's document, the live one
 * beside it, and the samples that are kept with the workflow; and what other
 * installations map to, for suggestions.
 */
#ifndef TAILOR_MANAGER_DRAFT_PREVIEWING_H
#define TAILOR_MANAGER_DRAFT_PREVIEWING_H

#include "manager/catalogue/sample.h"
#include "manager/session/manager.h"
#include "mapping/coverage/suggestion.h"
#include "workflow/preview/preview.h"

#define PREVIEWING_SAMPLES 1000 /* the newest that are looked at */
#define PREVIEWING_TRIED 3      /* of a release: it must not wait for many */

struct previewing_run {
    char *id, *label;
};

struct previewing {
    struct document *document;
    struct document *live;           /* NULL: nothing to compare with */
    char live_label[48];             /* "v3.1"; "" where LIVE is NULL */
    struct connector_set connectors; /* that either document pins */
    struct previewer *previewer;
    struct previewer *live_previewer; /* NULL as LIVE */
    struct sample_list kept;
    struct error closed;   /* why the session may not see them; else code OK */
    struct value **values; /* of the samples */
    struct preview_sample *samples;
    size_t count;
    struct previewing_run *runs; /* the last RUN_COUNT samples are those */
    size_t run_count;
};

/* Reads the version NAME, what is live where it would run (of a base draft:
 * the newest base) and the samples of its workflow; where none is kept, or
 * the session may not see them, the trigger's own is the only one.
 * previewing_end clears P, also after an error. */
enum err previewing_begin(struct previewing *p, struct manager *m,
                          const char *name, struct error *e);
void previewing_end(struct previewing *p);

/* Adds the run ID (sample_of_run) as one sample more, which nothing keeps.
 * SAMPLE and texts are copied. Where P has it, or the session may not see
 * samples, nothing is added. */
void previewing_add_run(struct previewing *p, const char *id, const char *label,
                        const struct value *sample);

/* The kept sample that sample I is, borrowed; NULL where it is none: the
 * trigger's own, or a run. */
const struct sample_row *previewing_kept(const struct previewing *p, size_t i);

/* The id of the run that sample I is, NULL where it is none; the index of the
 * run ID, P->count where P lacks it. */
const char *previewing_run_id(const struct previewing *p, size_t i);
size_t previewing_run_index(const struct previewing *p, const char *id);

/* The sample with the label or id NAME (NULL: the newest), borrowed.
 * NOT_FOUND with the labels there are; ROLE where it is kept and the session
 * may not see it. */
enum err previewing_sample(const struct previewing *p, const char *name,
                           const struct preview_sample **out, struct error *e);

/* Appends to OUT one sentence where each of the newest kept samples of its
 * workflow (at most PREVIEWING_TRIED) fails in the version NAME: how many, in
 * which block and why the newest one does. Nothing where one does not fail,
 * none is kept, or the session may not see them. */
void manager_failing_samples(struct manager *m, const char *name,
                             struct buf *out);

/* Targets and sources of the rows that live user-specific versions of other
 * installations have in the block that NAME's version calls BLOCK, one entry an
 * installation, the newest installations first, at most 500. Only sources that
 * read and have no text of their own: constants of others are not shown. The
 * caller clears each and frees *OUT. */
enum err manager_other_rows(struct manager *m, const char *name,
                            const char *block, struct mapping_rows **out,
                            size_t *count, struct error *e);

#endif
