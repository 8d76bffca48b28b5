/* A draft being edited. */
#include "manager/draft/editing.h"

#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue.h"

enum { DOCUMENT_BYTES = DOCUMENT_MAX_BYTES };

/* Adds the connector named by APP or hash; one that is not there is no
 * error here. */
static enum err
add_connector(struct manager *m, const char *name, struct connector_set *set,
              struct error *e)
{
    struct buf text;
    struct connector *c = NULL;
    buf_init(&text, DOCUMENT_BYTES);
    enum err err = manager_connector_document(m, name, &text, e);
    if (err == ERR_OK)
        err = connector_parse(&c, buf_str(&text), text.len, name, e);
    if (err == ERR_OK)
        connector_set_add(set, c);
    buf_clear(&text);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err
manager_pinned_connectors(struct manager *m, const struct document *d,
                          struct connector_set *set, struct error *e)
{
    const struct value *pinned = value_get(d->root, "connectors");
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < value_size(pinned); i++) {
        const char *hash = value_text_or(value_at(pinned, i), NULL);
        if (hash)
            err = add_connector(m, hash, set, e);
    }
    return err;
}

enum err
manager_connectors(struct manager *m, const struct document *d,
                   struct connector_set *set, struct error *e)
{
    struct connector_list list;
    enum err err = manager_pinned_connectors(m, d, set, e);
    if (err != ERR_OK)
        return err;
    err = manager_connector_list(m, &list, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++)
        err = add_connector(m, list.rows[i].hash, set, e);
    connector_list_clear(&list);
    return err;
}

enum err
manager_document(struct manager *m, const char *name, struct document **out,
                 struct error *e)
{
    struct buf text;
    *out = NULL;
    buf_init(&text, DOCUMENT_BYTES);
    enum err err = manager_version_document(m, name, &text, e);
    if (err == ERR_OK)
        err = document_parse(out, buf_str(&text), text.len, name, e);
    buf_clear(&text);
    return err;
}

void
editing_take(struct editing *ed, struct draft_content *now)
{
    draft_content_clear(&ed->now);
    ed->now = *now;
    *now = (struct draft_content){.document = NULL};
}

enum err
editing_refresh(struct editing *ed, struct error *e)
{
    struct draft_content now;
    enum err err = manager_draft_read(ed->manager, ed->draft, &now, e);
    if (err == ERR_OK)
        editing_take(ed, &now);
    draft_content_clear(&now);
    return err;
}

enum err
editing_begin(struct editing *ed, struct manager *m, const char *draft,
              struct error *e)
{
    struct version_list list;
    *ed = (struct editing){.manager = m};
    connector_set_init(&ed->connectors);
    enum err err = manager_version_show(m, draft, NULL, NULL, &list, e);
    if (err == ERR_OK)
        memcpy(ed->draft, list.rows[0].id, IDENT_SIZE);
    version_list_clear(&list);
    if (err == ERR_OK)
        err = editing_refresh(ed, e);
    if (err == ERR_OK)
        err = manager_connectors(m, ed->now.document, &ed->connectors, e);
    return err;
}

void
editing_end(struct editing *ed)
{
    draft_content_clear(&ed->now);
    connector_set_clear(&ed->connectors);
    value_free(ed->staged);
    ed->staged = NULL;
}

enum err
editing_apply(struct editing *ed, enum err err, struct value *patch,
              struct error *e)
{
    struct draft_content now;
    if (err == ERR_OK) {
        err = manager_draft_paste(ed->manager, ed->draft, &ed->now,
                                  ed->source[0] ? ed->source : NULL, patch,
                                  &now, e);
        if (err == ERR_OK)
            editing_take(ed, &now);
    }
    ed->source[0] = '\0';
    value_free(patch);
    return err;
}

/* Goes on with DOCUMENT (taken), which no hash names: it is not stored. */
static void
go_on_with(struct editing *ed, struct document *document, struct value *patch)
{
    document_free(ed->now.document);
    ed->now.document = document;
    ed->now.hash[0] = '\0';
    if (!ed->staged)
        ed->staged = value_array();
    while (value_size(patch) > 0)
        value_append(ed->staged, value_take_at(patch, 0));
}

enum err
editing_stage(struct editing *ed, enum err err, struct value *patch,
              struct error *e)
{
    struct document *next = NULL;
    if (err == ERR_OK)
        err = document_patch(&next, ed->now.document, patch, NULL, e);
    if (err == ERR_OK)
        go_on_with(ed, next, patch);
    value_free(patch);
    return err;
}

enum err
editing_store(struct editing *ed, struct error *e)
{
    struct value *patch = ed->staged;
    ed->staged = NULL;
    return patch ? editing_apply(ed, ERR_OK, patch, e) : ERR_OK;
}
