/* Completion and help while mapping. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"
#include "workflow/connector/schema.h"

enum { SAMPLES_MOST = 50, OFFER_MOST = 400 };

/* --- what there is to read ------------------------------------------------ */

static void
learn(void *context, const struct block *b, const struct scope *scope)
{
    struct mapgrid *m = context;
    if (strcmp(b->id, m->block) == 0 && scope->root.tape)
        fields_add(&m->fields, scope->root, NULL);
}

void
mapgrid_learn_fields(struct mapgrid *m)
{
    struct mapgrid_trial trial;
    if (m->fields_known)
        return;
    fields_clear(&m->fields);
    fields_init(&m->fields);
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    if (trial.previewer)
        previewer_visit(trial.previewer, learn, m);
    for (size_t i = 0; i < m->kept.count && i < SAMPLES_MOST; i++)
        mapgrid_trial_run(&trial, m, i);
    mapgrid_trial_end(&trial);
    m->fields_known = true;
}

enum err
mapgrid_learn_others(struct mapgrid *m, struct error *e)
{
    enum err err = ERR_OK;
    if (!m->others_known)
        err = manager_other_rows(m->console->manager, draft_view_id(&m->draft),
                                 m->block, &m->others, &m->other_count, e);
    m->others_known = err == ERR_OK;
    return err;
}

/* --- targets -------------------------------------------------------------- */

void
mapgrid_targets(const struct mapgrid *m, struct schema_targets *out)
{
    const struct block *b = mapgrid_block(m);
    const char *app =
        b && kind_field(b->kind, "app") ? block_text(b, "app") : "";
    const struct connector *c = connector_set_find(
        draft_view_connectors(&m->draft),
        document_connector(draft_view_document(&m->draft), app));
    const struct connector_action *a =
        c ? connector_action(c, block_text(b, "action")) : NULL;
    if (a)
        schema_collect(out, a->input, NULL);
    else if (b && *app == '\0')
        schema_collect(
            out,
            kind_field(b->kind, "schema") ? block_field(b, "schema") : NULL,
            kind_field(b->kind, "sample") ? block_field(b, "sample") : NULL);
}

static bool
is_filled(const struct mapgrid *m, const char *target)
{
    for (size_t i = 0; i < m->rows.count; i++) {
        if (strcmp(m->rows.rows[i].target, target) == 0)
            return true;
    }
    return false;
}

static void
complete_target(struct mapgrid *m, const char *text, struct completions *list)
{
    struct schema_targets targets;
    schema_targets_init(&targets);
    mapgrid_targets(m, &targets);
    list->from = 0;
    for (size_t i = 0; i < targets.count; i++) {
        const struct schema_target *t = &targets.items[i];
        if (t->leaf && text_starts(t->path, text) &&
            strcmp(t->path, text) != 0 && !is_filled(m, t->path))
            completions_add(list, t->path);
    }
    schema_targets_clear(&targets);
}

/* --- sources -------------------------------------------------------------- */

/* Where the word before CURSOR begins: a path that is the whole source, else
 * the name, path or quoted block that a formula is at. */
static size_t
word_begin(const char *text, size_t cursor)
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

/* Fields of the record, and "@." with those of an element of a list. */
static void
offer_fields(struct mapgrid *m, struct wish *wish)
{
    bool whole = text_starts(wish->word, "$.");
    bool element = text_starts(wish->word, "@.");
    mapgrid_learn_fields(m);
    for (size_t i = 0; i < m->fields.count; i++) {
        const char *path = m->fields.items[i].path;
        const char *last = strstr(path, "[*].");
        for (const char *s = last; s; s = strstr(s + 1, "[*]."))
            last = s;
        if (!m->fields.items[i].leaf || (element && !last))
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
output_of(const struct mapgrid *m, const struct preview_block *b)
{
    const struct value *sampled = NULL;
    if (m->sample < m->kept.count)
        sampled =
            value_get(value_get(m->kept.samples[m->sample].value, "outputs"),
                      b->block->name);
    if (sampled)
        return value_to_text(sampled);
    return mem_strdup(b->state == PREVIEW_MADE ? b->made : NULL);
}

static void
offer_outputs(struct mapgrid *m, struct wish *wish)
{
    struct mapgrid_trial trial;
    mapgrid_trial_begin(&trial, m, MAPGRID_PENDING, NULL);
    mapgrid_trial_run(&trial, m, m->sample);
    for (size_t i = 0; i < trial.preview.count; i++) {
        const struct preview_block *b = &trial.preview.blocks[i];
        struct buf name;
        if (strcmp(b->block->id, m->block) == 0)
            break; /* those after it have not run yet */
        if (!b->block->kind->output || b->block == trial.document->trigger)
            continue;
        buf_init(&name, OFFER_MOST);
        source_write_block(&name, b->block->name);
        buf_addc(&name, '!');
        char *made = output_of(m, b);
        if (made)
            offer_output_fields(wish, buf_str(&name), made);
        else
            offer(wish, buf_str(&name));
        free(made);
        buf_clear(&name);
    }
    mapgrid_trial_end(&trial);
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
offer_tables(struct mapgrid *m, struct wish *wish, const char *text,
             size_t cursor)
{
    const struct value *tables =
        value_get(draft_view_document(&m->draft)->root, "tables");
    size_t begin, n;
    if (!call_at(text, cursor, &begin, &n) || n != 6 ||
        strncasecmp(text + begin, "LOOKUP", 6) != 0)
        return;
    for (size_t i = 0; i < value_size(tables); i++)
        offer(wish, value_key(tables, i, NULL));
}

static void
complete_source(struct mapgrid *m, struct wish *wish, const char *text,
                size_t cursor)
{
    size_t from = wish->list->from;
    if (from > 1 && text[from - 1] == '"') {
        offer_tables(m, wish, text, cursor);
        return;
    }
    if (*text == '=' && !wish->inside)
        offer_functions(wish);
    offer_fields(m, wish);
    offer_outputs(m, wish);
}

/* What begins as typed; where nothing does, what has it somewhere. */
void
mapgrid_complete(void *ctx, const char *text, size_t cursor,
                 struct completions *list)
{
    struct mapgrid *m = ctx;
    size_t column = mapgrid_column(m);
    if (column == MAPGRID_TARGET) {
        complete_target(m, text, list);
        return;
    }
    if (column >= MAPGRID_MEMBERS) {
        mapgrid_complete_member(m, column, text, list);
        return;
    }
    list->from = word_begin(text, cursor);
    char *word = mem_strndup(text + list->from, cursor - list->from);
    struct wish wish = {list, word, false};
    complete_source(m, &wish, text, cursor);
    wish.inside = true;
    if (list->count == 0 && strlen(word) > 1)
        complete_source(m, &wish, text, cursor);
    free(word);
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
mapgrid_function_help(const char *text, size_t cursor, struct buf *out)
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
