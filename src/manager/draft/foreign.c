/* What blocks of another customer may bring. */
#include "manager/draft/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/redact.h"
#include "manager/draft/editing.h"
#include "manager/draft/version.h"
#include "manager/session/names.h"
#include "workflow/carry/bare.h"

/* A copy of B; with FIELD only that of it, and what makes it the block it is.
 */
static struct value *
copy_block(const struct block *b, const char *field)
{
    static const char *const kept[] = {"id", "kind", "name", "app", "action"};
    if (!field)
        return value_copy(b->value);
    struct value *copy = value_object();
    for (size_t i = 0; i <= sizeof kept / sizeof *kept; i++) {
        const char *key = i < sizeof kept / sizeof *kept ? kept[i] : field;
        const struct value *v = value_get(b->value, key);
        if (v)
            value_set(copy, key, value_copy(v));
    }
    return copy;
}

/* A document of FIELD of the blocks S alone, with the NAME of the base: what
 * else their document has is not taken. */
static enum err
part_of(const struct selection *s, const char *field,
        const struct document *base, struct document **out, struct error *e)
{
    static const char *const kept[] = {"format", "formulas", "connectors"};
    struct value *root = value_object(), *blocks = value_array();
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const struct value *v = value_get(s->document->root, kept[i]);
        if (v)
            value_set(root, kept[i], value_copy(v));
    }
    value_set_text(root, "name", document_name(base));
    for (size_t i = 0; i < s->count; i++) {
        struct value *v = copy_block(s->blocks[i], field);
        if (s->blocks[i] == s->document->trigger)
            value_set(root, "trigger", v);
        else
            value_append(blocks, v);
    }
    value_set(root, "blocks", blocks);
    return document_from_value(out, root, e);
}

/* The document of the base version that ROW was made of. */
static enum err
read_base(struct manager *m, const struct version_row *row,
          struct document **out, struct error *e)
{
    struct version_list list;
    char label[VERSION_LABEL_SIZE];
    version_label(label, row->base_no, 0);
    enum err err = manager_version_show(m, label, row->workflow_id,
                                        row->installation_id, &list, e);
    if (err == ERR_OK)
        err = manager_document(m, list.rows[0].id, out, e);
    version_list_clear(&list);
    return err;
}

static enum err
make_bare(struct manager *m, const struct version_row *row,
          const struct selection *s, const char *field, struct foreign *out,
          struct error *e)
{
    struct document *base = NULL, *part = NULL;
    struct value *along = value_array(); /* stays empty: strict */
    struct bare how = {.is_secret = sample_is_secret,
                       .strict = true,
                       .left_out = out->left_out = value_array(),
                       .along = along};
    enum err err = read_base(m, row, &base, e);
    if (err == ERR_OK)
        err = part_of(s, field, base, &part, e);
    if (err == ERR_OK)
        err = document_bare(&out->document, part, base, &how, e);
    out->customer = mem_strdup(row->who);
    value_free(along);
    document_free(part);
    document_free(base);
    return err;
}

enum err
manager_foreign(struct manager *m, const char *source,
                const struct selection *s, const char *field,
                struct foreign *out, struct error *e)
{
    struct version_list list;
    *out = (struct foreign){.installation = NULL};
    enum err err = manager_version_show(m, source, NULL, NULL, &list, e);
    if (err == ERR_OK)
        memcpy(out->source, list.rows[0].id, IDENT_SIZE);
    if (err == ERR_OK && list.rows[0].installation_id) {
        out->installation = mem_strdup(list.rows[0].installation_id);
        err = make_bare(m, &list.rows[0], s, field, out, e);
    }
    version_list_clear(&list);
    out->unknown = err != ERR_OK;
    return err;
}

bool
foreign_in(const struct foreign *f, const char *installation)
{
    return f->unknown ||
           (f->installation && !text_equal(f->installation, installation));
}

void
foreign_words(const struct foreign *f, struct buf *out)
{
    size_t n = value_size(f->left_out);
    if (n == 0)
        return;
    buf_addf(out, "left out of %s: ", f->customer);
    for (size_t i = 0; i < n && i < FOREIGN_NAMED; i++)
        buf_addf(out, "%s%s", i ? ", " : "",
                 value_text_or(value_at(f->left_out, i), ""));
    if (n > FOREIGN_NAMED)
        buf_addf(out, ", %zu more", n - FOREIGN_NAMED);
}

void
foreign_clear(struct foreign *f)
{
    free(f->installation);
    free(f->customer);
    document_free(f->document);
    value_free(f->left_out);
    *f = (struct foreign){.installation = NULL};
}
