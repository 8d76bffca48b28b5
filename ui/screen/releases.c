/*
 * Several drafts released at once: what each will do, one question with their
 * number, then what the runtime says of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/version.h"
#include "manager/release/release.h"
#include "store/console.h"
#include "ui/screen/asked.h"
#include "ui/screen/screens.h"
#include "ui/screen/standing.h"
#include "ui/widget/row_list.h"
#include "workflow/validate/material.h"

/* What was shown of a draft: as the list was opened, or on its own screen. */
struct seen {
    char hash[DIGEST_SIZE]; /* "": nothing yet */
    int64_t revision;       /* an edit that was undone is another, too */
};

struct several {
    struct console *console;
    char **drafts;     /* ids */
    struct seen *seen; /* of each */
    size_t count;
    struct release_plan plan;
    bool can; /* every draft can be released */
    bool released;
    bool told; /* how all of them ended */
    struct row_list *rows;
    struct table table;
};

struct draft_line {
    char *version, *of;
    char *words; /* what it will do, or what came of it */
    enum style style;
};

/* --- rows ----------------------------------------------------------------- */

static void
line_free(void *data)
{
    struct draft_line *line = data;
    free(line->version);
    free(line->of);
    free(line->words);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct draft_line *line = data;
    buf_addf(out, "%s %s %s", line->version, line->of, line->words);
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

static enum style
cell_of(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct draft_line *)row)->of);
    return STYLE_NORMAL;
}

static enum style
cell_version(void *ctx, const void *row, struct buf *out)
{
    (void)ctx;
    buf_adds(out, ((const struct draft_line *)row)->version);
    return STYLE_NORMAL;
}

static enum style
cell_words(void *ctx, const void *row, struct buf *out)
{
    const struct draft_line *line = row;
    (void)ctx;
    buf_adds(out, line->words);
    return line->style;
}

static const struct column columns[] = {
    {"of", 20, 2, 0, false, true, cell_of},
    {"version", 7, 0, 0, false, true, cell_version},
    {"what happens", 20, 3, 0, false, false, cell_words},
};

static void
add_line(struct several *s, const char *id, enum style style, char *words)
{
    struct version_list list = {0};
    struct draft_line *line = mem_alloc(sizeof *line);
    const struct version_row *v = NULL;
    if (manager_version_show(s->console->manager, id, NULL, NULL, &list,
                             NULL) == ERR_OK)
        v = &list.rows[0];
    *line = (struct draft_line){
        .version = mem_strdup(v ? v->label : id),
        .of =
            v ? mem_printf("%s: %s", v->who ? v->who : "base", v->workflow_name)
              : mem_strdup("?"),
        .words = words,
        .style = style};
    row_list_add(s->rows, id, line);
    version_list_clear(&list);
}

static char *
told(const struct error *e)
{
    char text[2000];
    app_tell(e, text, sizeof text);
    return mem_strdup(text);
}

/* --- plan ----------------------------------------------------------------- */

#define ALONE                                                                  \
    "a base version is for every new installation: release it alone (Enter)"

/* Why ITEM cannot be released together with others, a new string; NULL: it
 * can. */
static char *
refusal_of(const struct release_item *item)
{
    if (item->refusal)
        return told(item->refusal);
    return item->installation_id ? NULL : mem_strdup(ALONE);
}

/* What releasing ITEM does, a new string. */
static char *
effect_of(const struct release_item *item)
{
    struct buf out;
    buf_init_any(&out);
    if (item->material) {
        buf_adds(&out, "waits for the customer to ");
        need_words(item->needs, &out);
        buf_addf(&out, "; %s stays live until then", item->live.label);
    } else {
        buf_addf(&out, "goes live at once in place of %s", item->live.label);
    }
    if (item->paused)
        buf_addf(&out, "; %s", item->paused);
    if (item->held)
        buf_addf(&out, "; %s", item->held);
    return buf_take(&out);
}

/* How often the draft ID was edited; -1 where it cannot be read. */
static int64_t
revision_of(const struct several *s, const char *id)
{
    struct version_list list = {0};
    int64_t revision = -1;
    if (manager_version_show(s->console->manager, id, NULL, NULL, &list,
                             NULL) == ERR_OK)
        revision = list.rows[0].revision;
    version_list_clear(&list);
    return revision;
}

/* Why ITEM, draft number I, cannot be released with this list, a new string;
 * NULL: it can. The list shows no content: what is released is what was there
 * when somebody looked. */
static char *
objection_to(struct several *s, size_t i, const struct release_item *item)
{
    struct seen *seen = &s->seen[i];
    const int64_t revision = revision_of(s, s->drafts[i]);
    if (!*seen->hash) {
        memcpy(seen->hash, item->hash, sizeof seen->hash);
        seen->revision = revision;
    }
    if (strcmp(seen->hash, item->hash) != 0 || seen->revision != revision)
        return mem_strdup("edited since it was shown: Enter shows it");
    return refusal_of(item);
}

static void
show_item(struct several *s, size_t i, const struct release_item *item)
{
    const char *id = s->drafts[i];
    char *refused = objection_to(s, i, item);
    s->can = s->can && !refused;
    if (refused)
        add_line(s, id, STYLE_BAD, refused);
    else
        add_line(s, id, item->material ? STYLE_WARNING : STYLE_NORMAL,
                 effect_of(item));
}

/* The plan of all fails: what each of them alone would do. */
static void
show_each(struct several *s)
{
    const struct release_options options = {.dry_run = true};
    s->can = false;
    for (size_t i = 0; i < s->count; i++) {
        const char *draft[] = {s->drafts[i]};
        struct release_plan plan = {0};
        struct error e = {0};
        if (manager_release(s->console->manager, draft, 1, &options, &plan,
                            &e) == ERR_OK)
            show_item(s, i, &plan.items[0]);
        else
            add_line(s, draft[0], STYLE_BAD, told(&e));
        release_plan_clear(&plan);
        error_clear(&e);
    }
}

/* Plans again, and shows it. */
static void
plan_all(struct several *s)
{
    const struct release_options options = {.dry_run = true};
    struct error e = {0};
    row_list_empty(s->rows);
    release_plan_clear(&s->plan);
    s->plan = (struct release_plan){0};
    s->can = true;
    if (manager_release(s->console->manager, (const char *const *)s->drafts,
                        s->count, &options, &s->plan, &e) == ERR_OK) {
        for (size_t i = 0; i < s->plan.count; i++)
            show_item(s, i, &s->plan.items[i]);
    } else {
        release_plan_clear(&s->plan);
        s->plan = (struct release_plan){0};
        show_each(s);
        app_say_error(s->console->app, MESSAGE_ERROR, &e);
    }
    error_clear(&e);
    table_reload(&s->table);
}

/* --- after it ------------------------------------------------------------- */

enum fate { FATE_OPEN, FATE_LIVE, FATE_AWAITING, FATE_REFUSED };

/* What became of ITEM, whose one runtime decides. */
static enum fate
look_at_item(struct several *s, const struct release_item *item, char **words)
{
    struct outbox_status status;
    struct error e = {0};
    struct buf out;
    enum fate fate = FATE_OPEN;
    const char *key = release_item_key(item);
    buf_init_any(&out);
    if (!key || manager_outbox_status(s->console->manager, key, &status, &e) !=
                    ERR_OK) {
        *words = told(&e);
        return FATE_OPEN;
    }
    if (status.state == OUTBOX_REFUSED)
        fate = FATE_REFUSED;
    else if (status.state == OUTBOX_DONE)
        fate =
            strcmp(status.outcome, "awaiting") == 0 ? FATE_AWAITING : FATE_LIVE;
    if (fate == FATE_LIVE || fate == FATE_AWAITING)
        buf_adds(&out, fate == FATE_LIVE ? "is live, " : "now waits, ");
    standing_words(&status, item->live.label, &out);
    *words = buf_take(&out);
    return fate;
}

/* Says once how all ended. */
static void
tell_end(struct several *s, const size_t fates[])
{
    size_t live = fates[FATE_LIVE], waits = fates[FATE_AWAITING];
    size_t refused = fates[FATE_REFUSED];
    if (s->told || fates[FATE_OPEN] > 0)
        return;
    s->told = true;
    s->console->live_seen = s->console->live_seen || live > 0;
    app_say(s->console->app, refused ? MESSAGE_ERROR : MESSAGE_INFO,
            "%zu of %zu drafts released: %zu live, %zu waiting for the "
            "customer, %zu refused by the runtime",
            live + waits, s->count, live, waits, refused);
}

static void
look_at_answers(struct several *s)
{
    static const enum style styles[] = {STYLE_WARNING, STYLE_GOOD,
                                        STYLE_WARNING, STYLE_BAD};
    size_t fates[4] = {0};
    row_list_empty(s->rows);
    for (size_t i = 0; i < s->plan.count; i++) {
        char *words;
        enum fate fate = look_at_item(s, &s->plan.items[i], &words);
        fates[fate]++;
        add_line(s, s->drafts[i], styles[fate], words);
    }
    table_reload(&s->table);
    tell_end(s, fates);
}

/* Releases what the plan shows: what has changed since is refused whole. */
static void
release_all(struct several *s, struct error *e)
{
    struct release_plan plan = {0};
    const char **hashes = mem_array(s->count, sizeof *hashes);
    const char **decided = mem_array(s->count, sizeof *decided);
    for (size_t i = 0; i < s->count; i++) {
        hashes[i] = s->plan.items[i].hash;
        decided[i] = s->plan.items[i].expected.decided;
    }
    const struct release_options options = {
        .shown = hashes, .shown_decided = decided, .asked = &s->plan};
    enum err err =
        manager_release(s->console->manager, (const char *const *)s->drafts,
                        s->count, &options, &plan, e);
    free(hashes);
    free(decided);
    if (err != ERR_OK) {
        release_plan_clear(&plan);
        plan_all(s);
        return;
    }
    release_plan_clear(&s->plan);
    s->plan = plan;
    s->released = true;
    console_deliver(s->console);
    look_at_answers(s);
}

/* --- the screen ----------------------------------------------------------- */

static void
several_close(struct view *v)
{
    struct several *s = v->state;
    table_clear(&s->table);
    row_list_free(s->rows);
    release_plan_clear(&s->plan);
    for (size_t i = 0; i < s->count; i++)
        free(s->drafts[i]);
    free(s->drafts);
    free(s->seen);
    free(s);
}

static enum err
several_open(struct view *v, const char *arg, struct error *e)
{
    struct several *s = mem_alloc(sizeof *s);
    char *word;
    s->console = console_of(v);
    s->rows = row_list_new(&ops);
    struct row_source source = row_list_source(s->rows);
    table_init(&s->table, &source, columns, sizeof columns / sizeof *columns);
    s->table.sort_column = SIZE_MAX;
    v->state = s;
    v->table = &s->table;
    while ((word = screen_word(arg, s->count))) {
        s->drafts = mem_resize(s->drafts, s->count + 1, sizeof *s->drafts);
        s->drafts[s->count++] = word;
    }
    if (s->count == 0) {
        several_close(v);
        return error_set(e, ERR_USAGE, "releases: of what?");
    }
    s->seen = mem_array(s->count, sizeof *s->seen);
    memset(s->seen, 0, s->count * sizeof *s->seen);
    plan_all(s);
    return ERR_OK;
}

static void
several_title(const struct view *v, struct buf *out)
{
    buf_addf(out, "release %zu drafts",
             ((const struct several *)v->state)->count);
}

static void
several_draw(struct view *v, struct cells *c, struct rect r)
{
    table_draw(&((struct several *)v->state)->table, c, r);
}

static unsigned
several_refresh(struct view *v)
{
    struct several *s = v->state;
    if (s->released)
        look_at_answers(s);
    else
        plan_all(s);
    return REACT_PAINT;
}

/* The draft ID is shown on its own screen as it is now. */
static void
note_seen(struct several *s, const char *id)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->drafts[i], id) == 0)
            s->seen[i].hash[0] = '\0';
    plan_all(s);
}

/* Before: the draft's own release screen; after: where its customer is. */
static void
open_row(struct several *s, const struct row *row)
{
    char *id = mem_strdup(row->key);
    for (size_t i = 0; s->released && i < s->plan.count; i++) {
        const struct release_item *item = &s->plan.items[i];
        if (strcmp(s->drafts[i], row->key) == 0 && item->installation_id)
            screen_open(s->console->app, &installation_screen,
                        item->installation_id, NULL);
    }
    if (!s->released) {
        note_seen(s, id);
        screen_open(s->console->app, &release_screen, id, NULL);
    }
    free(id);
}

static unsigned
several_action(struct view *v, const struct invocation *invocation,
               struct error *e)
{
    struct several *s = v->state;
    switch ((enum act)invocation->action) {
    case ACT_OPEN:
        open_row(s, table_selected(&s->table));
        return REACT_PAINT;
    case ACT_REFRESH:
        return several_refresh(v);
    case ACT_RELEASE_ALL:
        release_all(s, e);
        return REACT_PAINT;
    default:
        return REACT_IGNORED;
    }
}

static void
several_context(const struct view *v, enum act action, struct act_context *ctx)
{
    const struct several *s = v->state;
    if (action != ACT_RELEASE_ALL)
        return;
    if (s->released)
        ctx->off = "they are released already";
    else if (!s->can)
        ctx->off = "not every draft of the list can be released (Enter on its "
                   "row says why)";
}

/* Appends what the release of ITEM stands on: its draft as it was changed last,
 * what its samples gave, and where it goes. */
static void
add_basis(const struct several *s, const struct release_item *item,
          struct buf *basis)
{
    struct manager *m = s->console->manager;
    struct version_list list = {0};
    buf_addf(basis, "%s %s %s %s %d\n", item->version.id, item->hash,
             item->expected.decided, item->live.id, item->material);
    if (manager_version_show(m, item->version.id, NULL, NULL, &list, NULL) ==
        ERR_OK)
        asked_add_basis(&list.rows[0], basis);
    version_list_clear(&list);
    if (item->installation_id)
        screen_add_basis(m, item->installation_id, basis);
}

/* What the question stands on, and the names of its drafts. */
static void
add_items(const struct several *s, struct question *q)
{
    struct buf basis;
    buf_init_any(&basis);
    for (size_t i = 0; i < s->plan.count; i++) {
        const struct release_item *item = &s->plan.items[i];
        size_t len = strlen(q->names), room = sizeof q->names - len;
        add_basis(s, item, &basis);
        int used = snprintf(q->names + len, room, "%s%s of %s for %s",
                            len ? "\n" : "", item->version.label,
                            item->workflow_name, item->who ? item->who : "");
        if (used < 0 || (size_t)used >= room)
            q->names[len] = '\0';
    }
    digest_hex(q->basis, buf_str(&basis), basis.len);
    buf_clear(&basis);
}

static bool
several_question(struct view *v, const struct invocation *invocation,
                 struct question *q)
{
    const struct several *s = v->state;
    size_t waits = 0;
    if (invocation->action != ACT_RELEASE_ALL)
        return false;
    for (size_t i = 0; i < s->plan.count; i++)
        waits += s->plan.items[i].material;
    snprintf(q->text, sizeof q->text, "Release %zu drafts?", s->count);
    snprintf(q->yes, sizeof q->yes, "Release %zu drafts", s->count);
    snprintf(q->typed, sizeof q->typed, "%zu", s->count);
    snprintf(q->detail, sizeof q->detail,
             "All or none: %zu at once, %zu when the customer has connected or "
             "answered. No other installation is touched.",
             s->count - waits, waits);
    q->of = s->plan.count;
    add_items(s, q);
    return true;
}

static void
several_detail(const struct view *v, struct buf *out)
{
    const struct several *s = v->state;
    const struct row *row = table_selected(&s->table);
    const struct draft_line *line = row ? row->data : NULL;
    if (line && (s->released || line->style == STYLE_BAD))
        buf_addf(out, "%s: %s", line->version, line->words);
    else
        buf_adds(out, "Nothing is released yet. a, release all asks; Enter "
                      "shows the release of one");
}

const struct view_ops releases_screen = {
    .id = VIEW_RELEASES,
    .open = several_open,
    .close = several_close,
    .title = several_title,
    .draw = several_draw,
    .action = several_action,
    .context = several_context,
    .question = several_question,
    .refresh = several_refresh,
    .detail = several_detail,
};
