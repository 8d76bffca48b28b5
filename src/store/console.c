/* The console's store: schema, statement table, words for its numbers. */
#include "store/console.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "store/console_schema.h"
#include "store/console_sql.h"
#include "store/fold.h"

static const struct db_statement statements[] = {
#define S(name, sql) {#name, sql},
#include "store/console_statements.def"
#include "store/release_statements.def"
#include "store/synthetic_statements.def"
#undef S
};

static const char *const migrations[] = {console_schema_1};

const struct db_schema console_schema = {
    .what = "console store of tailor",
    .application_id = 0x746c7231, /* "tlr1" */
    .version = sizeof migrations / sizeof migrations[0],
    .migrations = migrations,
    .statements = statements,
    .statement_count = CONSOLE_STATEMENT_COUNT,
};

#define WORD(words, i)                                                         \
    ((i) >= 0 && (size_t)(i) < sizeof(words) / sizeof *(words) ? (words)[i]    \
                                                               : "?")

const char *
version_state_word(int state)
{
    static const char *const words[] = {"draft", "ready", "released",
                                        "discarded"};
    return WORD(words, state);
}

const char *
installation_state_word(int state)
{
    static const char *const words[] = {"active", "paused", "uninstalled"};
    return WORD(words, state);
}

static const char *const conditions[] = {
    "failing", "parked", "to do", "awaiting", "paused", "ok", "uninstalled"};

const char *
installation_condition_word(int condition)
{
    return WORD(conditions, condition);
}

int
installation_condition_of_word(const char *word)
{
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (strcmp(conditions[i], word) == 0)
            return i;
    return -1;
}

const char *
outbox_state_word(int state)
{
    static const char *const words[] = {"queued", "unknown", "done", "refused"};
    return WORD(words, state);
}

static enum err
index_text(struct db *db, int statement, int64_t installation, const char *text,
           size_t n, struct error *e)
{
    struct db_stmt *q = db_use(db, statement);
    db_text_n(q, text, n);
    db_int(q, installation);
    return db_run(q, e);
}

/* Appends the first two letters (or the only one), folded, of each word of
 * NAME, with spaces between. */
static void
add_letters(struct buf *out, const char *name)
{
    size_t n = strlen(name);
    int taken = 0; /* letters of this word */
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        char utf8[4];
        size_t size = utf8_decode(name + i, n - i, &cp);
        bool in_word = size > 0 && fold_is_word(cp);
        if (in_word && taken == 0 && out->len)
            buf_addc(out, ' ');
        if (in_word && taken < 2)
            buf_add(out, utf8, utf8_encode(utf8, fold_letter(cp)));
        taken = in_word ? taken + 1 : 0;
        i += size ? size : 1;
    }
}

static enum err
index_name(struct db *db, int text, int words, int64_t installation,
           const char *name, struct error *e)
{
    struct buf letters;
    buf_init(&letters, 1 << 20);
    add_letters(&letters, name);
    enum err r = index_text(db, text, installation, name, strlen(name), e);
    if (r == ERR_OK)
        r = index_text(db, words, installation, buf_str(&letters), letters.len,
                       e);
    buf_clear(&letters);
    return r;
}

enum err
console_index_words(struct db *db, int64_t installation, const char *old,
                    const char *name, struct error *e)
{
    enum err r = ERR_OK;
    if (old)
        r = index_name(db, CS_TEXT_DROP, CS_WORD_DROP, installation, old, e);
    if (r == ERR_OK)
        r = index_name(db, CS_TEXT_ADD, CS_WORD_ADD, installation, name, e);
    return r;
}
