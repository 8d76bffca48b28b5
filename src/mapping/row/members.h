/*
 * The members of a mapping row that say more than what fills it: one line of
 * members.def each. Their values are texts, as they stand in a sheet.
 */
#ifndef TAILOR_MAPPING_ROW_MEMBERS_H
#define TAILOR_MAPPING_ROW_MEMBERS_H

#include "base/error.h"

enum row_member {
#define MEMBER(id, key, option, without, form, help) ROW_##id,
#include "mapping/row/members.def"
#undef MEMBER
    ROW_MEMBERS
};

struct row_member_help {
    const char *key;     /* in documents and the header in sheets */
    const char *option;  /* of the command line, without its dashes */
    const char *without; /* what holds where it is left out; NULL: nothing */
    const char *form;    /* "a|b": one of the words; else the form in words */
    const char *help;
};

/* The line M of members.def. */
const struct row_member_help *row_member(enum row_member m);

/* TEXT, as people write it, as documents have it, in *OUT: a new string, or
 * NULL where it says what holds without it. Words may be in any case, with
 * blanks and hyphens ("If present"). Errors: INVALID with the words. */
enum err row_member_read(enum row_member m, const char *text, char **out,
                         struct error *e);

#endif
