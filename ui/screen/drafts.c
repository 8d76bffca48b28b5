/* The question where unfinished work exists: go on with it, or make another.
 * Without an installation, the unfinished work of all, and of base versions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "store/console.h"
#include "ui/screen/asked.h"
#include "ui/screen/version_table.h"

struct drafts {
    struct version_table versions;
    char *installation, *workflow, *from; /* NULL: of all */
};

/* Removes the marks of drafts that are not listed any more. */
static void
keep_marks(struct drafts *s)
{
    struct marks *marks = &s->versions.table.marks;
    const struct version_list *list = &s->versions.list;
    for (size_t i = marks->count; i-- > 0;) {
        size_t k = 0;
        while (k < list->count && strcmp(list->rows[k].id, marks->keys[i]) != 0)
            k++;
        if (k == list->count)
            marks_set(marks, marks->keys[i], false);
    }
}

static enum err
drafts_read(struct drafts *s, struct error *e)
{
    struct version_list all = {0};
    struct manager *m = s->versions.console->manager;
    enum err err = manager_draft_list(m, NULL, s->installation, false, &all, e);
    size_t kept = 0;
    for (size_t i = 0; err == ERR_OK && i < all.count; i++) {
        if (!s->workflow || strcmp(all.rows[i].workflow_id, s->workflow) == 0)
            all.rows[kept++] = all.rows[i];
    }
    all.count = kept;
    if (err == ERR_OK)
        version_table_set(&s->versions, &all);
    if (err == ERR_OK)
        keep_marks(s);
    version_list_clear(&all);
    return err;
}

static void
drafts_close(struct view *v)
{
    struct drafts *s = v->state;
    version_table_clear(&s->versions);
    free(s->installation);
    free(s->workflow);
    free(s->from);
    free(s);
}

static enum err
drafts_open(struct view *v, const char *arg, struct error *e)
{
    struct drafts *s = mem_alloc(sizeof *s);
    s->installation = screen_word(arg, 0);
    s->workflow = screen_word(arg, 1);
    s->from = screen_word(arg, 2);
    bool all = !s->installation;
    version_table_init(&s->versions, console_of(v), all,
                       all ? "no unfinished work"
                           : "no unfinished work (F forks a new draft)");
    v->state = s;
    v->table = &s->versions.table;
    enum err err = all || s->workflow
                       ? drafts_read(s, e)
                       : error_set(e, ERR_USAGE, "drafts: of what?");
    if (err != ERR_OK)
        drafts_close(v);
    return err;
}

static void
drafts_draw(struct view *v, struct cells *c, struct rect r)
{
    struct drafts *s = v->state;
    table_draw(&s->versions.table, c, r);
}

static unsigned
drafts_refresh(struct view *v)
{
    struct error e = {0};
    if (drafts_read(v->state, &e) != ERR_OK)
        app_say_error(v->app, MESSAGE_ERROR, &e);
    return REACT_PAINT;
}

/* The draft takes the place of this question: Esc leads back past it. */
static void
go_on(struct view *v, const char *id)
{
    const struct drafts *s = v->state;
    struct app *app = v->app;
    char *draft = mem_strdup(id);
    if (s->installation)
        app_back(app);
    screen_open(app, &editor_screen, draft, NULL);
    free(draft);
}

static void
make_new(struct view *v)
{
    struct drafts *s = v->state;
    struct app *app = v->app;
    char *installation = mem_strdup(s->installation);
    char *workflow = mem_strdup(s->workflow);
    char *from = mem_strdup(s->from);
    app_back(app);
    screen_fork_another(app, installation, workflow, from);
    free(installation);
    free(workflow);
    free(from);
}

/* Discards DRAFT and says how it is found again: no screen lists it then. */
static void
discard(struct view *v, const struct version_row *draft, struct error *e)
{
    struct console *c = console_of(v);
    struct draft_shown shown = draft_shown_of(draft);
    if (manager_draft_discard(c->manager, draft->id, &shown, e) != ERR_OK)
        return;
    console_knows_state(c, draft->id, VERSION_DISCARDED);
    app_say(c->app, MESSAGE_INFO,
            "Discarded %s (tailor draft restore %s brings it back)",
            draft->label, draft->id);
}

/* The release of the marked drafts, or of DRAFT. */
static void
open_release(struct view *v, const struct version_row *draft)
{
    const struct marks *marks = &v->table->marks;
    struct buf ids;
    buf_init_any(&ids);
    for (size_t i = 0; i < marks->count; i++)
        buf_addf(&ids, "%s%s", i ? " " : "", marks->keys[i]);
    if (marks->count > 0)
        app_open(v->app, marks->count > 1 ? &releases_screen : &release_screen,
                 buf_str(&ids));
    else if (draft)
        app_open(v->app, &release_screen, draft->id);
    buf_clear(&ids);
}

static unsigned
drafts_action(struct view *v, const struct invocation *invocation,
              struct error *e)
{
    struct drafts *s = v->state;
    struct manager *m = s->versions.console->manager;
    const struct version_row *draft = version_table_marked(&s->versions);
    struct draft_shown shown;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        go_on(v, draft->id);
        return REACT_PAINT;
    case ACT_FORK:
        make_new(v);
        return REACT_PAINT;
    case ACT_FORK_OTHER:
        screen_other_version(v->app, s->installation, s->workflow,
                             invocation->arg, e);
        return REACT_PAINT;
    case ACT_TAKE_OVER:
        shown = draft_shown_of(draft);
        manager_draft_take(m, draft->id, &shown, e);
        break;
    case ACT_DISCARD:
        discard(v, draft, e);
        break;
    case ACT_READY:
        shown = draft_shown_of(draft);
        manager_draft_ready(m, draft->id, &shown, e);
        break;
    case ACT_COMPARE:
        screen_open(v->app, &diff_screen, version_made_from(draft), draft->id,
                    NULL);
        return REACT_PAINT;
    case ACT_OPEN_RELEASE:
        open_release(v, draft);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
    return drafts_refresh(v);
}

/* How the question about ACTION begins, and its button; NULL: it has none. */
static const char *
verb_of(enum act action, const char **button)
{
    *button = action == ACT_DISCARD     ? "Discard"
              : action == ACT_TAKE_OVER ? "Take over"
              : action == ACT_READY     ? "Mark ready"
                                        : NULL;
    return action == ACT_READY ? "Mark as ready:" : *button;
}

static bool
drafts_question(struct view *v, const struct invocation *invocation,
                struct question *q)
{
    const struct drafts *s = v->state;
    const struct version_row *draft = version_table_marked(&s->versions);
    const char *button;
    const char *verb = verb_of((enum act)invocation->action, &button);
    if (!draft || !verb)
        return false;
    const char *note = draft->note ? draft->note : "";
    char object[ASKED_VERSION];
    asked_version(console_of(v)->manager, q, draft, object);
    snprintf(q->text, sizeof q->text, "%s %s?", verb, object);
    snprintf(q->yes, sizeof q->yes, "%s %s", button, draft->label);
    snprintf(q->detail, sizeof q->detail, "%.64s's draft, %lld edit%s%s%.300s",
             draft->author, (long long)draft->edits,
             draft->edits == 1 ? "" : "s", *note ? ": " : "", note);
    return true;
}

static void
drafts_detail(const struct view *v, struct buf *out)
{
    const struct drafts *s = v->state;
    buf_adds(out, s->installation
                      ? "Unfinished work exists: Enter goes on with the marked "
                        "one, F forks another"
                      : "All open drafts, also of base versions: Enter goes on "
                        "with the marked one");
}

/* Another draft needs no row, but an installation. */
static void
drafts_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct drafts *s = v->state;
    const struct version_row *draft = version_table_marked(&s->versions);
    if (action == ACT_FORK || action == ACT_FORK_OTHER) {
        ctx->has_row = true;
        if (!s->installation)
            ctx->off = "only on an installation";
    }
    if ((action == ACT_READY || action == ACT_COMPARE) && !draft)
        ctx->off = "no row";
    if (action == ACT_OPEN_RELEASE && !draft && v->table->marks.count == 0)
        ctx->off = "no row";
    if (action == ACT_COMPARE && draft && !version_made_from(draft))
        ctx->off = "nothing to compare with";
}

const struct view_ops drafts_screen = {
    .id = VIEW_DRAFTS,
    .open = drafts_open,
    .close = drafts_close,
    .draw = drafts_draw,
    .action = drafts_action,
    .context = drafts_context,
    .question = drafts_question,
    .refresh = drafts_refresh,
    .detail = drafts_detail,
};
