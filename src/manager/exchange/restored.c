/* The notice of restores that nobody has accepted yet. */
#include "manager/exchange/restored.h"

#include <stdlib.h>

#include "base/mem.h"
#include "manager/exchange/missing.h"
#include "manager/exchange/undone.h"
#include "store/console.h"
#include "value/value.h"

/* Adds the counts of BEFORE, which an older program kept without saying what
 * they are of. */
static void
add_counts(struct full_copy *copy, const char *before)
{
    struct value *v = copy_object(before);
    copy->moved += value_int_or(value_get(v, "liveVersions"), 0);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        copy->undone[i] +=
            value_int_or(value_get(v, undone_word((enum undone)i)), 0);
    value_free(v);
}

/* What is known of the open restores. *WHY is NULL where there is none; the
 * caller frees it. LOOK_BACK: COPY is none, but what the last one was. */
static enum err
load(struct manager *m, const struct speaker *s, struct full_copy *copy,
     bool look_back, char **why, struct error *e)
{
    struct cs_open_restore r;
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_UNDONE);
    *why = NULL;
    db_int(q, s->n);
    if (cs_open_restore_next(q, &r)) {
        struct value *v = copy_object(r.undone);
        copy->again += value_int_or(value_get(v, "sentAgain"), 0);
        *why = mem_strdup(r.restored_why);
        if (look_back) {
            copy->in_doubt = value_int_or(value_get(v, "parkedRuns"), 0);
            copy->held = r.held != 0;
        }
        value_free(v);
        add_counts(copy, r.undone_before);
    }
    return db_end(q, e);
}

static char *
counts_text(const struct full_copy *copy)
{
    struct value *v = value_object();
    char *text;
    value_set_int(v, "liveVersions", copy->moved);
    value_set_int(v, "missingInstallations", copy->absent);
    value_set_int(v, "missingUsers", copy->absent_users);
    value_set_int(v, "sentAgain", copy->again);
    value_set_int(v, "parkedRuns", copy->in_doubt);
    for (size_t i = 0; i < UNDONE_COUNT; i++)
        value_set_int(v, undone_word((enum undone)i), copy->undone[i]);
    text = value_to_text(v);
    value_free(v);
    return text;
}

/* A runtime that does not tell which credential an app uses. */
static enum err
credentials_unnamed(struct manager *m, const struct speaker *s, bool *out,
                    struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_CONNECTED_UNNAMED);
    int64_t unnamed = 0;
    db_int(q, s->n);
    enum err err = db_run_int(q, &unnamed, NULL, e);
    *out = unnamed != 0;
    return err;
}

/* The notice of COPY, where MISSING says what is missing; the caller frees. */
static char *
findings_text(const struct full_copy *copy, const char *missing, bool unnamed)
{
    struct buf text;
    char *undone = undone_text(copy);
    buf_init_any(&text);
    buf_addf(&text,
             "%s. A full copy was taken: %lld live version%s from what this "
             "store had%s%s. Documents, integrations and base versions that "
             "are sent again: %lld",
             copy->why, (long long)copy->moved,
             copy->moved == 1 ? " differs" : "s differ", missing, undone,
             (long long)copy->again);
    if (copy->in_doubt)
        buf_addf(&text,
                 ". Runs that are parked because they may have ended or been "
                 "cancelled after the backup was made: %lld (look in the app, "
                 "then retry or cancel each)",
                 (long long)copy->in_doubt);
    if (unnamed)
        buf_adds(&text, ". Credentials may differ: of some apps it is not "
                        "known which one they had (those that were replaced "
                        "since may be back)");
    free(undone);
    return buf_take(&text);
}

static enum err
save(struct manager *m, struct speaker *s, const struct full_copy *copy,
     const char *text, int64_t at, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_FINDINGS);
    char *counts = counts_text(copy);
    db_text(q, text);
    db_text(q, counts);
    db_text(q, copy->why);
    db_int(q, at);
    db_int(q, s->n);
    enum err err = db_run(q, e);
    s->undone |= at != 0; /* another reason, perhaps */
    free(counts);
    return err;
}

/* The caller frees *TEXT. */
static enum err
find(struct manager *m, struct speaker *s, struct full_copy *copy, char **text,
     struct error *e)
{
    char *missing = NULL;
    bool unnamed = false;
    enum err err = undone_settle(m, s, e);
    *text = NULL;
    if (!err)
        err = undone_count(m, s, copy, e);
    if (!err)
        err = missing_text(m, s, copy, &missing, e);
    if (!err && !copy->behind)
        err = credentials_unnamed(m, s, &unnamed, e);
    if (!err)
        *text = findings_text(copy, missing, unnamed);
    free(missing);
    return err;
}

/* The notice that `runtime list` shows, with an audit record. */
static enum err
notice(struct manager *m, struct speaker *s, const struct full_copy *copy,
       const char *text, struct error *e)
{
    enum err err;
    if (!copy->behind) {
        err = save(m, s, copy, text, operation_now(m), e);
        if (err)
            return err;
    }
    return copy_notice(m, s, text, e);
}

enum err
restored_found(struct manager *m, struct speaker *s, struct full_copy *copy,
               struct error *e)
{
    char *text = NULL, *why;
    enum err err = load(m, s, copy, false, &why, e);
    if (!err)
        err = missing_end(m, s, e);
    if (!err)
        err = find(m, s, copy, &text, e);
    if (!err)
        err = notice(m, s, copy, text, e);
    if (!err && why && copy->behind)
        err = restored_refresh(m, s, e);
    free(why);
    free(text);
    return err;
}

enum err
restored_refresh(struct manager *m, struct speaker *s, struct error *e)
{
    struct full_copy copy = {.began = true};
    char *text = NULL, *why;
    enum err err = load(m, s, &copy, true, &why, e);
    copy.why = why;
    if (!err && why)
        err = find(m, s, &copy, &text, e);
    if (!err && why)
        err = save(m, s, &copy, text, 0, e);
    free(text);
    free(why);
    return err;
}

void
restored_seal(struct manager *m, struct speaker *s)
{
    if (s->undone)
        operation_seal(m, SEAL_RESTORE, s->id);
    s->undone = false;
}

/* Runs the COUNT statements, which take the runtime N. */
static enum err
run_for(struct manager *m, const int *statements, size_t count, int64_t n,
        struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), statements[i]);
        db_int(q, n);
        err = db_run(q, e);
    }
    return err;
}

enum err
restored_forget(struct manager *m, int64_t n, struct error *e)
{
    static const int statements[] = {CS_UNDONE_CONFIRMED,
                                     CS_MISSING_USERS_CONFIRMED,
                                     CS_MISSING_INSTALLATIONS_CONFIRMED};
    return run_for(m, statements, 3, n, e);
}

enum err
restored_confirm(struct manager *m, int64_t n, struct error *e)
{
    static const int statement = CS_RUNTIME_CONFIRMED;
    enum err err = restored_forget(m, n, e);
    return err ? err : run_for(m, &statement, 1, n, e);
}
