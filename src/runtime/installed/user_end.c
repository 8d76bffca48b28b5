/* The end of a user. */
#include "runtime/installed/user_end.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/core/core.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"

struct value *
user_value_of(const char *id, const char *username, const char *full_name)
{
    struct value *v = value_object();
    value_set_text(v, "userId", id);
    value_set_text(v, "fullName", full_name);
    value_set_text(v, "username", username);
    return v;
}

/* The installations of USER; the caller frees them. */
static enum err
installations_of(struct db *db, int64_t user, int64_t **out, size_t *count,
                 struct error *e)
{
    *out = NULL;
    *count = 0;
    struct db_stmt *q = db_use(db, RS_INSTALLATION_LIST_OF_USER);
    db_int(q, user);
    while (db_row(q)) {
        *out = mem_resize(*out, *count + 1, sizeof **out);
        (*out)[(*count)++] = db_get_int(q);
    }
    return db_end(q, e);
}

static enum err
end_installations(struct core *core, int64_t user, struct error *e)
{
    int64_t *rows;
    size_t n;
    enum err err = installations_of(core_db(core), user, &rows, &n, e);
    for (size_t i = 0; i < n && err == ERR_OK; i++) {
        struct installation_row row;
        err = lookup_installation_n(core_db(core), rows[i], &row, e);
        if (err == ERR_OK && row.state != RT_INSTALLATION_UNINSTALLED)
            err = install_end(core, &row, NULL, e);
    }
    free(rows);
    return err;
}

static enum err
wipe_credentials(struct core *core, int64_t user, struct error *e)
{
    struct value *apps = value_object();
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_LIST);
    db_int(q, user);
    struct rs_credential c;
    while (rs_credential_next(q, &c)) {
        char n[24];
        snprintf(n, sizeof n, "%lld", (long long)c.n);
        value_set_text(apps, n, c.app);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < value_size(apps) && err == ERR_OK; i++)
        err = install_disconnect(core,
                                 strtoll(value_key(apps, i, NULL), NULL, 10),
                                 value_text_or(value_at(apps, i), ""), e);
    value_free(apps);
    return err;
}

/* What the user has answered when installing. */
static enum err
erase_answers(struct core *core, int64_t user, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_USER_ANSWERS_ERASE);
    db_int(q, user);
    return db_run(q, e);
}

enum err
user_end(struct core *core, int64_t n, int environment, struct value *fact,
         struct error *e)
{
    enum err err = end_installations(core, n, e);
    if (err == ERR_OK)
        err = wipe_credentials(core, n, e);
    if (err == ERR_OK)
        err = erase_answers(core, n, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(core_db(core), RS_USER_DELETE);
        db_int(q, clock_now_ms());
        db_int(q, n);
        err = db_run(q, e);
        core_empty_log(core);
    }
    if (err == ERR_OK)
        return feed_add(core, environment, "userDeleted", fact, e);
    value_free(fact);
    return err;
}
