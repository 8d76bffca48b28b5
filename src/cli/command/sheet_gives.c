/* A sample beside the rows of a sheet. */
#include "cli/command/sheet_gives.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/draft/previewing.h"

/* The JSON of a value as people read it: a text without its quotes. */
static char *
plain(const char *json)
{
    struct value *v = NULL;
    const char *text = NULL;
    if (value_read(&v, json, strlen(json), &value_limits_event, "a value",
                   NULL) == ERR_OK)
        text = value_text_or(v, NULL);
    char *copy = mem_strdup(text ? text : json);
    value_free(v);
    return copy;
}

static char *
text_of(const struct preview_block *b, size_t i)
{
    const struct plan_row_report *r =
        b && i < b->report.count ? &b->report.rows[i] : NULL;
    bool unknown = r && b->row_unknown && b->rows && i < b->rows->count &&
                   b->row_unknown[i];
    if (unknown)
        return mem_strdup("known after a run");
    if (r && r->error)
        return mem_strdup(r->error);
    return r && r->value ? plain(r->value) : mem_strdup("");
}

static const struct preview_block *
find_block(const struct preview *p, const struct block *block)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->blocks[i].block == block)
            return &p->blocks[i];
    return NULL;
}

enum err
sheet_gives(char ***out, size_t count, struct cli *cli, const char *version,
            const char *block, const char *name, struct error *e)
{
    struct previewing p;
    struct preview preview = {.count = 0};
    const struct preview_sample *sample = NULL;
    *out = NULL;
    enum err err = previewing_begin(&p, cli->manager, version, e);
    if (err == ERR_OK)
        err = previewing_sample(&p, name, &sample, e);
    if (err == ERR_OK)
        err = preview_run(&preview, p.previewer, sample->value, clock_now_ms(),
                          e);
    if (err == ERR_OK) {
        const struct preview_block *b =
            find_block(&preview, document_block_find(p.document, block));
        *out = mem_array(count + 1, sizeof **out);
        for (size_t i = 0; i < count; i++)
            (*out)[i] = text_of(b, i);
        preview_clear(&preview);
    }
    previewing_end(&p);
    return err;
}

void
sheet_gives_free(char **gives, size_t count)
{
    for (size_t i = 0; gives && i < count; i++)
        free(gives[i]);
    free(gives);
}
