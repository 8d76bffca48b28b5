/* Deciding requests: the table of kinds, all items or none. */
#include "runtime/decide/decide.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/access/members.h"
#include "store/runtime.h"

static const struct decision {
    const char *kind;
    enum err (*decide)(struct item *i, struct error *e);
} decisions[] = {
#define DECISION(name, help) {#name, decide_##name},
#include "runtime/decide/decisions.def"
#undef DECISION
};

static const char *const refusals[] = {"refused", "stale", "acceptedBefore"};

enum err
item_done(struct item *i, const char *word)
{
    value_set_text(i->answer, "outcome", word);
    return ERR_OK;
}

void
item_run_waits(struct item *i, const char *why)
{
    char *text = mem_printf("the run waits: %s", why);
    value_set_text(i->answer, "message", text);
    free(text);
}

enum err
item_refuse(struct item *i, const char *word, const char *format, ...)
{
    va_list ap;
    struct buf text;
    buf_init(&text, 1000);
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    value_set_text(i->answer, "outcome", word);
    value_set_text(i->answer, "message", buf_str(&text));
    buf_clear(&text);
    return ERR_OK;
}

enum err
item_id(const struct item *i, const char *key, const char **out,
        struct error *e)
{
    *out = value_get_text(i->value, key);
    if (!*out || !ident_is(*out))
        return error_set(e, ERR_USAGE,
                         "%s: not a valid id (24 hexadecimal digits)", key);
    return ERR_OK;
}

bool
item_is_done(const struct item *i)
{
    const char *word = value_get_text(i->answer, "outcome");
    for (size_t k = 0; k < sizeof refusals / sizeof *refusals; k++)
        if (!word || strcmp(word, refusals[k]) == 0)
            return false;
    return true;
}

/* Errors that say what is wrong with an item, not with the store. */
static bool
is_refusal(enum err err)
{
    switch (err) {
    case ERR_USAGE:
    case ERR_NOT_FOUND:
    case ERR_AMBIGUOUS:
    case ERR_STALE:
    case ERR_CONFLICT:
    case ERR_REFUSED:
    case ERR_INVALID:
    case ERR_TOO_BIG:
        return true;
    default:
        return false;
    }
}

static void
copy_id(struct item *i, const char *key)
{
    const char *id = value_get_text(i->value, key);
    if (id && ident_is(id) && !value_get(i->answer, key))
        value_set_text(i->answer, key, id);
}

/* The pointers of the item's workflow as they are now. */
static enum err
add_pointers(struct item *i, struct error *e)
{
    const char *installation = value_get_text(i->answer, "installationId");
    const char *workflow = value_get_text(i->answer, "workflowId");
    if (!installation || !workflow)
        return ERR_OK;
    struct db_stmt *q = db_use(i->db, RS_POINTERS_OF);
    db_text(q, installation);
    db_text(q, workflow);
    db_int(q, i->r->environment);
    struct rs_installed d;
    if (rs_installed_next(q, &d)) {
        value_set_text(i->answer, "liveVersionId", d.live_id);
        value_set_text(i->answer, "liveHash", d.live_hash);
        value_set_text(i->answer, "awaitingVersionId", d.awaiting_id);
        value_set_text(i->answer, "awaitingHash", d.awaiting_hash);
        struct value *needs = NULL;
        if (d.needs &&
            value_read(&needs, d.needs, strlen(d.needs), &value_limits_document,
                       "needs", NULL) == ERR_OK)
            value_set(i->answer, "needs", needs);
    }
    return db_end(q, e);
}

static enum err
decide_item(const struct decision *d, struct item *i, struct error *e)
{
    struct error why = {0};
    enum err err = members_check_item(i->value, &why);
    if (err == ERR_OK)
        err = d->decide(i, &why);
    if (is_refusal(err))
        err = item_refuse(i, err == ERR_STALE ? "stale" : "refused", "%s",
                          why.text);
    else if (err != ERR_OK)
        return error_set(e, err, "%s", why.text);
    copy_id(i, "installationId");
    copy_id(i, "workflowId");
    return err;
}

static const struct decision *
find_decision(const char *kind)
{
    for (size_t k = 0; k < sizeof decisions / sizeof *decisions; k++)
        if (strcmp(decisions[k].kind, kind) == 0)
            return &decisions[k];
    return NULL;
}

/* Once one item could not be done, what the others did is undone. */
static enum err
undo(const struct request *r, struct item *items, size_t n, struct error *e)
{
    enum err err = ERR_OK;
    db_savepoint_rollback(core_db(r->core));
    for (size_t k = 0; k < n && err == ERR_OK; k++) {
        struct item *i = &items[k];
        if (item_is_done(i)) {
            struct value *fresh = value_object();
            value_free(i->answer);
            i->answer = fresh;
            item_refuse(i, "refused",
                        "nothing was done: another item of the request could "
                        "not be (see its message)");
            copy_id(i, "installationId");
            copy_id(i, "workflowId");
        }
        err = add_pointers(i, e);
    }
    return err;
}

static enum err
decide_all(const struct request *r, const struct decision *d,
           struct item *items, const struct value *values, bool *done,
           struct error *e)
{
    size_t n = value_size(values);
    enum err err = db_savepoint(core_db(r->core), e);
    *done = true;
    for (size_t k = 0; k < n && err == ERR_OK; k++) {
        items[k].value = value_at(values, k);
        err = decide_item(d, &items[k], e);
        *done = *done && item_is_done(&items[k]);
    }
    if (err != ERR_OK) {
        db_savepoint_rollback(core_db(r->core));
        return err;
    }
    if (!*done)
        return undo(r, items, n, e);
    for (size_t k = 0; k < n && err == ERR_OK; k++)
        err = add_pointers(&items[k], e);
    if (err != ERR_OK) {
        db_savepoint_rollback(core_db(r->core));
        return err;
    }
    return db_savepoint_release(core_db(r->core), e);
}

enum err
decide_items(const struct request *r, const struct value *items,
             struct value **answers, bool *done, struct error *e)
{
    const struct decision *d = find_decision(r->kind);
    size_t n = value_size(items);
    if (!d)
        return error_set(e, ERR_INVALID,
                         "request %s: its kind is unknown to this runtime "
                         "(upgrade tailord)",
                         r->key);
    if (!value_is(items, VALUE_ARRAY) || n == 0)
        return error_set(e, ERR_INVALID, "request %s: it has no items", r->key);
    struct item *list = mem_array(n, sizeof *list);
    for (size_t k = 0; k < n; k++) {
        list[k].r = r;
        list[k].db = core_db(r->core);
        list[k].answer = value_object();
    }
    enum err err = decide_all(r, d, list, items, done, e);
    if (err == ERR_OK)
        *answers = value_array();
    for (size_t k = 0; k < n; k++) {
        if (err == ERR_OK)
            value_append(*answers, list[k].answer);
        else
            value_free(list[k].answer);
    }
    free(list);
    return err;
}
