/* The names of blocks in the result, and references that follow them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/source.h"
#include "workflow/carry/carry_private.h"
#include "workflow/document/texts.h"

/* Names of the result: by id, and which are taken. */
struct naming {
    struct value *of;    /* id to name */
    struct value *taken; /* name to true */
};

/* Gives the block ID the name WANTED, with a number where that is taken. */
static void
give(struct naming *n, const char *id, const char *wanted)
{
    char *name = mem_strdup(wanted);
    for (unsigned i = 2; value_get(n->taken, name); i++) {
        free(name);
        name = mem_printf("%.*s %u", DOCUMENT_MAX_NAME - 12, wanted, i);
    }
    value_set_text(n->of, id, name);
    value_set_bool(n->taken, name, true);
    free(name);
}

static const char *
name_in(const struct document *d, const char *id)
{
    const struct block *b = document_block(d, id);
    return b ? b->name : NULL;
}

/* What becomes of the renaming of the block O of OURS, which was WAS. */
static enum carry_state
renaming_state(const struct carrying *k, const struct block *o, const char *was)
{
    const char *theirs = name_in(k->theirs, o->id);
    return !theirs                           ? CARRY_GONE
           : strcmp(theirs, o->name) == 0    ? CARRY_SAME
           : was && strcmp(theirs, was) == 0 ? CARRY_CLEAN
                                             : CARRY_CONFLICT;
}

/* True where OURS renames the block B of THEIRS and that is clean. */
static bool
is_renamed(const struct carrying *k, const struct block *b)
{
    const struct block *o = document_block(k->ours, b->id);
    const char *was = name_in(k->base, b->id);
    return o && was && strcmp(o->name, was) != 0 &&
           renaming_state(k, o, was) == CARRY_CLEAN;
}

/* The name of every block of the three: first those that THEIRS says, then
 * what OURS renames, then what only OURS or BASE has. */
static void
choose_names(const struct carrying *k, struct naming *n)
{
    const struct document *rest[] = {k->ours, k->base};
    for (size_t i = 0; i < k->theirs->count; i++) {
        const struct block *b = &k->theirs->blocks[i];
        if (!is_renamed(k, b))
            give(n, b->id, b->name);
    }
    for (size_t i = 0; i < k->theirs->count; i++) {
        const struct block *b = &k->theirs->blocks[i];
        if (is_renamed(k, b))
            give(n, b->id, name_in(k->ours, b->id));
    }
    for (size_t r = 0; r < 2; r++)
        for (size_t i = 0; i < rest[r]->count; i++) {
            const struct block *b = &rest[r]->blocks[i];
            if (!value_get(n->of, b->id))
                give(n, b->id, b->name);
        }
}

/* Renames the block ID of *D to NAME, its references too. */
static enum err
rename_block(struct document **d, const char *id, const char *name,
             struct error *e)
{
    struct document *next = NULL;
    struct value *patch = NULL;
    enum err err = edit_rename(&patch, *d, id, name, e);
    if (!err)
        err = document_patch(&next, *d, patch, NULL, e);
    if (!err) {
        document_free(*d);
        *d = next;
    }
    value_free(patch);
    return err;
}

/* Gives the blocks of *D the names of N. Names may be exchanged: a block that
 * has the name of another one gets one of its own first. */
static enum err
set_names(struct document **d, const struct naming *n, struct error *e)
{
    struct value *left = value_array();
    enum err err = ERR_OK;
    for (size_t i = 0; i < (*d)->count; i++) {
        const struct block *b = &(*d)->blocks[i];
        if (strcmp(b->name, value_get_text(n->of, b->id)) != 0)
            value_append(left, value_string(b->id));
    }
    for (size_t i = 0; !err && i < value_size(left); i++) {
        const char *id = value_text(value_at(left, i), NULL);
        if (!value_get(n->taken, name_in(*d, id)))
            continue;
        char *between = mem_printf("renamed %s", id);
        err = rename_block(d, id, between, e);
        free(between);
    }
    for (size_t i = 0; !err && i < value_size(left); i++) {
        const char *id = value_text(value_at(left, i), NULL);
        err = rename_block(d, id, value_get_text(n->of, id), e);
    }
    value_free(left);
    return err;
}

/* Says what became of the renaming of the block B of OURS. */
static void
report(struct carrying *k, const struct naming *n, const struct block *b)
{
    const char *was = name_in(k->base, b->id);
    const char *theirs = name_in(k->theirs, b->id);
    const char *is = value_get_text(n->of, b->id);
    if ((was && strcmp(was, b->name) == 0) || (!was && !theirs))
        return;
    enum carry_state state = renaming_state(k, b, was);
    if (!was && state == CARRY_SAME)
        return;
    struct change c = {.kind = CHANGE_RENAMED,
                       .subject = SUBJECT_BLOCK,
                       .block_id = mem_strdup(b->id),
                       .block = mem_strdup(is)};
    c.text = mem_printf("renamed %s to %s", was ? was : theirs, is);
    if (state == CARRY_CONFLICT || state == CARRY_GONE) {
        struct value *a = was ? value_string(was) : NULL;
        struct value *o = value_string(b->name);
        struct value *t = theirs ? value_string(theirs) : NULL;
        carry_edit(
            k, &c, state,
            (struct conflict){
                .subject = CONFLICT_NAME, .base = a, .ours = o, .theirs = t});
        value_free(a);
        value_free(o);
        value_free(t);
    } else {
        carry_add(k, &c, state);
    }
    free(c.block_id);
    free(c.block);
    free(c.text);
}

/* Keeps which blocks have a number that OURS did not give them. */
static void
keep_wanted(struct carrying *k, const struct naming *n)
{
    for (size_t i = 0; i < k->ours->count; i++) {
        const struct block *o = &k->ours->blocks[i];
        const struct block *t = document_block(k->theirs, o->id);
        if (strcmp(o->name, value_get_text(n->of, o->id)) != 0 &&
            (!t || is_renamed(k, t)))
            value_set_text(k->wanted, o->id, o->name);
    }
}

enum err
carry_names(struct carrying *k, struct error *e)
{
    struct naming n = {value_object(), value_object()};
    choose_names(k, &n);
    for (size_t i = 0; i < k->ours->count; i++)
        report(k, &n, &k->ours->blocks[i]);
    for (size_t i = 0; i < k->theirs->count; i++) {
        const struct block *t = &k->theirs->blocks[i];
        const char *was = name_in(k->base, t->id);
        if (was && strcmp(was, t->name) != 0)
            value_set_bool(k->renamed, t->id, true);
    }
    keep_wanted(k, &n);
    enum err err = set_names(&k->base, &n, e);
    if (!err)
        err = set_names(&k->ours, &n, e);
    if (!err)
        err = set_names(&k->theirs, &n, e);
    value_free(n.of);
    value_free(n.taken);
    return err;
}

/* --- numbers that are not needed ------------------------------------------ */

struct search {
    const char *name;
    bool found;
};

static void
look_for_name(void *context, const struct text_place *place)
{
    struct search *s = context;
    char *renamed = source_rename_block(place->text, s->name, "another name");
    s->found = s->found || (renamed && strcmp(renamed, place->text) != 0);
    free(renamed);
}

/* True where a text of D refers to a block called NAME. */
static bool
refers_to(const struct document *d, const char *name)
{
    struct search s = {name, false};
    texts_of_document(d, look_for_name, &s);
    return s.found;
}

/* What was said of the block ID, with its name IS in the place of WAS. */
static void
say_again(struct carrying *k, const char *id, const char *was, const char *is)
{
    for (size_t i = 0; i < k->edits->count; i++) {
        struct carry_edit *one = &k->edits->items[i];
        char *at =
            text_equal(one->block_id, id) ? strstr(one->text, was) : NULL;
        if (!at)
            continue;
        char *text = mem_printf("%.*s%s%s", (int)(at - one->text), one->text,
                                is, at + strlen(was));
        free(one->text);
        free(one->block);
        one->text = text;
        one->block = mem_strdup(is);
    }
}

void
carry_numbers(struct carrying *k)
{
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < value_size(k->wanted); i++) {
            const char *id = value_key(k->wanted, i, NULL);
            const char *name = value_text(value_at(k->wanted, i), NULL);
            const struct block *b = document_block(k->now, id);
            if (!b || strcmp(b->name, name) == 0 ||
                document_block_named(k->now, name, strlen(name)) ||
                refers_to(k->now, name))
                continue;
            char *was = mem_strdup(b->name);
            again = rename_block(&k->now, id, name, NULL) == ERR_OK;
            if (again)
                say_again(k, id, was, name);
            free(was);
        }
    }
}
