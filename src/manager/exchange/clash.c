/*
 * A version that was released here and has another content at a runtime: two
 * stores went on with one draft, as after a restore. What runs there is shown
 * as unknown, never as what is here, until it is imported under its id
 * (import.c).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "manager/exchange/versions_private.h"

static enum err
add_clash(struct manager *m, const struct speaker *s,
          const struct version_entry *x, int64_t workflow, int64_t installation,
          struct error *e)
{
    struct db_stmt *q =
        versions_entry(m, CS_UNKNOWN_CLASH, s, x, workflow, installation);
    db_text(q, x->hash);
    db_int(q, x->released_at);
    db_text(q, x->released_by ? x->released_by : s->name);
    db_text(q, "another content was released here under its id");
    return db_run(q, e);
}

struct pointed {
    int64_t installation;
    char id[IDENT_SIZE];
};

static enum err
list_pointed(struct manager *m, const struct speaker *s, int64_t version,
             int64_t workflow, struct pointed **out, size_t *n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_POINTED);
    struct cs_pointed p;
    *out = NULL;
    *n = 0;
    db_int(q, s->n);
    db_int(q, version);
    db_int(q, workflow);
    while (cs_pointed_next(q, &p)) {
        *out = mem_resize(*out, *n + 1, sizeof **out);
        (*out)[*n].installation = p.installation;
        snprintf((*out)[(*n)++].id, IDENT_SIZE, "%s", p.id);
    }
    return db_end(q, e);
}

/* Names the pointers of P again, by the ids that they have. */
static enum err
name_again(struct manager *m, struct speaker *s, const struct pointed *p,
           int64_t workflow, struct error *e)
{
    char live[IDENT_SIZE], awaiting[IDENT_SIZE] = "";
    int64_t at = operation_now(m);
    struct copy_pointer now;
    struct move move = {.at = at, .cause = "copy", .restores = true};
    enum err err = copy_pointer_load(m, p->installation, workflow, at, &now, e);
    if (!err)
        err = copy_id_of(m, CS_FACT_VERSION_ID, now.live, live, e);
    if (!err)
        err = copy_id_of(m, CS_FACT_VERSION_ID, now.awaiting, awaiting, e);
    move.sequence = now.feed_sequence;
    move.live_id = live[0] ? live : now.live_unknown;
    move.awaiting_id = awaiting[0] ? awaiting : now.awaiting_unknown;
    move.live_id = move.live_id[0] ? move.live_id : NULL;
    move.awaiting_id = move.awaiting_id[0] ? move.awaiting_id : NULL;
    if (!err)
        err = copy_move(m, s, p->id, &now, &move, e);
    if (!err)
        err = copy_pointer_save(m, s, &now, at, e);
    copy_pointer_clear(&now);
    return err ? err : copy_condition(m, p->installation, e);
}

static enum err
say_clash(struct manager *m, struct speaker *s, const struct version_entry *x,
          struct error *e)
{
    char *text = mem_printf("has version %s with another content than was "
                            "released here under its id",
                            x->id);
    enum err err = copy_notice(m, s, text, e);
    free(text);
    return err;
}

static enum err
is_known_clash(struct manager *m, const struct speaker *s,
               const struct version_entry *x, bool *is, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_CLASHES);
    db_int(q, s->n);
    db_text(q, x->id);
    db_text(q, x->hash);
    *is = db_row(q);
    return db_end(q, e);
}

enum err
versions_clash(struct manager *m, struct speaker *s,
               const struct version_entry *x, int64_t version, int64_t workflow,
               int64_t installation, struct error *e)
{
    struct pointed *list;
    size_t n;
    bool known = false;
    enum err err = list_pointed(m, s, version, workflow, &list, &n, e);
    if (!err)
        err = is_known_clash(m, s, x, &known, e);
    if (!err)
        err = add_clash(m, s, x, workflow, installation, e);
    for (size_t i = 0; i < n && !err; i++)
        err = name_again(m, s, &list[i], workflow, e);
    if (!err) /* nothing points to what was refused or lost any more */
        err = versions_want_refused(m, s->n, x->id, e);
    free(list);
    return err || (known && n == 0) ? err : say_clash(m, s, x, e);
}
