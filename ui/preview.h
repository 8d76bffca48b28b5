/*
 * What formulas and mappings give on the samples of a workflow, computed in
 * the console with the code that the runtime runs. Outputs of blocks that
 * only compute are computed too; those of apps come from the sample, else
 * there are none.
 */
#ifndef TAILOR_UI_PREVIEW_H
#define TAILOR_UI_PREVIEW_H

#include "manager/manager_sample.h"
#include "mapping/plan.h"
#include "mapping/source.h"
#include "workflow/document.h"

struct preview {
    struct sample_list samples;
};

/* Loads the newest samples of WORKFLOW (id). preview_clear clears P, also
 * after an error. */
enum err preview_load(struct preview *p, struct manager *m,
                      const char *workflow, struct error *e);
void preview_clear(struct preview *p);

/* Samples there are, and the name of the Ith, borrowed. */
size_t preview_count(const struct preview *p);
const char *preview_label(const struct preview *p, size_t i);

/* Adds the fields of all samples to OUT (initialised). */
struct fields;
void preview_fields(const struct preview *p, struct fields *out);

/* Appends what TEXT (a source or formula) gives in D on sample I, as JSON. */
enum source_outcome preview_source(const struct preview *p, size_t i,
                                   const struct document *d, const char *text,
                                   struct buf *out, struct error *e);

/* What became of each row of the mapping of BLOCK on sample I. REPORT is
 * cleared with plan_report_clear where ERR_OK; OUT is what would be sent.
 * Errors: INVALID where a row does not compile. */
enum err preview_mapping(const struct preview *p, size_t i,
                         const struct document *d, const struct block *block,
                         struct plan_report *report, struct buf *out,
                         struct error *e);

#endif
