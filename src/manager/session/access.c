/* Who has access, and settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/manager_private.h"
#include "manager/session/operation.h"
#include "manager/session/ssh_key.h"
#include "manager/session/store.h"
#include "value/value.h"

static void
find_same_keys(struct access_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i && !list->rows[i].same_key_as; k++)
            if (ssh_key_is_same(list->rows[i].key, list->rows[k].key))
                list->rows[i].same_key_as = list->rows[k].name;
}

enum err
access_read(struct manager *m, struct access_list *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_LIST);
    *out = (struct access_list){.pool = pool_new()};
    struct cs_listed_actor a;
    while (cs_listed_actor_next(q, &a)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] =
            (struct access_row){.name = pool_text(out->pool, a.name),
                                .role = (enum role)a.role,
                                .key = pool_text(out->pool, a.key),
                                .no_payloads = a.no_payloads != 0,
                                .added_at = a.added_at,
                                .added_by = pool_text(out->pool, a.added_by)};
    }
    find_same_keys(out);
    return db_end(q, e);
}

enum err
manager_access_list(struct manager *m, struct access_list *out, struct error *e)
{
    *out = (struct access_list){0};
    enum err err = operation_begin(m, ACTION_ACCESS_LIST, e);
    if (err == ERR_OK)
        err = access_read(m, out, e);
    return operation_end(m, err, e);
}

void
access_list_clear(struct access_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct access_list){0};
}

/* The next letter of *NAME as it is read at a glance; what separates words is
 * passed over. 0 at the end. */
static char
glance(const char **name)
{
    static const char as[][2] = {{'0', 'o'}, {'1', 'l'}, {'i', 'l'},
                                 {'3', 'e'}, {'5', 's'}, {'7', 't'},
                                 {'4', 'a'}, {'9', 'g'}, {'2', 'z'}};
    *name += strspn(*name, "._- ");
    if ((*name)[0] == 'r' && (*name)[1] == 'n') {
        *name += 2;
        return 'm';
    }
    char c = **name;
    *name += c != '\0';
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    for (size_t i = 0; i < sizeof as / sizeof *as; i++)
        if (as[i][0] == c)
            return as[i][1];
    return c;
}

/* Whether A and B look like one name. */
static bool
are_alike(const char *a, const char *b)
{
    char x, y;
    do {
        x = glance(&a);
        y = glance(&b);
    } while (x == y && x);
    return x == y;
}

bool
access_is_reserved(const char *name, bool has_key)
{
    static const struct {
        const char *name;
        bool account;
    } reserved[] = {
#define RESERVED(name) {name, false},
#define ACCOUNT(name) {name, true},
#include "manager/session/reserved.def"
#undef ACCOUNT
#undef RESERVED
    };
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        bool is_service = reserved[i].account && !has_key &&
                          strcmp(name, reserved[i].name) == 0;
        if (!is_service && are_alike(name, reserved[i].name))
            return true;
    }
    return false;
}

static enum err
check_actor_name(const char *name, bool has_key, struct error *e)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    if (access_is_reserved(name, has_key))
        return error_set(e, ERR_INVALID,
                         "access: %s: records have this name, or one that "
                         "looks like it, for what no person did (choose "
                         "another; a service account gets no key)",
                         name);
    if (n > 0 && n <= 64 && name[n] == 0 && name[0] != '-')
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "access: the name must be 1 to 64 of a-z, 0-9, '.', '_', "
                     "'-' (rename it)");
}

/* An actor's row, for the audit. */
struct actor {
    bool found;
    enum role role;
    char *key;
    bool no_payloads;
};

static enum err
read_actor(struct manager *m, const char *name, struct actor *a,
           struct error *e)
{
    *a = (struct actor){0};
    struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_GET);
    db_text(q, name);
    struct cs_actor found;
    if (cs_actor_next(q, &found)) {
        a->found = true;
        a->role = (enum role)found.role;
        a->key = mem_strdup(found.key);
        a->no_payloads = found.no_payloads != 0;
    }
    return db_end(q, e);
}

/* Canonical JSON that the caller frees; NULL where there is no such actor. */
static char *
describe_actor(const struct actor *a)
{
    if (!a->found)
        return NULL;
    struct value *v = value_object();
    if (a->key)
        value_set_text(v, "key", a->key);
    value_set_bool(v, "noPayloads", a->no_payloads);
    value_set_text(v, "role", role_word(a->role));
    char *text = value_to_text(v);
    value_free(v);
    return text;
}

static enum err
check_admin_stays(struct manager *m, const char *name, const struct actor *was,
                  enum role role, struct error *e)
{
    int64_t others = 0;
    if (!was->found || was->role != ROLE_ADMIN || role == ROLE_ADMIN)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_ADMINS);
    db_text(q, name);
    enum err err = db_run_int(q, &others, NULL, e);
    if (err == ERR_OK && others == 0)
        err = error_set(e, ERR_REFUSED,
                        "access: %s is the last admin (make another one first)",
                        name);
    return err;
}

static enum err
set_actor(struct manager *m, const char *name, const struct actor *a,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_SET);
    db_text(q, name);
    db_int(q, a->role);
    db_text(q, a->key);
    db_int(q, a->no_payloads);
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    return db_run(q, e);
}

static enum err
record_actor(struct manager *m, const char *name, const struct actor *before,
             const struct actor *after, struct error *e)
{
    char *was = describe_actor(before);
    char *is = describe_actor(after);
    enum err err = operation_audit(m, "actor", name, NULL, was, is, e);
    free(was);
    free(is);
    return err;
}

/* Who may not see payloads lets nobody see them, least of all themselves. */
static enum err
check_payloads(struct manager *m, const char *name, const struct actor *was,
               const struct actor *is, struct error *e)
{
    bool gets = !is->no_payloads && (!was->found || was->no_payloads);
    if (!gets || manager_may_see_payloads(m, NULL) == ERR_OK)
        return ERR_OK;
    return error_hint(e, HINT_PAYLOADS_REFUSE, NULL, NULL,
                      error_set(e, ERR_REFUSED,
                                "access: %s may not see what customers sent, "
                                "and cannot let %s see it",
                                manager_actor(m), name));
}

/* With one key for two, sshd would let the first line's person in for both. */
static enum err
check_key_is_free(struct manager *m, const char *name, const char *key,
                  struct error *e)
{
    char has[128] = "";
    struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_LIST);
    struct cs_listed_actor a;
    while (cs_listed_actor_next(q, &a))
        if (strcmp(a.name, name) != 0 && ssh_key_is_same(a.key, key))
            snprintf(has, sizeof has, "%s", a.name);
    enum err err = db_end(q, e);
    if (err == ERR_OK && has[0])
        err = error_set(e, ERR_CONFLICT,
                        "access: %s has this key already (give %s another key, "
                        "or revoke the access of %s)",
                        has, name, has);
    return err;
}

static enum err
add_actor(struct manager *m, const char *name, enum role role, const char *key,
          enum payloads payloads, bool *open, struct error *e)
{
    struct actor before;
    enum err err = read_actor(m, name, &before, e);
    struct actor after = {.found = true,
                          .role = role,
                          .key = mem_strdup(key ? key : before.key),
                          .no_payloads = payloads == PAYLOADS_AS_IS
                                             ? before.no_payloads
                                             : payloads == PAYLOADS_CLOSED};
    bool same = before.found && before.role == role &&
                before.no_payloads == after.no_payloads &&
                (!key || (before.key && strcmp(key, before.key) == 0));
    if (open)
        *open = !after.no_payloads;
    if (err == ERR_OK && !same) {
        err = check_admin_stays(m, name, &before, role, e);
        if (err == ERR_OK)
            err = check_payloads(m, name, &before, &after, e);
        if (err == ERR_OK && key && !ssh_key_is_same(key, before.key))
            err = check_key_is_free(m, name, key, e);
        if (err == ERR_OK)
            err = set_actor(m, name, &after, e);
        if (err == ERR_OK)
            err = record_actor(m, name, &before, &after, e);
    }
    free(before.key);
    free(after.key);
    return err;
}

enum err
manager_access_add(struct manager *m, const char *name, enum role role,
                   const char *key, enum payloads payloads, bool *open,
                   struct error *e)
{
    char *line = NULL;
    enum err err = check_actor_name(name, key != NULL, e);
    if (err == ERR_OK && key)
        err = ssh_key_read(key, &line, e);
    if (err == ERR_OK && role == ROLE_NONE)
        err =
            error_set(e, ERR_USAGE,
                      "access: the role must be auditor, engineer, releaser or "
                      "admin");
    if (err == ERR_OK) {
        err = operation_begin(m, ACTION_ACCESS_ADD, e);
        if (err == ERR_OK)
            err = add_actor(m, name, role, line, payloads, open, e);
        err = operation_end(m, err, e);
    }
    free(line);
    return err;
}

/* Removes what NAME keeps for itself: each row of LIST, by REMOVE. */
static enum err
remove_own(struct manager *m, const char *name, int list, int remove,
           enum seal seal, struct error *e)
{
    size_t count = 0;
    struct db_stmt *q = db_use(manager_db(m), list);
    db_text(q, name);
    return operation_remove(m, q, remove, seal, &count, e);
}

static enum err
remove_actor(struct manager *m, const char *name, struct error *e)
{
    struct actor before;
    struct actor after = {0};
    enum err err = read_actor(m, name, &before, e);
    if (err == ERR_OK && !before.found)
        err = error_set(e, ERR_NOT_FOUND,
                        "access: '%.64s' has no entry (see access list)", name);
    if (err == ERR_OK)
        err = check_admin_stays(m, name, &before, ROLE_NONE, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_ACTOR_REMOVE);
        db_text(q, name);
        err = db_run(q, e);
    }
    /* Somebody else may get the name later. */
    if (err == ERR_OK)
        err = remove_own(m, name, CS_SHEETS_OF_PERSON, CS_SHEET_PURGE,
                         SEAL_SHEET, e);
    if (err == ERR_OK)
        err = remove_own(m, name, CS_KEPT_OF_PERSON, CS_KEPT_REMOVE, SEAL_KEPT,
                         e);
    if (err == ERR_OK)
        err = record_actor(m, name, &before, &after, e);
    free(before.key);
    return err;
}

enum err
manager_access_remove(struct manager *m, const char *name, struct error *e)
{
    enum err err = operation_begin(m, ACTION_ACCESS_REMOVE, e);
    if (err == ERR_OK)
        err = remove_actor(m, name, e);
    return operation_end(m, err, e);
}

enum err
manager_setting_get(struct manager *m, const char *key, struct buf *out,
                    struct error *e)
{
    bool found = false;
    enum err err = operation_begin(m, ACTION_SETTING_GET, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_SETTING_GET);
        db_text(q, manager_actor(m));
        db_text(q, key);
        found = db_row(q);
        if (found)
            buf_adds(out, db_get_text(q));
        err = db_end(q, e);
    }
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "setting '%.64s': is not set", key);
    return operation_end(m, err, e);
}

enum err
manager_setting_set(struct manager *m, const char *key, const char *value,
                    struct error *e)
{
    enum err err = operation_begin(m, ACTION_SETTING_SET, e);
    if (err == ERR_OK) {
        operation_unaudited(m, "a setting is the actor's own view");
        struct db_stmt *q = db_use(manager_db(m), CS_SETTING_SET);
        db_text(q, manager_actor(m));
        db_text(q, key);
        db_text(q, value);
        err = db_run(q, e);
    }
    return operation_end(m, err, e);
}
