/* What people can write into a source or a formula, and what its functions do.
 */
#include "ui/draft/offers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/formula.h"
#include "mapping/row/source.h"

enum { OFFER_MOST = 400, LINE_OFFERS = 8 };

/* Where the word before CURSOR begins: a path that is the whole source, else
 * the name, path or quoted block that a formula is at. */
size_t
offers_word(const char *text, size_t cursor)
{
    size_t at = 0;
    char quote = 0;
    if (*text != '=')
        return 0;
    for (size_t i = 1; i < cursor; i++) {
        char c = text[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
            continue;
        }
        if (c == '"' || c == '\'') {
            quote = c;
            at = c == '"' ? i + 1 : at > 0 && text[at] == c ? at : i;
        } else if (strchr(" (,+-*/&=<>^;", c))
            at = i + 1;
    }
    return at ? at : 1;
}

/* What is looked for. */
struct wish {
    struct completions *list;
    const char *word;
    bool inside; /* anywhere in the text, not only where it begins */
};

static void
offer(struct wish *wish, const char *text)
{
    bool found = wish->inside ? strcasestr(text, wish->word) != NULL
                              : text_starts(text, wish->word);
    if (found && strcmp(text, wish->word) != 0)
        completions_add(wish->list, text);
}

static void
offer_functions(struct wish *wish)
{
    struct formula_function_help f;
    size_t n = strlen(wish->word);
    for (size_t i = 0; n > 0 && formula_function_at(i, &f); i++) {
        char *call = mem_printf("%s(", f.name);
        if (strncasecmp(f.name, wish->word, n) == 0)
            completions_add(wish->list, call);
        free(call);
    }
}

/* The bytes of LIST, which ends in "[*]", up to the list OUT levels around it;
 * 0: the record. */
static size_t
list_around(const char *list, size_t out)
{
    size_t n = strlen(list);
    for (; n > 0 && out > 0; out--) {
        n -= 3;
        while (n >= 3 && strncmp(list + n - 3, "[*]", 3) != 0)
            n--;
        n = n >= 3 ? n : 0;
    }
    return n;
}

/* After "@." the fields of the element that is read, after "@@." those of the
 * element around its list, or of the record. False where WISH is none of
 * these. */
static bool
offer_elements(const struct offers *o, struct wish *wish)
{
    size_t signs = strspn(wish->word, "@");
    if (!o->list || signs == 0 || wish->word[signs] != '.')
        return false;
    size_t n = list_around(o->list, signs - 1);
    for (size_t i = 0; i < o->fields->count; i++) {
        const char *path = o->fields->items[i].path;
        bool inside = n == 0 || (strncmp(path, o->list, n) == 0 &&
                                 path[n] == '.');
        if (!o->fields->items[i].leaf || !inside)
            continue;
        char *text = mem_printf("%.*s.%s", (int)signs, wish->word,
                                path + n + (n > 0));
        offer(wish, text);
        free(text);
    }
    return true;
}

/* Fields of the record, and "@." with those of an element of a list. */
static void
offer_fields(const struct offers *o, struct wish *wish)
{
    bool whole = text_starts(wish->word, "$.");
    bool element = text_starts(wish->word, "@.");
    if (offer_elements(o, wish))
        return;
    for (size_t i = 0; i < o->fields->count; i++) {
        const char *path = o->fields->items[i].path;
        const char *last = strstr(path, "[*].");
        for (const char *s = last; s; s = strstr(s + 1, "[*]."))
            last = s;
        if (!o->fields->items[i].leaf || (element && !last))
            continue;
        char *text = element ? mem_printf("@.%s", last + 4)
                     : whole ? mem_printf("$.%s", path)
                             : mem_strdup(path);
        offer(wish, text);
        free(text);
    }
}

/* Adds NAME with the fields of the JSON text MADE behind it. */
static void
offer_output_fields(struct wish *wish, const char *name, const char *made)
{
    struct tape tape;
    struct fields fields;
    tape_init(&tape);
    fields_init(&fields);
    if (tape_read(&tape, made, strlen(made), &value_limits_event, "output",
                  NULL) == ERR_OK)
        fields_add(&fields, (struct node_ref){&tape, 0}, NULL);
    for (size_t i = 0; i < fields.count; i++) {
        char *text = mem_printf("%s%s", name, fields.items[i].path);
        if (fields.items[i].leaf)
            offer(wish, text);
        free(text);
    }
    fields_clear(&fields);
    tape_clear(&tape);
}

/* What the block B gives to others, as JSON, a new string; NULL: not known. */
static char *
output_of(const struct offers *o, const struct preview_block *b)
{
    const struct value *sampled = value_get(o->outputs, b->block->name);
    if (sampled)
        return value_to_text(sampled);
    return mem_strdup(b->state == PREVIEW_MADE ? b->made : NULL);
}

void
offers_outputs(const struct offers *o,
               void (*visit)(void *ctx, const char *name, const char *made),
               void *ctx)
{
    for (size_t i = 0; i < o->preview->count; i++) {
        const struct preview_block *b = &o->preview->blocks[i];
        struct buf name;
        if (strcmp(b->block->id, o->block) == 0)
            break; /* those after it have not run yet */
        if (!b->block->kind->output || b->block->kind->role == ROLE_TRIGGER)
            continue;
        buf_init(&name, OFFER_MOST);
        source_write_block(&name, b->block->name);
        buf_addc(&name, '!');
        char *made = output_of(o, b);
        visit(ctx, buf_str(&name), made);
        free(made);
        buf_clear(&name);
    }
}

static void
offer_output(void *ctx, const char *name, const char *made)
{
    struct wish *wish = ctx;
    if (made)
        offer_output_fields(wish, name, made);
    else
        offer(wish, name);
}

/* The function whose arguments CURSOR is among, from its name to its "(";
 * false where it is in none. */
static bool
call_at(const char *text, size_t cursor, size_t *begin, size_t *n)
{
    size_t open[64], depth = 0;
    char quote = 0;
    for (size_t i = 0; i < cursor; i++) {
        char c = text[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(' && depth < 64)
            open[depth++] = i;
        else if (c == ')' && depth > 0)
            depth--;
    }
    while (depth > 0) {
        size_t end = open[--depth], at = end;
        while (at > 0 && (isalnum((unsigned char)text[at - 1])))
            at--;
        *begin = at;
        *n = end - at;
        if (*n > 0)
            return true;
    }
    return false;
}

static void
offer_tables(const struct offers *o, struct wish *wish, const char *text,
             size_t cursor)
{
    const struct value *tables = value_get(o->document->root, "tables");
    size_t begin, n;
    if (!call_at(text, cursor, &begin, &n) || n != 6 ||
        strncasecmp(text + begin, "LOOKUP", 6) != 0)
        return;
    for (size_t i = 0; i < value_size(tables); i++)
        offer(wish, value_key(tables, i, NULL));
}

static void
complete_source(const struct offers *o, struct wish *wish, const char *text,
                size_t cursor)
{
    size_t from = wish->list->from;
    if (from > 1 && text[from - 1] == '"') {
        offer_tables(o, wish, text, cursor);
        return;
    }
    bool functions = *text == '=' && !wish->inside;
    bool first = isupper((unsigned char)*wish->word); /* as they are written */
    if (functions && first)
        offer_functions(wish);
    offer_fields(o, wish);
    offers_outputs(o, offer_output, wish);
    if (functions && !first)
        offer_functions(wish);
}

/* What begins as typed; where nothing does, what has it somewhere. */
void
offers_source(const struct offers *o, const char *text, size_t cursor,
              struct completions *list)
{
    list->from = offers_word(text, cursor);
    char *word = mem_strndup(text + list->from, cursor - list->from);
    struct wish wish = {list, word, false};
    complete_source(o, &wish, text, cursor);
    wish.inside = true;
    if (list->count == 0 && strlen(word) > 1)
        complete_source(o, &wish, text, cursor);
    free(word);
}

void
offers_line(completion_hook *hook, void *ctx, const struct line_edit *line,
            struct buf *out)
{
    struct completions list = {0};
    const char *text = line_edit_text(line);
    list.from = line->text.len;
    buf_reset(out);
    if (line->cursor == line->text.len)
        hook(ctx, text, line->cursor, &list);
    for (size_t i = 0; i < list.count && i < LINE_OFFERS; i++)
        buf_addf(out, "%s%s", i ? "  " : "", list.items[i]);
    completions_clear(&list);
}

/* --- functions ------------------------------------------------------------ */

static bool
find_function(const char *name, size_t n, struct formula_function_help *f)
{
    for (size_t i = 0; n > 0 && formula_function_at(i, f); i++) {
        if (strlen(f->name) == n && strncasecmp(f->name, name, n) == 0)
            return true;
    }
    return false;
}

void
offers_function_help(const char *text, size_t cursor, struct buf *out)
{
    struct formula_function_help f;
    size_t begin = cursor, end = cursor, n;
    if (*text != '=')
        return;
    while (begin > 0 && isalnum((unsigned char)text[begin - 1]))
        begin--;
    while (isalnum((unsigned char)text[end]))
        end++;
    if (find_function(text + begin, end - begin, &f) ||
        (call_at(text, cursor, &begin, &n) &&
         find_function(text + begin, n, &f)))
        buf_addf(out, "%s(%s): %s", f.name, f.arguments, f.help);
}
