/* The columns of the mapping grid for what members.def lets a row say. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draft/mapping_private.h"

/* One letter for each, so that no row with one looks like a plain one. */
static const char letters[ROW_MEMBERS] = {
    [ROW_WRITE] = 'w',     [ROW_REST] = 'k',   [ROW_READ] = 'f',
    [ROW_SEND] = 'f',      [ROW_LOOKUP] = 'l', [ROW_FIND] = 'l',
    [ROW_REFERENCE] = 'l', [ROW_LIST] = 'm'};

char
mapgrid_members_sign(const struct mapping_row *row)
{
    char sign = 0;
    for (int i = 0; i < ROW_MEMBERS; i++)
        if (row->more[i])
            sign = sign && sign != letters[i] ? '+' : letters[i];
    return sign;
}

void
mapgrid_members_text(const struct mapping_row *row, struct buf *out)
{
    for (int i = 0; i < ROW_MEMBERS; i++)
        if (row->more[i])
            buf_addf(out, "%s%s %s", out->len ? "   " : "",
                     row_member((enum row_member)i)->key, row->more[i]);
}

/* --- which columns -------------------------------------------------------- */

size_t
mapgrid_column(const struct mapgrid *m)
{
    const struct table *t = &m->grid.table;
    return m->grid.column < t->shown_count ? t->shown[m->grid.column]
                                           : MAPGRID_GIVES;
}

void
mapgrid_go_column(struct mapgrid *m, size_t column)
{
    const struct table *t = &m->grid.table;
    for (size_t i = 0; i < t->shown_count; i++)
        if (t->shown[i] == column)
            m->grid.column = i;
}

static bool
is_set(const struct mapgrid *m, int member)
{
    for (size_t i = 0; i < m->rows.count; i++)
        if (m->rows.rows[i].more[member])
            return true;
    return false;
}

/* A letter more where a row has one. */
static void
fit_signs(struct mapgrid *m)
{
    m->columns[MAPGRID_SIGN].min = 2;
    for (int i = 0; i < ROW_MEMBERS; i++)
        if (is_set(m, i))
            m->columns[MAPGRID_SIGN].min = 3;
}

void
mapgrid_show_columns(struct mapgrid *m)
{
    struct table *t = &m->grid.table;
    size_t at = mapgrid_column(m);
    fit_signs(m);
    if (m->columns_chosen || m->grid.editing) /* what is typed keeps its cell */
        return;
    t->shown_count = 0;
    for (size_t i = 0; i < MAPGRID_MEMBERS; i++)
        t->shown[t->shown_count++] = i;
    m->grid.column = MAPGRID_SOURCE;
    mapgrid_go_column(m, at);
}

enum err
mapgrid_choose_columns(struct mapgrid *m, const char *names, struct error *e)
{
    struct table *t = &m->grid.table;
    size_t at = mapgrid_column(m);
    enum err err = table_choose(t, names, e);
    if (err != ERR_OK)
        return err;
    m->columns_chosen = true;
    if (t->shown[0] != MAPGRID_SIGN && t->shown_count < TABLE_COLUMNS) {
        memmove(t->shown + 1, t->shown, t->shown_count * sizeof t->shown[0]);
        t->shown[0] = MAPGRID_SIGN;
        t->shown_count++;
    }
    m->grid.column = t->shown_count > 1 ? 1 : 0;
    mapgrid_go_column(m, at);
    return ERR_OK;
}

/* --- cells ---------------------------------------------------------------- */

static enum style
member_cell(const void *row, enum row_member member, struct buf *out)
{
    const struct mapgrid_line *line = row;
    const char *text = line->row->more[member];
    buf_adds(out, text ? text : "");
    return STYLE_NORMAL;
}

#define MEMBER(id, key, option, without, form, help)                           \
    static enum style cell_##id(void *ctx, const void *row, struct buf *out)   \
    {                                                                          \
        (void)ctx;                                                             \
        return member_cell(row, ROW_##id, out);                                \
    }
#include "mapping/row/members.def"
#undef MEMBER

const struct column mapgrid_member_columns[ROW_MEMBERS] = {
#define MEMBER(id, key, option, without, form, help)                           \
    {key, 9, 2, 2, false, false, cell_##id},
#include "mapping/row/members.def"
#undef MEMBER
};

/* --- completion ----------------------------------------------------------- */

void
mapgrid_offer(struct completions *list, const char *typed, const char *text)
{
    if (text_starts(text, typed) && strcmp(text, typed) != 0)
        completions_add(list, text);
}

/* The words of "a|b|c". */
static void
offer_words(struct completions *list, const char *typed, const char *words)
{
    for (const char *s = words; *s; s += strcspn(s, "|"), s += *s == '|') {
        char *word = mem_strndup(s, strcspn(s, "|"));
        mapgrid_offer(list, typed, word);
        free(word);
    }
}

static void
offer_forms(struct completions *list, const char *typed, enum row_member member)
{
    static const char *const forms[] = {
        "date \"M/D/YYYY\"",
        "date \"D.M.YYYY\"",
        "date \"YYYY-MM-DD\"",
        "datetime in UTC",
        "datetime in Europe/Berlin",
        "datetime in America/New_York",
        "number",
        "number de",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        mapgrid_offer(list, typed, forms[i]);
    if (member != ROW_SEND)
        return;
    mapgrid_offer(list, typed, "text");
    mapgrid_offer(list, typed, "boolean");
}

/* TEXT, and behind it what becomes of a key without a value. */
static void
offer_lookup(struct completions *list, const char *typed, const char *text)
{
    static const char *const misses[] = {", else setAside", ", else default",
                                         ", else blank"};
    mapgrid_offer(list, typed, text);
    if (!text_starts(typed, text))
        return;
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++) {
        char *whole = mem_printf("%s%s", text, misses[i]);
        mapgrid_offer(list, typed, whole);
        free(whole);
    }
}

static void
offer_tables(const struct mapgrid *m, struct completions *list,
             const char *typed)
{
    const struct value *tables =
        value_get(draft_view_document(&m->draft)->root, "tables");
    for (size_t i = 0; i < value_size(tables); i++)
        offer_lookup(list, typed, value_key(tables, i, NULL));
}

/* A search of C by each of its inputs; as many as fit the list. */
static void
offer_searches(struct completions *list, const char *typed,
               const struct connector *c)
{
    const struct connector_action *a;
    for (size_t i = 0; (a = connector_action_at(c, i)); i++) {
        const struct value *inputs = value_get(a->input, "properties");
        for (size_t k = 0; !a->effect && k < value_size(inputs); k++) {
            char *text = mem_printf("%s %s by %s, take id", connector_app(c),
                                    a->key, value_key(inputs, k, NULL));
            offer_lookup(list, typed, text);
            free(text);
        }
    }
}

/* The kinds of record for which blocks keep a cross reference. */
static void
offer_references(const struct mapgrid *m, struct completions *list,
                 const char *typed)
{
    const struct document *d = draft_view_document(&m->draft);
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        const char *record =
            kind_field(b->kind, "reference") ? block_text(b, "reference") : "";
        char *reverse = mem_printf("%s, reverse", record);
        if (*record) {
            offer_lookup(list, typed, record);
            offer_lookup(list, typed, reverse);
        }
        free(reverse);
    }
}

/* Merging by each field that rows inside the list TARGET fill. */
static void
offer_lists(const struct mapgrid *m, struct completions *list,
            const char *typed, const char *target)
{
    size_t n = strlen(target);
    mapgrid_offer(list, typed, "replace");
    for (size_t i = 0; i < m->rows.count; i++) {
        const char *inside = m->rows.rows[i].target;
        if (!text_starts(inside, target) || inside[n] != '.' ||
            strpbrk(inside + n + 1, ".["))
            continue;
        char *merge = mem_printf("merge by %s", inside + n + 1);
        char *cleared = mem_printf("%s, delete missing", merge);
        mapgrid_offer(list, typed, merge);
        mapgrid_offer(list, typed, cleared);
        free(cleared);
        free(merge);
    }
}

void
mapgrid_complete_member(const struct mapgrid *m, size_t column,
                        const char *typed, struct completions *list)
{
    enum row_member member = (enum row_member)(column - MAPGRID_MEMBERS);
    const struct mapgrid_line *line = mapgrid_marked(m);
    const struct connector_set *set = draft_view_connectors(&m->draft);
    list->from = 0;
    switch (member) {
    case ROW_READ:
    case ROW_SEND:
        offer_forms(list, typed, member);
        break;
    case ROW_LOOKUP:
        offer_tables(m, list, typed);
        break;
    case ROW_FIND:
        for (size_t i = 0; set && i < set->count; i++)
            offer_searches(list, typed, set->items[i]);
        break;
    case ROW_REFERENCE:
        offer_references(m, list, typed);
        break;
    case ROW_LIST:
        offer_lists(m, list, typed, line ? line->row->target : "");
        break;
    default:
        offer_words(list, typed, row_member(member)->form);
    }
}
