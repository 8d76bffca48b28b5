/* A sample as a tree of lines: reading, folds, paths; sample_tree_rows.c makes
 * the rows of a table. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/path/tree.h"
#include "ui/draft/sample_tree_private.h"

enum { LINES_MOST = 4000000 };

struct sample_tree *
sample_tree_new(void)
{
    struct sample_tree *t = mem_alloc(sizeof *t);
    t->found = SAMPLE_TREE_NONE;
    t->indent = 2;
    t->indent_most = 20;
    return t;
}

void
sample_tree_free(struct sample_tree *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->root_count; i++) {
        tape_clear(&t->roots[i]->tape);
        free(t->roots[i]->text);
        free(t->roots[i]->prefix);
        free(t->roots[i]);
    }
    free(t->roots);
    free(t->lines);
    free(t->shown);
    free(t);
}

/* --- reading -------------------------------------------------------------- */

static uint32_t
add_line(struct sample_tree *t, struct tree_line line)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 256;
        t->lines = mem_resize(t->lines, t->capacity, sizeof *t->lines);
    }
    t->lines[t->count] = line;
    return (uint32_t)t->count++;
}

/* The depth of tapes is bounded by their reader, and so is the recursion. */
static void
add_node(struct sample_tree *t, struct tree_line line)
{
    const struct tape *tape = &t->roots[line.root]->tape;
    const struct tape_node *n = &tape->nodes[line.value];
    bool object = n->type == VALUE_OBJECT;
    uint32_t at = line.value + 1, me = add_line(t, line);
    for (uint32_t place = 0; n->type >= VALUE_ARRAY && at < n->next; place++) {
        uint32_t value = at + object;
        const struct tape_node *child = &tape->nodes[value];
        bool folded = !object && place > 0 && child->type >= VALUE_ARRAY;
        add_node(t, (struct tree_line){.value = value,
                                       .parent = me,
                                       .place = place,
                                       .root = line.root,
                                       .depth = (uint16_t)(line.depth + 1),
                                       .named = object,
                                       .folded = folded});
        at = child->next;
    }
    t->lines[me].end = (uint32_t)t->count;
}

enum err
sample_tree_add(struct sample_tree *t, const char *prefix, const char *text,
                size_t n, struct error *e)
{
    struct tree_root *root = mem_alloc(sizeof *root);
    root->text = mem_strndup(text, n);
    root->prefix = mem_strdup(prefix);
    tape_init(&root->tape);
    enum err err =
        tape_read(&root->tape, root->text, n, &value_limits_event, "sample", e);
    if (err == ERR_OK && t->count + root->tape.count > LINES_MOST)
        err = error_set(e, ERR_TOO_BIG, "The sample has too many fields");
    if (err != ERR_OK || t->root_count > UINT16_MAX) {
        tape_clear(&root->tape);
        free(root->text);
        free(root->prefix);
        free(root);
        return err;
    }
    t->roots = mem_resize(t->roots, t->root_count + 1, sizeof *t->roots);
    t->roots[t->root_count] = root;
    add_node(t, (struct tree_line){.parent = SAMPLE_TREE_NONE,
                                   .root = (uint16_t)t->root_count++});
    t->stale = true;
    return ERR_OK;
}

size_t
sample_tree_count(const struct sample_tree *t)
{
    return t->count;
}

/* --- folds ---------------------------------------------------------------- */

bool
sample_tree_holds(const struct sample_tree *t, uint32_t line)
{
    return line < t->count && t->lines[line].end > line + 1;
}

bool
sample_tree_folded(const struct sample_tree *t, uint32_t line)
{
    return line < t->count && t->lines[line].folded;
}

void
sample_tree_fold(struct sample_tree *t, uint32_t line, bool fold)
{
    if (!sample_tree_holds(t, line))
        return;
    t->lines[line].folded = fold;
    t->stale = true;
}

void
sample_tree_reveal(struct sample_tree *t, uint32_t line)
{
    while (line < t->count && (line = t->lines[line].parent) < t->count)
        sample_tree_fold(t, line, false);
}

void
sample_tree_fold_others(struct sample_tree *t, uint32_t line)
{
    for (uint32_t i = 0; i < t->count; i++)
        sample_tree_fold(t, i, t->lines[i].parent != SAMPLE_TREE_NONE);
    sample_tree_reveal(t, line);
}

uint32_t
sample_tree_parent(const struct sample_tree *t, uint32_t line)
{
    return line < t->count ? t->lines[line].parent : SAMPLE_TREE_NONE;
}

/* --- paths ---------------------------------------------------------------- */

const struct tape_node *
tree_node(const struct sample_tree *t, uint32_t line)
{
    const struct tree_line *l = &t->lines[line];
    return &t->roots[l->root]->tape.nodes[l->value];
}

/* Appends the step from the line around LINE to it. */
static void
add_step(const struct sample_tree *t, uint32_t line, bool positions, bool first,
         struct buf *out)
{
    const struct tree_line *l = &t->lines[line];
    const struct tape *tape = &t->roots[l->root]->tape;
    if (l->named) {
        struct buf name;
        buf_init(&name, tape->text_len);
        tape_string(tape, l->value - 1, &name);
        path_write_name(buf_str(&name), name.len, first, out);
        buf_clear(&name);
        return;
    }
    buf_adds(out, first ? "$" : "");
    if (positions)
        buf_addf(out, "[%u]", l->place);
    else
        buf_adds(out, "[*]");
}

void
tree_add_name(const struct sample_tree *t, uint32_t line, struct buf *out)
{
    const struct tree_line *l = &t->lines[line];
    if (l->parent != SAMPLE_TREE_NONE && l->named)
        add_step(t, line, true, true, out);
    else if (l->parent != SAMPLE_TREE_NONE)
        buf_addf(out, "[%u]", l->place);
    else
        buf_addf(out, "%s$", t->roots[l->root]->prefix);
}

void
sample_tree_path(const struct sample_tree *t, uint32_t line, bool positions,
                 struct buf *out)
{
    uint32_t steps[VALUE_DEPTH_MAX];
    size_t n = 0;
    if (line >= t->count)
        return;
    buf_adds(out, t->roots[t->lines[line].root]->prefix);
    for (; t->lines[line].parent != SAMPLE_TREE_NONE && n < VALUE_DEPTH_MAX;
         line = t->lines[line].parent)
        steps[n++] = line;
    if (n == 0)
        buf_addc(out, '$');
    for (size_t i = n; i-- > 0;)
        add_step(t, steps[i], positions, i + 1 == n, out);
}

bool
sample_tree_in_list(const struct sample_tree *t, uint32_t line)
{
    for (; line < t->count; line = t->lines[line].parent) {
        if (t->lines[line].parent != SAMPLE_TREE_NONE && !t->lines[line].named)
            return true;
    }
    return false;
}

/* True where the path of LINE begins PATH, up to the end of a step. */
static bool
leads_to(const struct sample_tree *t, uint32_t line, const char *path,
         bool *there)
{
    struct buf text[2];
    bool leads = false;
    for (int i = 0; i < 2; i++) {
        buf_init(&text[i], TREE_PATH_MOST);
        sample_tree_path(t, line, i, &text[i]);
        *there = *there || strcmp(buf_str(&text[i]), path) == 0;
        leads = leads || text_starts(path, buf_str(&text[i]));
    }
    buf_clear(&text[0]);
    buf_clear(&text[1]);
    return leads || t->lines[line].parent == SAMPLE_TREE_NONE;
}

uint32_t
sample_tree_find(const struct sample_tree *t, const char *path)
{
    bool there = false;
    if (text_starts(path, "$."))
        path += 2;
    for (uint32_t i = 0; i < t->count;) {
        bool leads = leads_to(t, i, path, &there);
        if (there)
            return i;
        i = leads ? i + 1 : t->lines[i].end;
    }
    return SAMPLE_TREE_NONE;
}

void
tree_add_scalar(const struct sample_tree *t, uint32_t line, size_t most,
                struct buf *out)
{
    const struct tree_line *l = &t->lines[line];
    const struct tape_node *n = tree_node(t, line);
    const char *text = t->roots[l->root]->tape.text + n->start;
    const char *quote = n->type == VALUE_STRING ? "\"" : "";
    size_t length =
        n->length > most ? utf8_valid_prefix(text, most) : n->length;
    buf_adds(out, quote);
    buf_add(out, text, length);
    buf_adds(out, length < n->length ? " …" : quote);
}

void
sample_tree_value(const struct sample_tree *t, uint32_t line, size_t most,
                  struct buf *out)
{
    if (line >= t->count)
        return;
    if (tree_node(t, line)->type < VALUE_ARRAY)
        tree_add_scalar(t, line, most, out);
    else
        tape_write(&t->roots[t->lines[line].root]->tape, t->lines[line].value,
                   out);
}
