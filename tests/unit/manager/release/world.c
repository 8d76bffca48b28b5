/* A store, a fake runtime and the way between them with its mishaps. */
#include "tests/unit/manager/release/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/session/audit.h"
#include "manager/session/seal.h"
#include "manager/session/store.h"
#include "remote/protocol.h"
#include "store/console.h"
#include "tests/unit/test.h"

#define T(n) "00000000-0000-4000-8000-00000000000" #n
#define DOCUMENT(name, n)                                                      \
    "{\"format\":1,\"formulas\":1,\"name\":\"" name "\",\"trigger\":{\"id\":"  \
    "\"" T(n) "\",\"kind\":\"event\",\"name\":\"Order\",\"event\":\"order.\"}" \
              ",\"blocks\":[{\"id\":\"10000000-0000-4000-8000-000000000001\"," \
              "\"kind\":"                                                      \
              "\"math\",\"name\":\"Tax\",\"formula\":\"=1+1\"}]}"

static const char integration[] =
    "{\"format\":1,\"key\":\"orders\",\"name\":\"Orders\",\"app\":\"http\","
    "\"workflows\":[{\"key\":\"sale\",\"name\":\"Sale\",\"document\":" DOCUMENT(
        "Sale", 1) "},{\"key\":\"refund\",\"name\":\"Refund\","
                   "\"document\":" DOCUMENT("Refund", 2) "}]}";

/* A step of the fixture that must not fail. */
static void
must(enum err err, const struct error *e, const char *what)
{
    if (err == ERR_OK)
        return;
    printf("# world: %s: %s\n", what, e->text);
    exit(1);
}

static void
open_manager(struct world *w)
{
    struct manager_session session = {.actor = "root"};
    struct error e;
    must(manager_open(&w->m, w->path, &session, &e), &e, "open");
}

static void
find_runtime(struct world *w)
{
    struct runtime_list list;
    struct error e;
    must(manager_runtime_list(w->m, &list, &e), &e, "runtime list");
    snprintf(w->runtime, sizeof w->runtime, "%s", list.rows[0].id);
    w->runtime_n = list.rows[0].n;
    w->cursor = list.rows[0].feed_cursor;
    runtime_list_clear(&list);
}

static void
make_folder(struct world *w)
{
    struct stat s;
    snprintf(w->folder, sizeof w->folder, "%s/tailor-world-XXXXXX",
             stat("/dev/shm", &s) == 0 && access("/dev/shm", W_OK) == 0
                 ? "/dev/shm"
                 : "/tmp");
    if (!mkdtemp(w->folder))
        abort();
    snprintf(w->path, sizeof w->path, "%s/store", w->folder);
}

void
world_open(struct world *w, size_t n)
{
    struct runtime_settings settings = {.name = "rt",
                                        .url = "https://localhost:1",
                                        .environment = "production",
                                        .ca_file = "/nowhere",
                                        .token_file = "/nowhere"};
    struct integration_added added;
    struct error e;
    memset(w, 0, sizeof *w);
    make_folder(w);
    must(manager_store_init(w->path, "root", NULL, &e), &e, "init");
    open_manager(w);
    w->rt = fake_new();
    must(manager_integration_add(w->m, integration, strlen(integration),
                                 "orders.json", &added, &e),
         &e, "integration add");
    must(manager_runtime_add(w->m, &settings, &e), &e, "runtime add");
    find_runtime(w);
    must(manager_publish(w->m, "orders", &(const char *){"rt"}, 1, NULL, &e), &e, "publish");
    world_settle(w);
    for (size_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "user-%zu", i);
        fake_install(w->rt, name);
    }
    world_settle(w);
}

/* Whatever a test did, every row is what the audit sealed. Sabotage: an
 * operation_seal, or the seal of a subject in operation_audit_as. */
static void
check_seals(struct world *w)
{
    struct buf report;
    struct error e;
    buf_init(&report, 16384);
    if (!w->altered && seal_check(w->m, &report, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, "seals", buf_str(&report), "no finding");
    buf_clear(&report);
}

void
world_close(struct world *w)
{
    static const char *const ends[] = {"", "-wake", "-sync", "-journal"};
    check_seals(w);
    manager_close(w->m);
    fake_free(w->rt);
    value_free(w->late);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", w->path, ends[i]);
        unlink(path);
    }
    rmdir(w->folder);
}

struct manager *
world_session(struct world *w, const char *actor, enum role role)
{
    struct manager_session session = {.actor = actor};
    struct manager *m;
    struct error e;
    must(manager_access_add(w->m, actor, role, NULL, PAYLOADS_AS_IS, NULL, &e), &e, "access");
    must(manager_open(&m, w->path, &session, &e), &e, "open");
    return m;
}

void
world_crash(struct world *w)
{
    manager_close(w->m);
    open_manager(w);
    find_runtime(w);
}

/* --- the way -------------------------------------------------------------- */

static struct value *
read_json(const char *text, size_t n)
{
    struct value *v = NULL;
    struct error e;
    must(value_read(&v, text, n, &value_limits_event, "wire", &e), &e, "json");
    return v;
}

/* The requests of a batch as they go over the wire, and their keys. */
static struct value *
request_body(const struct outbox_batch *b, const char **keys, size_t *n)
{
    const char **items = mem_array(b->count, sizeof *items);
    struct value *v;
    struct buf out;
    buf_init(&out, 64u << 20);
    buf_adds(&out, "{\"requests\":[");
    *n = 0;
    for (size_t i = 0; i < b->count;) {
        size_t first = i, k = 0;
        while (i < b->count && b->rows[i].lead == b->rows[first].lead)
            items[k++] = b->rows[i++].body;
        if (first > 0)
            buf_addc(&out, ',');
        keys[(*n)++] = b->rows[first].key;
        protocol_write_request(&out, b->rows[first].key, b->rows[first].kind,
                               b->rows[first].actor, items, k);
    }
    buf_adds(&out, "]}");
    v = read_json(buf_str(&out), out.len);
    buf_clear(&out);
    free(items);
    return v;
}

static void
apply(struct world *w, const struct value *answer, const char *const *keys,
      size_t n)
{
    struct receipt *receipts = mem_array(n, sizeof *receipts);
    bool went_back;
    struct error e;
    must(protocol_read_receipts(answer, keys, n, receipts, NULL, &e), &e, "receipts");
    must(manager_apply_receipts(w->m, w->runtime, receipts, n, &went_back, &e),
         &e, "apply");
    for (size_t i = 0; i < n; i++)
        protocol_clear_receipt(&receipts[i]);
    free(receipts);
}

void
world_late(struct world *w)
{
    const char *keys[8];
    if (!w->late)
        return;
    for (size_t i = 0; i < w->late_count; i++)
        keys[i] = w->late_keys[i];
    apply(w, w->late, keys, w->late_count);
    value_free(w->late);
    w->late = NULL;
}

static void
fail(struct world *w, const struct outbox_batch *b, bool arrived_not)
{
    struct error e;
    must(manager_outbox_failed(w->m, b, arrived_not, "cut off", &e), &e,
         "failed");
}

static void
keep_late(struct world *w, struct value *answer, const char *const *keys,
          size_t n)
{
    if (n > 8 || w->late) {
        value_free(answer);
        return;
    }
    w->late = answer;
    w->late_count = n;
    for (size_t i = 0; i < n; i++)
        snprintf(w->late_keys[i], 25, "%s", keys[i]);
}

/* It has arrived: what becomes of the answer. */
static void
answered(struct world *w, const struct outbox_batch *b, struct value *body,
         struct value *answer, const char *const *keys, size_t n,
         enum mishap mishap)
{
    if (mishap == CRASH_AFTER) {
        world_crash(w);
    } else if (mishap == ANSWER_LOST) {
        fail(w, b, false);
    } else if (mishap == ANSWER_LATE) {
        fail(w, b, false);
        keep_late(w, answer, keys, n);
        return;
    } else {
        if (mishap == SENT_TWICE) {
            value_free(answer);
            answer = fake_post(w->rt, body);
        }
        apply(w, answer, keys, n);
        if (mishap == APPLIED_TWICE)
            apply(w, answer, keys, n);
    }
    value_free(answer);
}

static void
post(struct world *w, const struct outbox_batch *b, enum mishap mishap)
{
    const char **keys = mem_array(b->count, sizeof *keys);
    struct value *body;
    struct error e;
    size_t n;
    must(manager_outbox_sent(w->m, b, &e), &e, "sent");
    body = request_body(b, keys, &n);
    if (mishap == CRASH_BEFORE)
        world_crash(w);
    else if (mishap == REQUEST_LOST)
        fail(w, b, true);
    else if (mishap == LOST_UNKNOWN)
        fail(w, b, false);
    else
        answered(w, b, body, fake_post(w->rt, body), keys, n, mishap);
    value_free(body);
    free(keys);
}

/* A lost answer is asked about before anything is sent again. */
static void
ask(struct world *w, const struct outbox_batch *b, enum mishap mishap)
{
    struct value *known = fake_get_request(w->rt, b->rows[0].key);
    if (!known)
        fail(w, b, true);
    else
        post(w, b, mishap);
    value_free(known);
}

static void
put(struct world *w, const struct outbox_batch *b, enum mishap mishap)
{
    const struct outbox_row *row = &b->rows[0];
    struct error e;
    bool ok = true;
    if (mishap == REQUEST_LOST || mishap == LOST_UNKNOWN) {
        fail(w, b, true);
        return;
    }
    if (strcmp(row->kind, "document") == 0) {
        ok = fake_put_document(w->rt, row->hash, row->body);
    } else {
        struct value *v = read_json(row->body, strlen(row->body));
        ok = fake_put_integration(w->rt, v);
        value_free(v);
    }
    if (!ok)
        printf("# world: the runtime refused a %s\n", row->kind);
    if (mishap == CRASH_AFTER)
        world_crash(w);
    else
        must(manager_outbox_delivered(w->m, b, ok ? NULL : "refused", &e), &e,
             "delivered");
}

bool
world_deliver(struct world *w, enum mishap mishap)
{
    struct outbox_batch b;
    struct error e;
    bool any;
    must(manager_outbox_due(w->m, world_due(w, 500), &b, &e), &e, "due");
    any = b.count > 0;
    if (any && !b.requests)
        put(w, &b, mishap);
    else if (any && b.rows[0].state == OUTBOX_UNKNOWN)
        ask(w, &b, mishap);
    else if (any)
        post(w, &b, mishap);
    outbox_batch_clear(&b);
    return any;
}

bool
world_feed(struct world *w, size_t limit, bool again)
{
    struct value *v = fake_feed(w->rt, w->cursor, limit);
    struct fact_page page;
    struct error e;
    bool any;
    must(protocol_read_feed(v, w->cursor, &page, &e), &e, "feed");
    any = page.count > 0;
    must(manager_apply_facts(w->m, w->runtime, &page, &e), &e, "facts");
    if (again)
        must(manager_apply_facts(w->m, w->runtime, &page, &e), &e, "facts");
    w->cursor = page.cursor;
    protocol_clear_page(&page);
    value_free(v);
    return any;
}

void
world_settle(struct world *w)
{
    bool more = true;
    world_late(w);
    while (more) {
        more = world_deliver(w, WENT_WELL);
        more |= world_feed(w, 1000, false);
    }
}

/* --- drafts --------------------------------------------------------------- */

const char *
world_installation(size_t i)
{
    static char name[4][48];
    static unsigned turn;
    char *out = name[turn++ % 4];
    snprintf(out, 48, "user-%zu/orders", i);
    return out;
}

static enum err
patch(struct world *w, const char *draft, const char *text, struct error *e)
{
    struct value *v = read_json(text, strlen(text));
    enum err err = manager_draft_edit(w->m, draft, NULL, v, NULL, e);
    value_free(v);
    return err;
}

enum err
world_edit(struct world *w, const char *draft, int number, struct error *e)
{
    char text[160];
    snprintf(text, sizeof text,
             "[{\"op\":\"replace\",\"path\":\"/blocks/0/formula\",\"value\":"
             "\"=1+%d\"}]",
             number);
    return patch(w, draft, text, e);
}

enum err
world_ask(struct world *w, const char *draft, struct error *e)
{
    char id[37], text[320];
    uuid_new(id);
    snprintf(text, sizeof text,
             "[{\"op\":\"add\",\"path\":\"/blocks/1\",\"value\":{\"id\":\"%s\","
             "\"kind\":\"variables\",\"name\":\"Ask %.8s\",\"values\":"
             "[{\"name\":\"region\",\"ask\":{\"label\":\"Region\"}}]}}]",
             id, id);
    return patch(w, draft, text, e);
}

enum err
world_fork(struct world *w, size_t i, const char *workflow, int number,
           bool ask_more, char id[25], struct error *e)
{
    enum err err = manager_draft_fork(w->m, world_installation(i), workflow,
                                      NULL, DRAFT_ANOTHER, id, e);
    if (!err)
        err = world_edit(w, id, number, e);
    if (!err && ask_more)
        err = world_ask(w, id, e);
    return err;
}

void
world_release(struct world *w, size_t i, const char *workflow, int number,
              bool ask_more, char version[25])
{
    struct release_options o = {.note = "test"};
    struct release_plan plan;
    struct error e;
    const char *drafts[1] = {version};
    must(world_fork(w, i, workflow, number, ask_more, version, &e), &e, "fork");
    must(manager_release(w->m, drafts, 1, &o, &plan, &e), &e, "release");
    release_plan_clear(&plan);
}

/* --- looking -------------------------------------------------------------- */

const struct installed_workflow_row *
world_row(struct world *w, size_t i, const char *workflow,
          struct installed_workflow_list *list)
{
    struct error e;
    must(manager_installation_workflows(w->m, world_installation(i), list, &e),
         &e, "workflows");
    for (size_t k = 0; k < list->count; k++)
        if (strcmp(list->rows[k].workflow_key, workflow) == 0)
            return &list->rows[k];
    abort();
}

struct fake_pointer *
world_pointer(struct world *w, size_t i, const char *workflow)
{
    struct installed_workflow_list list;
    const struct installed_workflow_row *row = world_row(w, i, workflow, &list);
    struct fake_pointer *p =
        fake_pointer(w->rt, fake_at(w->rt, i)->id, row->workflow_id);
    installed_workflow_list_clear(&list);
    return p;
}

int64_t
world_audit_count(struct world *w)
{
    struct audit_verdict v;
    struct error e;
    must(audit_verify(w->m, NULL, &v, &e), &e, "audit");
    return v.records;
}
