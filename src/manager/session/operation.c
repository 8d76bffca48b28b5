/* The dispatcher of operations: role, transaction, audit record, commit. */
#include "manager/session/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/session/audit_private.h"
#include "manager/session/manager_private.h"

static enum err
find_record(struct manager *m, int64_t sequence, const char *hash, bool *found,
            struct error *e)
{
    *found = false;
    struct db_stmt *q = db_use(m->db, CS_AUDIT_HASH_AT);
    db_int(q, sequence);
    if (db_row(q))
        *found = strcmp(db_get_text(q), hash) == 0;
    return db_end(q, e);
}

/* Whether the audit record of the operation is in the table. */
static enum err
find_proof(struct manager *m, bool *found, struct error *e)
{
    return find_record(m, m->proof_sequence, m->proof_hash, found, e);
}

/* That the store still has the newest record that this session has seen: a
 * file that was copied over the store under this session lacks it. Reading
 * goes on, so that a check can tell what is wrong; nothing is written. */
static enum err
check_history(struct manager *m, struct error *e)
{
    bool there = true;
    enum err err = ERR_OK;
    if (m->seen_sequence)
        err = find_record(m, m->seen_sequence, m->seen_hash, &there, e);
    m->overwritten = err == ERR_OK && !there;
    if (err == ERR_OK && there)
        return audit_head(m->db, &m->seen_sequence, m->seen_hash, e);
    if (err == ERR_OK && action_table[m->action].mutates)
        return manager_say_overwritten(m, e);
    return err;
}

enum err
operation_begin(struct manager *m, enum action action, struct error *e)
{
    operation_no_candidates(m);
    operation_no_seals(m);
    m->action = action;
    m->now = clock_now_ms();
    m->proof_sequence = 0;
    m->unaudited = false;
    enum err err = manager_may(m, action, e);
    if (err != ERR_OK)
        return err;
    err = action_table[action].mutates ? db_begin(m->db, e)
                                       : db_begin_read(m->db, e);
    m->changes_before = err == ERR_OK ? db_total_changes(m->db) : 0;
    if (err == ERR_OK)
        err = check_history(m, e);
    if (err == ERR_OK)
        err = manager_read_role(m, e);
    return err == ERR_OK ? manager_may(m, action, e) : err;
}

static void
wake(struct manager *m)
{
    m->commits++;
    /* It is empty already. A sandboxed session may set no file's times.
     * Where it fails others see the commit when they look next. */
    bool woken = m->wake_fd >= 0 && ftruncate(m->wake_fd, 0) == 0;
    (void)woken;
}

/* After a commit in doubt: the audit record of the operation is there, or the
 * operation has not happened. */
static enum err
tell_outcome(struct manager *m, struct error *e)
{
    struct error ignored;
    bool found = false;
    if (find_proof(m, &found, &ignored) != ERR_OK)
        return error_set(e, ERR_OUTCOME_UNKNOWN,
                         "%s: %s: the disk failed while it was saved, and the "
                         "store cannot be read now: it may or may not have "
                         "happened (look at the audit once it can)",
                         db_path(m->db), action_table[m->action].name);
    if (found) {
        error_clear(e);
        return ERR_OK;
    }
    return error_set(e, ERR_IO,
                     "%s: %s: the disk failed while it was saved: nothing was "
                     "changed (look at the disk and try again)",
                     db_path(m->db), action_table[m->action].name);
}

/* That what the operation changed is on record: it wrote a record, and the
 * record is still there (a trigger of another program can remove it). */
static enum err
check_proof(struct manager *m, struct error *e)
{
    bool found = true;
    enum err err = ERR_OK;
    bool silent = !m->proof_sequence && !m->unaudited &&
                  db_total_changes(m->db) != m->changes_before;
    if (silent || m->pending_count)
        return error_set(e, ERR_FAILED,
                         "%s: nothing was changed: it wrote no audit record",
                         action_table[m->action].name);
    if (m->proof_sequence)
        err = find_proof(m, &found, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_DAMAGED,
                        "%s: %s: the audit record was removed, so nothing was "
                        "changed (run store check, restore a backup)",
                        db_path(m->db), action_table[m->action].name);
    return err;
}

enum err
operation_end(struct manager *m, enum err result, struct error *e)
{
    if (!db_in_transaction(m->db))
        return result;
    bool changes = action_table[m->action].mutates;
    if (result == ERR_OK && changes)
        result = check_proof(m, e);
    if (result != ERR_OK || !changes) {
        db_rollback(m->db);
        return result;
    }
    struct error local;
    if (!e)
        e = &local;
    result = db_commit(m->db, e);
    if (result == ERR_OUTCOME_UNKNOWN)
        result = tell_outcome(m, e);
    if (result == ERR_OK && m->proof_sequence) {
        m->seen_sequence = m->proof_sequence;
        memcpy(m->seen_hash, m->proof_hash, DIGEST_SIZE);
    }
    if (result == ERR_OK)
        wake(m);
    return result;
}

void
operation_unaudited(struct manager *m, const char *why)
{
    (void)why;
    m->unaudited = true;
}

int64_t
operation_now(const struct manager *m)
{
    return m->now;
}

enum err
operation_audit_as(struct manager *m, const struct audit_entry *entry,
                   struct error *e)
{
    struct audit_entry sealed = *entry;
    char *seals = NULL;
    enum seal seal = seal_of_word(entry->subject_kind);
    enum err err = ERR_OK;
    if (seal < SEAL_COUNT && strcmp(entry->origin, "store") == 0)
        operation_seal(m, seal, entry->subject_id);
    if (!entry->seals)
        err = operation_take_seals(m, &seals, e);
    if (seals)
        sealed.seals = seals;
    if (err == ERR_OK)
        err =
            audit_append(m->db, &sealed, &m->proof_sequence, m->proof_hash, e);
    free(seals);
    return err;
}

enum err
operation_audit(struct manager *m, const char *subject_kind,
                const char *subject_id, const char *installation_id,
                const char *before, const char *after, struct error *e)
{
    struct audit_entry entry = {.at = m->now,
                                .origin = "store",
                                .actor = m->actor,
                                .session = m->session,
                                .action = action_table[m->action].name,
                                .subject_kind = subject_kind,
                                .subject_id = subject_id,
                                .installation = installation_id,
                                .before = before,
                                .after = after};
    return operation_audit_as(m, &entry, e);
}

enum err
operation_meta(struct manager *m, const char *key, char *out, size_t size,
               struct error *e)
{
    struct db_stmt *q = db_use(m->db, CS_META_GET);
    db_text(q, key);
    snprintf(out, size, "%s", db_row(q) ? db_get_text(q) : "");
    return db_end(q, e);
}

void
operation_no_candidates(struct manager *m)
{
    for (size_t i = 0; i < m->candidate_count; i++)
        free(m->candidates[i]);
    m->candidate_count = 0;
    if (m->candidates)
        m->candidates[0] = NULL;
}

void
operation_candidate(struct manager *m, const char *text)
{
    m->candidates = mem_resize(m->candidates, m->candidate_count + 2,
                               sizeof *m->candidates);
    m->candidates[m->candidate_count++] = mem_strdup(text);
    m->candidates[m->candidate_count] = NULL;
}
