/*
 * The table of actions and the one decision whether an action may be done.
 */
#ifndef TAILOR_UI_ACTION_H
#define TAILOR_UI_ACTION_H

#include <stdbool.h>
#include <stddef.h>

enum view_id {
#define V(name, word, title) VIEW_##name,
#include "ui/views.def"
#undef V
    VIEW_COUNT
};

enum role {
    ROLE_NONE, /* an account without an entry may do nothing */
    ROLE_AUDITOR,
    ROLE_ENGINEER,
    ROLE_RELEASER,
    ROLE_ADMIN
};

enum action {
    ACTION_NONE,
#define A(id, command, label, keys, role, flags, views, help) ACTION_##id,
#include "ui/actions.def"
#undef A
    ACTION_COUNT
};

enum action_flag {
    ACTION_READS = 1,
    ACTION_MUTATES = 2,
    ACTION_NEEDS_ROW = 4,
    ACTION_NEEDS_NET = 8,
    ACTION_CONFIRM = 16,
    ACTION_DANGER = 32,
    ACTION_ARGUMENT = 64,
    ACTION_TEXT = 128,
    ACTION_HINT = 256,
    ACTION_FRAME = 512
};

struct action_info {
    const char *command;
    const char *label;
    const char *keys;
    enum role role;
    unsigned flags;
    unsigned views; /* bit per view_id; ~0u: all */
    const char *help;
};

/* The row of the table for ACTION. */
const struct action_info *action_info(enum action action);

/* The action whose command is NAME, ACTION_NONE where there is none. */
enum action action_find(const char *name);

/* True where ACTION applies on VIEW. */
bool action_applies(enum action action, enum view_id view);

/* What an action is judged by. */
struct action_context {
    enum view_id view;
    enum role role;
    bool read_only;       /* of the session */
    bool has_row;         /* the screen has a marked row */
    const char *net_lost; /* why the runtime cannot be reached, or NULL */
    const char *off;      /* the screen's own reason against it, or NULL */
};

/* NULL where ACTION may be done, else the reason, static or of CTX. This is
 * the only place of the console that decides it. */
const char *action_refusal(enum action action,
                           const struct action_context *ctx);

const char *role_name(enum role role);

/* The word and the title of VIEW; the view with the word NAME, or -1. */
const char *view_word(enum view_id view);
const char *view_title(enum view_id view);
int view_find(const char *word);

#endif
