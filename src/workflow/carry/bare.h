/* A version of one customer for another one. */
#ifndef TAILOR_WORKFLOW_CARRY_BARE_H
#define TAILOR_WORKFLOW_CARRY_BARE_H

#include "workflow/document/document.h"

/* What may come along, and what became of it. */
struct bare {
    bool (*is_secret)(const char *name);
    bool all; /* every constant comes along whose name is not a secret's */
    bool strict; /* no text and no number comes along: what goes to ALONG below
                    is left out */
    const struct value *wanted; /* places of constants that do: an array of
                                   texts as LEFT_OUT has them, or NULL */
    struct value *left_out;     /* an array, which receives each place, without
                                   what stood there */
    struct value *along;        /* an array, which receives what comes along and
                                   may be the other customer's: a constant by
                                   its place, texts and numbers in formulas word
                                   for word */
    size_t constants;           /* how many came along as ALL or WANTED says */
};

/*
 * Makes *OUT, which the caller owns, of D without what may hold data, notes or
 * secrets of the customer whose version it is. What comes with it is listed
 * here; everything else, a field of a type that is new too, is a constant and
 * left out:
 *
 *   structure   ids, kinds and names of blocks, pinned connectors, keys of apps
 *               and actions, choices, whole numbers; the names of headers,
 *               inputs, variables and tables; the targets of rows, what their
 *               members (members.def) say, and if they are required
 *   columns     of tables: those that BASE does not have go to ALONG
 *   what reads  paths, and formulas that refer to something. The texts in them
 *               go to ALONG, and so do the numbers (but whole ones of a
 *               single digit); under the name of a secret such a formula is a
 *               constant
 *   questions   names, types and labels; the labels go to ALONG
 *   what is in  BASE (the base version that D was made of) at the same place
 *               just so: same block, field, name, target or key
 *
 * A constant comes along if HOW says so, unless it has a URL with a user name
 * or a password. Notes, examples (samples and schemas) and the name of the
 * workflow never do: those of BASE take their place.
 */
enum err document_bare(struct document **out, const struct document *d,
                       const struct document *base, struct bare *how,
                       struct error *e);

#endif
