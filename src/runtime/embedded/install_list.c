/* Installations as the embedded API lists them. */
#include "runtime/embedded/embedded.h"

enum {
    PAGE = 500,
    SLICE_BYTES = 1 << 20 /* of documents that one tick looks through */
};

static enum err
environment_ids(struct route_call *call, int64_t limit, struct value *ids,
                struct error *e)
{
    int64_t after;
    enum err err = api_installation_after(call, &after, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, RS_INSTALLATION_LIST);
    db_int(q, call->caller.environment);
    db_int(q, after);
    db_int(q, limit);
    while (db_row(q))
        value_append(ids, value_string(db_get_text(q)));
    return db_end(q, e);
}

/* Adds to LIST those of IDS from *K on, until MOST bytes of documents were
 * looked through for them; *K is then the next one. */
static enum err
add_installations(struct route_call *call, const struct value *ids, size_t *k,
                  uint64_t most, struct value *list, struct error *e)
{
    const struct asks_cache *asks = &call->runtime->asks;
    uint64_t before = asks->derived_bytes;
    enum err err = ERR_OK;
    for (; *k < value_size(ids) && err == ERR_OK; (*k)++) {
        struct installation_row i;
        struct value *v = NULL;
        if (asks->derived_bytes - before >= most)
            break;
        err = api_installation_by_id(call, value_text_or(value_at(ids, *k), ""),
                                     &i, e);
        if (err == ERR_OK)
            err = api_installation_value(call, &i, &v, e);
        if (v)
            value_append(list, v);
    }
    return err;
}

/* Answers with the page IDS. What its documents ask is found out in as many
 * ticks as that takes; when all is known, the page is made as a whole. */
static enum err
answer_page(struct route_call *call, const struct value *ids, int64_t limit,
            struct error *e)
{
    struct value *list = value_array();
    size_t k = (size_t)call->position;
    enum err err = add_installations(call, ids, &k, SLICE_BYTES, list, e);
    bool goes_on = err == ERR_OK && k < value_size(ids);
    if (err == ERR_BUSY) /* a document is being read: all before is known */
        core_wait_at(call, (int64_t)k - 1);
    if (err == ERR_OK && !goes_on && call->position > 0) {
        value_free(list);
        list = value_array();
        k = 0;
        err = add_installations(call, ids, &k, UINT64_MAX, list, e);
    }
    if (goes_on)
        core_go_on(call, (int64_t)k);
    if (err == ERR_OK && !goes_on)
        api_answer_page(call, list, limit, "installationId");
    else
        value_free(list);
    return err;
}

enum err
installation_list(struct route_call *call, struct error *e)
{
    struct value *ids = value_array();
    int64_t limit;
    enum err err = api_page_limit(call, PAGE, &limit, e);
    if (err == ERR_OK)
        err = environment_ids(call, limit, ids, e);
    if (err == ERR_OK)
        err = answer_page(call, ids, limit, e);
    value_free(ids);
    return err;
}

enum err
installation_get(struct route_call *call, struct error *e)
{
    struct installation_row i;
    struct value *v = NULL;
    enum err err = api_installation_by_id(call, call->params[0], &i, e);
    if (err == ERR_OK)
        err = api_installation_value(call, &i, &v, e);
    if (err == ERR_OK)
        api_answer_data(call, v);
    return err;
}
