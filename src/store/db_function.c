/* The SQL functions of our statements: row_fits, fold, word_starts,
 * delivery_hash, row_hash. */
#include "base/digest.h"
#include "base/fold.h"
#include "base/text.h"
#include "store/db_private.h"
#include "store/row_filter.h"

static const char pointer_type[] = "row_filter";

/* row_fits(filter, search, integration, condition). */
static void
row_fits(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    const struct row_filter *f = sqlite3_value_pointer(args[0], pointer_type);
    const char *search = (const char *)sqlite3_value_text(args[1]);
    bool fits = f && search &&
                row_filter_fits(f, search, (size_t)sqlite3_value_bytes(args[1]),
                                sqlite3_value_int64(args[2]),
                                sqlite3_value_int(args[3]));
    sqlite3_result_int(context, fits);
}

static void
apply(sqlite3_context *context, sqlite3_value *arg,
      void (*f)(struct buf *out, const char *s, size_t n))
{
    const char *text = (const char *)sqlite3_value_text(arg);
    struct buf out;
    buf_init(&out, 1 << 20);
    if (text)
        f(&out, text, (size_t)sqlite3_value_bytes(arg));
    sqlite3_result_text64(context, buf_str(&out), out.len, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
    buf_clear(&out);
}

/* fold(text): as filters compare it. */
static void
fold(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    apply(context, args[0], fold_text);
}

/* Appends the first two letters (or the only one) of each word of the folded
 * text S, with spaces between. */
static void
add_starts(struct buf *out, const char *s, size_t n)
{
    int taken = 0; /* letters of this word */
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t size = utf8_decode(s + i, n - i, &cp);
        bool in_word = size > 0 && fold_is_word(cp);
        if (in_word && taken == 0 && out->len)
            buf_addc(out, ' ');
        if (in_word && taken < 2)
            buf_add(out, s + i, size);
        taken = in_word ? taken + 1 : 0;
        i += size ? size : 1;
    }
}

/* word_starts(folded text): what installation_word keeps of it. */
static void
word_starts(sqlite3_context *context, int n, sqlite3_value **args)
{
    (void)n;
    apply(context, args[0], add_starts);
}

/* delivery_hash(value, …) and row_hash(value, …): the SHA-256 of the values,
 * each as its length in bytes, a colon and its text, or "-" where it is NULL,
 * as seals have them. */
static void
hash_values(sqlite3_context *context, int n, sqlite3_value **args)
{
    char hash[DIGEST_SIZE];
    struct buf text;
    buf_init_any(&text);
    for (int i = 0; i < n; i++) {
        const char *s = (const char *)sqlite3_value_text(args[i]);
        int length = sqlite3_value_bytes(args[i]);
        if (!s) {
            buf_addc(&text, '-');
            continue;
        }
        buf_addf(&text, "%d:", length);
        buf_add(&text, s, (size_t)length);
    }
    digest_hex(hash, buf_str(&text), text.len);
    buf_clear(&text);
    sqlite3_result_text(context, hash, -1, SQLITE_TRANSIENT);
}

void
db_filter(struct db_stmt *q, struct row_filter *f)
{
    db_null(q);
    if (!q->error)
        sqlite3_bind_pointer(q->handle, q->next - 1, f, pointer_type, NULL);
    db_int(q, row_filter_is_empty(f));
}

int
db_add_functions(sqlite3 *handle)
{
    static const struct {
        const char *name;
        int args;
        void (*f)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {{"row_fits", 4, row_fits},
                     {"fold", 1, fold},
                     {"word_starts", 1, word_starts},
                     {"delivery_hash", 6, hash_values},
                     {"row_hash", -1, hash_values}};
    static const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (rc == SQLITE_OK)
            rc = sqlite3_create_function(handle, functions[i].name,
                                         functions[i].args, flags, NULL,
                                         functions[i].f, NULL, NULL);
    return rc;
}
