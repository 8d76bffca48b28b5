/* What a sample gives, compared with what was agreed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/preview/agreed_private.h"

/* What one block gave in a walk. */
struct given {
    struct value *list; /* its values in their order, NULL: never met */
    char *why;          /* of the first that is not known or failed */
};

struct listener {
    const struct document *document;
    struct given *blocks; /* one for each of the document */
};

/* The listener of a walk. */
static void
take(void *context, const struct block *b, enum preview_state state,
     const char *made, const char *reason)
{
    struct listener *l = context;
    struct given *g = &l->blocks[b - l->document->blocks];
    struct value *v = NULL;
    if (state == PREVIEW_SKIPPED)
        return;
    if (!g->list)
        g->list = value_array();
    if ((state == PREVIEW_MADE || state == PREVIEW_SENT) && made)
        value_read(&v, made, strlen(made), &value_limits_event, "output", NULL);
    if (!v && !g->why)
        g->why = mem_strdup(reason ? reason : "it gives nothing");
    value_append(g->list, v ? v : value_null());
}

/* Runs SAMPLE with L listening; OUT is cleared by the caller. */
static enum err
listen(struct listener *l, struct previewer *p, const struct document *d,
       const struct value *sample, int64_t now_ms, struct preview *out,
       struct error *e)
{
    *l = (struct listener){d, mem_array(d->count + 1, sizeof *l->blocks)};
    previewer_listen(p, take, l);
    enum err err = preview_run(out, p, sample, now_ms, e);
    previewer_listen(p, NULL, NULL);
    if (err == ERR_OK && out->truncated)
        err = error_set(e, ERR_TOO_BIG,
                        "a list of the sample has more than %d elements",
                        PREVIEW_ELEMENTS);
    return err;
}

static void
listener_clear(struct listener *l)
{
    for (size_t i = 0; i < l->document->count; i++) {
        value_free(l->blocks[i].list);
        free(l->blocks[i].why);
    }
    free(l->blocks);
}

static bool
is_in_loop(const struct block *b)
{
    const struct block *p = b->parent;
    while (p && p->kind->id != KIND_iterate)
        p = p->parent;
    return p != NULL;
}

enum err
agreed_check(const struct value *expected, struct error *e)
{
    if (!value_is(expected, VALUE_OBJECT) || value_size(expected) == 0)
        return error_set(e, ERR_INVALID,
                         "expected output: not an object with a member for "
                         "each block: {\"BLOCK\":VALUE}");
    return value_refuse_nul(expected, NULL, "expected output", e);
}

/* Compares what the block NAME gave, if it was met, with EXPECTED. */
static void
compare_block(struct agreed_cells *out, const struct listener *l,
              const struct preview *preview, const char *name,
              const struct value *expected)
{
    const struct block *b = document_block_find(l->document, name);
    const struct given *g = b ? &l->blocks[b - l->document->blocks] : NULL;
    const char *why = g ? g->why : "this version has no such block";
    if (g && !g->list)
        why = preview->blocks[b - l->document->blocks].reason;
    if (!why && g && !g->list)
        why = "a run does not come to it";
    if (why)
        agreed_cells_add(out, name, "", expected, NULL, why);
    else
        agreed_cells_compare(out, name, "", expected,
                             is_in_loop(b) ? g->list : value_at(g->list, 0));
}

void
agreed_compare(struct agreed_cells *out, struct previewer *p,
               const struct value *sample, const struct value *expected,
               int64_t now_ms)
{
    struct listener l;
    struct error e;
    struct preview preview = {0};
    *out = (struct agreed_cells){0};
    enum err err =
        listen(&l, p, previewer_document(p), sample, now_ms, &preview, &e);
    for (size_t i = 0; err == ERR_OK && i < value_size(expected); i++)
        compare_block(out, &l, &preview, value_key(expected, i, NULL),
                      value_at(expected, i));
    if (err != ERR_OK)
        agreed_cells_add(out, value_key(expected, 0, NULL), "",
                         value_at(expected, 0), NULL, e.text);
    listener_clear(&l);
    preview_clear(&preview);
}

/* --- what it gives is right ----------------------------------------------- */
static enum err
gather(const struct listener *l, struct value *out, struct error *e)
{
    for (size_t i = 0; i < l->document->count; i++) {
        const struct block *b = &l->document->blocks[i];
        const struct given *g = &l->blocks[i];
        if (!kind_sends(b->kind) || !g->list)
            continue;
        if (g->why)
            return error_set(e, ERR_INVALID, "%s: %s", b->name, g->why);
        value_set(out, b->name,
                  value_copy(is_in_loop(b) ? g->list : value_at(g->list, 0)));
    }
    return value_size(out) > 0
               ? ERR_OK
               : error_set(e, ERR_INVALID,
                           "nothing is sent with this sample (name what is "
                           "expected of each block in a file)");
}

enum err
agreed_from_preview(struct value **out, struct previewer *p,
                    const struct value *sample, int64_t now_ms, struct error *e)
{
    struct listener l;
    struct preview preview = {0};
    *out = value_object();
    enum err err =
        listen(&l, p, previewer_document(p), sample, now_ms, &preview, e);
    if (err == ERR_OK)
        err = gather(&l, *out, e);
    listener_clear(&l);
    preview_clear(&preview);
    if (err != ERR_OK) {
        value_free(*out);
        *out = NULL;
    }
    return err;
}
