/* Deletes a user as the vendor's backend does. */
#include "runtime/daemon/user_remove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/installed/user_end.h"
#include "store/runtime.h"

struct found {
    int64_t n;
    int environment;
    char id[IDENT_SIZE];
    char *username, *full_name;
};

static void
found_clear(struct found *f)
{
    free(f->username);
    free(f->full_name);
    *f = (struct found){.n = 0};
}

/* The user NAME of ENVIRONMENT by STATEMENT; OUT is left where none is. */
static enum err
find_by(struct db *db, int statement, const char *name, int environment,
        struct found *out, struct error *e)
{
    struct db_stmt *q = db_use(db, statement);
    struct rs_user u;
    db_text(q, name);
    db_int(q, environment);
    if (rs_user_next(q, &u)) {
        found_clear(out);
        *out = (struct found){.n = u.n,
                              .environment = environment,
                              .username = mem_strdup(u.username),
                              .full_name = mem_strdup(u.full_name)};
        snprintf(out->id, sizeof out->id, "%s", u.id);
    }
    return db_end(q, e);
}

/* By username or, first, by id, in ENVIRONMENT (-1: any). CHOICE where both
 * have one. */
static enum err
find(struct db *db, const char *name, int environment, struct found *out,
     struct error *e)
{
    enum err err = ERR_OK;
    int count = 0;
    for (int i = 0; i < 2 && err == ERR_OK; i++) {
        struct found one = {.n = 0};
        if (environment >= 0 && environment != i)
            continue;
        err = find_by(db, RS_USER_BY_NAME, name, i, &one, e);
        if (err == ERR_OK)
            err = find_by(db, RS_USER_BY_ID, name, i, &one, e);
        if (!one.n)
            continue;
        count++;
        found_clear(out);
        *out = one;
    }
    if (err == ERR_OK && count == 0)
        return error_set(e, ERR_NOT_FOUND, "user %s: not found", name);
    if (err == ERR_OK && count > 1)
        return error_set(e, ERR_CHOICE,
                         "user %s: there is one in each environment (name it "
                         "with --environment)",
                         name);
    return err;
}

static enum err
count_of(struct db *db, int statement, int64_t user, int *out, struct error *e)
{
    struct db_stmt *q = db_use(db, statement);
    *out = 0;
    db_int(q, user);
    while (db_row(q))
        ++*out;
    return db_end(q, e);
}

/* Says what ends, and does nothing without YES. */
static enum err
check_yes(struct db *db, const struct found *u, bool yes, struct error *e)
{
    int installations = 0, credentials = 0;
    enum err err = count_of(db, RS_INSTALLATION_LIST_OF_USER, u->n,
                            &installations, e);
    if (err == ERR_OK)
        err = count_of(db, RS_CREDENTIAL_LIST, u->n, &credentials, e);
    if (err != ERR_OK || yes)
        return err;
    return error_set(e, ERR_CHOICE,
                     "user %s (%s): installations that end: %d, credentials "
                     "that are wiped: %d; not done yet (say --yes to do it)",
                     u->username, rt_environment_word(u->environment),
                     installations, credentials);
}

enum err
user_remove_command(const struct command_place *p,
                    const struct value *arguments, struct value **out,
                    struct error *e)
{
    const char *name = value_text_or(value_at(arguments, 0), "");
    const struct value *options =
        value_at(arguments, value_size(arguments) - 1);
    const char *word = value_get_text(options, "environment");
    struct found u = {.n = 0};
    int environment = word ? rt_environment_of_word(word) : -1;
    (void)out;
    if (word && environment < 0)
        return error_set(e, ERR_USAGE,
                         "environment %s: not known (development or "
                         "production)",
                         word);
    enum err err = find(p->db, name, environment, &u, e);
    if (err == ERR_OK)
        err = check_yes(p->db, &u, value_get(options, "yes") != NULL, e);
    if (err == ERR_OK)
        err = user_end(p->core, u.n, u.environment,
                       user_value_of(u.id, u.username, u.full_name), e);
    found_clear(&u);
    return err;
}
