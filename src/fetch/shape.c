/* The members that the answers of questions.def must have. */
#include "fetch/shape.h"

#include "base/text.h"

static const struct {
    enum fetch_question question;
    bool of_rows; /* of each element of "data" */
    const char *name;
    enum value_type type;
} required[] = {
#define Q(name, word, path, last, rights)
#define A(name, argument, rights)
#define M(name, member, type) {QUESTION_##name, false, member, VALUE_##type},
#define E(name, member, type) {QUESTION_##name, true, member, VALUE_##type},
#include "fetch/questions.def"
#undef E
#undef M
#undef A
#undef Q
};

static enum err
check(const struct question_rule *rule, bool of_rows, const char *runtime,
      const struct value *v, struct error *e)
{
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        if (&question_rules[required[i].question] == rule &&
            required[i].of_rows == of_rows &&
            !value_is(value_get(v, required[i].name), required[i].type))
            return error_set(e, ERR_INVALID,
                             "runtime %s: not an answer of tailord (%s: %s is "
                             "missing or not valid): check the URL",
                             runtime, rule->word, required[i].name);
    return ERR_OK;
}

/* Whether ROW is of the ids that were asked for: an answer about another run or
 * installation would be shown as one about these. */
static enum err
check_ids(const struct value *asked, const char *runtime,
          const struct value *row, struct error *e)
{
    static const char *const ids[] = {"runId", "installationId"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const char *wanted = value_get_text(asked, ids[i]);
        if (wanted && value_get(row, ids[i]) &&
            !text_equal(wanted, value_get_text(row, ids[i])))
            return error_set(e, ERR_INVALID,
                             "runtime %s: it answers about another %s than "
                             "was asked for",
                             runtime, ids[i]);
    }
    return ERR_OK;
}

enum err
shape_check(const struct question_rule *rule, const char *runtime,
            const struct value *asked, const struct value *body,
            struct error *e)
{
    const struct value *rows = value_get(body, "data");
    enum err err = check(rule, false, runtime, body, e);
    if (err == ERR_OK)
        err = check_ids(asked, runtime, body, e);
    for (size_t i = 0; err == ERR_OK && i < value_size(rows); i++) {
        err = check(rule, true, runtime, value_at(rows, i), e);
        if (err == ERR_OK)
            err = check_ids(asked, runtime, value_at(rows, i), e);
    }
    return err;
}
