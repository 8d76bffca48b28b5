/* What a restored runtime has lost as a whole: users and installations. */
#include "manager/exchange/missing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/undone.h"
#include "store/console.h"

enum { NAMED = 5 }; /* in the notice; the rest is counted */

struct lost {
    int64_t n;
    char id[IDENT_SIZE], *name;
};

struct losses {
    struct lost *at;
    size_t count;
};

enum err
missing_begin(struct manager *m, const struct speaker *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_COPIED);
    db_int(q, s->n);
    return db_run(q, e);
}

enum err
missing_named(struct manager *m, const struct speaker *s, int statement,
              const char *id, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, s->n);
    db_text(q, id);
    return db_run(q, e);
}

static void
losses_clear(struct losses *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->at[i].name);
    free(l->at);
}

static enum err
read_losses(struct manager *m, const struct speaker *s, int statement,
            struct losses *out, struct error *e)
{
    struct cs_missing row;
    struct db_stmt *q = db_use(manager_db(m), statement);
    size_t room = 0;
    db_int(q, s->n);
    while (cs_missing_next(q, &row)) {
        if (out->count == room) {
            room = room ? 2 * room : 16;
            out->at = mem_resize(out->at, room, sizeof *out->at);
        }
        struct lost *one = &out->at[out->count++];
        *one = (struct lost){.n = row.n, .name = mem_strdup(row.name)};
        snprintf(one->id, sizeof one->id, "%s", row.id);
    }
    return db_end(q, e);
}

static enum err
set_missing(struct manager *m, int statement, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, operation_now(m));
    db_int(q, n);
    return db_run(q, e);
}

static enum err
lose_user(struct manager *m, struct speaker *s, const struct lost *l,
          struct error *e)
{
    const struct undone_subject what = {.user = l->id, .name = l->name};
    enum err err = set_missing(m, CS_MISSING_USER, l->n, e);
    return err ? err : undone_audit(m, s, "user", &what, e);
}

static enum err
lose_installation(struct manager *m, struct speaker *s, const struct lost *l,
                  struct error *e)
{
    const struct undone_subject what = {.installation = l->id,
                                        .name = l->name};
    enum err err = set_missing(m, CS_MISSING_INSTALLATION, l->n, e);
    if (!err)
        err = copy_condition(m, l->n, e);
    return err ? err : undone_audit(m, s, "installation", &what, e);
}

/* "2 users (ada, bob)" */
static void
add_losses(struct buf *out, const struct losses *l, const char *what)
{
    buf_addf(out, "%zu %s%s (", l->count, what, l->count == 1 ? "" : "s");
    for (size_t i = 0; i < l->count && i < NAMED; i++) {
        char *name = text_name_dup(l->at[i].name);
        buf_addf(out, "%s%s", i ? ", " : "", name);
        free(name);
    }
    buf_adds(out, l->count > NAMED ? ", …)" : ")");
}

static char *
losses_text(const struct losses *users, const struct losses *installations)
{
    struct buf text;
    buf_init_any(&text);
    if (users->count || installations->count)
        buf_adds(&text, ". Missing at the runtime, so that it must be created "
                        "there again: ");
    if (users->count)
        add_losses(&text, users, "user");
    if (users->count && installations->count)
        buf_adds(&text, ", ");
    if (installations->count)
        add_losses(&text, installations, "installation");
    return buf_take(&text);
}

static enum err
lose(struct manager *m, struct speaker *s, int statement,
     enum err (*lose_one)(struct manager *, struct speaker *,
                          const struct lost *, struct error *),
     struct error *e)
{
    struct losses found = {0};
    enum err err = read_losses(m, s, statement, &found, e);
    for (size_t i = 0; i < found.count && !err; i++)
        err = lose_one(m, s, &found.at[i], e);
    losses_clear(&found);
    return err;
}

/* What people had ended is not lost: a restore had brought it back, and a later
 * one has it not. */
static enum err
end_again(struct manager *m, const struct speaker *s, struct error *e)
{
    static const int statements[] = {CS_COPY_DELETED_AGAIN,
                                     CS_COPY_UNINSTALLED_AGAIN};
    enum err err = ERR_OK;
    for (int i = 0; i < 2 && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), statements[i]);
        db_int(q, s->n);
        err = db_run(q, e);
    }
    return err;
}

enum err
missing_deleted(struct manager *m, const struct speaker *s, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_COPY_DELETED);
    db_int(q, s->n);
    db_int(q, operation_now(m));
    return db_run(q, e);
}

enum err
missing_end(struct manager *m, struct speaker *s, struct error *e)
{
    enum err err = end_again(m, s, e);
    if (!err)
        err = lose(m, s, CS_MISSING_USERS, lose_user, e);
    return err ? err
               : lose(m, s, CS_MISSING_INSTALLATIONS, lose_installation, e);
}

enum err
missing_text(struct manager *m, const struct speaker *s,
             struct full_copy *copy, char **text, struct error *e)
{
    struct losses users = {0}, installations = {0};
    enum err err = read_losses(m, s, CS_LOST_USERS, &users, e);
    if (!err)
        err = read_losses(m, s, CS_LOST_INSTALLATIONS, &installations, e);
    copy->absent_users = (int64_t)users.count;
    copy->absent = (int64_t)installations.count;
    *text = err ? NULL : losses_text(&users, &installations);
    losses_clear(&users);
    losses_clear(&installations);
    return err;
}
