/* A manager: a store opened for a session, its role, the tables of roles and
 * actions. */
#include "manager/session/manager.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/manager_private.h"
#include "store/console.h"

const struct action_info action_table[ACTION_COUNT] = {
#define AUDITOR ROLE_AUDITOR
#define ENGINEER ROLE_ENGINEER
#define RELEASER ROLE_RELEASER
#define ADMIN ROLE_ADMIN
#define NONE ROLE_NONE
#define A(id, name, role, mutates, help) {name, role, mutates, help},
#include "manager/session/actions.def"
#undef A
#undef AUDITOR
#undef ENGINEER
#undef RELEASER
#undef ADMIN
#undef NONE
};

static const char *const role_words[] = {"none", "auditor", "engineer",
                                         "releaser", "admin"};

const char *
role_word(enum role role)
{
    return role_words[role];
}

enum role
role_of_word(const char *word)
{
    for (int i = ROLE_AUDITOR; i <= ROLE_ADMIN; i++)
        if (strcmp(word, role_words[i]) == 0)
            return (enum role)i;
    return ROLE_NONE;
}

enum err
manager_read_role(struct manager *m, struct error *e)
{
    struct db_stmt *q = db_use(m->db, CS_ACTOR_ROLE);
    db_text(q, m->actor);
    struct cs_actor_role a;
    bool found = cs_actor_role_next(q, &a);
    m->role = found ? (enum role)a.role : ROLE_NONE;
    m->no_payloads = !found || a.no_payloads != 0;
    if (m->verifies) {
        m->role = ROLE_AUDITOR;
        m->no_payloads = false;
    }
    m->saw = m->saw || (!m->no_payloads && !m->closed);
    return db_end(q, e);
}

enum err
manager_look_at_rights(struct manager *m, struct error *e)
{
    enum role role = m->role;
    bool no_payloads = m->no_payloads;
    enum err err = manager_read_role(m, e);
    if (err != ERR_OK) { /* it is not known that they are others */
        m->role = role;
        m->no_payloads = no_payloads;
    } else if (m->no_payloads && !m->closed) {
        db_deny_payloads(m->db);
        m->closed = true;
    }
    return err;
}

/* The wake file has to be there before anybody can watch it. */
static void
open_wake(struct manager *m)
{
    int flags = O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_WRONLY;
    m->wake_fd = m->read_only ? -1 : open(m->wake, flags, 0600);
}

/* That the actor of M is an admin of the older store at PATH; *FROM is its
 * version. Asked before it is migrated. */
static enum err
check_upgrade(struct manager *m, const char *path, int64_t *from,
              struct error *e)
{
    enum err err =
        db_open(&m->db, path, &console_schema, DB_READ_ONLY | DB_OLDER, e);
    if (err == ERR_OK)
        err = db_version(m->db, from, e);
    if (err == ERR_OK)
        err = manager_read_role(m, e);
    db_close(m->db);
    m->db = NULL;
    return err == ERR_OK ? manager_may(m, ACTION_STORE_UPGRADE, e) : err;
}

/* Records that the store was migrated. */
static enum err
record_upgrade(struct manager *m, int64_t from, struct error *e)
{
    char versions[2][48];
    snprintf(versions[0], sizeof versions[0], "{\"schema\":%lld}",
             (long long)from);
    snprintf(versions[1], sizeof versions[1], "{\"schema\":%d}",
             console_schema.version);
    enum err err = operation_begin(m, ACTION_STORE_UPGRADE, e);
    if (err == ERR_OK)
        err =
            operation_audit(m, "store", "", NULL, versions[0], versions[1], e);
    if (err == ERR_OK)
        err = seal_all(m, e);
    return operation_end(m, err, e);
}

/* Opens the store and reads the role, which a supervisor may lack: it records
 * that. */
static enum err
connect_as(struct manager *m, const char *path,
           const struct manager_session *session, struct error *e)
{
    unsigned flags = (m->read_only ? DB_READ_ONLY : 0) |
                     (m->closed ? DB_NO_PAYLOADS : 0) |
                     (session->upgrade ? DB_UPGRADE : 0);
    m->db = NULL;
    enum err err = db_open(&m->db, path, &console_schema, flags, e);
    if (err == ERR_OK)
        err = manager_read_role(m, e);
    if (err == ERR_OK && m->role == ROLE_NONE && !session->supervisor)
        err = error_hint(
            e, HINT_ROLE_ADD, m->actor, NULL,
            error_set(e, ERR_ROLE, "%s: has no role in %s", m->actor, path));
    return err;
}

/* What an auditor may not write and others may not see, their connection
 * cannot, whatever the program does. */
static enum err
restrict_connection(struct manager *m, const char *path,
                    const struct manager_session *session, struct error *e)
{
    bool reads = m->read_only || m->role == ROLE_AUDITOR;
    if (reads == m->read_only && m->no_payloads == m->closed)
        return ERR_OK;
    db_close(m->db);
    m->read_only = reads;
    m->closed = m->no_payloads;
    return connect_as(m, path, session, e);
}

enum err
manager_open(struct manager **out, const char *path,
             const struct manager_session *session, struct error *e)
{
    struct manager *m = mem_alloc(sizeof *m);
    char fresh[IDENT_SIZE];
    ident_new(fresh);
    *out = NULL;
    m->actor = mem_strdup(session->actor);
    m->session = mem_strdup(session->session ? session->session : fresh);
    m->read_only = session->read_only;
    m->wake = mem_printf("%s-wake", path);
    m->wake_fd = -1;
    int64_t from = console_schema.version;
    enum err err = session->upgrade ? check_upgrade(m, path, &from, e) : ERR_OK;
    if (err == ERR_OK)
        err = connect_as(m, path, session, e);
    if (err == ERR_OK && from < console_schema.version)
        err = record_upgrade(m, from, e);
    if (err == ERR_OK && !session->supervisor)
        err = restrict_connection(m, path, session, e);
    if (err != ERR_OK) {
        manager_close(m);
        return err;
    }
    open_wake(m);
    *out = m;
    return ERR_OK;
}

enum err
manager_open_copy(struct manager **out, const char *path, struct error *e)
{
    struct manager *m = mem_alloc(sizeof *m);
    m->actor = mem_strdup("");
    m->session = mem_strdup("");
    m->wake = mem_strdup("");
    m->wake_fd = -1;
    m->read_only = true;
    m->verifies = true;
    enum err err = db_open(&m->db, path, &console_schema, DB_READ_ONLY, e);
    if (err == ERR_OK)
        err = manager_read_role(m, e);
    if (err != ERR_OK) {
        manager_close(m);
        m = NULL;
    }
    *out = m;
    return err;
}

void
manager_close(struct manager *m)
{
    if (!m)
        return;
    db_close(m->db);
    operation_no_candidates(m);
    operation_no_seals(m);
    free(m->pending);
    free(m->candidates);
    if (m->wake_fd >= 0)
        close(m->wake_fd);
    free(m->wake);
    free(m->actor);
    free(m->session);
    free(m);
}

const char *
manager_actor(const struct manager *m)
{
    return m->actor;
}

const char *
manager_session_id(const struct manager *m)
{
    return m->session;
}

enum role
manager_role(const struct manager *m)
{
    return m->role;
}

bool
manager_read_only(const struct manager *m)
{
    return m->read_only;
}

struct db *
manager_db(struct manager *m)
{
    return m->db;
}

const char *
manager_wake_path(const struct manager *m)
{
    return m->wake;
}

enum err
manager_say_overwritten(const struct manager *m, struct error *e)
{
    return error_set(e, ERR_STALE,
                     "%s: another copy was written over the store while it "
                     "was open: nothing was changed (quit and start again)",
                     db_path(m->db));
}

enum err
manager_check_place(struct manager *m, struct error *e)
{
    if (!db_is_replaced(m->db)) {
        struct error ignored;
        operation_end(m, operation_begin(m, ACTION_STORE_INFO, &ignored),
                      &ignored);
        return m->overwritten ? manager_say_overwritten(m, e) : ERR_OK;
    }
    return error_set(e, ERR_STALE,
                     "%s: the store was replaced by another file (run the "
                     "command again)",
                     db_path(m->db));
}

enum err
manager_may(const struct manager *m, enum action action, struct error *e)
{
    const struct action_info *info = &action_table[action];
    if (m->role == ROLE_NONE && info->role > ROLE_NONE)
        return error_hint(e, HINT_ROLE_ADD, m->actor, NULL,
                          error_set(e, ERR_ROLE,
                                    "%s: not allowed: %s has no role in this "
                                    "store",
                                    info->name, m->actor));
    if (m->role < info->role)
        return error_set(e, ERR_ROLE,
                         "%s: not allowed: %s is %s, this needs %s (ask an "
                         "admin)",
                         info->name, m->actor, role_word(m->role),
                         role_word(info->role));
    if (info->mutates && m->read_only)
        return error_hint(e, HINT_WRITING_SESSION, NULL, NULL,
                          error_set(e, ERR_READ_ONLY,
                                    "%s: not allowed: this session is "
                                    "read-only",
                                    info->name));
    return ERR_OK;
}

enum err
manager_may_see_payloads(const struct manager *m, struct error *e)
{
    if (!m->no_payloads && !m->closed)
        return ERR_OK;
    enum err err =
        error_set(e, ERR_ROLE, "%s may not see what customers sent%s", m->actor,
                  m->no_payloads ? "" : " in this session");
    return manager_payloads_wait(m)
               ? error_hint(e, HINT_PAYLOADS_AGAIN, NULL, NULL, err)
               : error_hint(e, HINT_PAYLOADS_ALLOW, m->actor,
                            role_word(m->role), err);
}

bool
manager_payloads_wait(const struct manager *m)
{
    return m->closed && !m->no_payloads;
}

bool
manager_saw_payloads(const struct manager *m)
{
    return m->saw;
}

bool
manager_has_changed(const struct manager *m)
{
    return m->commits > 0;
}

enum err
manager_version_of_data(struct manager *m, int64_t *out, struct error *e)
{
    int64_t others = 0;
    enum err err = db_data_version(m->db, &others, e);
    if (err == ERR_OK)
        *out = (int64_t)((uint64_t)others << 32 | (uint32_t)m->commits);
    return err;
}

const char *const *
manager_candidates(const struct manager *m)
{
    static const char *const none[] = {NULL};
    return m->candidates ? (const char *const *)m->candidates : none;
}
