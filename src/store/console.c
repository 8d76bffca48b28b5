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
one_word(struct db *db, int statement, int64_t installation,
         const char *letters, size_t n, struct error *e)
{
    struct db_stmt *q = db_use(db, statement);
    db_text_n(q, letters, n);
    db_int(q, installation);
    return db_run(q, e);
}

/* Runs STATEMENT for the first two letters (or the only one), folded, of each
 * word of NAME. */
static enum err
each_word(struct db *db, int statement, int64_t installation, const char *name,
          struct error *e)
{
    size_t n = strlen(name);
    char letters[8];
    size_t used = 0;
    int taken = 0; /* letters of this word; 3: it is done */
    enum err r = ERR_OK;
    for (size_t i = 0; i < n && r == ERR_OK;) {
        uint32_t cp = 0;
        size_t size = utf8_decode(name + i, n - i, &cp);
        bool in_word = size > 0 && fold_is_word(cp);
        if (in_word && taken < 2) {
            used += utf8_encode(letters + used, fold_letter(cp));
            taken++;
        }
        i += size ? size : 1;
        bool over = !in_word || i >= n;
        if (taken == 2 || (taken == 1 && over)) {
            r = one_word(db, statement, installation, letters, used, e);
            taken = 3;
        }
        if (over) {
            taken = 0;
            used = 0;
        }
    }
    return r;
}

enum err
console_index_words(struct db *db, int64_t installation, const char *old,
                    const char *name, struct error *e)
{
    enum err r = ERR_OK;
    if (old) {
        r = one_word(db, CS_TEXT_DROP, installation, old, strlen(old), e);
        if (r == ERR_OK)
            r = each_word(db, CS_WORD_DROP, installation, old, e);
    }
    if (r == ERR_OK)
        r = one_word(db, CS_TEXT_ADD, installation, name, strlen(name), e);
    if (r == ERR_OK)
        r = each_word(db, CS_WORD_ADD, installation, name, e);
    return r;
}
