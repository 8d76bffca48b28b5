/* What a release changes, and where each change comes from. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/release/parts.h"
#include "manager/session/names.h"
#include "workflow/edit/diff.h"

#define LINES_MAX 200

/* --- lines of differences ------------------------------------------------- */

/* True where C, which leads to a document, is what BASE did there too. */
static bool
is_of_base(const struct change *c, const struct change_list *base)
{
    for (size_t i = 0; base && i < base->count; i++) {
        const struct change *b = &base->items[i];
        bool whole = b->kind == CHANGE_MOVED || b->kind == CHANGE_RENAMED ||
                     b->subject == SUBJECT_BLOCK;
        if (b->subject == c->subject && (!whole || b->kind == c->kind) &&
            text_equal(b->block_id, c->block_id) &&
            text_equal(b->field, c->field) && text_equal(b->table, c->table) &&
            text_equal(b->after, c->after))
            return true;
    }
    return false;
}

/* Lines of CHANGES, those that BASE (NULL: nothing) did or those it did not,
 * whole blocks first: a removed block changes more than all fields of others.
 */
static const char **
lines_of(const struct change_list *changes, const struct change_list *base,
         bool of_base, struct pool *pool)
{
    const char **lines = mem_array(1, sizeof *lines);
    size_t n = 0;
    for (int blocks = 1; blocks >= 0; blocks--) {
        for (size_t i = 0; i < changes->count && n < LINES_MAX; i++) {
            const struct change *c = &changes->items[i];
            if ((c->subject == SUBJECT_BLOCK) == blocks &&
                is_of_base(c, base) == of_base)
                plan_line_add(&lines, &n, pool, c->text);
        }
    }
    return lines;
}

const char **
plan_diff_lines(const struct document *from, const struct document *to,
                struct pool *pool)
{
    struct change_list changes;
    change_list_init(&changes);
    diff_documents(from, to, &changes);
    const char **lines = lines_of(&changes, NULL, false, pool);
    change_list_clear(&changes);
    return lines;
}

/* --- a release that changes the base -------------------------------------- */

static enum err
load_base(struct manager *m, const struct handover *c, const char *label,
          struct pool *pool, struct document **out, struct error *e)
{
    struct name_ref ref;
    struct version v;
    enum err err =
        name_version(m, label, c->to.workflow, c->p.installation, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, pool, &v, e);
    return err == ERR_OK ? version_document(m, &v, out, e) : err;
}

/* Fills what the base and the own version change of LIVE, its document. */
static enum err
fill_origins(struct manager *m, const struct handover *c,
             struct release_plan *plan, struct release_item *item,
             const struct document *live, struct error *e)
{
    struct document *old = NULL, *new = NULL;
    struct change_list changes, base;
    enum err err = load_base(m, c, item->base_from, plan->pool, &old, e);
    if (err == ERR_OK)
        err = load_base(m, c, item->base_to, plan->pool, &new, e);
    if (err == ERR_OK) {
        change_list_init(&changes);
        change_list_init(&base);
        diff_documents(live, c->to_document, &changes);
        diff_documents(old, new, &base);
        item->base_changes = lines_of(&changes, &base, true, plan->pool);
        item->own_changes = lines_of(&changes, &base, false, plan->pool);
        item->own_edits = plan_diff_lines(new, c->to_document, plan->pool);
        change_list_clear(&changes);
        change_list_clear(&base);
    }
    document_free(old);
    document_free(new);
    return err;
}

static const char *
base_label(struct pool *pool, int64_t base_no)
{
    char label[VERSION_LABEL_SIZE];
    version_label(label, base_no, 0);
    return pool_text(pool, label);
}

enum err
release_plan_changes(struct manager *m, const struct handover *c,
                     struct release_plan *plan, struct release_item *item,
                     struct error *e)
{
    struct version live;
    struct document *from = NULL;
    if (item->live.n == 0)
        return ERR_OK;
    enum err err = version_load(m, item->live.n, plan->pool, &live, e);
    if (err == ERR_OK)
        err = version_document(m, &live, &from, e);
    if (err != ERR_OK)
        return err;
    item->changes = plan_diff_lines(from, c->to_document, plan->pool);
    item->triggers = plan_trigger_lines(from, c->to_document, plan->pool);
    if (c->to.fork_no > 0 && live.base_no != c->to.base_no) {
        item->base_from = base_label(plan->pool, live.base_no);
        item->base_to = base_label(plan->pool, c->to.base_no);
        err = fill_origins(m, c, plan, item, from, e);
    }
    document_free(from);
    return err;
}

/* --- in words ------------------------------------------------------------- */

/* True where each of LINES stands in OTHERS too. */
static bool
are_among(const char *const *lines, const char *const *others)
{
    for (; lines && *lines; lines++) {
        bool found = false;
        for (size_t i = 0; others && others[i] && !found; i++)
            found = text_equal(*lines, others[i]);
        if (!found)
            return false;
    }
    return true;
}

static void
say_all(const struct change_sink *sink, const char *label,
        const char *const *lines)
{
    for (; lines && *lines; lines++) {
        sink->say(sink->ctx, label, CHANGE_LINE_ONE, *lines);
        label = "";
    }
}

/* Says "compared with v1.1 (live):", or another TEXT with the two names. */
static void
say_text(const struct change_sink *sink, const char *label,
         enum change_line kind, char *text)
{
    sink->say(sink->ctx, label, kind, text);
    free(text);
}

static void
say_none(const struct release_item *item, const struct change_sink *sink)
{
    say_text(sink, "changes", CHANGE_LINE_NONE,
             item->base_to
                 ? mem_printf("none for %s: %s does the same as %s (live), on "
                              "base %s instead of %s",
                              item->customer, item->version.label,
                              item->live.label, item->base_to, item->base_from)
                 : mem_printf("none: %s does the same as %s",
                              item->version.label, item->live.label));
}

/* The changes of a release that leads to another base: what that brings, what
 * the own version does, and what of it stays its own. */
static void
say_origins(const struct release_item *item, const struct change_sink *sink)
{
    const char *const *base = (const char *const *)item->base_changes;
    const char *const *own = (const char *const *)item->own_changes;
    const char *const *edits = (const char *const *)item->own_edits;
    say_all(sink, "from base", base);
    say_all(sink, "own", own);
    if (are_among(edits, own))
        return;
    say_text(sink, "own edits", CHANGE_LINE_HEAD,
             mem_printf("compared with %s (base):", item->base_to));
    say_all(sink, "", edits);
}

void
release_item_say_changes(const struct release_item *item,
                         const struct change_sink *sink)
{
    const char *const *changes = (const char *const *)item->changes;
    bool live = item->installation_id != NULL;
    if (item->base_to)
        say_text(
            sink, "base", CHANGE_LINE_ONE,
            mem_printf("%s instead of %s", item->base_to, item->base_from));
    if (!changes)
        return;
    if (!changes[0])
        say_none(item, sink);
    else
        say_text(sink, "changes", CHANGE_LINE_HEAD,
                 mem_printf("compared with %s%s:", item->live.label,
                            live ? " (live)" : ""));
    if (item->base_to)
        say_origins(item, sink);
    else
        say_all(sink, "", changes);
}
