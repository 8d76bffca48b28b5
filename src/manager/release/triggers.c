/* What becomes of the trigger: another one, or the same with other fields. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/release/parts.h"
#include "workflow/edit/diff.h"

struct lines {
    const char **items;
    size_t count;
    struct pool *pool;
};

/* TEXT is taken. */
static void
add(struct lines *l, char *text)
{
    plan_line_add(&l->items, &l->count, l->pool, text);
    free(text);
}

/* A trigger's identity is its block id: what another id means is told. */
static void
say_replaced(struct lines *l, const struct block *a, const struct block *b)
{
    add(l, mem_printf("%s (%s) stops: its URL, schedule or cursor is given up",
                      a->name, a->kind->name));
    add(l, mem_printf("%s (%s) starts from now", b->name, b->kind->name));
}

/* The fields of the trigger B that are others. */
static void
say_fields(struct lines *l, const struct document *from,
           const struct document *to, const struct block *b)
{
    struct change_list changes;
    change_list_init(&changes);
    diff_documents(from, to, &changes);
    for (size_t i = 0; i < changes.count; i++) {
        const struct change *c = &changes.items[i];
        if (c->subject == SUBJECT_FIELD && c->block_id &&
            strcmp(c->block_id, b->id) == 0)
            add(l, mem_strdup(c->text));
    }
    change_list_clear(&changes);
}

/* The event that started it starts it no longer: whoever sends it must know. */
static void
say_event(struct lines *l, const struct block *a, const struct block *b)
{
    const char *old = block_text(a, "event"), *new = block_text(b, "event");
    if (*old && !text_equal(old, new))
        add(l, mem_printf("the event \"%s\" does not start it any more", old));
}

const char **
plan_trigger_lines(const struct document *from, const struct document *to,
                   struct pool *pool)
{
    const struct block *a = from->trigger, *b = to->trigger;
    struct lines l = {mem_array(1, sizeof *l.items), 0, pool};
    if (!a || !b)
        return l.items;
    if (strcmp(a->id, b->id) != 0)
        say_replaced(&l, a, b);
    else
        say_fields(&l, from, to, b);
    say_event(&l, a, b);
    return l.items;
}
