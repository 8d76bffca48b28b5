/* The model of documents for carrying: making, editing, drawing. */
#include "tests/unit/workflow/carry_model.h"

#include <ctype.h>

#include "base/ident.h"
#include "base/mem.h"
#include "tests/unit/test.h"
#include "tests/unit/ui/canvas/canvas.h"

const char *
model_id(int i)
{
    static char ids[2][UUID_SIZE];
    static int which;
    which = !which;
    snprintf(ids[which], UUID_SIZE, "00000000-0000-4000-8000-%012d", i);
    return ids[which];
}

int
model_number(const char *id)
{
    return id && strlen(id) == 36 ? atoi(id + 24) : -1;
}

/* --- drawing -------------------------------------------------------------- */

static void
set_text(const struct model *m, struct value *v, const char *key,
         struct model_text t)
{
    char text[60];
    if (t.number == 0)
        return;
    if (t.ref < 0)
        snprintf(text, sizeof text, "=%d", t.number);
    else
        snprintf(text, sizeof text, "=N%d!result+%d", m->b[t.ref].name,
                 t.number);
    value_set_text(v, key, text);
}

static struct value *list_value(const struct model *m, int parent, int list);

static void
add_rows(const struct model *m, const struct model_block *b, struct value *v)
{
    struct value *rows = value_array();
    for (int i = 0; i < TARGETS; i++) {
        int t = b->row_at[i];
        char target[16];
        if (b->row[t].number == 0)
            continue;
        struct value *row = value_object();
        snprintf(target, sizeof target, "t%d", t);
        value_set_text(row, "target", target);
        set_text(m, row, "source", b->row[t]);
        value_append(rows, row);
    }
    value_set(v, "mapping", rows);
}

static struct value *
block_value(const struct model *m, int i)
{
    static const char *const kinds[] = {"event", "math", "map", "if",
                                        "iterate"};
    static const char *const fields[] = {"label", "formula", "source",
                                         "condition", "list"};
    const struct model_block *b = &m->b[i];
    struct value *v = value_object();
    char name[24];
    snprintf(name, sizeof name, "N%d", b->name);
    value_set_text(v, "id", model_id(i));
    value_set_text(v, "kind", kinds[b->kind]);
    value_set_text(v, "name", name);
    if (b->note) {
        snprintf(name, sizeof name, "note %d", b->note);
        value_set_text(v, "note", name);
    }
    set_text(m, v, fields[b->kind], b->field);
    if (b->kind == M_MAP)
        add_rows(m, b, v);
    if (b->kind == M_IF) {
        value_set(v, "then", list_value(m, i, 0));
        value_set(v, "else", list_value(m, i, 1));
    }
    if (b->kind == M_ITERATE)
        value_set(v, "blocks", list_value(m, i, 0));
    return v;
}

static struct value *
list_value(const struct model *m, int parent, int list)
{
    struct value *v = value_array();
    for (int k = 0; k < IDS; k++) {
        int i = m->order[k];
        if (i > 0 && m->b[i].there && m->b[i].parent == parent &&
            m->b[i].list == list)
            value_append(v, block_value(m, i));
    }
    return v;
}

static struct value *
table_value(const struct model *m)
{
    struct value *table = value_object(), *columns = value_array();
    struct value *rows = value_array(), *tables = value_object();
    value_append(columns, value_string("key"));
    value_append(columns, value_string("value"));
    for (int i = 0; i < KEYS; i++) {
        struct value *row = value_array();
        char text[16];
        snprintf(text, sizeof text, "k%d", i);
        value_append(row, value_string(text));
        value_append(row, value_int(m->entry[i]));
        if (m->entry[i])
            value_append(rows, row);
        else
            value_free(row);
    }
    value_set(table, "columns", columns);
    value_set(table, "rows", rows);
    value_set(tables, "T", table);
    return tables;
}

struct document *
model_document(const struct model *m)
{
    struct value *root = value_object();
    struct document *d = NULL;
    struct error e = {0};
    char title[24];
    snprintf(title, sizeof title, "title %d", m->title);
    value_set(root, "format", value_int(1));
    value_set(root, "formulas", value_int(2));
    value_set_text(root, "name", title);
    if (m->b[0].there)
        value_set(root, "trigger", block_value(m, 0));
    value_set(root, "blocks", list_value(m, -1, 0));
    if (m->has_table)
        value_set(root, "tables", table_value(m));
    if (document_from_value(&d, root, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "a model is a document", e.text, "");
    return d;
}

/* --- texts ---------------------------------------------------------------- */

static char *
plain_text(int id, const char *rest)
{
    return id < 0 ? mem_printf("=@?%s", rest) : mem_printf("=@%d%s", id, rest);
}

char *
model_plain(const struct document *d, const char *text)
{
    const char *end = text ? strstr(text, "!result") : NULL;
    if (!end)
        return mem_strdup(text ? text : "");
    const char *from = text + 1;
    size_t n = (size_t)(end - from);
    if (*from == '\'') {
        from++;
        n -= 2;
    }
    const struct block *b = document_block_named(d, from, n);
    return plain_text(b ? model_number(b->id) : -1, end + strlen("!result"));
}

char *
model_expected(const struct document *d, struct model_text t)
{
    char rest[24];
    snprintf(rest, sizeof rest, t.ref < 0 ? "%d" : "+%d", t.number);
    if (t.number == 0)
        return mem_strdup("");
    if (t.ref < 0)
        return mem_printf("=%s", rest);
    return plain_text(document_block(d, model_id(t.ref)) ? t.ref : -1, rest);
}

bool
model_same_text(struct model_text a, struct model_text b)
{
    return a.number == b.number && (a.number == 0 || a.ref == b.ref);
}

bool
model_inside(const struct model *m, int x, int y)
{
    while (x >= 0 && x != y)
        x = m->b[x].parent;
    return x >= 0;
}

/* --- chance --------------------------------------------------------------- */

static bool
holds_blocks(const struct model *m, int i)
{
    return m->b[i].there && (m->b[i].kind == M_IF || m->b[i].kind == M_ITERATE);
}

static int
depth(const struct model *m, int i)
{
    int n = 0;
    for (; i >= 0; i = m->b[i].parent)
        n++;
    return n;
}

/* A block that is there, or -1. */
static int
any_block(const struct model *m, uint64_t *seed)
{
    int from = (int)random_below(seed, IDS);
    for (int k = 0; k < IDS; k++)
        if (m->b[(from + k) % IDS].there)
            return (from + k) % IDS;
    return -1;
}

static struct model_text
any_text(const struct model *m, uint64_t *seed)
{
    struct model_text t = {1 + (int)random_below(seed, 90), -1};
    if (random_below(seed, 2))
        t.ref = any_block(m, seed);
    return t;
}

static int
any_name(const struct model *m, uint64_t *seed)
{
    bool taken[NAMES] = {false};
    int name = (int)random_below(seed, NAMES);
    for (int i = 0; i < IDS; i++)
        if (m->b[i].there)
            taken[m->b[i].name] = true;
    while (taken[name])
        name = (name + 1) % NAMES;
    return name;
}

/* A block that may hold others, or -1. */
static int
any_holder(const struct model *m, uint64_t *seed)
{
    int from = (int)random_below(seed, IDS + IDS / 2);
    for (int k = 0; k < IDS && from < IDS; k++)
        if (holds_blocks(m, (from + k) % IDS))
            return (from + k) % IDS;
    return -1;
}

/* Puts the block I anywhere that is not inside itself. */
static void
put_anywhere(struct model *m, uint64_t *seed, int i)
{
    int at = (int)random_below(seed, IDS), from = 0;
    int p = any_holder(m, seed);
    if (p < 0 || !holds_blocks(m, p) || model_inside(m, p, i) ||
        depth(m, p) > 3)
        p = -1;
    m->b[i].parent = p;
    m->b[i].list =
        p >= 0 && m->b[p].kind == M_IF ? (int)random_below(seed, 2) : 0;
    while (m->order[from] != i)
        from++;
    memmove(m->order + from, m->order + from + 1,
            (size_t)(IDS - 1 - from) * sizeof *m->order);
    memmove(m->order + at + 1, m->order + at,
            (size_t)(IDS - 1 - at) * sizeof *m->order);
    m->order[at] = i;
}

static void
add_block(struct model *m, uint64_t *seed, int i)
{
    struct model_block *b = &m->b[i];
    b->kind = 1 + random_below(seed, 4);
    b->name = any_name(m, seed);
    b->field = any_text(m, seed);
    b->note = (int)random_below(seed, 3);
    for (int t = 0; t < TARGETS; t++) {
        b->row_at[t] = (t + i) % TARGETS;
        b->row[t] = (struct model_text){0, -1};
        if (b->kind == M_MAP && random_below(seed, 2))
            b->row[t] = any_text(m, seed);
    }
    put_anywhere(m, seed, i);
    b->there = true;
}

void
model_random(struct model *m, uint64_t *seed)
{
    int n = 1 + (int)random_below(seed, BASE_IDS - 1);
    *m = (struct model){.title = 1, .has_table = random_below(seed, 2)};
    for (int i = 0; i < IDS; i++) {
        m->order[i] = i;
        m->b[i].parent = -1;
    }
    m->b[0] = (struct model_block){
        .there = true, .kind = M_EVENT, .name = 0, .parent = -1};
    for (int i = 1; i <= n; i++)
        add_block(m, seed, i);
    for (int i = 0; i < KEYS && m->has_table; i++)
        m->entry[i] = (int)random_below(seed, 3);
}

/* What a text reads exists, as in every version that was released. */
static void
forget(const struct model *m, struct model_text *t)
{
    if (t->ref >= 0 && !m->b[t->ref].there)
        t->ref = -1;
}

static void
remove_block(struct model *m, int i)
{
    for (int k = 1; k < IDS; k++)
        if (m->b[k].there && k != i && model_inside(m, k, i)) {
            m->b[k].there = false;
        }
    m->b[i].there = false;
    for (int k = 0; k < IDS; k++) {
        forget(m, &m->b[k].field);
        for (int t = 0; t < TARGETS; t++)
            forget(m, &m->b[k].row[t]);
    }
}

static void
edit_rows(struct model_block *b, const struct model *m, uint64_t *seed,
          bool reorder)
{
    int t = (int)random_below(seed, TARGETS);
    int other = (int)random_below(seed, TARGETS);
    b->row[t] =
        random_below(seed, 3) ? any_text(m, seed) : (struct model_text){0, -1};
    if (reorder && random_below(seed, 2)) {
        int was = b->row_at[t];
        b->row_at[t] = b->row_at[other];
        b->row_at[other] = was;
    }
}

static void
edit_block(struct model *m, uint64_t *seed, int i, bool reorder)
{
    struct model_block *b = &m->b[i];
    int parent = b->parent, list = b->list;
    switch (random_below(seed, 10)) {
    case 0:
        b->name = any_name(m, seed);
        break;
    case 1:
        b->note = (int)random_below(seed, 4);
        break;
    case 2:
    case 3:
        b->field = any_text(m, seed);
        break;
    case 4:
    case 8:
        if (i > 0)
            remove_block(m, i);
        break;
    case 5:
    case 9:
        if (i > 0) {
            struct model was = *m;
            put_anywhere(m, seed, i);
            if (!reorder && b->parent == parent && b->list == list)
                *m = was;
        }
        break;
    default:
        if (b->kind == M_MAP)
            edit_rows(b, m, seed, reorder);
    }
}

void
model_edit(struct model *m, uint64_t *seed, int first, bool reorder)
{
    int edits = (int)random_below(seed, 11), next = first;
    for (int n = 0; n < edits; n++) {
        unsigned what = random_below(seed, 10);
        int i = any_block(m, seed);
        if (what == 0)
            m->title = 1 + (int)random_below(seed, 3);
        else if (what == 1 && m->has_table)
            m->entry[random_below(seed, KEYS)] = (int)random_below(seed, 3);
        else if (what == 2 && next < first + 7)
            add_block(m, seed, next++);
        else if (what == 3 && random_below(seed, 3) == 0 &&
                 !m->b[BOTH_ID].there)
            add_block(m, seed, BOTH_ID);
        else
            edit_block(m, seed, i, reorder);
    }
}
