/* What starts a live version. */
#include "runtime/installed/trigger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/installed/live.h"
#include "store/runtime.h"

void
trigger_facts_of(const struct document *d, struct trigger_facts *out)
{
    const struct block *t = d->trigger;
    const char *event = t ? block_text(t, "event") : "";
    const struct value *sample = t ? block_field(t, "sample") : NULL;
    *out =
        (struct trigger_facts){.kind = mem_strdup(t ? t->kind->name : ""),
                               .event = *event ? mem_strdup(event) : NULL,
                               .sample = sample ? value_to_text(sample) : NULL};
}

void
trigger_facts_clear(struct trigger_facts *f)
{
    free(f->kind);
    free(f->event);
    free(f->sample);
    *f = (struct trigger_facts){0};
}

enum err
trigger_keep(struct db *db, const char *hash, const struct trigger_facts *f,
             struct error *e)
{
    struct db_stmt *q = db_use(db, RS_TRIGGER_ADD);
    db_text(q, hash);
    db_text(q, f->kind);
    db_text(q, f->event);
    db_text(q, f->sample);
    return db_run(q, e);
}

enum err
trigger_learn(struct db *db, const char *hash, char **kind, char **event,
              struct error *e)
{
    struct document *d = NULL;
    struct trigger_facts facts;
    enum err err = live_document(db, hash, &d, e);
    if (err != ERR_OK)
        return err;
    trigger_facts_of(d, &facts);
    document_free(d);
    err = trigger_keep(db, hash, &facts, e);
    *kind = mem_strdup(facts.kind);
    *event = facts.event ? mem_strdup(facts.event) : NULL;
    trigger_facts_clear(&facts);
    return err;
}

/* The kind of the trigger of the document HASH, which the caller frees. */
static enum err
trigger_kind(struct db *db, const char *hash, char **kind, struct error *e)
{
    char *event = NULL;
    struct db_stmt *q = db_use(db, RS_TRIGGER_KIND);
    *kind = NULL;
    db_text(q, hash);
    if (db_row(q))
        *kind = mem_strdup(db_get_text(q));
    enum err err = db_end(q, e);
    if (err == ERR_OK && !*kind)
        err = trigger_learn(db, hash, kind, &event, e);
    free(event);
    return err;
}

enum err
trigger_check_no_input(struct db *db, const char *hash, struct error *e)
{
    char *kind;
    enum err err = trigger_kind(db, hash, &kind, e);
    if (err == ERR_OK &&
        strcmp(kind, kind_get(KIND_installation)->name) != 0)
        err = error_set(e, ERR_REFUSED,
                        "the workflow starts with what its trigger (%s) gives, "
                        "and a run without it would send nothing that the "
                        "customer has (give the run an input)",
                        *kind ? kind : "none");
    free(kind);
    return err;
}

static enum err
read_list(struct db *db, struct db_stmt *q, struct trigger_list *out,
          struct error *e)
{
    struct rs_trigger found;
    *out = (struct trigger_list){0};
    while (rs_trigger_next(q, &found)) {
        out->items = mem_resize(out->items, out->count + 1, sizeof *out->items);
        struct trigger *t = &out->items[out->count++];
        *t = (struct trigger){.installed = found.installed,
                              .version = found.version,
                              .kind = mem_strdup(found.kind),
                              .event = mem_strdup(found.event)};
        snprintf(t->hash, sizeof t->hash, "%s", found.hash);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < out->count && err == ERR_OK; i++) {
        struct trigger *t = &out->items[i];
        if (!t->kind)
            err = trigger_learn(db, t->hash, &t->kind, &t->event, e);
    }
    return err;
}

enum err
trigger_list_user(struct db *db, int64_t user, int64_t installation,
                  struct trigger_list *out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_TRIGGERS_OF_USER);
    db_int(q, user);
    db_int(q, installation);
    return read_list(db, q, out, e);
}

enum err
trigger_list_installation(struct db *db, int64_t installation,
                          struct trigger_list *out, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_TRIGGERS_OF_INSTALLATION);
    db_int(q, installation);
    return read_list(db, q, out, e);
}

void
trigger_list_clear(struct trigger_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->items[i].kind);
        free(l->items[i].event);
    }
    free(l->items);
    *l = (struct trigger_list){0};
}
