/*
 * Taking a version further: the edits of an installation's own version on
 * another base, and a version of one installation for another one. Both make
 * an ordinary draft; both can be shown first, and what is then made is what
 * was shown.
 */
#ifndef TAILOR_MANAGER_DRAFT_FORK_H
#define TAILOR_MANAGER_DRAFT_FORK_H

#include "manager/draft/draft.h"
#include "manager/session/names.h"
#include "workflow/carry/carry.h"

struct fork_request {
    const char *installation, *workflow;
    const char *from;  /* a base, a version of the installation, or a released
                          version of another one; NULL: the live one */
    const char *carry; /* a released own version of the installation, whose
                          edits are made on FROM, a base; NULL: none */
    bool constants;    /* of another one's version: with its constants, but
                          those whose names are secrets' */
    const struct value *wanted; /* places of constants that come with it too: an
                                   array of texts as in left_out, or NULL */
    enum draft_choice choice;
    bool plan_only;    /* makes nothing; for everybody who may read */
    const char *asked; /* the hash of the plan that a person was shown;
                          NULL: whatever comes out */
};

/* What a draft is made of; cleared by fork_plan_clear. */
struct fork_plan {
    char id[IDENT_SIZE]; /* the draft; "" where none was made */
    bool resumed;        /* it was there: nothing else is set */
    char hash[DIGEST_SIZE];
    char from[VERSION_LABEL_SIZE];    /* what it was made of */
    char carried[VERSION_LABEL_SIZE]; /* whose edits; "" */
    char base[VERSION_LABEL_SIZE];    /* what those are edits of; "" */
    bool language; /* the new base has another format of formulas than those */
    bool newer;    /* a newer base than FROM, to which edits are carried, is
                      released */
    struct carry_edits edits;
    /* Of a version of another installation, each an array; else NULL. */
    char *other;            /* the customer that has it */
    struct value *needs;    /* what this customer must connect or answer */
    struct value *custom;   /* fields that the connector does not describe, as
                               texts: they may be missing here */
    struct value *left_out; /* places of what stays behind, as texts */
    struct value *along;    /* what comes along and may be the other one's:
                               constants by their places, texts in formulas */
};

/* Makes the draft, or shows what it would be. The caller clears PLAN, also
 * after an error. Errors: those of manager_draft_fork; INVALID where the edits
 * cannot be carried; CONFLICT where the plan is no longer ASKED;
 * REFUSED where ALONG is not empty and REQUEST has no ASKED. */
enum err manager_draft_further(struct manager *m,
                               const struct fork_request *request,
                               struct fork_plan *plan, struct error *e);
void fork_plan_clear(struct fork_plan *plan);

#endif
