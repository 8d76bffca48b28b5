/* Previews: many samples, and what differs from the live version. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "workflow/preview/preview_private.h"

/* What a sample made of a row: its first value, or how it ended. */
static const char *
row_value(const struct preview_block *b, size_t row)
{
    return row < b->report.count ? b->report.rows[row].value : NULL;
}

static void
tally_error(struct preview_tally *t, const char *label, const char *why)
{
    t->errors++;
    if (t->first_error)
        return;
    t->first_error = label;
    t->error = mem_strdup(why ? why : "");
}

static void
tally_differs(struct preview_tally *t, const char *label)
{
    t->differs++;
    if (!t->first_differs)
        t->first_differs = label;
}

static void
tally_row(struct preview_tally *t, const struct preview_block *b, size_t row,
          const char *label)
{
    const struct plan_row_report *r = &b->report.rows[row];
    if (b->counts[PREVIEW_SKIPPED] > 0 && b->state == PREVIEW_SKIPPED)
        t->skipped++;
    else if (b->row_unknown[row])
        t->unknown++;
    else if (r->counts[PLAN_FAILED] > 0)
        tally_error(t, label, r->error);
    else if (r->counts[PLAN_FILLED] > 0)
        t->good++;
    else if (r->counts[PLAN_CLEARED] > 0)
        t->cleared++;
    else if (r->counts[PLAN_DEFAULTED] > 0)
        t->defaulted++;
    else if (r->counts[PLAN_KEPT] > 0)
        t->kept++;
    else
        t->blank++;
}

static void
tally_block(struct preview_tally *t, const struct preview_block *b,
            const char *label)
{
    if (b->counts[PREVIEW_FAILED] > 0)
        tally_error(t, label, b->reason);
    else if (b->state == PREVIEW_UNKNOWN)
        t->unknown++;
    else if (b->state == PREVIEW_SKIPPED)
        t->skipped++;
    else
        t->good++;
}

static const struct preview_block *
same_block(const struct preview *p, const struct block *b)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->blocks[i].block->id, b->id) == 0)
            return &p->blocks[i];
    }
    return NULL;
}

/* Compares the rows of one block by their targets. */
static void
compare_rows(struct preview_total *to, const struct preview_block *now,
             const struct preview_block *live, const char *label)
{
    for (size_t i = 0; i < now->report.count; i++) {
        const char *value = row_value(now, i), *before = NULL;
        for (size_t k = 0; live && k < live->report.count; k++) {
            if (strcmp(live->rows->rows[k].target, now->rows->rows[i].target) ==
                0)
                before = row_value(live, k);
        }
        if (!text_equal(value, before))
            tally_differs(&to->row_tallies[i], label);
    }
}

/* True where any block makes something else than the live version's. */
static bool
compare(struct preview_totals *t, const struct preview *now,
        const struct preview *live, const char *label)
{
    bool any = false;
    for (size_t i = 0; i < now->count; i++) {
        const struct preview_block *b = &now->blocks[i];
        const struct preview_block *was = same_block(live, b->block);
        const char *before = was ? was->made : NULL;
        if (text_equal(b->made, before) && (was || !b->made))
            continue;
        any = true;
        tally_differs(&t->blocks[i].tally, label);
        compare_rows(&t->blocks[i], b, was, label);
    }
    for (size_t i = 0; i < live->count && !any; i++)
        any = live->blocks[i].made && !same_block(now, live->blocks[i].block);
    return any;
}

static void
add_questions(struct questions *to, const struct questions *from)
{
    for (size_t i = 0; i < from->count; i++)
        questions_add(to, from->items[i].what, from->items[i].key,
                      from->items[i].key_len);
}

static enum err
one_sample(struct preview_totals *t, struct previewer *p,
           struct previewer *live, const struct preview_sample *s,
           int64_t now_ms, struct error *e)
{
    struct preview now, before;
    enum err err = preview_run(&now, p, s->value, now_ms, e);
    for (size_t i = 0; err == ERR_OK && i < now.count; i++) {
        tally_block(&t->blocks[i].tally, &now.blocks[i], s->label);
        for (size_t k = 0; k < now.blocks[i].report.count; k++)
            tally_row(&t->blocks[i].row_tallies[k], &now.blocks[i], k,
                      s->label);
    }
    add_questions(&t->asked, &now.asked);
    add_questions(&t->open, &now.open);
    if (err == ERR_OK && live) {
        err = preview_run(&before, live, s->value, now_ms, e);
        if (err == ERR_OK)
            t->differs += compare(t, &now, &before, s->label);
        preview_clear(&before);
    }
    preview_clear(&now);
    return err == ERR_OK ? err : error_prefix(e, "sample %s", s->label);
}

enum err
preview_all(struct preview_totals *out, struct previewer *p,
            struct previewer *live, const struct preview_sample *samples,
            size_t count, int64_t now_ms, struct error *e)
{
    const struct document *d = p->document;
    *out = (struct preview_totals){.count = d->count, .samples = count};
    out->blocks = mem_array(d->count, sizeof *out->blocks);
    for (size_t i = 0; i < d->count; i++) {
        out->blocks[i].block = &d->blocks[i];
        out->blocks[i].rows = &p->steps[i].rows;
        out->blocks[i].row_tallies = mem_array(
            p->steps[i].rows.count + 1, sizeof *out->blocks[i].row_tallies);
    }
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++)
        err = one_sample(out, p, live, &samples[i], now_ms, e);
    return err;
}

void
preview_totals_clear(struct preview_totals *t)
{
    for (size_t i = 0; i < t->count; i++) {
        struct preview_total *b = &t->blocks[i];
        for (size_t k = 0; k < b->rows->count; k++)
            free(b->row_tallies[k].error);
        free(b->row_tallies);
        free(b->tally.error);
    }
    free(t->blocks);
    questions_clear(&t->asked);
    questions_clear(&t->open);
    *t = (struct preview_totals){0};
}
