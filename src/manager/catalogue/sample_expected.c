/* What is expected of a sample. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/catalogue/sample_private.h"
#include "manager/release/checked.h"
#include "manager/session/operation.h"
#include "value/value.h"

#define WHO_MAX 200
#define NOTE_MAX 2000

static enum err
check_words(const char *what, const char *words, size_t max, struct error *e)
{
    char *visible = words ? text_visible_dup(words) : NULL;
    bool fine = !words || (strlen(words) <= max && text_equal(visible, words));
    free(visible);
    return fine ? ERR_OK
                : error_set(e, ERR_INVALID,
                            "%s: longer than %zu bytes, or with control "
                            "characters",
                            what, max);
}

enum err
sample_check_expected(const struct sample_expected *expected, struct error *e)
{
    if (!expected)
        return ERR_OK;
    enum err err =
        check_words("agreed with", expected->agreed_with, WHO_MAX, e);
    if (err == ERR_OK)
        err = check_words("note", expected->note, NOTE_MAX, e);
    if (err == ERR_OK && expected->blocks)
        err = agreed_check(expected->blocks, e);
    return err;
}

/* What S is to be. */
struct change {
    const char *expected, *agreed_with, *note, *set_by; /* borrowed */
    bool blocking;
    int64_t at;
};

/* Room for one more expected result, and for this one's bytes. */
static enum err
check_room(struct manager *m, const struct sample_scope *scope,
           const struct kept_sample *s, const char *expected, struct error *e)
{
    int64_t n = 0;
    if (strlen(s->body) + strlen(expected) > SAMPLE_AGREED_MAX)
        return error_set(e, ERR_TOO_BIG,
                         "expected result: with its sample larger than %d "
                         "bytes (take a smaller sample)",
                         SAMPLE_AGREED_MAX);
    if (*s->hash)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_AGREED_COUNT);
    db_int(q, scope->workflow.n);
    db_int_or_null(q, scope->installation.n);
    enum err err = db_run_int(q, &n, NULL, e);
    if (err == ERR_OK && n >= SAMPLES_AGREED)
        err = error_set(e, ERR_CONFLICT,
                        "expected results: %d are kept, which is the most "
                        "(remove one first)",
                        SAMPLES_AGREED);
    return err;
}

/* Nothing but the same is asked for. */
static bool
is_same(const struct kept_sample *s, const struct change *c)
{
    return *s->hash && text_equal(s->expected, c->expected) &&
           text_equal(s->agreed_with, c->agreed_with) &&
           text_equal(s->note, c->note) && s->blocking == c->blocking;
}

static enum err
save(struct manager *m, const struct kept_sample *s, const struct change *c,
     char hash[DIGEST_SIZE], struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_EXPECTATION_SET);
    checked_hash(hash, s->body, c->expected, c->at);
    operation_seal(m, SEAL_EXPECTATION, s->id);
    db_int(q, s->n);
    db_text(q, hash);
    db_text(q, c->expected);
    db_int(q, c->blocking);
    db_text(q, c->agreed_with);
    db_text(q, c->note);
    db_text(q, c->set_by);
    db_int(q, c->at);
    return db_run(q, e);
}

/* What S is to be with EXPECTED; TEXT holds its output where it has one. */
static struct change
merge(struct manager *m, const struct kept_sample *s,
      const struct sample_expected *expected, const struct buf *text)
{
    const char *with = expected->agreed_with, *note = expected->note;
    bool anew = expected->blocks && !text_equal(buf_str(text), s->expected);
    return (struct change){
        .expected = expected->blocks ? buf_str(text) : s->expected,
        .agreed_with = with             ? with
                       : s->agreed_with ? s->agreed_with
                                        : "",
        .note = note      ? note
                : s->note ? s->note
                          : "",
        .set_by = anew ? manager_actor(m) : s->set_by,
        .blocking = expected->set_blocking ? expected->blocking : s->blocking,
        .at = !anew          ? s->agreed_at
              : expected->at ? expected->at
                             : operation_now(m)};
}

enum err
sample_expect(struct manager *m, const struct sample_scope *scope,
              struct kept_sample *s, const struct sample_expected *expected,
              char hash[DIGEST_SIZE], struct error *e)
{
    struct buf text;
    enum err err = ERR_OK;
    *hash = '\0';
    buf_init_any(&text);
    if (expected->blocks)
        value_write_canonical(&text, expected->blocks);
    struct change c = merge(m, s, expected, &text);
    if (!c.expected)
        err = error_set(e, ERR_INVALID,
                        "sample %s: nothing is expected of it (give an "
                        "expected output first)",
                        s->id);
    if (err == ERR_OK && !is_same(s, &c)) {
        if (s->blocking || c.blocking)
            err = manager_may(m, ACTION_SAMPLE_BLOCK, e);
        if (err == ERR_OK)
            err = check_room(m, scope, s, c.expected, e);
        if (err == ERR_OK)
            err = save(m, s, &c, hash, e);
        s->blocking = c.blocking;
    }
    buf_clear(&text);
    return err;
}

enum err
sample_audit(struct manager *m, const struct sample_scope *scope,
             const struct kept_sample *s, const char *hash, struct error *e)
{
    const char *installation =
        scope->installation.n ? scope->installation.id : NULL;
    char *before = NULL, *after = NULL;
    if (*s->hash)
        before = mem_printf("{\"expected\":\"%s\"}", s->hash);
    if (*hash)
        after = mem_printf("{\"blocking\":%s,\"expected\":\"%s\"}",
                           s->blocking ? "true" : "false", hash);
    enum err err =
        operation_audit(m, "sample", s->id, installation, before, after, e);
    free(before);
    free(after);
    return err;
}
