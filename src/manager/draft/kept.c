/* Text that was typed into a draft and could not be stored there. */
#include "manager/draft/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/parts.h"
#include "manager/session/host_clock.h"
#include "value/value.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* --- reading -------------------------------------------------------------- */

/* What was kept before *OUT is old. */
static enum err
find_oldest(struct manager *m, int64_t *out, struct error *e)
{
    enum err err = host_clock_expiry(m, out, e);
    *out -= KEPT_DAYS * DAY_MS;
    return err;
}

/* The rows of D that are the actor's, inside an operation; *SAME: all are what
 * was kept. */
static enum err
read_rows(struct manager *m, const struct draft *d, struct kept_list *out,
          bool *same, struct error *e)
{
    bool open = manager_may_see_payloads(m, NULL) == ERR_OK;
    int64_t oldest;
    *same = true;
    enum err err = find_oldest(m, &oldest, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q =
        db_use(manager_db(m), open ? CS_KEPT_TEXTS : CS_KEPT_BLIND);
    struct cs_kept_text k;
    db_int(q, d->n);
    db_text(q, manager_actor(m));
    while (cs_kept_text_next(q, &k)) {
        char hash[DIGEST_SIZE];
        if (k.at < oldest)
            continue;
        if (k.text)
            digest_hex(hash, k.text, strlen(k.text));
        *same = *same && (!k.text || strcmp(hash, k.hash) == 0);
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] =
            (struct kept_text){.id = pool_text(out->pool, k.id),
                               .place = pool_text(out->pool, k.place),
                               .label = pool_text(out->pool, k.label),
                               .text = pool_text(out->pool, k.text),
                               .why = pool_text(out->pool, k.why),
                               .at = k.at};
    }
    return db_end(q, e);
}

enum err
manager_draft_kept(struct manager *m, const char *draft, struct kept_list *out,
                   struct error *e)
{
    struct draft d;
    bool same = true;
    *out = (struct kept_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_DRAFT_KEPT, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, false, &d, e);
    if (err == ERR_OK)
        err = read_rows(m, &d, out, &same, e);
    if (err == ERR_OK && !same)
        err = error_set(e, ERR_DAMAGED,
                        "%s: a kept text was changed by another program (run "
                        "store check, restore a backup)",
                        d.label);
    return operation_end(m, err, e);
}

void
kept_list_clear(struct kept_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct kept_list){0};
}

/* --- removing ------------------------------------------------------------- */

static enum err
remove_one(struct manager *m, const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_KEPT_REMOVE);
    db_text(q, id);
    operation_seal(m, SEAL_KEPT, id);
    return db_run(q, e);
}

/* Removes the texts whose ids Q gives; *COUNT is added to. */
static enum err
remove_found(struct manager *m, struct db_stmt *q, size_t *count,
             struct error *e)
{
    return operation_remove(m, q, CS_KEPT_REMOVE, SEAL_KEPT, count, e);
}

enum err
kept_purge(struct manager *m, const struct draft *d, struct error *e)
{
    size_t count = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_KEPT_OF_DRAFT);
    db_int(q, d->n);
    return remove_found(m, q, &count, e);
}

/* Removes what has been kept for too long, whoever's it is. */
static enum err
remove_old(struct manager *m, size_t *count, struct error *e)
{
    int64_t oldest;
    enum err err = find_oldest(m, &oldest, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_KEPT_BEFORE);
    db_int(q, oldest);
    return remove_found(m, q, count, e);
}

/* Makes room for one more text of the actor in D. */
static enum err
make_room(struct manager *m, const struct draft *d, struct error *e)
{
    struct kept_list list = {.pool = pool_new()};
    bool same;
    enum err err = read_rows(m, d, &list, &same, e);
    for (size_t i = 0; err == ERR_OK && i + KEPT_TEXTS_MOST <= list.count; i++)
        err = remove_one(m, list.rows[i].id, e);
    kept_list_clear(&list);
    return err;
}

/* --- keeping -------------------------------------------------------------- */

/* The record says that there is a text and how long it is, never what. */
static enum err
record(struct manager *m, const struct draft *d, const char *member, size_t n,
       bool added, struct error *e)
{
    struct value *v = value_object();
    value_set(v, member, value_int((int64_t)n));
    char *text = value_to_text(v);
    enum err err = operation_audit(m, "version", d->id, draft_installation(d),
                                   added ? NULL : text, added ? text : NULL, e);
    free(text);
    value_free(v);
    return err;
}

static enum err
insert(struct manager *m, const struct draft *d, const struct kept_text *text,
       struct error *e)
{
    char id[IDENT_SIZE], hash[DIGEST_SIZE];
    bool saw = manager_saw_payloads(m);
    ident_new(id);
    digest_hex(hash, text->text, strlen(text->text));
    struct db_stmt *q = db_use(manager_db(m), CS_KEPT_ADD);
    db_text(q, id);
    db_int(q, d->n);
    db_text(q, manager_actor(m));
    db_text(q, text->place);
    db_text(q, text->label);
    db_text(q, saw ? text->text : NULL);
    db_text(q, saw ? NULL : text->text);
    db_text(q, hash);
    db_text(q, text->why);
    db_int(q, operation_now(m));
    operation_seal(m, SEAL_KEPT, id);
    return db_run(q, e);
}

static enum err
check_text(const struct kept_text *text, struct error *e)
{
    size_t n = strlen(text->text);
    if (n > KEPT_TEXT_MOST)
        return error_set(e, ERR_TOO_BIG,
                         "The text is longer than %d bytes and is not kept",
                         KEPT_TEXT_MOST);
    if (utf8_valid_prefix(text->text, n) != n)
        return error_set(e, ERR_INVALID, "The text to be kept is not UTF-8");
    return ERR_OK;
}

enum err
manager_draft_keep(struct manager *m, const char *draft,
                   const struct kept_text *text, struct error *e)
{
    struct draft d;
    size_t old = 0;
    enum err err = check_text(text, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_DRAFT_KEEP, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, false, &d, e);
    if (err == ERR_OK)
        err = remove_old(m, &old, e);
    if (err == ERR_OK)
        err = make_room(m, &d, e);
    if (err == ERR_OK)
        err = insert(m, &d, text, e);
    if (err == ERR_OK)
        err = record(m, &d, "keptBytes", strlen(text->text), true, e);
    return operation_end(m, err, e);
}

/* --- forgetting ----------------------------------------------------------- */

static bool
is_in(const struct kept_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->rows[i].id, id) == 0)
            return true;
    return false;
}

static enum err
forget(struct manager *m, const struct draft *d, const struct kept_list *shown,
       size_t *count, struct error *e)
{
    struct kept_list list = {.pool = pool_new()};
    bool same;
    enum err err = read_rows(m, d, &list, &same, e);
    for (size_t i = 0; err == ERR_OK && i < list.count; i++) {
        if (shown && !is_in(shown, list.rows[i].id))
            continue;
        err = remove_one(m, list.rows[i].id, e);
        ++*count;
    }
    if (err == ERR_OK && *count > 0)
        err = record(m, d, "keptTexts", *count, false, e);
    kept_list_clear(&list);
    return err;
}

enum err
manager_draft_forget(struct manager *m, const char *draft,
                     const struct kept_list *shown, size_t *count,
                     struct error *e)
{
    struct draft d;
    size_t n = 0;
    enum err err = operation_begin(m, ACTION_DRAFT_FORGET, e);
    if (err == ERR_OK)
        err = draft_load(m, draft, false, &d, e);
    if (err == ERR_OK)
        err = forget(m, &d, shown, &n, e);
    if (count)
        *count = n;
    return operation_end(m, err, e);
}
