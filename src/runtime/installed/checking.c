/* Documents that a console sends, checked on threads beside the core. */
#include "runtime/installed/checking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/installed/live.h"
#include "runtime/runtime.h"
#include "workflow/validate/validate.h"

enum {
    LARGE_BYTES = 16 * 1024, /* a document of which the core checks no more */
    KEPT_MS = 60000          /* for a call that does not come back */
};

/* A document that is being checked, or was. */
struct checking {
    struct checking *next;
    struct runtime *runtime;
    char hash[DIGEST_SIZE];
    bool ended;
    int64_t ended_ms; /* monotonic */
    unsigned pieces;  /* of work that the core has not freed */
    /* The thread's while a piece runs. */
    struct buf text;
    bool connector;
    struct trigger_facts trigger;
    struct document *document;
    struct connector_set connectors; /* those that it pins */
    struct error why;
};

/* --- what is checked ------------------------------------------------------ */

/* A document that is a connector says which app it is of; a workflow cannot. */
static bool
is_connector(const struct value *v)
{
    return value_get(v, "app") && value_get(v, "actions");
}

static enum err
check_canonical(const struct buf *canonical, const struct buf *text,
                struct error *e)
{
    if (canonical->len != text->len ||
        memcmp(canonical->data, text->data, text->len) != 0)
        return error_set(e, ERR_INVALID,
                         "document: it is not in canonical form (sorted keys, "
                         "no white space, no written-out defaults)");
    return ERR_OK;
}

static enum err
parse_connector(const struct buf *text, struct error *e)
{
    struct connector *c = NULL;
    struct buf canonical;
    buf_init_any(&canonical);
    enum err err = connector_parse(&c, text->data, text->len, "connector", e);
    if (err == ERR_OK) {
        connector_write(c, &canonical);
        err = check_canonical(&canonical, text, e);
    }
    connector_free(c);
    buf_clear(&canonical);
    return err;
}

static enum err
parse_workflow(const struct buf *text, struct document **out, struct error *e)
{
    struct buf canonical;
    buf_init_any(&canonical);
    enum err err = document_parse(out, text->data, text->len, "workflow", e);
    if (err == ERR_OK) {
        document_write(*out, &canonical);
        err = check_canonical(&canonical, text, e);
    }
    buf_clear(&canonical);
    return err;
}

static void
parse(struct checking *c)
{
    struct value *v = NULL;
    enum err err = value_read(&v, c->text.data, c->text.len,
                              &value_limits_document, "document", &c->why);
    c->connector = is_connector(v);
    value_free(v);
    if (err == ERR_OK)
        (void)(c->connector ? parse_connector(&c->text, &c->why)
                            : parse_workflow(&c->text, &c->document, &c->why));
    buf_clear(&c->text);
}

static void
validate(struct checking *c)
{
    (void)validate_or_error(c->document, &c->connectors, &c->why);
}

static bool
goes_on(const struct checking *c)
{
    return c->document && c->why.code == ERR_OK;
}

/* --- the list ------------------------------------------------------------- */

static struct checking **
find(struct runtime *r, const char *hash)
{
    struct checking **at = &r->checking;
    while (*at && strcmp((*at)->hash, hash) != 0)
        at = &(*at)->next;
    return at;
}

static void
clear(struct checking *c)
{
    buf_clear(&c->text);
    connector_set_clear(&c->connectors);
    document_free(c->document);
    c->document = NULL;
}

static void
drop(struct checking **at)
{
    struct checking *c = *at;
    *at = c->next;
    clear(c);
    trigger_facts_clear(&c->trigger);
    free(c);
}

void
checking_clear(struct checking **list)
{
    while (*list)
        drop(list);
}

static void
drop_old(struct runtime *r)
{
    int64_t now = clock_monotonic_ms();
    for (struct checking **at = &r->checking; *at;)
        if ((*at)->ended && (*at)->pieces == 0 &&
            now - (*at)->ended_ms > KEPT_MS)
            drop(at);
        else
            at = &(*at)->next;
}

static struct checking *
add(struct runtime *r, const struct checked_text *t)
{
    struct checking *c = mem_alloc(sizeof *c);
    *c = (struct checking){.next = r->checking, .runtime = r};
    snprintf(c->hash, sizeof c->hash, "%s", t->hash);
    buf_init_any(&c->text);
    buf_add(&c->text, t->text, t->len);
    connector_set_init(&c->connectors);
    r->checking = c;
    return c;
}

/* --- on threads ----------------------------------------------------------- */

static void
parse_it(void *ctx, const atomic_bool *stopped)
{
    if (!atomic_load(stopped))
        parse(ctx);
}

static void
validate_it(void *ctx, const atomic_bool *stopped)
{
    if (!atomic_load(stopped))
        validate(ctx);
}

/* A piece of C is freed. Where a commit failed, or the core ends, nothing else
 * came of it: who asks again begins anew. */
static void
piece_is_over(void *ctx)
{
    struct checking *c = ctx;
    if (--c->pieces == 0 && !c->ended)
        drop(find(c->runtime, c->hash));
}

static void
begin(struct core *core, struct checking *c,
      void (*run)(void *ctx, const atomic_bool *stopped),
      enum err (*then)(struct core *core, void *ctx, struct error *e))
{
    const struct core_background work = {
        .run = run, .then = {.run = then, .free = piece_is_over, .ctx = c}};
    c->pieces++;
    core_begin_background(core, &work);
}

static enum err
is_checked(struct core *core, void *ctx, struct error *e)
{
    struct checking *c = ctx;
    (void)e;
    if (goes_on(c)) {
        asks_note(&c->runtime->asks, c->hash, c->document, &c->connectors);
        trigger_facts_of(c->document, &c->trigger);
    }
    clear(c);
    c->ended = true;
    c->ended_ms = clock_monotonic_ms();
    core_wake(core, CORE_TOPIC_DOCUMENTS);
    return ERR_OK;
}

static enum err
is_parsed(struct core *core, void *ctx, struct error *e)
{
    struct checking *c = ctx;
    if (goes_on(c))
        (void)live_connectors(core_db(core), c->document, &c->connectors,
                              &c->why);
    if (!goes_on(c))
        return is_checked(core, c, e);
    begin(core, c, validate_it, is_checked);
    return ERR_OK;
}

/* --- asking --------------------------------------------------------------- */

/* The same at once. */
static void
check_here(struct core *core, struct checking *c)
{
    parse(c);
    if (goes_on(c))
        (void)live_connectors(core_db(core), c->document, &c->connectors,
                              &c->why);
    if (goes_on(c))
        validate(c);
    (void)is_checked(core, c, NULL);
}

enum err
checking_ask(struct core *core, const struct checked_text *t,
             struct checked *out, struct error *e)
{
    struct runtime *r = core_runtime(core);
    drop_old(r);
    *out = (struct checked){0};
    struct checking *c = *find(r, t->hash);
    if (!c && t->len > LARGE_BYTES) {
        begin(core, add(r, t), parse_it, is_parsed);
        c = *find(r, t->hash);
    } else if (!c) {
        check_here(core, c = add(r, t));
    }
    if (!c || !c->ended || c->pieces > 0) /* they are freed after this tick */
        return ERR_OK;
    enum err err = c->why.code;
    *out = (struct checked){true, c->connector, c->trigger};
    c->trigger = (struct trigger_facts){0};
    if (err != ERR_OK && e)
        *e = c->why;
    drop(find(r, t->hash));
    return err;
}
