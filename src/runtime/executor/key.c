/* Idempotency keys, and what was done with one before. */
#include "runtime/executor/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"

/* --- making --------------------------------------------------------------- */

void
key_make(const struct exec *x, int64_t page, char out[KEY_DIGITS + 1])
{
    char hash[DIGEST_SIZE];
    const struct run *r = x->run;
    char *name = mem_printf("%s%s %s %s %lld", r->key_form ? "1 " : "", r->root,
                            x->block->id, x->place, (long long)page);
    digest_hex(hash, name, strlen(name));
    memcpy(out, hash, KEY_DIGITS);
    out[KEY_DIGITS] = '\0';
    free(name);
}

void
key_hash(const struct value *request, unsigned char out[KEY_HASH_BYTES])
{
    unsigned char digest[DIGEST_BYTES];
    struct buf text;
    const struct value *body = value_get(request, "body");
    const char *method = value_get_text(request, "method");
    const char *url = value_get_text(request, "url");
    buf_init_any(&text);
    buf_adds(&text, method ? method : "");
    buf_addc(&text, '\n');
    buf_adds(&text, url ? url : "");
    buf_addc(&text, '\n');
    if (body)
        value_write(&text, body);
    digest_bytes(digest, buf_str(&text), text.len);
    memcpy(out, digest, KEY_HASH_BYTES);
    buf_clear(&text);
}

/* --- what was done with one ----------------------------------------------- */

/* Whether the run of S makes the call now, or will by itself. */
static bool
is_under_way(const struct rs_earlier_step *s)
{
    return s->state == STEP_SENT && s->run_state == RUN_RUNNING;
}

/* What the step S of another run says of its call. A failed one is sure to have
 * done nothing only where the app turned it away. */
static enum key_past
past_of(const struct rs_earlier_step *s)
{
    switch (s->state) {
    case STEP_DONE:
        return KEY_DONE;
    case STEP_SENT: /* it waits for another attempt, or is out */
        return s->due_at && !s->doubt && !is_under_way(s) ? KEY_NEW
                                                          : KEY_UNKNOWN;
    case STEP_FAILED:
    case STEP_ASIDE:
        return !s->doubt && s->status >= 400 && s->status < 500 ? KEY_NEW
                                                                : KEY_UNKNOWN;
    default:
        return KEY_UNKNOWN;
    }
}

static bool
is_same(const struct rs_earlier_step *s, const unsigned char *hash)
{
    return s->hash && s->hash_length == KEY_HASH_BYTES &&
           memcmp(s->hash, hash, KEY_HASH_BYTES) == 0;
}

/* Whether what S says counts more than OUT: what is certain, then the same
 * call, then the later one. Of calls in doubt one that differs counts, because
 * the app may have taken any of them. */
static bool
counts_more(enum key_past past, bool same, const struct key_record *out)
{
    if (past != out->past)
        return past > out->past;
    return past == KEY_DONE ? same >= out->same : !same || out->same;
}

static void
take(const struct rs_earlier_step *s, const unsigned char *hash,
     struct key_record *out, struct buf *output)
{
    enum key_past past = past_of(s);
    bool same = is_same(s, hash);
    if (is_under_way(s))
        snprintf(out->sender, sizeof out->sender, "%s", s->run);
    if (past == KEY_NEW || !counts_more(past, same, out))
        return;
    out->past = past;
    out->same = same;
    out->kept = past == KEY_DONE && s->output;
    snprintf(out->run, sizeof out->run, "%s", s->run);
    buf_reset(output);
    if (out->kept)
        buf_add(output, s->output, s->output_length);
}

/* Most events begin one run, and nothing of it is to be looked for. */
static enum err
has_others(const struct exec *x, bool *out, struct error *e)
{
    int64_t one = 0;
    *out = strcmp(x->run->root, x->run->id) != 0;
    if (*out)
        return ERR_OK;
    struct db_stmt *q = db_use(x->db, RS_HAS_ROOTED);
    db_text(q, x->run->id);
    return db_run_int(q, &one, out, e);
}

enum err
key_look_up(const struct exec *x, const char *key,
            const unsigned char hash[KEY_HASH_BYTES], struct key_record *out,
            struct buf *output, struct error *e)
{
    bool others = false;
    *out = (struct key_record){.past = KEY_NEW};
    enum err err = has_others(x, &others, e);
    if (err != ERR_OK || !others)
        return err;
    struct db_stmt *q = db_use(x->db, RS_STEP_EARLIER);
    db_text(q, x->run->root);
    db_int(q, x->run->n);
    db_text(q, x->block->id);
    db_text(q, key);
    struct rs_earlier_step s;
    while (rs_earlier_step_next(q, &s))
        take(&s, hash, out, output);
    return db_end(q, e);
}
