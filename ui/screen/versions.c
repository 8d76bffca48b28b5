/* The versions of a workflow: base ones and those of one installation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/installation/installation.h"
#include "manager/release/release.h"
#include "ui/screen/asked.h"
#include "ui/screen/version_table.h"

struct versions {
    struct version_table versions;
    char *installation, *workflow;
    struct installation_list show; /* the installation */
    char *live;                    /* id, NULL: none */
    struct release_plan asked;     /* what the question was made from */
};

/* What is live is what others are compared with. */
static enum err
read_live(struct versions *s, struct error *e)
{
    struct installed_workflow_list list = {0};
    struct manager *m = s->versions.console->manager;
    installation_list_clear(&s->show);
    enum err err = manager_installation_workflows(m, s->installation, &list, e);
    if (err == ERR_OK)
        err = manager_installation_show(m, s->installation, &s->show, e);
    FREE_NULL(s->live);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        if (strcmp(list.rows[i].workflow_id, s->workflow) == 0)
            s->live = mem_strdup(list.rows[i].live_id);
    }
    installed_workflow_list_clear(&list);
    return err;
}

static enum err
versions_read(struct versions *s, struct error *e)
{
    struct version_list list = {0};
    enum err err = read_live(s, e);
    if (err == ERR_OK)
        err = manager_version_list(s->versions.console->manager, s->workflow,
                                   s->installation, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        if (text_equal(list.rows[i].id, s->live))
            list.rows[i].status = "live"; /* here; elsewhere it may not be */
    }
    if (err == ERR_OK)
        version_table_set(&s->versions, &list);
    version_list_clear(&list);
    return err;
}

static void
versions_close(struct view *v)
{
    struct versions *s = v->state;
    version_table_clear(&s->versions);
    free(s->installation);
    free(s->workflow);
    installation_list_clear(&s->show);
    free(s->live);
    release_plan_clear(&s->asked);
    free(s);
}

static enum err
versions_open(struct view *v, const char *arg, struct error *e)
{
    struct versions *s = mem_alloc(sizeof *s);
    s->installation = screen_word(arg, 0);
    s->workflow = screen_word(arg, 1);
    version_table_init(&s->versions, console_of(v), false, "no version");
    v->state = s;
    v->table = &s->versions.table;
    enum err err = s->installation && s->workflow
                       ? versions_read(s, e)
                       : error_set(e, ERR_USAGE, "versions: of what?");
    if (err != ERR_OK)
        versions_close(v);
    return err;
}

static void
versions_draw(struct view *v, struct cells *c, struct rect r)
{
    struct versions *s = v->state;
    table_draw(&s->versions.table, c, r);
}

static unsigned
versions_refresh(struct view *v)
{
    struct error e = {0};
    if (versions_read(v->state, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

static const struct version_row *
marked_row(const struct view *v)
{
    const struct versions *s = v->state;
    return version_table_marked(&s->versions);
}

static void
versions_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct version_row *row = marked_row(v);
    bool base = row && !row->installation_id;
    bool draft = row && row->released_at == 0;
    if (action == ACT_ROLL_BACK && (base || draft))
        ctx->off =
            draft ? "a draft was never live" : "a base version: use base";
    if (action == ACT_CARRY && (!base || draft))
        ctx->off = "no released base version is marked";
    if (action == ACT_RETURN_TO_BASE && !base)
        ctx->off = "no base version marked";
    if (action == ACT_WITHDRAW && row && strcmp(row->status, "awaiting") != 0)
        ctx->off = "no waiting version is marked";
}

static void
change_version(struct view *v, enum act action, struct error *e)
{
    struct versions *s = v->state;
    struct manager *m = s->versions.console->manager;
    const struct version_row *row = marked_row(v);
    struct release_plan plan = {0};
    const struct release_options options = {.asked = &s->asked};
    enum err err;
    if (action == ACT_WITHDRAW)
        err = manager_withdraw(m, s->installation, s->workflow, &options, &plan,
                               e);
    else if (action == ACT_ROLL_BACK)
        err = manager_rollback(m, s->installation, s->workflow, row->id,
                               &options, &plan, e);
    else
        err = manager_base(m, s->installation, s->workflow, row->id, &options,
                           &plan, e);
    if (err == ERR_OK) {
        console_queued(s->versions.console,
                       plan.count ? release_item_key(&plan.items[0]) : NULL,
                       act_info(action)->label);
        versions_refresh(v);
    }
    release_plan_clear(&plan);
}

/* With what is live; what is live itself, with what it was made from. */
static void
compare(struct view *v, const struct version_row *row, struct error *e)
{
    const struct versions *s = v->state;
    bool is_live = !s->live || strcmp(s->live, row->id) == 0;
    const char *from = is_live ? version_made_from(row) : s->live;
    if (from)
        screen_open(v->app, &diff_screen, from, row->id, NULL);
    else
        error_set(e, ERR_NOT_FOUND, "%s was made from no other version",
                  row->label);
}

static unsigned
versions_action(struct view *v, const struct invocation *invocation,
                struct error *e)
{
    struct versions *s = v->state;
    const struct version_row *row = marked_row(v);
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        screen_open(v->app, &editor_screen, row->id, NULL);
        break;
    case ACT_COMPARE:
        if (row)
            compare(v, row, e);
        break;
    case ACT_FORK:
        screen_fork(v->app, s->installation, s->workflow, row->id);
        break;
    case ACT_BASE_DRAFT:
        screen_base_draft(v->app, s->workflow, e);
        break;
    case ACT_FORK_OTHER:
        screen_other_version(v->app, s->installation, s->workflow,
                             invocation->arg, e);
        break;
    case ACT_CARRY:
        screen_carry(v->app, s->installation, s->workflow, row->id, e);
        break;
    case ACT_WITHDRAW:
    case ACT_ROLL_BACK:
    case ACT_RETURN_TO_BASE:
        change_version(v, (enum act)invocation->action, e);
        break;
    default:
        return REACT_IGNORED;
    }
    return REACT_PAINT;
}

/* What going to the marked version will do. */
static void
tell_change(struct view *v, enum act action, const struct version_row *row,
            struct question *q)
{
    struct versions *s = v->state;
    struct manager *m = s->versions.console->manager;
    const struct release_options options = {.dry_run = true};
    struct error e = {0};
    enum err err = action == ACT_ROLL_BACK
                       ? manager_rollback(m, s->installation, s->workflow,
                                          row->id, &options, &s->asked, &e)
                       : manager_base(m, s->installation, s->workflow, row->id,
                                      &options, &s->asked, &e);
    screen_tell_plan(q, &s->asked, err, &e);
}

/* What withdraws needs no words: the question names the version. */
static void
plan_withdrawal(struct versions *s)
{
    const struct release_options options = {.dry_run = true};
    manager_withdraw(s->versions.console->manager, s->installation, s->workflow,
                     &options, &s->asked, NULL);
}

/* What is asked about a version, in the parts around its label. */
struct change_words {
    int action;                 /* enum act */
    const char *yes;            /* and the label */
    const char *before, *after; /* the label */
};

static const struct change_words *
change_words_of(enum act action)
{
    static const struct change_words words[] = {
        {ACT_ROLL_BACK, "Roll back to", "Roll " QUESTION_WHAT " back to ", ""},
        {ACT_RETURN_TO_BASE, "Return to base",
         "Return " QUESTION_WHAT " to base ", ""},
        {ACT_WITHDRAW, "Withdraw", "Withdraw ", " of " QUESTION_WHAT},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].action == (int)action)
            return &words[i];
    }
    return NULL;
}

static bool
versions_question(struct view *v, const struct invocation *invocation,
                  struct question *q)
{
    struct versions *s = v->state;
    const struct version_row *row = marked_row(v);
    enum act action = (enum act)invocation->action;
    const struct change_words *words = change_words_of(action);
    if (row && action == ACT_BASE_DRAFT) {
        screen_ask_base_draft(s->versions.console->manager, s->workflow,
                              row->workflow_name, q);
        screen_basis(s->versions.console->manager,
                     (const char *const *)&s->installation, 1, q);
        return true;
    }
    if (!row || !words || s->show.count == 0)
        return false;
    asked_installation(q, row->workflow_name, &s->show.rows[0]);
    snprintf(q->text, sizeof q->text, "%s%s%s for " QUESTION_WHO "?",
             words->before, row->label, words->after);
    snprintf(q->yes, sizeof q->yes, "%s %s", words->yes, row->label);
    release_plan_clear(&s->asked);
    if (action == ACT_WITHDRAW) {
        plan_withdrawal(s);
    } else {
        snprintf(q->typed, sizeof q->typed, "%s", s->show.rows[0].phrase);
        tell_change(v, action, row, q);
    }
    screen_basis(s->versions.console->manager,
                 (const char *const *)&s->installation, 1, q);
    return true;
}

static void
versions_detail(const struct view *v, struct buf *out)
{
    const struct version_row *row = marked_row(v);
    if (!row)
        return;
    buf_addf(out, "%s: %s, made by %s ", row->label, row->status,
             row->created_by);
    screen_time(out, row->created_at);
    if (row->released_by) {
        buf_addf(out, ", released by %s ", row->released_by);
        screen_time(out, row->released_at);
    }
}

const struct view_ops versions_screen = {
    .id = VIEW_VERSIONS,
    .open = versions_open,
    .close = versions_close,
    .draw = versions_draw,
    .action = versions_action,
    .context = versions_context,
    .question = versions_question,
    .refresh = versions_refresh,
    .detail = versions_detail,
};
