/* What an import would do. */
#include "ui/draft/import_offer.h"

#include <stdlib.h>

#include "base/mem.h"

static void
line_free(void *data)
{
    struct import_line *line = data;
    free(line->name);
    free(line->now);
    free(line->wanted);
    free(line->problem);
    free(line);
}

static void
line_text(const void *data, struct buf *out)
{
    const struct import_line *line = data;
    buf_addf(out, "%s %s %s", line->name, line->now ? line->now : "",
             line->wanted ? line->wanted : "");
}

static const struct row_list_ops ops = {line_free, line_text, NULL};

void
import_offer_begin(struct import_offer *o, const char *into, int64_t revision,
                   enum err (*apply)(void *ctx, struct error *e), void *ctx)
{
    import_offer_clear(o);
    o->lines = row_list_new(&ops);
    o->into = mem_strdup(into);
    o->revision = revision;
    o->apply = apply;
    o->ctx = ctx;
}

void
import_offer_clear(struct import_offer *o)
{
    row_list_free(o->lines);
    free(o->into);
    *o = (struct import_offer){.lines = NULL};
}

void
import_offer_add(struct import_offer *o, enum import_kind kind,
                 const char *name, const char *now, const char *wanted,
                 const char *problem, bool unknown)
{
    struct import_line *line = mem_alloc(sizeof *line);
    char *key = mem_printf("%zu", row_list_count(o->lines));
    line->kind = kind;
    line->name = mem_strdup(name);
    line->now = mem_strdup(now);
    line->wanted = mem_strdup(wanted);
    line->problem = mem_strdup(problem);
    line->unknown = unknown;
    o->counts[kind]++;
    o->unknown += unknown;
    row_list_add(o->lines, key, line);
    free(key);
}

size_t
import_offer_changes(const struct import_offer *o)
{
    return o->counts[IMPORT_ADDED] + o->counts[IMPORT_CHANGED];
}
