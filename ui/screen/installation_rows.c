/* The rows of the screen of one installation. */
#include "ui/screen/installation_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/draft.h"
#include "manager/exchange/runtime.h"
#include "store/console.h"
#include "ui/screen/pause.h"
#include "workflow/validate/material.h"

enum { AUDIT_ROWS = 20 };

static void
row_free(void *data)
{
    struct place_row *row = data;
    free(row->workflow);
    free(row->workflow_name);
    free(row->name);
    free(row->version);
    free(row->label);
    free(row->state);
    free(row->when);
    free(row->what);
    free(row->live);
    free(row);
}

static void
row_text(const void *data, struct buf *out)
{
    const struct place_row *row = data;
    buf_addf(out, "%s %s %s %s", row->name, row->label, row->state, row->what);
}

const struct row_list_ops place_rows = {row_free, row_text, NULL};

/* --- words ---------------------------------------------------------------- */

void
needs_words(struct buf *out, const char *json)
{
    struct value *needs = NULL;
    if (!json || value_read(&needs, json, strlen(json), &value_limits_event,
                            "needs", NULL) != ERR_OK)
        return;
    need_words(needs, out);
    value_free(needs);
}

static void
app_words(struct buf *out, const char *json)
{
    struct value *apps = NULL;
    if (!json || value_read(&apps, json, strlen(json), &value_limits_event,
                            "connected", NULL) != ERR_OK)
        return;
    for (size_t i = 0; value_is(apps, VALUE_OBJECT) && i < value_size(apps);
         i++)
        buf_addf(out, "%s%s", i ? ", " : "", value_key(apps, i, NULL));
    value_free(apps);
}

static char *
time_text(int64_t ms)
{
    struct buf text;
    buf_init(&text, 64);
    screen_time(&text, ms);
    return buf_take(&text);
}

/* --- rows ----------------------------------------------------------------- */

static struct place_row *
row_new(const struct installation_shown *s,
        const struct installed_workflow_row *w, const char *version,
        const char *label, const char *state)
{
    struct place_row *row = mem_alloc(sizeof *row);
    bool is_paused =
        !w->active || s->show.rows[0].state == INSTALLATION_PAUSED;
    row->no_pause = pause_refusal(true, is_paused, w->pending);
    row->no_resume = pause_refusal(false, is_paused, w->pending);
    row->workflow = mem_strdup(w->workflow_id);
    row->name = mem_strdup(w->workflow_name);
    row->version = mem_strdup(version);
    row->label = mem_strdup(label ? label : "");
    row->state = mem_strdup(state);
    row->live = mem_strdup(w->live_id);
    row->own = w->live_label && strchr(w->live_label, '.') != NULL;
    return row;
}

static void
add_row(struct installation_shown *s, struct place_row *row, const char *sort)
{
    struct buf key;
    buf_init(&key, 256);
    if (row->is_live) /* the workflow itself, whatever version is live */
        buf_adds(&key, row->workflow);
    else
        buf_addf(&key, "%s/%s/%s", row->workflow, sort,
                 row->version ? row->version : "");
    if (!row->when)
        row->when = mem_strdup("");
    if (!row->what)
        row->what = mem_strdup("");
    row_list_add(s->rows, buf_str(&key), row);
    buf_clear(&key);
}

/* Says which newer base is out than that of the live version, and where its
 * edits are carried there. */
static void
add_newer(const struct installed_workflow_row *w, bool own, struct buf *out)
{
    if (!w->newest_label || !w->live_id)
        return;
    size_t base = strcspn(w->live_label, ".");
    if (strlen(w->newest_label) != base ||
        strncmp(w->newest_label, w->live_label, base) != 0)
        buf_addf(out, ", %s is out%s", w->newest_label,
                 own ? " (a, carry edits)" : "");
}

static void
add_live(struct installation_shown *s, const struct installed_workflow_row *w)
{
    struct buf what;
    struct place_row *row = row_new(s, w, w->live_id, w->live_label,
                                    w->pending             ? w->pending
                                    : !w->active           ? "paused"
                                    : w->off && w->live_id ? "turned off"
                                    : w->off               ? "removed"
                                    : w->live_label        ? "live"
                                                           : "not running");
    row->is_live = true;
    row->workflow_name = mem_strdup(w->workflow_name);
    row->when = time_text(w->live_since);
    buf_init(&what, 4096);
    buf_adds(&what, row->own ? "own version" : "base version");
    if (w->live_unknown)
        buf_adds(&what, ", its document is not in this store");
    add_newer(w, row->own, &what);
    if (w->todo)
        buf_adds(&what, ", to do: waits for its version");
    if (w->failed > 0)
        buf_addf(&what, ", failing %lld", (long long)w->failed);
    if (w->parked > 0)
        buf_addf(&what, ", %lld parked", (long long)w->parked);
    if (w->set_aside > 0)
        buf_addf(&what, ", %lld set aside", (long long)w->set_aside);
    row->what = buf_take(&what);
    add_row(s, row, "0");
}

static void
add_coming(struct installation_shown *s, const struct installed_workflow_row *w)
{
    if (w->releasing_id) {
        struct place_row *row =
            row_new(s, w, w->releasing_id, w->releasing_label, "releasing");
        row->what = mem_strdup("the runtime has not answered yet");
        add_row(s, row, "1");
    }
    if (w->awaiting_label) {
        struct buf what;
        struct place_row *row =
            row_new(s, w, w->awaiting_id, w->awaiting_label, "awaiting");
        buf_init(&what, 8192);
        buf_adds(&what, "waits for the customer to ");
        needs_words(&what, w->needs);
        row->what = buf_take(&what);
        row->is_awaiting = true;
        add_row(s, row, "2");
    }
}

static void
add_drafts(struct console *c, struct installation_shown *s,
           const struct installed_workflow_row *w,
           const struct version_list *drafts)
{
    for (size_t i = 0; i < drafts->count; i++) {
        const struct version_row *d = &drafts->rows[i];
        if (strcmp(d->workflow_id, w->workflow_id) != 0)
            continue;
        struct buf what;
        struct place_row *row = row_new(s, w, d->id, d->label, d->status);
        buf_init(&what, 8192);
        screen_author(c, d->author, &what);
        buf_addf(&what, ", %lld edit%s%s", (long long)d->edits,
                 d->edits == 1 ? "" : "s", d->stale ? ", stale" : "");
        if (d->note && *d->note)
            buf_addf(&what, " \"%s\"", d->note);
        row->what = buf_take(&what);
        row->when = time_text(d->changed_at);
        row->is_draft = true;
        add_row(s, row, "3");
    }
}

/* Since when what is known of it is true: its runtime's facts come in order. */
static void
read_as_of(struct console *c, struct installation_shown *s)
{
    struct runtime_list list = {0};
    buf_reset(&s->as_of);
    if (s->show.count == 0 ||
        manager_runtime_list(c->manager, &list, NULL) != ERR_OK)
        return;
    for (size_t i = 0; i < list.count; i++) {
        if (text_equal(list.rows[i].name, s->show.rows[0].runtime))
            screen_as_of(&s->as_of, &list.rows[i]);
    }
    runtime_list_clear(&list);
}

enum err
installation_read(struct console *c, const char *id,
                  struct installation_shown *s, struct error *e)
{
    struct installed_workflow_list workflows = {0};
    struct version_list drafts = {0};
    const struct audit_filter filter = {
        .installation = id, .newest_first = true, .limit = AUDIT_ROWS};
    installation_list_clear(&s->show);
    audit_list_clear(&s->audit);
    buf_reset(&s->apps);
    row_list_empty(s->rows);
    enum err err = manager_installation_show(c->manager, id, &s->show, e);
    if (err == ERR_OK)
        err = manager_installation_workflows(c->manager, id, &workflows, e);
    if (err == ERR_OK)
        err = manager_draft_list(c->manager, NULL, id, false, &drafts, e);
    if (err == ERR_OK)
        err = audit_list(c->manager, &filter, &s->audit, e);
    s->workflows = s->paused = 0;
    for (size_t i = 0; err == ERR_OK && i < workflows.count; i++) {
        s->workflows++;
        s->paused += !workflows.rows[i].active;
        add_live(s, &workflows.rows[i]);
        add_coming(s, &workflows.rows[i]);
        add_drafts(c, s, &workflows.rows[i], &drafts);
    }
    read_as_of(c, s);
    if (err == ERR_OK && s->show.count > 0)
        app_words(&s->apps, s->show.rows[0].connected);
    installed_workflow_list_clear(&workflows);
    version_list_clear(&drafts);
    return err;
}
