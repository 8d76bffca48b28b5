/* Look-ups as texts of rows. */
#include "mapping/row/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/target.h"

#define ELSE ", else "
#define BY " by "
#define TAKE ", take "
#define REFERENCE "reference "
#define REVERSE ", reverse"

/* The last ", else " of TEXT, or NULL: a table's name may hold one too. */
static const char *
find_else(const char *text)
{
    const char *found = NULL;
    for (const char *s = text; (s = strstr(s, ELSE)); s++)
        found = s;
    return found;
}

static bool
read_miss(const char *word, enum lookup_miss *out)
{
    static const char *const words[] = {[MISS_SET_ASIDE] = "setAside",
                                        [MISS_DEFAULT] = "default",
                                        [MISS_BLANK] = "blank"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) {
            *out = (enum lookup_miss)i;
            return true;
        }
    return false;
}

/* The word before the first SEPARATOR of *AT, which goes behind it; NULL where
 * there is none, or the word is empty or has a blank in it. */
static char *
word_before(const char **at, const char *separator)
{
    const char *end = strstr(*at, separator);
    size_t n = end ? (size_t)(end - *at) : 0;
    if (n == 0 || memchr(*at, ' ', n))
        return NULL;
    char *word = mem_strndup(*at, n);
    *at = end + strlen(separator);
    return word;
}

/* True where PATH is one field: names and numbers, as a target has them. */
static bool
is_one_field(const char *path)
{
    struct target t;
    bool good = target_parse(&t, path, NULL) == ERR_OK && t.count > 0;
    for (size_t i = 0; good && i < t.count; i++)
        good = t.steps[i].kind != TARGET_LIST;
    target_clear(&t);
    return good;
}

enum err
row_find_read(struct row_find *out, const char *what, struct error *e)
{
    const char *at = what;
    *out = (struct row_find){.app = word_before(&at, " ")};
    if (out->app)
        out->action = word_before(&at, BY);
    if (out->action)
        out->key = word_before(&at, TAKE);
    if (!out->key)
        return error_set(e, ERR_INVALID,
                         "\"%.60s\" is not APP ACTION by KEY, take PATH (as in "
                         "netsuite findSubsidiary by name, take id)",
                         what);
    if (!is_one_field(at))
        return error_set(e, ERR_INVALID,
                         "\"%.60s\" is not one field of what is found (name "
                         "it, such as id)",
                         at);
    out->take = mem_strdup(at);
    return ERR_OK;
}

void
row_find_clear(struct row_find *f)
{
    free(f->app);
    free(f->action);
    free(f->key);
    free(f->take);
    *f = (struct row_find){0};
}

char *
row_reference_record(const char *what, bool *reverse)
{
    const char *record = what + strlen(REFERENCE);
    size_t n = text_without_end(record, REVERSE);
    *reverse = record[n] != '\0';
    return mem_strndup(record, n);
}

static enum err
check_what(const struct row_lookup *l, struct error *e)
{
    struct row_find f;
    bool reverse;
    enum err err = ERR_OK;
    if (l->kind == LOOKUP_FIND) {
        err = row_find_read(&f, l->what, e);
        row_find_clear(&f);
    } else if (l->kind == LOOKUP_REFERENCE) {
        char *record = row_reference_record(l->what, &reverse);
        if (!*record || strchr(record, ','))
            err = error_set(e, ERR_INVALID,
                            "\"%.60s\" is not a kind of record (as in "
                            "customer, or customer, reverse)",
                            record);
        free(record);
    }
    return err;
}

enum err
row_lookup_read(struct row_lookup *out, enum lookup_kind kind, const char *text,
                struct error *e)
{
    const char *rule = find_else(text);
    size_t n = rule ? (size_t)(rule - text) : strlen(text);
    *out = (struct row_lookup){.kind = kind, .miss = MISS_SET_ASIDE};
    if (rule && !read_miss(rule + strlen(ELSE), &out->miss))
        return error_set(e, ERR_INVALID,
                         "what becomes of a key without a value is "
                         "setAside, default or blank, not \"%.60s\"",
                         rule + strlen(ELSE));
    if (n == 0)
        return error_set(e, ERR_INVALID, "it is empty");
    out->what = mem_printf("%s%.*s",
                           kind == LOOKUP_REFERENCE ? REFERENCE : "", (int)n,
                           text);
    enum err err = check_what(out, e);
    if (err != ERR_OK)
        FREE_NULL(out->what);
    return err;
}
