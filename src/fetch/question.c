/* From a question to the path of a call. */
#include "fetch/question.h"

#include <string.h>

#include "base/percent.h"
#include "base/text.h"

const struct question_rule question_rules[QUESTION_COUNT] = {
#define Q(name, word, path, last, rights) {word, path, last, rights},
#define A(name, argument, rights)
#define M(name, member, type)
#define E(name, member, type)
#include "fetch/questions.def"
#undef E
#undef M
#undef A
#undef Q
};

static const struct {
    enum fetch_question question;
    const char *name;
    unsigned rights;
} query[] = {
#define Q(name, word, path, last, rights)
#define A(name, argument, rights) {QUESTION_##name, argument, rights},
#define M(name, member, type)
#define E(name, member, type)
#include "fetch/questions.def"
#undef E
#undef M
#undef A
#undef Q
};

/* The rights of the argument NAME of RULE; *KNOWN says whether it has it. */
static unsigned
argument_rights(const struct question_rule *rule, const char *name, bool *known)
{
    *known = true;
    if (*rule->last && strcmp(name, rule->last) == 0)
        return 0;
    for (size_t i = 0; i < sizeof query / sizeof *query; i++)
        if (&question_rules[query[i].question] == rule &&
            strcmp(query[i].name, name) == 0)
            return query[i].rights;
    *known = false;
    return 0;
}

static enum err
refuse_payloads(const struct questioner *who, struct error *e)
{
    return error_set(e, ERR_ROLE, "%s may not see what customers sent",
                     who->actor);
}

static void
add_query(struct buf *path, const char *name, const char *text)
{
    buf_addf(path, "%c%s=", strchr(buf_str(path), '?') ? '&' : '?', name);
    percent_encode(path, text, strlen(text));
}

static enum err
add_argument(const struct question_rule *rule, const char *name,
             const char *text, const struct questioner *who, struct buf *path,
             struct error *e)
{
    bool known;
    unsigned rights = argument_rights(rule, name, &known);
    if (!known || !text)
        return error_set(e, ERR_INVALID, "question %s: unknown argument %s",
                         rule->word, name);
    if ((rights & PAYLOADS) && *text && !who->payloads)
        return refuse_payloads(who, e);
    if (strcmp(name, rule->last) != 0)
        add_query(path, name, text);
    return ERR_OK;
}

static const struct question_rule *
find_rule(const char *word)
{
    for (size_t i = 0; i < QUESTION_COUNT; i++)
        if (text_equal(question_rules[i].word, word))
            return &question_rules[i];
    return NULL;
}

enum err
question_path(const char *word, const struct value *arguments,
              const struct questioner *who, struct buf *path,
              const struct question_rule **rule, struct error *e)
{
    const struct question_rule *r = *rule = find_rule(word);
    const char *last = r ? value_get_text(arguments, r->last) : NULL;
    if (!r)
        return error_set(e, ERR_INVALID, "question: not one of the list");
    if (!value_is(arguments, VALUE_OBJECT))
        return error_set(e, ERR_INVALID, "question %s: arguments: no object",
                         word);
    if ((r->rights & PAYLOADS) && !who->payloads)
        return refuse_payloads(who, e);
    /* No id begins with a dot, but a step up the path does. */
    if (*r->last && (!last || !*last || *last == '.'))
        return error_set(e, ERR_INVALID, "%s: missing, or not valid", r->last);
    buf_adds(path, r->path);
    if (*r->last)
        percent_encode(path, last, strlen(last));
    if (r->rights & ACTOR)
        add_query(path, "actor", who->actor);
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < value_size(arguments); i++)
        err = add_argument(r, value_key(arguments, i, NULL),
                           value_text_or(value_at(arguments, i), NULL), who,
                           path, e);
    if (err == ERR_OK && buf_failed(path))
        err = error_set(e, ERR_TOO_BIG, "question %s: too long", r->word);
    return err;
}
