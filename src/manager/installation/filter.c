/* Filters of the list of installations: as text indexes want them; counting. */
#include <string.h>

#include "base/text.h"
#include "manager/installation/query_private.h"
#include "manager/session/names.h"
#include "store/fold.h"

enum err
installation_filter_read(struct query *x, const struct installation_filter *f,
                         struct error *e)
{
    struct name_ref ref = {0};
    enum err r = ERR_OK;
    if (f->integration)
        r = name_integration(x->m, f->integration, &ref, e);
    x->integration = ref.n;
    x->condition = f->condition;
    buf_init(&x->text, 400);
    if (f->text)
        fold_text(&x->text, f->text, strlen(f->text));
    if (buf_failed(&x->text))
        r = error_set(e, ERR_INVALID,
                      "filter: longer than 400 bytes (shorten it)");
    size_t letters = utf8_length(buf_str(&x->text), x->text.len);
    x->mode = letters == 0 ? TEXT_NONE : letters < 3 ? TEXT_BEGINS : TEXT_HAS;
    return r;
}

void
installation_filter_bind(struct query *x, struct db_stmt *q)
{
    db_int(q, x->integration);
    db_int(q, x->condition);
    db_int(q, x->mode);
    db_text_n(q, buf_str(&x->text), x->text.len);
}

/* The FTS query of all trigrams of the text: '"ent" AND "nte"'. What it finds
 * is looked at again, for the trigrams may stand apart. */
static void
write_trigrams(struct buf *out, const char *s, size_t n)
{
    size_t starts[3] = {0};
    int have = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t size = utf8_decode(s + i, n - i, &cp);
        size = size ? size : 1;
        starts[have % 3] = i;
        i += size;
        if (++have < 3)
            continue;
        size_t from = starts[have % 3];
        buf_adds(out, out->len ? " AND \"" : "\"");
        for (size_t k = from; k < i; k++) {
            if (s[k] == '"')
                buf_addc(out, '"');
            buf_addc(out, s[k]);
        }
        buf_addc(out, '"');
    }
}

/* The FTS query for a word that begins with one or two letters. Longer words
 * are kept by their first two: two letters must be all, one may be more. */
static void
write_beginning(struct buf *out, const struct buf *folded)
{
    bool one = utf8_length(folded->data, folded->len) == 1;
    buf_addc(out, '"');
    for (size_t i = 0; i < folded->len; i++) {
        if (folded->data[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, folded->data[i]);
    }
    buf_adds(out, one ? "\" *" : "\"");
}

/* The index that narrows most; none for those that are ok, nearly all. */
enum by { BY_NOTHING, BY_TEXT, BY_WORD, BY_INTEGRATION, BY_CONDITION };

static enum by
best_index(const struct query *x)
{
    if (x->mode != TEXT_NONE)
        return x->mode == TEXT_HAS ? BY_TEXT : BY_WORD;
    if (x->integration)
        return BY_INTEGRATION;
    return x->condition >= 0 && x->condition != CONDITION_OK ? BY_CONDITION
                                                             : BY_NOTHING;
}

/* Binds what the index is asked for; text goes into EXTRA first. */
static void
bind_key(struct query *x, struct db_stmt *q, enum by by, struct buf *extra)
{
    if (by == BY_TEXT)
        write_trigrams(extra, x->text.data, x->text.len);
    else if (by == BY_WORD)
        write_beginning(extra, &x->text);
    if (by == BY_TEXT || by == BY_WORD)
        db_text(q, buf_str(extra));
    else
        db_int(q, by == BY_INTEGRATION ? x->integration : x->condition);
}

struct db_stmt *
installation_filter_hits(struct query *x, struct buf *extra)
{
    static const int statements[] = {-1, CS_HITS_TEXT, CS_HITS_WORD,
                                     CS_HITS_INTEGRATION, CS_HITS_CONDITION};
    enum by by = best_index(x);
    struct db_stmt *q = db_use(manager_db(x->m), statements[by]);
    buf_init(extra, 16384);
    installation_filter_bind(x, q);
    bind_key(x, q, by, extra);
    return q;
}

enum err
installation_filter_raw(struct query *x, int64_t *raw, struct error *e)
{
    static const int statements[] = {-1, CS_RAW_TEXT, CS_RAW_WORD,
                                     CS_RAW_INTEGRATION, CS_RAW_CONDITION};
    enum by by = best_index(x);
    struct buf extra;
    *raw = INT64_MAX;
    if (by == BY_NOTHING)
        return ERR_OK;
    struct db_stmt *q = db_use(manager_db(x->m), statements[by]);
    buf_init(&extra, 16384);
    bind_key(x, q, by, &extra);
    db_int(q, HITS_ROWS + 1);
    enum err r = db_run_int(q, raw, NULL, e);
    buf_clear(&extra);
    return r;
}

/* --- counting ------------------------------------------------------------- */

/* All hits of an index, which are few. */
static enum err
count_hits(struct query *x, int64_t *count, struct error *e)
{
    struct buf extra;
    struct db_stmt *q = installation_filter_hits(x, &extra);
    while (db_row(q))
        *count += db_get_int(q, 3);
    enum err r = db_end(q, e);
    buf_clear(&extra);
    return r;
}

static enum err
count_slice(struct query *x, int64_t visits, int64_t *position, int64_t *count,
            struct error *e)
{
    int64_t rows = 0;
    struct db_stmt *q = db_use(manager_db(x->m), CS_INSTALLATION_SLICE);
    db_int(q, *position);
    installation_filter_bind(x, q);
    db_int(q, visits);
    while (db_row(q)) {
        rows++;
        *position = db_get_int(q, 0);
        *count += db_get_int(q, 1);
    }
    if (rows < visits)
        *position = -1;
    return db_end(q, e);
}

static enum err
count_more(struct query *x, const struct installation_filter *f, int64_t visits,
           int64_t *position, int64_t *count, struct error *e)
{
    int64_t raw = INT64_MAX;
    enum err r = installation_filter_read(x, f, e);
    if (r == ERR_OK && *position == 0)
        r = installation_filter_raw(x, &raw, e);
    if (r != ERR_OK)
        return r;
    if (raw > HITS_ROWS)
        return count_slice(x, visits, position, count, e);
    *position = -1;
    return count_hits(x, count, e);
}

enum err
manager_installation_count(struct manager *m,
                           const struct installation_filter *filter,
                           int64_t visits, int64_t *position, int64_t *count,
                           struct error *e)
{
    struct query x = {.m = m};
    enum err r = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (r == ERR_OK)
        r = count_more(&x, filter, visits, position, count, e);
    buf_clear(&x.text);
    return operation_end(m, r, e);
}
