/* Targets: the paths that mapping rows fill. */
#include "mapping/row/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/path/tree.h"

/* Elements of an array that rows fill one by one; lists use [*]. */
#define INDEX_MAX 1000
#define STEPS_MAX 64

static enum err
read_step(struct target_step *out, const struct segment *s, struct error *e)
{
    const struct selector *x = s->selectors;
    if (s->descendant || s->count != 1 || x->kind == SELECT_SLICE ||
        x->kind == SELECT_FILTER)
        return error_set(e, ERR_INVALID,
                         "a target is one place: names, [0] and [*] only");
    if (x->kind == SELECT_NAME) {
        out->kind = TARGET_NAME;
        out->name_len = x->name_len;
        out->name = mem_strndup(x->name, x->name_len);
    } else if (x->kind == SELECT_WILDCARD) {
        out->kind = TARGET_LIST;
    } else if (x->index < 0 || x->index >= INDEX_MAX) {
        return error_set(e, ERR_INVALID,
                         "a target's index is from 0 to %d (all elements of a "
                         "list are [*])",
                         INDEX_MAX - 1);
    } else {
        out->kind = TARGET_INDEX;
        out->index = (uint64_t)x->index;
    }
    return ERR_OK;
}

static enum err
read_steps(struct target *out, const struct path *p, struct error *e)
{
    const struct query *q = &p->query;
    if (q->relative)
        return error_set(e, ERR_INVALID, "a target does not begin with @");
    if (q->count > STEPS_MAX)
        return error_set(e, ERR_INVALID, "a target is at most %d fields deep",
                         STEPS_MAX);
    if (q->count == 0)
        return ERR_OK;
    enum selector_kind first = q->segments[0].selectors[0].kind;
    if (first != SELECT_NAME && first != SELECT_WILDCARD)
        return error_set(e, ERR_INVALID,
                         "a target begins with the name of a field, or with "
                         "[*] where the whole output is a list");
    out->steps = mem_array(q->count, sizeof *out->steps);
    for (; out->count < q->count; out->count++) {
        enum err err =
            read_step(&out->steps[out->count], &q->segments[out->count], e);
        if (err != ERR_OK)
            return err;
    }
    return ERR_OK;
}

enum err
target_parse(struct target *out, const char *text, struct error *e)
{
    struct path *p;
    *out = (struct target){0};
    if (!text || !text[0])
        return error_set(e, ERR_INVALID, "the target is missing");
    enum err err = path_compile(&p, text, strlen(text), PATH_BARE, e);
    if (err != ERR_OK)
        return err;
    err = read_steps(out, p, e);
    path_free(p);
    if (err != ERR_OK)
        target_clear(out);
    return err;
}

bool
target_is_all(const char *text)
{
    return strcmp(text, "$") == 0;
}

bool
target_is_list(const char *text)
{
    return text_starts(text + (*text == '$'), "[*]");
}

void
target_clear(struct target *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->steps[i].name);
    free(t->steps);
    *t = (struct target){0};
}

size_t
target_bytes(const struct target *t)
{
    size_t n = mem_bytes(t->steps);
    for (size_t i = 0; i < t->count; i++)
        n += mem_bytes(t->steps[i].name);
    return n;
}

void
target_write(const struct target *t, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct target_step *s = &t->steps[i];
        if (s->kind == TARGET_LIST)
            buf_adds(out, "[*]");
        else if (s->kind == TARGET_INDEX)
            buf_addf(out, "[%llu]", (unsigned long long)s->index);
        else
            path_write_name(s->name, s->name_len, i == 0, out);
    }
}
