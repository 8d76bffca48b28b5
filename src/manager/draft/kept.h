/*
 * Text that a person typed into a draft and that could not be stored there: the
 * line was lost after another session changed the same field, released the
 * draft or took it over. It is kept for that person alone and changes nothing
 * of the draft. It goes when it is removed, with a draft that is discarded, or
 * after KEPT_DAYS.
 */
#ifndef TAILOR_MANAGER_DRAFT_KEPT_H
#define TAILOR_MANAGER_DRAFT_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    KEPT_TEXT_MOST = 65536, /* bytes of one text */
    KEPT_TEXTS_MOST = 20,   /* of one person in one draft: the oldest goes */
    KEPT_DAYS = 30
};

struct manager;

struct kept_text {
    const char *id;
    const char *place; /* the field, for programs */
    const char *label; /* the field, for people */
    const char *text;  /* NULL: the actor may not see it any more */
    const char *why;   /* it could not be stored */
    int64_t at;
};

struct kept_list {
    struct kept_text *rows;
    size_t count;
    struct pool *pool;
};

/* Keeps TEXT, which may be empty. A person who could see what
 * customers sent while it was typed sees it again only where that is allowed.
 * Errors: ROLE, READ_ONLY, NOT_FOUND, TOO_BIG, INVALID (no UTF-8). */
enum err manager_draft_keep(struct manager *m, const char *draft,
                            const struct kept_text *text, struct error *e);

/* The actor's kept texts of DRAFT, oldest first. One that is not what was kept
 * is DAMAGED. The caller clears OUT, also after an error. */
enum err manager_draft_kept(struct manager *m, const char *draft,
                            struct kept_list *out, struct error *e);
void kept_list_clear(struct kept_list *list);

/* Removes the actor's kept texts of DRAFT that are in SHOWN; NULL: all. *COUNT
 * (may be NULL) receives how many there were. */
enum err manager_draft_forget(struct manager *m, const char *draft,
                              const struct kept_list *shown, size_t *count,
                              struct error *e);

#endif
