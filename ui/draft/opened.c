/* A version opened on a screen. */
#include "ui/draft/opened.h"

#include <stdio.h>

#include "manager/draft/draft.h"
#include "store/console.h"

/* Says why the store would refuse an edit, and how to get there. */
static void
judge(struct opened *o, struct manager *m)
{
    const struct version_row *row = &o->version.rows[0];
    struct error e = {0};
    o->closed[0] = '\0';
    if (row->state == VERSION_DISCARDED)
        snprintf(o->closed, sizeof o->closed,
                 "discarded: tailor draft restore brings it back");
    else if (!o->editable)
        snprintf(o->closed, sizeof o->closed,
                 "released: F on the installation forks it");
    else if (manager_draft_may_edit(m, row, &e) == ERR_ROLE)
        snprintf(o->closed, sizeof o->closed,
                 "a base version: only an admin edits it");
    else if (e.code != ERR_OK)
        snprintf(o->closed, sizeof o->closed, "%.60s's draft (a, take over)",
                 row->author);
}

static enum err
read_row(struct opened *o, struct manager *m, const char *id, struct error *e)
{
    struct version_list list = {0};
    enum err err = manager_version_show(m, id, NULL, NULL, &list, e);
    if (err != ERR_OK) {
        version_list_clear(&list);
        return err;
    }
    version_list_clear(&o->version);
    o->version = list;
    o->editable = list.rows[0].state == VERSION_DRAFT ||
                  list.rows[0].state == VERSION_READY;
    judge(o, m);
    return ERR_OK;
}

static enum err
read_document(struct opened *o, struct manager *m, const char *id,
              struct error *e)
{
    if (o->editable)
        return editing_begin(&o->ed, m, id, e);
    o->ed.manager = m;
    snprintf(o->ed.draft, sizeof o->ed.draft, "%s", opened_version(o)->id);
    enum err err = manager_document(m, id, &o->ed.now.document, e);
    if (err == ERR_OK)
        err = manager_connectors(m, o->ed.now.document, &o->ed.connectors, e);
    return err;
}

enum err
opened_read(struct opened *o, struct manager *m, const char *id,
            struct error *e)
{
    *o = (struct opened){.editable = false};
    connector_set_init(&o->ed.connectors);
    enum err err = read_row(o, m, id, e);
    if (err == ERR_OK)
        err = read_document(o, m, id, e);
    if (err == ERR_OK && opened_base_id(o))
        err = manager_document(m, opened_base_id(o), &o->base, e);
    return err;
}

void
opened_clear(struct opened *o)
{
    editing_end(&o->ed);
    version_list_clear(&o->version);
    document_free(o->base);
    o->base = NULL;
}

enum err
opened_look(struct opened *o, bool *moved, struct error *e)
{
    enum err err = read_row(o, o->ed.manager, o->ed.draft, e);
    *moved = err == ERR_OK && o->editable &&
             opened_version(o)->revision != o->ed.now.revision;
    return err;
}

/* The time of the edit, unless another edit followed it already: that has not
 * been shown. */
static void
read_time(struct opened *o)
{
    struct version_list list = {0};
    if (manager_version_show(o->ed.manager, o->ed.draft, NULL, NULL, &list,
                             NULL) == ERR_OK &&
        list.rows[0].revision == o->ed.now.revision)
        o->version.rows[0].changed_at = list.rows[0].changed_at;
    version_list_clear(&list);
}

void
opened_edited(struct opened *o)
{
    o->version.rows[0].revision = o->ed.now.revision;
    o->version.rows[0].state = VERSION_DRAFT;
    read_time(o);
}

const struct version_row *
opened_version(const struct opened *o)
{
    return &o->version.rows[0];
}

const char *
opened_base_id(const struct opened *o)
{
    return version_made_from(opened_version(o));
}
