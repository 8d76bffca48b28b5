/* Sources: told apart, compiled, evaluated. */
#include "mapping/row/source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/constant.h"

#define SOURCE_MAX 65536

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* TEXT without the space around it: the offset of its first byte in *START
 * and its length as the result. */
static size_t
trimmed(const char *text, size_t n, size_t *start)
{
    size_t at = 0;
    while (text && at < n && is_space(text[at]))
        at++;
    while (text && n > at && is_space(text[n - 1]))
        n--;
    *start = at;
    return text ? n - at : 0;
}

/* --- telling apart ------------------------------------------------------- */

static struct value *
read_json(const char *text, size_t n, struct error *e)
{
    struct value *v = NULL;
    value_read(&v, text, n, &value_limits_document, "constant", e);
    return v;
}

/* True where TEXT can be meant as JSON only, right or wrong. */
static bool
looks_constant(const char *text, size_t n)
{
    return text[0] == '"' || text[0] == '{' || constant_begins_number(text, n);
}

/* "true" or "false" where TEXT is that in any case, as spreadsheets write
 * booleans; else NULL. */
static const char *
boolean_word(const char *text, size_t n)
{
    if (n == 4 && strncasecmp(text, "true", 4) == 0)
        return "true";
    return n == 5 && strncasecmp(text, "false", 5) == 0 ? "false" : NULL;
}

enum source_kind
source_kind(const char *text, size_t n, unsigned language)
{
    size_t start;
    n = trimmed(text, n, &start);
    if (n == 0)
        return SOURCE_BLANK;
    text += start;
    if (text[0] == '=')
        return SOURCE_FORMULA;
    if (n == 1 && text[0] == '#')
        return SOURCE_POSITION;
    if (looks_constant(text, n))
        return SOURCE_CONSTANT;
    if (language_has(language, CHANGE_BOOLEAN_WORDS) && boolean_word(text, n))
        return SOURCE_CONSTANT;
    if (!strchr("[tfn", text[0]))
        return SOURCE_PATH;
    struct value *v = read_json(text, n, NULL);
    value_free(v);
    return v ? SOURCE_CONSTANT : SOURCE_PATH;
}

const char *
source_kind_word(enum source_kind kind)
{
    static const char *const words[] = {
        [SOURCE_BLANK] = "blank",       [SOURCE_PATH] = "path",
        [SOURCE_POSITION] = "position", [SOURCE_CONSTANT] = "constant",
        [SOURCE_FORMULA] = "formula",
    };
    return words[kind];
}

/* --- other blocks -------------------------------------------------------- */

static bool
is_block_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80 || (!first && c >= '0' && c <= '9');
}

/* 'Create cash sale' with '' for a quote in it; the offset after it, or 0. */
static size_t
split_quoted(const char *text, size_t n, struct buf *name)
{
    for (size_t at = 1; at < n; at++) {
        if (text[at] != '\'') {
            buf_addc(name, text[at]);
        } else if (at + 1 < n && text[at + 1] == '\'') {
            buf_addc(name, '\'');
            at++;
        } else {
            return at + 1;
        }
    }
    return 0;
}

bool
source_split_block(const char *text, size_t n, char **block, size_t *rest)
{
    struct buf name;
    buf_init_any(&name);
    size_t at = 0;
    if (n > 0 && text[0] == '\'') {
        at = split_quoted(text, n, &name);
    } else {
        while (at < n && is_block_char(text[at], at == 0))
            at++;
        buf_add(&name, text, at);
    }
    bool found = at > 0 && at < n && text[at] == '!' && name.len > 0;
    if (found) {
        *block = buf_take(&name);
        *rest = at + 1;
    }
    buf_clear(&name);
    return found;
}

void
source_write_block(struct buf *out, const char *name)
{
    size_t plain = 0;
    size_t odd;
    const char *why;
    while (name[plain] && is_block_char(name[plain], plain == 0))
        plain++;
    if (plain > 0 && !name[plain] &&
        !language_odd_character(name, plain, &odd, &why)) {
        buf_adds(out, name);
        return;
    }
    buf_addc(out, '\'');
    for (; *name; name++)
        buf_adds(out, *name == '\'' ? "''" : (char[2]){*name, '\0'});
    buf_addc(out, '\'');
}

/* --- compiling ----------------------------------------------------------- */

static enum err
compile_constant(struct source *out, const char *text, size_t n,
                 struct error *e)
{
    const char *word = boolean_word(text, n);
    struct value *v = read_json(word ? word : text, n, e);
    if (!v && constant_begins_number(text, n))
        return constant_refuse_number(text, n, e);
    if (!v)
        return error_prefix(e, "not a valid JSON value (text needs double "
                               "quotes, a formula begins with =)");
    struct buf json;
    buf_init_any(&json);
    value_write(&json, v);
    value_free(v);
    out->json_len = json.len;
    out->json = buf_take(&json);
    return ERR_OK;
}

static enum err
compile_path(struct source *out, const char *text, size_t n, struct error *e)
{
    size_t rest = 0;
    bool other = source_split_block(text, n, &out->block, &rest);
    if (other && rest == n)
        return error_set(e, ERR_INVALID,
                         "%s!: a path was expected after the ! (%s!$ is the "
                         "whole output)",
                         out->block, out->block);
    enum err err =
        path_compile(&out->path, text + rest, n - rest, PATH_BARE, e);
    if (err == ERR_OK && other && path_is_relative(out->path))
        return error_set(e, ERR_INVALID,
                         "%s!%s: the path of another block's output begins "
                         "with $, not with @",
                         out->block, text + rest);
    if (err == ERR_OK || other || text[0] == '$' || text[0] == '@' ||
        text[0] == '[')
        return err;
    return error_prefix(e, "the source is neither JSON nor a path (text "
                           "stands in double quotes, a formula begins with "
                           "=)");
}

static enum err
compile(struct source *out, const char *text, size_t n, unsigned language,
        struct error *e)
{
    switch (out->kind) {
    case SOURCE_BLANK:
    case SOURCE_POSITION:
        return ERR_OK;
    case SOURCE_FORMULA:
        return formula_compile(&out->formula, text, n, language, e);
    case SOURCE_CONSTANT:
        return compile_constant(out, text, n, e);
    case SOURCE_PATH:
        break;
    }
    size_t odd;
    const char *why;
    if (language_has(language, CHANGE_PLAIN_NAMES) &&
        language_odd_character(text, n, &odd, &why))
        return error_set(e, ERR_INVALID, "column %zu: %s",
                         utf8_length(text, odd) + 1, why);
    const char *word = language_has(language, CHANGE_LOCAL_BOOLEANS)
                           ? language_local_boolean(text, n)
                           : NULL;
    if (word)
        return error_set(e, ERR_INVALID,
                         "%s is written %s (a field of that name is ['%s'])",
                         text, word, text);
    return compile_path(out, text, n, e);
}

enum err
source_compile(struct source *out, const char *text, size_t n,
               unsigned language, struct error *e)
{
    struct error own;
    size_t start;
    *out = (struct source){.kind = SOURCE_BLANK};
    n = trimmed(text, n, &start);
    if (n > SOURCE_MAX)
        return error_set(e, ERR_TOO_BIG, "a source has at most %d bytes",
                         SOURCE_MAX);
    if (n == 0)
        return ERR_OK;
    char *copy = mem_strndup(text + start, n);
    out->kind = source_kind(copy, n, language);
    enum err err = compile(out, copy, n, language, e ? e : &own);
    free(copy);
    if (err != ERR_OK)
        source_clear(out);
    return err;
}

void
source_clear(struct source *s)
{
    free(s->block);
    path_free(s->path);
    free(s->json);
    formula_free(s->formula);
    *s = (struct source){.kind = SOURCE_BLANK};
}

size_t
source_bytes(const struct source *s)
{
    return mem_bytes(s->block) + path_bytes(s->path) + mem_bytes(s->json) +
           formula_bytes(s->formula);
}

/* --- references ---------------------------------------------------------- */

void
source_references(const char *text,
                  void (*visit)(void *context, const char *block,
                                const char *path),
                  void *context)
{
    struct source s;
    size_t start, rest = 0;
    if (!text ||
        source_compile(&s, text, strlen(text), FORMULA_OLDEST, NULL) != ERR_OK)
        return;
    if (s.kind == SOURCE_FORMULA) {
        formula_references(s.formula, visit, context);
    } else if (s.kind == SOURCE_PATH) {
        size_t n = trimmed(text, strlen(text), &start);
        char *block = NULL;
        source_split_block(text + start, n, &block, &rest);
        char *path = mem_strndup(text + start + rest, n - rest);
        visit(context, block, path);
        free(path);
        free(block);
    }
    source_clear(&s);
}

void
source_numbers(const char *text, unsigned language,
               void (*visit)(void *context, const char *number, size_t n),
               void *context)
{
    struct source s;
    if (source_compile(&s, text, strlen(text), language, NULL) != ERR_OK)
        return;
    if (s.kind == SOURCE_FORMULA)
        formula_numbers(s.formula, visit, context);
    source_clear(&s);
}

char *
source_rename_block(const char *text, const char *old_name,
                    const char *new_name)
{
    struct source s;
    size_t start, rest = 0;
    if (!text ||
        source_compile(&s, text, strlen(text), FORMULA_OLDEST, NULL) != ERR_OK)
        return NULL;
    char *result = NULL;
    size_t n = trimmed(text, strlen(text), &start);
    if (s.kind == SOURCE_FORMULA) {
        char *copy = mem_strndup(text + start, n);
        result = formula_rename_block(copy, old_name, new_name);
        free(copy);
    } else if (s.kind == SOURCE_PATH && text_equal(s.block, old_name)) {
        char *block = NULL;
        struct buf out;
        buf_init_any(&out);
        source_split_block(text + start, n, &block, &rest);
        source_write_block(&out, new_name);
        buf_addc(&out, '!');
        buf_add(&out, text + start + rest, n - rest);
        free(block);
        result = buf_take(&out);
    } else {
        result = mem_strdup(text);
    }
    source_clear(&s);
    return result;
}

/* --- evaluating ---------------------------------------------------------- */

static enum source_outcome
eval_path(const struct source *s, struct scope scope, struct buf *out,
          struct error *e)
{
    struct node_list l;
    struct node_ref node;
    if (s->block)
        scope.root = scope.output ? scope.output(scope.context, s->block,
                                                 strlen(s->block))
                                  : (struct node_ref){NULL, 0};
    if (path_is_singular(s->path)) {
        if (!path_find(s->path, &scope, &node))
            return SOURCE_MISSING;
        tape_write(node.tape, node.index, out);
        return SOURCE_FILLED;
    }
    node_list_init(&l);
    enum err err = path_query(s->path, &scope, &l, e);
    buf_addc(out, '[');
    for (size_t i = 0; i < l.count; i++) {
        if (i > 0)
            buf_addc(out, ',');
        tape_write(l.nodes[i].tape, l.nodes[i].index, out);
    }
    buf_addc(out, ']');
    node_list_clear(&l);
    return err == ERR_OK ? SOURCE_FILLED : SOURCE_FAILED;
}

static enum formula_outcome
eval_formula(struct formula_arena *arena, const struct source *s,
             const struct scope *scope, struct buf *out, struct error *e)
{
    return arena ? formula_eval_with(arena, s->formula, scope, out, e)
                 : formula_eval(s->formula, scope, out, e);
}

static enum source_outcome
eval(struct formula_arena *arena, const struct source *s,
     const struct scope *scope, struct buf *out, struct error *e)
{
    static const enum source_outcome outcomes[] = {
        [FORMULA_VALUE] = SOURCE_FILLED,
        [FORMULA_MISSING] = SOURCE_MISSING,
        [FORMULA_ERROR] = SOURCE_FAILED,
    };
    switch (s->kind) {
    case SOURCE_BLANK:
        return SOURCE_MISSING;
    case SOURCE_POSITION:
        if (scope->position == 0)
            return SOURCE_MISSING;
        buf_addf(out, "%llu", (unsigned long long)scope->position);
        return SOURCE_FILLED;
    case SOURCE_CONSTANT:
        buf_add(out, s->json, s->json_len);
        return SOURCE_FILLED;
    case SOURCE_FORMULA:
        return outcomes[eval_formula(arena, s, scope, out, e)];
    case SOURCE_PATH:
        break;
    }
    return eval_path(s, *scope, out, e);
}

enum source_outcome
source_eval(const struct source *s, const struct scope *scope, struct buf *out,
            struct error *e)
{
    return source_eval_with(NULL, s, scope, out, e);
}

enum source_outcome
source_eval_with(struct formula_arena *arena, const struct source *s,
                 const struct scope *scope, struct buf *out, struct error *e)
{
    size_t before = out->len;
    enum source_outcome outcome = eval(arena, s, scope, out, e);
    if (outcome == SOURCE_FILLED && buf_failed(out)) {
        error_set(e, ERR_TOO_BIG, "the value is more than %zu bytes", out->max);
        outcome = SOURCE_FAILED;
    }
    if (outcome != SOURCE_FILLED && out->len > before)
        buf_truncate(out, before);
    return outcome;
}
