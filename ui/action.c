/* The table of actions. */
#include "ui/action.h"

#include <string.h>

#define AUDITOR ROLE_AUDITOR
#define ENGINEER ROLE_ENGINEER
#define RELEASER ROLE_RELEASER
#define ADMIN ROLE_ADMIN
#define READS ACTION_READS
#define MUTATES ACTION_MUTATES
#define NEEDS_ROW ACTION_NEEDS_ROW
#define NEEDS_NET ACTION_NEEDS_NET
#define CONFIRM ACTION_CONFIRM
#define DANGER ACTION_DANGER
#define ARGUMENT ACTION_ARGUMENT
#define TEXT ACTION_TEXT
#define HINT ACTION_HINT
#define FRAME ACTION_FRAME
#define ANY (~0u)
#define ON(view) (1u << VIEW_##view)

static const struct action_info infos[ACTION_COUNT] = {
#define A(id, command, label, keys, role, flags, views, help)                  \
    [ACTION_##id] = {command, label, keys, role, flags, views, help},
#include "ui/actions.def"
#undef A
};

static const struct {
    const char *word, *title;
} views[VIEW_COUNT] = {
#define V(name, word, title) {word, title},
#include "ui/views.def"
#undef V
};

const struct action_info *
action_info(enum action action)
{
    return &infos[action];
}

enum action
action_find(const char *name)
{
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (strcmp(infos[i].command, name) == 0)
            return (enum action)i;
    }
    return ACTION_NONE;
}

bool
action_applies(enum action action, enum view_id view)
{
    return (infos[action].views & (1u << view)) != 0;
}

const char *
action_refusal(enum action action, const struct action_context *ctx)
{
    const struct action_info *a = &infos[action];
    if (!action_applies(action, ctx->view))
        return "not on this screen";
    if (ctx->read_only && !(a->flags & ACTION_READS))
        return "read-only session";
    if (ctx->role < a->role) {
        return a->role == ROLE_ADMIN      ? "admin only"
               : a->role == ROLE_RELEASER ? "releaser only"
               : a->role == ROLE_ENGINEER ? "engineer only"
                                          : "no role";
    }
    if ((a->flags & ACTION_NEEDS_ROW) && !ctx->has_row)
        return "no row";
    if ((a->flags & ACTION_NEEDS_NET) && ctx->net_lost)
        return ctx->net_lost;
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
