/* A runtime in memory for tests of the manager. */
#include "tests/unit/manager/release/fake_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/ident.h"
#include "base/mem.h"

struct fake *
fake_new(void)
{
    struct fake *f = mem_alloc(sizeof *f);
    ident_new(f->id);
    f->users = value_array();
    memset(f->head, '0', 64);
    return f;
}

void
fake_free(struct fake *f)
{
    table_clear(&f->documents);
    table_clear(&f->receipts);
    table_clear(&f->places);
    value_free(f->entry);
    value_free(f->users);
    for (size_t i = 0; i < f->count; i++) {
        value_free(f->installations[i].answers);
        value_free(f->installations[i].connected);
        free(f->installations[i].pointers);
    }
    free(f->installations);
    for (size_t i = 0; i < f->feed_count; i++)
        value_free(f->feed[i]);
    free(f->feed);
    free(f->bases);
    free(f);
}

static void
keep(char *out, size_t size, const char *s)
{
    snprintf(out, size, "%s", s ? s : "");
}

/* --- facts ---------------------------------------------------------------- */

static struct value *
fact(struct fake *f, const char *kind)
{
    struct value *v = value_object();
    f->feed = mem_resize(f->feed, f->feed_count + 1, sizeof *f->feed);
    f->feed[f->feed_count++] = v;
    value_set_int(v, "sequence", (int64_t)f->feed_count);
    value_set_text(v, "at", AT);
    value_set_text(v, "kind", kind);
    return v;
}

static void
fact_of(struct fake *f, const char *kind, const struct fake_installation *i,
        const struct fake_pointer *p, const char *version, const char *cause)
{
    struct value *v = fact(f, kind);
    value_set_text(v, "installationId", i->id);
    if (p)
        value_set_text(v, "workflowId", p->workflow);
    if (version)
        value_set_text(v, "versionId", version);
    if (cause)
        value_set_text(v, "cause", cause);
    value_set_text(v, "userId", i->user);
    value_set_text(v, "integrationId", i->integration);
}

/* --- catalogue ------------------------------------------------------------ */

bool
fake_put_document(struct fake *f, const char *hash, const char *body)
{
    char found[DIGEST_SIZE];
    struct value *v = NULL;
    digest_hex(found, body, strlen(body));
    if (strcmp(found, hash) != 0)
        return false;
    if (table_get(&f->documents, hash))
        return true;
    if (value_read(&v, body, strlen(body), &value_limits_document, "fake",
                   NULL) != ERR_OK)
        return false;
    table_put(&f->documents, hash, v);
    return true;
}

bool
fake_put_integration(struct fake *f, const struct value *entry)
{
    value_free(f->entry);
    f->entry = value_copy(entry);
    return value_get_text(entry, "integrationId") != NULL;
}

static const struct base *
newest(const struct fake *f, const char *workflow)
{
    const struct base *found = NULL;
    for (size_t i = 0; i < f->base_count; i++)
        if (strcmp(f->bases[i].workflow, workflow) == 0)
            found = &f->bases[i];
    return found;
}

/* --- decisions ------------------------------------------------------------ */

struct decision {
    const char *outcome;
    char message[80];
    struct fake_installation *i;
    struct fake_pointer *p;
    const struct value *item;
    bool ok;
};

static void
decide(struct decision *d, bool ok, const char *outcome, const char *message)
{
    d->ok = ok;
    d->outcome = outcome;
    keep(d->message, sizeof d->message, message);
}

/* A version needs the customer where a block asks something that was not
 * answered, or has an app that is not connected. */
static bool
asks(const struct fake_installation *i, const struct value *document)
{
    const struct value *blocks = value_get(document, "blocks");
    for (size_t b = 0; b < value_size(blocks); b++) {
        const struct value *block = value_at(blocks, b);
        const struct value *values = value_get(block, "values");
        const char *app = value_get_text(block, "app");
        if (app && !value_get(i->connected, app))
            return true;
        for (size_t k = 0; k < value_size(values); k++)
            if (value_get(value_at(values, k), "ask") &&
                !value_get(value_get(i->answers, value_get_text(block, "id")),
                           value_get_text(value_at(values, k), "name")))
                return true;
    }
    return false;
}

static struct fake_installation *
find(const struct fake *f, const char *id)
{
    const struct value *v = id ? table_get(&f->places, id) : NULL;
    return v ? &f->installations[value_int_or(v, 1) - 1] : NULL;
}

static struct fake_pointer *
pointer_of(struct fake_installation *i, const char *workflow)
{
    for (size_t k = 0; i && workflow && k < i->count; k++)
        if (strcmp(i->pointers[k].workflow, workflow) == 0)
            return &i->pointers[k];
    return NULL;
}

static bool
is_base(const struct fake *f, const struct value *item)
{
    for (size_t i = 0; i < f->base_count; i++)
        if (strcmp(f->bases[i].version, value_get_text(item, "versionId")) ==
                0 &&
            strcmp(f->bases[i].hash, value_get_text(item, "hash")) == 0)
            return true;
    return false;
}

static void
decide_release(struct fake *f, struct decision *d, bool base)
{
    const char *hash = value_get_text(d->item, "hash");
    const char *expected = value_get_text(d->item, "expectedLive");
    const struct value *document = table_get(&f->documents, hash);
    if (!d->p || d->i->uninstalled)
        decide(d, false, "refused", "no such installation");
    else if (!document || (base && !is_base(f, d->item)))
        decide(d, false, "refused", "no such document or base");
    else if (strcmp(d->p->live, expected ? expected : "") != 0)
        decide(d, false, "stale", "another version is live");
    else if (*d->p->awaiting &&
             (!value_bool_or(value_get(d->item, "replaceAwaiting"), false) ||
              strcmp(value_text_or(value_get(d->item, "expectedAwaiting"), ""),
                     d->p->awaiting) != 0))
        decide(d, false, "refused", "another version awaits");
    else
        decide(d, true, asks(d->i, document) ? "awaiting" : "live", NULL);
}

static void
decide_withdraw(struct decision *d)
{
    const char *version = value_get_text(d->item, "versionId");
    if (!d->p)
        decide(d, false, "refused", "no such installation");
    else if (strcmp(d->p->awaiting, version) == 0)
        decide(d, true, "withdrawn", NULL);
    else if (strcmp(d->p->live, version) == 0)
        decide(d, false, "acceptedBefore", "the customer was first");
    else if (*d->p->awaiting)
        decide(d, false, "stale", "another version waits");
    else
        decide(d, false, "refused", "it does not await");
}

static void
decide_publish(struct fake *f, struct decision *d)
{
    const struct base *b = newest(f, value_get_text(d->item, "workflowId"));
    int64_t expected = value_int_or(value_get(d->item, "expectedBase"), -1);
    const char *id = value_text_or(value_get(d->item, "expectedBaseId"), "");
    if (!table_get(&f->documents, value_get_text(d->item, "hash")))
        decide(d, false, "refused", "no such document");
    else if ((b ? b->number : 0) != expected ||
             strcmp(b ? b->version : "", id) != 0)
        decide(d, false, "stale", "another base is the newest");
    else
        decide(d, true, "released", NULL);
}

static void
decide_item(struct fake *f, const char *kind, struct decision *d)
{
    d->i = find(f, value_get_text(d->item, "installationId"));
    d->p = pointer_of(d->i, value_get_text(d->item, "workflowId"));
    if (strcmp(kind, "release") == 0 || strcmp(kind, "base") == 0)
        decide_release(f, d, strcmp(kind, "base") == 0);
    else if (strcmp(kind, "withdraw") == 0)
        decide_withdraw(d);
    else if (strcmp(kind, "publish") == 0)
        decide_publish(f, d);
    else if (strcmp(kind, "pause") == 0)
        decide(d, d->i != NULL, d->i ? "paused" : "refused", NULL);
    else if (strcmp(kind, "resume") == 0)
        decide(d, d->i != NULL, d->i ? "resumed" : "refused", NULL);
    else if (strcmp(kind, "user") == 0)
        decide(d, true, "created", NULL);
    else
        decide(d, false, "refused", "not in this runtime");
}

/* --- effects -------------------------------------------------------------- */

static void
go_live(struct fake *f, struct fake_installation *i, struct fake_pointer *p,
        const char *version, const char *hash, const char *cause)
{
    keep(p->live, sizeof p->live, version);
    keep(p->live_hash, sizeof p->live_hash, hash);
    *p->awaiting = '\0';
    p->effects++;
    fact_of(f, "live", i, p, version, cause);
}

static void
effect_release(struct fake *f, struct decision *d, const char *kind)
{
    const char *version = value_get_text(d->item, "versionId");
    const char *hash = value_get_text(d->item, "hash");
    if (strcmp(d->outcome, "live") == 0) {
        go_live(f, d->i, d->p, version, hash, kind);
        return;
    }
    keep(d->p->awaiting, sizeof d->p->awaiting, version);
    keep(d->p->awaiting_hash, sizeof d->p->awaiting_hash, hash);
    d->p->effects++;
    fact_of(f, "awaiting", d->i, d->p, version, kind);
}

static void
effect_publish(struct fake *f, const struct value *item)
{
    struct base *b;
    struct value *v = fact(f, "published");
    f->bases = mem_resize(f->bases, f->base_count + 1, sizeof *f->bases);
    b = &f->bases[f->base_count++];
    keep(b->workflow, sizeof b->workflow, value_get_text(item, "workflowId"));
    keep(b->version, sizeof b->version, value_get_text(item, "versionId"));
    keep(b->hash, sizeof b->hash, value_get_text(item, "hash"));
    b->number = value_int_or(value_get(item, "base"), 0);
    value_set_text(v, "workflowId", b->workflow);
    value_set_text(v, "versionId", b->version);
    value_set_int(v, "base", b->number);
}

static void
effect_user(struct fake *f, const struct value *item)
{
    struct value *v = fact(f, "user");
    const char *const keys[] = {"userId", "username", "fullName"};
    for (int k = 0; k < 3; k++)
        value_set_text(v, keys[k], value_get_text(item, keys[k]));
    value_append(f->users, value_copy(item));
}

static void
effect(struct fake *f, const char *kind, struct decision *d)
{
    if (strcmp(kind, "release") == 0 || strcmp(kind, "base") == 0) {
        effect_release(f, d, kind);
    } else if (strcmp(kind, "withdraw") == 0) {
        *d->p->awaiting = '\0';
        d->p->effects++;
        fact_of(f, "withdrawn", d->i, d->p,
                value_get_text(d->item, "versionId"), NULL);
    } else if (strcmp(kind, "publish") == 0) {
        effect_publish(f, d->item);
    } else if (strcmp(kind, "user") == 0) {
        effect_user(f, d->item);
    } else {
        d->i->paused = strcmp(kind, "pause") == 0;
        fact_of(f, d->i->paused ? "paused" : "resumed", d->i, NULL, NULL, NULL);
    }
}

/* --- receipts ------------------------------------------------------------- */

static struct value *
item_answer(const struct decision *d, bool all)
{
    struct value *v = value_object();
    bool undone = d->ok && !all;
    value_set_text(v, "outcome", undone ? "refused" : d->outcome);
    if (undone || *d->message)
        value_set_text(v, "message",
                       undone ? "another item could not be done" : d->message);
    if (d->i)
        value_set_text(v, "installationId", d->i->id);
    if (d->p) {
        value_set_text(v, "workflowId", d->p->workflow);
        value_set_text(v, "liveVersionId", *d->p->live ? d->p->live : NULL);
        value_set_text(v, "awaitingVersionId",
                       *d->p->awaiting ? d->p->awaiting : NULL);
    }
    return v;
}

static struct value *
decide_request(struct fake *f, const struct value *request)
{
    const struct value *items = value_get(request, "items");
    const char *kind = value_get_text(request, "kind");
    size_t n = value_size(items);
    struct decision *d = mem_array(n, sizeof *d);
    struct value *receipt = value_object(), *list = value_array();
    bool all = true;
    for (size_t i = 0; i < n; i++) {
        d[i].item = value_at(items, i);
        decide_item(f, kind, &d[i]);
        all &= d[i].ok;
    }
    for (size_t i = 0; i < n && all; i++)
        effect(f, kind, &d[i]);
    for (size_t i = 0; i < n; i++)
        value_append(list, item_answer(&d[i], all));
    value_set_text(receipt, "key", value_get_text(request, "key"));
    value_set_int(receipt, "sequence", ++f->sequence);
    value_set_int(receipt, "feedSequence", fake_head(f));
    value_set_text(receipt, "outcome", all ? "done" : "refused");
    value_set_text(receipt, "at", AT);
    value_set(receipt, "items", list);
    value_set_text(receipt, "head", f->head);
    free(d);
    return receipt;
}

struct value *
fake_post(struct fake *f, const struct value *body)
{
    const struct value *requests = value_get(body, "requests");
    struct value *answer = value_object(), *list = value_array();
    for (size_t i = 0; i < value_size(requests); i++) {
        const struct value *request = value_at(requests, i);
        const char *key = value_get_text(request, "key");
        const struct value *known = table_get(&f->receipts, key);
        if (!known) {
            struct value *fresh = decide_request(f, request);
            table_put(&f->receipts, key, fresh);
            known = fresh;
        }
        value_append(list, value_copy(known));
    }
    value_set(answer, "data", list);
    return answer;
}

struct value *
fake_get_request(const struct fake *f, const char *key)
{
    const struct value *known = table_get(&f->receipts, key);
    return known ? value_copy(known) : NULL;
}

int64_t
fake_requests(const struct fake *f)
{
    return f->sequence;
}

/* --- customers ------------------------------------------------------------ */

struct fake_pointer *
fake_pointer(const struct fake *f, const char *id, const char *workflow)
{
    return pointer_of(find(f, id), workflow);
}

size_t
fake_install(struct fake *f, const char *username)
{
    const struct value *workflows = value_get(f->entry, "workflows");
    struct fake_installation *i;
    struct value *user = value_object();
    f->installations =
        mem_resize(f->installations, f->count + 1, sizeof *f->installations);
    i = &f->installations[f->count++];
    memset(i, 0, sizeof *i);
    ident_new(i->id);
    ident_new(i->user);
    keep(i->integration, sizeof i->integration,
         value_get_text(f->entry, "integrationId"));
    i->answers = value_object();
    i->connected = value_object();
    table_put(&f->places, i->id, value_int((int64_t)f->count));
    value_set_text(user, "userId", i->user);
    value_set_text(user, "username", username);
    value_set_text(user, "fullName", username);
    effect_user(f, user);
    value_free(user);
    fact_of(f, "installed", i, NULL, NULL, NULL);
    i->count = value_size(workflows);
    i->pointers = mem_array(i->count, sizeof *i->pointers);
    for (size_t k = 0; k < i->count; k++) {
        struct fake_pointer *p = &i->pointers[k];
        const struct base *b;
        keep(p->workflow, sizeof p->workflow,
             value_get_text(value_at(workflows, k), "workflowId"));
        b = newest(f, p->workflow);
        if (b)
            go_live(f, i, p, b->version, b->hash, "install");
    }
    return f->count - 1;
}

void
fake_uninstall(struct fake *f, size_t installation)
{
    f->installations[installation].uninstalled = true;
    fact_of(f, "uninstalled", &f->installations[installation], NULL, NULL,
            NULL);
}

void
fake_reinstall(struct fake *f, size_t installation)
{
    f->installations[installation].uninstalled = false;
    fact_of(f, "installed", &f->installations[installation], NULL, NULL, NULL);
}

/* The answers of the customer become known before the version goes live. */
static void
answer_all(struct fake *f, struct fake_installation *i,
           const struct value *document)
{
    const struct value *blocks = value_get(document, "blocks");
    struct value *v, *fields = value_array();
    for (size_t b = 0; b < value_size(blocks); b++) {
        const struct value *values = value_get(value_at(blocks, b), "values");
        const char *id = value_get_text(value_at(blocks, b), "id");
        for (size_t k = 0; k < value_size(values); k++) {
            const char *name = value_get_text(value_at(values, k), "name");
            struct value *one = value_object();
            if (!value_get(i->answers, id))
                value_set(i->answers, id, value_object());
            value_set_bool(value_get(i->answers, id), name, true);
            value_set_text(one, "blockId", id);
            value_set_text(one, "field", name);
            value_append(fields, one);
        }
    }
    v = fact(f, "answered");
    value_set_text(v, "installationId", i->id);
    value_set(v, "fields", fields);
}

bool
fake_accept(struct fake *f, size_t installation, size_t pointer)
{
    struct fake_installation *i = &f->installations[installation];
    struct fake_pointer *p = &i->pointers[pointer];
    char version[25], hash[65];
    if (!*p->awaiting || i->uninstalled)
        return false;
    keep(version, sizeof version, p->awaiting);
    keep(hash, sizeof hash, p->awaiting_hash);
    answer_all(f, i, table_get(&f->documents, hash));
    go_live(f, i, p, version, hash, "accepted");
    return true;
}
