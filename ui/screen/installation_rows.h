/*
 * What the screen of one installation lists: its workflows, and below each
 * the versions that are not live yet.
 */
#ifndef TAILOR_UI_SCREEN_INSTALLATION_ROWS_H
#define TAILOR_UI_SCREEN_INSTALLATION_ROWS_H

#include "manager/installation/installation.h"
#include "manager/release/release.h"
#include "manager/session/audit.h"
#include "ui/screen/screens.h"
#include "ui/widget/row_list.h"

/* A row; texts are owned. */
struct place_row {
    char *workflow;      /* id */
    char *workflow_name; /* shown in its first row only, else NULL */
    char *name;          /* of the workflow, always */
    char *version;       /* id, NULL where nothing is live */
    char *label, *state, *when, *what;
    char *live; /* id of the live version, NULL: none */
    bool is_live, is_draft, is_awaiting;
    bool own; /* the live version is this installation's alone */
    /* Of the workflow, in each of its rows: why it cannot be paused or
     * resumed, NULL where it can; static. */
    const char *no_pause, *no_resume;
};

struct installation_shown {
    struct installation_list show;
    struct row_list *rows;
    struct table table;
    struct audit_list audit;
    struct buf apps; /* "netsuite, http", or what is known */
    struct buf as_of; /* since when the facts are true */
    size_t workflows, paused; /* how many there are, and paused on their own */
    struct release_plan asked; /* what the question was made from */
};

/* Reads S again; the rows come back under their keys. */
enum err installation_read(struct console *c, const char *id,
                           struct installation_shown *s, struct error *e);

extern const struct row_list_ops place_rows;

/* The needs of an awaiting version in words: "connect http · answer Tax
 * region"; JSON as the runtime sent it, NULL: nothing. */
void needs_words(struct buf *out, const char *json);

#endif
