/* The one dispatcher: every action is judged here, asked about, and done. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/app/app_private.h"

/* True where the menu of a row would have an entry on VIEW. */
static bool
menu_applies(enum view_id view)
{
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        if ((act_info((enum act)i)->flags & ACT_MENU) &&
            act_applies((enum act)i, view))
            return true;
    }
    return false;
}

/* What the frame itself knows against an action of every screen. */
static const char *
no_list(const struct view *v, enum act action)
{
    const struct table *t = v->table;
    bool filters = v->ops->filter || (t && t->source.filter);
    bool sorts = t && t->source.sort;
    if ((action == ACT_FILTER && !filters) || (action == ACT_SORT && !sorts) ||
        (action == ACT_COLUMNS && !t))
        return action == ACT_FILTER ? "this list cannot be filtered"
               : action == ACT_SORT ? "this list cannot be sorted"
                                    : "this screen has no columns";
    if (action == ACT_ACTIONS && !menu_applies(v->ops->id))
        return "nothing is done with a row of this screen";
    return NULL;
}

void
app_context(struct app *app, enum act action, struct act_context *ctx)
{
    struct view *v = app_top(app);
    *ctx = (struct act_context){
        .view = v->ops->id,
        .role = app->role,
        .read_only = app->read_only,
        .has_row = v->table && table_selected(v->table) != NULL,
        .off = no_list(v, action),
    };
    if (v->ops->context)
        v->ops->context(v, action, ctx);
    ctx->role = app->role; /* no screen raises what the session may do */
    ctx->read_only = app->read_only;
}

const char *
app_refusal(struct app *app, enum act action)
{
    struct act_context ctx;
    if (!app->depth)
        return "no screen";
    app_context(app, action, &ctx);
    return act_refusal(action, &ctx);
}

void
app_react(struct app *app, struct view *v, unsigned reaction,
          const struct error *e)
{
    if (e->code != ERR_OK)
        app_refuse_error(app, e);
    if ((reaction & REACT_CLOSE) && v == app_top(app))
        app_back(app);
    if (reaction & (REACT_PAINT | REACT_CLOSE))
        app->dirty = true;
}

/* Says WHY of ACTION, by the name that people read: commands and their names
 * are for the command line. */
static void
refuse(struct app *app, enum act action, const char *why)
{
    const char *label = act_info(action)->label;
    app_refuse(app, "%c%s: %s", toupper((unsigned char)*label), label + 1, why);
}

/* Does what was judged and, if need be, confirmed. */
static void
do_now(struct app *app, const struct invocation *invocation)
{
    struct view *v = app_top(app);
    struct error e = {0};
    struct invocation whole = *invocation;
    const struct act_info *info = act_info((enum act)invocation->action);
    unsigned reaction = REACT_IGNORED;
    if (!whole.arg)
        whole.arg = "";
    if (info->flags & ACT_FRAME)
        reaction = app_frame_action(app, &whole, &e);
    else if (v->ops->action)
        reaction = v->ops->action(v, &whole, &e);
    if ((reaction & REACT_IGNORED) && app->action)
        reaction = app->action(app->owner, &whole, &e);
    if ((reaction & REACT_IGNORED) && v->table)
        reaction = table_action(v->table, &whole, &e);
    if ((reaction & REACT_IGNORED) && e.code == ERR_OK)
        refuse(app, (enum act)invocation->action,
               "not available on this screen");
    app_react(app, v, reaction, &e);
}

void
question_about(struct question *q, const char *what, const char *name,
             const char *username)
{
    if (what)
        snprintf(q->what, sizeof q->what, "%s", what);
    char *user = text_name_dup(username ? username : "");
    snprintf(q->name, sizeof q->name, "%s", name ? name : "");
    snprintf(q->username, sizeof q->username, "%s", user);
    free(user);
}

/* Fills Q for CALL; false where nothing need be asked. */
static bool
make_question(struct app *app, const struct invocation *invocation,
              struct question *q)
{
    struct view *v = app_top(app);
    const struct act_info *info = act_info((enum act)invocation->action);
    bool must =
        (info->flags & (ACT_PRODUCTION | ACT_CONFIRM | ACT_DANGER)) != 0;
    bool wants = (info->flags & ACT_MUTATES) && v->ops->question &&
                 v->ops->question(v, invocation, q);
    if (must && !wants && !q->refusal[0])
        snprintf(q->refusal, sizeof q->refusal, "no row");
    if (!q->text[0])
        snprintf(q->text, sizeof q->text, "%s", info->help);
    if (!q->yes[0])
        snprintf(q->yes, sizeof q->yes, "%c%s",
                 toupper((unsigned char)info->label[0]), info->label + 1);
    if ((info->flags & ACT_DANGER) && !q->typed[0])
        snprintf(q->typed, sizeof q->typed, "%s", info->label);
    if (strlen(q->typed) + 1 == sizeof q->typed) /* it may be cut */
        snprintf(q->refusal, sizeof q->refusal,
                 "the name to be typed is too long (use the command line)");
    return must || wants;
}

static bool
same_question(const struct question *a, const struct question *b)
{
    return strcmp(a->text, b->text) == 0 && strcmp(a->detail, b->detail) == 0 &&
           strcmp(a->names, b->names) == 0 && strcmp(a->what, b->what) == 0 &&
           strcmp(a->name, b->name) == 0 &&
           strcmp(a->username, b->username) == 0 &&
           strcmp(a->integration, b->integration) == 0 &&
           strcmp(a->typed, b->typed) == 0 &&
           strcmp(a->refusal, b->refusal) == 0 &&
           strcmp(a->basis, b->basis) == 0;
}

/* NULL where what was asked about is still what CALL would act on. The screen
 * reads again first: another session may have changed something that this one
 * has not shown yet. */
static const char *
moved_on(struct app *app, const struct invocation *invocation)
{
    struct view *v = app_top(app);
    struct question q = {0};
    if (v->ops->refresh)
        v->ops->refresh(v);
    bool there =
        !app->pending_row || !v->table || table_go(v->table, app->pending_row);
    if (!there)
        return "not done, the row is gone";
    if (!make_question(app, invocation, &q) ||
        !same_question(&q, &app->question))
        return "not done, it changed while the question was open (look at it "
               "and ask again)";
    return NULL;
}

static void
action_answered(void *ctx, bool yes)
{
    struct app *app = ctx;
    struct invocation invocation = app->pending;
    char *arg = app->pending_arg;
    invocation.arg = arg;
    app->pending_arg = NULL;
    const char *why = yes ? moved_on(app, &invocation) : NULL;
    if (yes && !why)
        why = app_refusal(app, (enum act)invocation.action);
    if (yes && why)
        refuse(app, (enum act)invocation.action, why);
    else if (yes)
        do_now(app, &invocation);
    else
        app_say(app, MESSAGE_INFO, "Not done: %s",
                act_info((enum act)invocation.action)->label);
    free(arg);
}

static const char *
marked_key(const struct view *v)
{
    const struct row *row = v->table ? table_selected(v->table) : NULL;
    return row ? row->key : NULL;
}

void
app_row_seen(struct app *app)
{
    const struct view *v = app_top(app);
    if (!v || app->dialog.open || app->prompt.kind != PROMPT_CLOSED)
        return;
    char **seen = &app->seen[app->depth - 1];
    free(*seen);
    *seen = mem_strdup(marked_key(v));
}

/* True where ACTION would meet a row that took the place of the one that was
 * marked: that one left the list without a key. */
static bool
row_left(struct app *app, enum act action)
{
    const struct view *v = app_top(app);
    const char *seen = app->seen[app->depth - 1], *now = marked_key(v);
    bool acts =
        action == ACT_ACTIONS || (act_info(action)->flags & ACT_MUTATES) != 0;
    return acts && seen && now && v->table->marks.count == 0 &&
           strcmp(seen, now) != 0;
}

/* Asks where the table or the screen wants it, or refuses; true where it
 * did. */
static bool
ask_first(struct app *app, const struct invocation *invocation)
{
    const struct view *v = app_top(app);
    const struct row *row = v->table ? table_selected(v->table) : NULL;
    struct question q = {0};
    if (!make_question(app, invocation, &q))
        return false;
    if (q.refusal[0]) {
        refuse(app, (enum act)invocation->action, q.refusal);
        return true;
    }
    free(app->pending_arg);
    free(app->pending_row);
    app->pending = *invocation;
    app->pending_arg = mem_strdup(invocation->arg ? invocation->arg : "");
    app->pending_row = mem_strdup(row ? row->key : NULL);
    app->question = q;
    app_ask(app, &q, action_answered, app);
    return true;
}

void
app_ask(struct app *app, const struct question *q,
        void (*answered)(void *ctx, bool yes), void *ctx)
{
    dialog_open(&app->dialog, q);
    app->answered = answered;
    app->answered_ctx = ctx;
    app->dirty = true;
    app_guard_begin(app);
}

void
app_unask(struct app *app, void (*answered)(void *ctx, bool yes), void *ctx)
{
    if (!app->dialog.open || app->answered != answered ||
        app->answered_ctx != ctx)
        return;
    dialog_close(&app->dialog);
    app_guard_end(app);
    app->dirty = true;
}

/* Says on which screens ACTION works: not on this one. */
static void
refuse_here(struct app *app, enum act action)
{
    struct buf why;
    unsigned left = act_info(action)->views;
    const char *join = "not on this screen (it works on ";
    buf_init(&why, 1000);
    for (int i = 0; i < VIEW_COUNT; i++) {
        if (!act_applies(action, (enum view_id)i))
            continue;
        left &= ~(1u << i);
        buf_addf(&why, "%s%s", join, view_title((enum view_id)i));
        join = left & (left - 1) ? ", " : " and ";
    }
    buf_addc(&why, ')');
    refuse(app, action, buf_str(&why));
    buf_clear(&why);
}

void
app_perform(struct app *app, const struct invocation *invocation)
{
    enum act action = (enum act)invocation->action;
    const struct act_info *info = act_info(action);
    const char *why = app_refusal(app, action);
    if (!act_applies(action, app_top(app)->ops->id)) {
        refuse_here(app, action);
        return;
    }
    if (why) {
        refuse(app, action, why);
        return;
    }
    if (app->ahead && (info->flags & ACT_MUTATES)) {
        refuse(app, action,
               "not done, its key came before the first screen was shown "
               "(press it again)");
        app_guard_once(app);
        return;
    }
    if (row_left(app, action)) {
        refuse(app, action,
               "not done, the marked row left the list (look at the row in "
               "its place, then press again)");
        app_guard_once(app);
        return;
    }
    if (action == ACT_QUIT && !invocation->arg) { /* by its key */
        app_ask_to_leave(app);
        return;
    }
    if ((info->flags & ACT_ARGUMENT) && !invocation->arg) {
        char *text = mem_printf("%s ", info->command);
        prompt_open(&app->prompt, PROMPT_COMMAND, text);
        free(text);
        app->dirty = true;
        return;
    }
    if (!ask_first(app, invocation))
        do_now(app, invocation);
}

void
app_do(struct app *app, const struct invocation *invocation)
{
    app_perform(app, invocation);
}

/* Judged again: it has waited for the silence after Enter. */
static void
confirmed_acts(struct app *app)
{
    enum act action = app->held_action;
    const char *why = app_refusal(app, action);
    if (why)
        refuse(app, action, why);
    else
        do_now(app, &(struct invocation){(int)action, 0, NULL});
}

void
app_confirmed(struct app *app, enum act action)
{
    const struct view *v = app_top(app);
    const char *why = app_refusal(app, action);
    if (!v->ops->asks || !v->ops->asks(v) || app->dialog.open) {
        app_perform(app, &(struct invocation){(int)action, 0, NULL});
        return;
    }
    if (why) {
        refuse(app, action, why);
        return;
    }
    app->held_action = action;
    app_guard_act(app, act_info(action)->label, confirmed_acts);
}

/* The action whose command alone begins with NAME, of those of this screen, or
 * of the others. */
static enum act
find_beginning(struct app *app, const char *name, bool here)
{
    enum act found = ACT_NONE;
    size_t n = strlen(name);
    for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
        const char *command = act_info((enum act)i)->command;
        if (strncmp(command, name, n) != 0 ||
            act_applies((enum act)i, app_top(app)->ops->id) != here)
            continue;
        if (found != ACT_NONE)
            return ACT_NONE;
        found = (enum act)i;
    }
    return found;
}

/* The action that NAME means: its command, or the only one that begins so,
 * first of those that this screen has. */
static enum act
find_command(struct app *app, const char *name)
{
    enum act found = act_find(name);
    if (found == ACT_NONE)
        found = find_beginning(app, name, true);
    return found != ACT_NONE ? found : find_beginning(app, name, false);
}

/* Lists in OUT the commands that begin with NAME, of this screen, or of the
 * others where this one has none. */
static void
list_beginning(struct app *app, const char *name, struct buf *out)
{
    size_t n = strlen(name);
    for (int pass = 0; pass < 2 && out->len == 0; pass++) {
        for (int i = ACT_NONE + 1; i < ACT_COUNT; i++) {
            const char *command = act_info((enum act)i)->command;
            bool here = act_applies((enum act)i, app_top(app)->ops->id);
            if (strncmp(command, name, n) == 0 && here == (pass == 0))
                buf_addf(out, "%s%s", out->len ? ", " : "", command);
        }
    }
}

/* Says that NAME is no command, or which it may mean. */
static void
refuse_command(struct app *app, const char *name)
{
    struct buf several;
    buf_init(&several, 4096);
    list_beginning(app, name, &several);
    if (several.len > 0)
        app_refuse(app, "\"%s\" begins several commands: %s", name,
                   buf_str(&several));
    else
        app_refuse(app, "No command \"%s\" on this screen (? lists them)",
                   name);
    buf_clear(&several);
}

void
app_command(struct app *app, const char *line)
{
    line += strspn(line, " ");
    size_t n = strcspn(line, " ");
    if (n == 0 || !app->depth)
        return;
    char *name = mem_strndup(line, n);
    const char *arg = line + n + strspn(line + n, " ");
    enum act action = find_command(app, name);
    const char *elsewhere = action == ACT_NONE ? act_elsewhere(name) : NULL;
    if (elsewhere)
        app_refuse(app, "Not in the console: %s (%s)", name, elsewhere);
    else if (action == ACT_NONE)
        refuse_command(app, name);
    else
        app_perform(app, &(struct invocation){(int)action, 0, arg});
    free(name);
}
