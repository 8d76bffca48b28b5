/*
 * The table of the console's actions and the one decision whether an action
 * may be done. (The manager has a table of its own, of operations; theirs is
 * the last word.)
 */
#ifndef TAILOR_UI_APP_ACTION_H
#define TAILOR_UI_APP_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "manager/session/manager.h" /* enum role */

enum view_id {
#define V(name, word, title) VIEW_##name,
#include "ui/app/views.def"
#undef V
    VIEW_COUNT
};

enum act {
    ACT_NONE,
#define A(id, command, label, keys, role, flags, views, help) ACT_##id,
#include "ui/app/actions.def"
#undef A
    ACT_COUNT
};

enum act_flag {
    ACT_READS = 1,
    ACT_MUTATES = 2,
    ACT_NEEDS_ROW = 4,
    ACT_CONFIRM = 16,
    ACT_DANGER = 32,
    ACT_ARGUMENT = 64,
    ACT_TEXT = 128,
    ACT_HINT = 256,
    ACT_FRAME = 512,
    ACT_DRAFT = 1024,
    ACT_PRODUCTION = 2048,
    ACT_MENU = 4096,
    ACT_REMOVES = 8192,
    ACT_WORDS = 16384,
    ACT_OPENS = 32768,
    ACT_NOW = 65536 /* first on the hint line wherever it is not off */
};

struct act_info {
    const char *command;
    const char *label;
    const char *keys;
    enum role role;
    unsigned flags;
    unsigned views; /* bit per view_id; ~0u: all */
    const char *help;
};

/* The row of the table for ACTION. */
const struct act_info *act_info(enum act action);

/* Other words that ACTION is found by; "" if none. */
const char *act_synonyms(enum act action);

/* Where NAME is done, where that is a name that people look for and the console
 * has no action for it, else NULL. NAME may be the beginning (3 letters). */
const char *act_elsewhere(const char *name);

/* The action whose command is NAME, ACT_NONE if none exists. */
enum act act_find(const char *name);

/* True where ACTION applies on VIEW. */
bool act_applies(enum act action, enum view_id view);

/* What an action is judged by. */
struct act_context {
    enum view_id view;
    enum role role;
    bool read_only;  /* of the session */
    bool has_row;    /* the screen has a marked row */
    const char *off; /* the screen's own reason against it, or NULL */
};

/* NULL where ACTION may be done, else the reason, static or of CTX. This is
 * the only place of the console that decides it. */
const char *act_refusal(enum act action, const struct act_context *ctx);

/* The part of it that hangs on the person alone, on any screen: an action that
 * was begun is judged by it again where it goes on later. */
const char *act_refusal_of_role(enum act action, const struct act_context *ctx);

const char *role_name(enum role role);

/* The word and the title of VIEW; the view with the word NAME, or -1. */
const char *view_word(enum view_id view);
const char *view_title(enum view_id view);
int view_find(const char *word);

#endif
