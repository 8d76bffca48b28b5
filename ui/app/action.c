/* The table of actions. */
#include "ui/app/action.h"

#include <string.h>

#include "base/text.h"

#define AUDITOR ROLE_AUDITOR
#define ENGINEER ROLE_ENGINEER
#define RELEASER ROLE_RELEASER
#define ADMIN ROLE_ADMIN
#define READS ACT_READS
#define MUTATES ACT_MUTATES
#define NEEDS_ROW ACT_NEEDS_ROW
#define CONFIRM ACT_CONFIRM
#define DANGER ACT_DANGER
#define ARGUMENT ACT_ARGUMENT
#define TEXT ACT_TEXT
#define HINT ACT_HINT
#define FRAME ACT_FRAME
#define DRAFT ACT_DRAFT
#define PRODUCTION ACT_PRODUCTION
#define MENU ACT_MENU
#define REMOVES ACT_REMOVES
#define WORDS ACT_WORDS
#define OPENS ACT_OPENS
#define NOW ACT_NOW
#define ANY (~0u)
#define ON(view) (1u << VIEW_##view)

static const struct act_info infos[ACT_COUNT] = {
#define A(id, command, label, keys, role, flags, views, help)                  \
    [ACT_##id] = {command, label, keys, role, flags, views, help},
#include "ui/app/actions.def"
#undef A
};

static const char *const synonyms[ACT_COUNT] = {
#define S(id, words) [ACT_##id] = words,
#include "ui/app/synonyms.def"
#undef S
};

static const struct {
    const char *name, *where;
} elsewhere[] = {
#define E(name, where) {name, where},
#include "ui/app/elsewhere.def"
#undef E
};

static const struct {
    const char *word, *title;
} views[VIEW_COUNT] = {
#define V(name, word, title) {word, title},
#include "ui/app/views.def"
#undef V
};

const struct act_info *
act_info(enum act action)
{
    return &infos[action];
}

const char *
act_synonyms(enum act action)
{
    return synonyms[action] ? synonyms[action] : "";
}

const char *
act_elsewhere(const char *name)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        if (strlen(name) >= 3 && text_starts(elsewhere[i].name, name))
            return elsewhere[i].where;
    }
    return NULL;
}

enum act
act_find(const char *name)
{
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        if (strcmp(infos[i].command, name) == 0)
            return (enum act)i;
    }
    return ACT_NONE;
}

bool
act_applies(enum act action, enum view_id view)
{
    return (infos[action].views & (1u << view)) != 0;
}

const char *
act_refusal_of_role(enum act action, const struct act_context *ctx)
{
    const struct act_info *a = &infos[action];
    if (ctx->read_only && !(a->flags & ACT_READS))
        return "read-only session";
    if (ctx->role < a->role) {
        return a->role == ROLE_ADMIN      ? "admin only"
               : a->role == ROLE_RELEASER ? "releaser only"
               : a->role == ROLE_ENGINEER ? "engineer only"
                                          : "no role";
    }
    return NULL;
}

const char *
act_refusal(enum act action, const struct act_context *ctx)
{
    const struct act_info *a = &infos[action];
    if (!act_applies(action, ctx->view))
        return "not on this screen";
    const char *who = act_refusal_of_role(action, ctx);
    if (who)
        return who;
    if ((a->flags & ACT_NEEDS_ROW) && !ctx->has_row)
        return "no row";
    return ctx->off;
}

const char *
role_name(enum role role)
{
    static const char *const names[] = {"no role", "auditor", "engineer",
                                        "releaser", "admin"};
    return names[role];
}

const char *
view_word(enum view_id view)
{
    return views[view].word;
}

const char *
view_title(enum view_id view)
{
    return views[view].title;
}

int
view_find(const char *word)
{
    for (int i = 0; i < VIEW_COUNT; i++) {
        if (strcmp(views[i].word, word) == 0)
            return i;
    }
    return -1;
}
