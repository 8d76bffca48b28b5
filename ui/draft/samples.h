/* A run that was fetched as a sample, kept in the store where the person says
 * so. */
#ifndef TAILOR_UI_DRAFT_SAMPLES_H
#define TAILOR_UI_DRAFT_SAMPLES_H

#include "manager/draft/previewing.h"
#include "ui/draft/draft_view.h"

/* Why sample I of P cannot be kept, static; NULL: it can. */
const char *samples_keep_off(const struct previewing *p, size_t i);

/* Asks whether to keep it, and keeps it for the customer of D. */
void samples_keep_question(const struct draft_view *d,
                           const struct previewing *p, size_t i,
                           struct question *q);
void samples_keep(const struct draft_view *d, const struct previewing *p,
                  size_t i, struct error *e);

/* What the screens of a draft share that show one sample of P. Puts why ACTION,
 * to go to another sample or to keep this one, cannot be done with sample I
 * into CTX->off; leaves it for other actions. */
void sample_context(const struct previewing *p, size_t i, enum act action,
                    struct act_context *ctx);

/* Does it, and sets *I to the sample to show. REACT_IGNORED for others. */
unsigned sample_action(const struct draft_view *d, const struct previewing *p,
                       size_t *i, enum act action, struct error *e);

/* Takes into P what was fetched since; false where that is nothing. */
bool samples_take_in(const struct draft_view *d, struct previewing *p);

#endif
