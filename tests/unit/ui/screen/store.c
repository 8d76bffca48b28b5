/* The store of the console's tests. */
#include "store/console.h"
#include "tests/unit/ui/screen/store.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "manager/catalogue/catalogue.h"
#include "manager/draft/version.h"
#include "manager/exchange/facts.h"
#include "manager/exchange/runtime.h"
#include "manager/session/audit.h"
#include "manager/session/store.h"
#include "remote/lock.h"
#include "tests/unit/test.h"
#include "ui/screen/console.h"
#include "ui/term/script.h"

#define KEY "netsuite-order-to-cash"

static const char *const customers[] = {
    "EnterpriseCo", "Globex",    "Initech",
    "Soylent GmbH", "東京 商事", "Evil\x1b[31m\xe2\x80\xae Ltd"};
enum { CUSTOMERS = sizeof customers / sizeof customers[0] };

/* A helper that fails ends the tests: nothing after it would mean anything. */
static void
must(enum err err, const struct error *e, const char *what)
{
    if (err == ERR_OK)
        return;
    printf("Bail out! %s: %s\n", what, e->text);
    exit(1);
}

static void
read_data(const char *name, struct buf *out)
{
    struct error e = {0};
    char *path = mem_printf("%s/%s", DATA_DIR, name);
    buf_init(out, 16 << 20);
    must(file_read(path, out, &e), &e, path);
    free(path);
}

static void
add_connector(struct manager *m, const char *name)
{
    struct buf text;
    struct error e = {0};
    char hash[65];
    read_data(name, &text);
    must(manager_connector_add(m, buf_str(&text), text.len, name, hash, &e), &e,
         name);
    buf_clear(&text);
}

static void
add_integration(struct manager *m, const char *key)
{
    struct integration_added added;
    struct buf text;
    struct error e = {0};
    char *file = mem_printf("integrations/%s.json", key);
    read_data(file, &text);
    must(manager_integration_add(m, buf_str(&text), text.len, key, &added, &e),
         &e, key);
    free(file);
    buf_clear(&text);
}

/* The ids of the integration KEY and its first workflow. */
static void
ids_of(struct manager *m, const char *key, struct small_ids *ids)
{
    struct runtime_list runtimes = {0};
    struct integration_list integrations = {0};
    struct workflow_list workflows = {0};
    struct version_list versions = {0};
    struct error e = {0};
    must(manager_runtime_list(m, &runtimes, &e), &e, "runtimes");
    must(manager_integration_list(m, key, &integrations, &e), &e,
         "integration");
    must(manager_workflow_list(m, key, &workflows, &e), &e, "workflows");
    must(manager_version_list(m, workflows.rows[0].id, NULL, &versions, &e), &e,
         "versions");
    snprintf(ids->runtime, sizeof ids->runtime, "%s", runtimes.rows[0].id);
    snprintf(ids->integration, sizeof ids->integration, "%s",
             integrations.rows[0].id);
    snprintf(ids->workflow, sizeof ids->workflow, "%s", workflows.rows[0].id);
    snprintf(ids->version, sizeof ids->version, "%s", versions.rows[0].id);
    runtime_list_clear(&runtimes);
    integration_list_clear(&integrations);
    workflow_list_clear(&workflows);
    version_list_clear(&versions);
}

void
small_store_ids(struct manager *m, struct small_ids *ids)
{
    ids_of(m, KEY, ids);
}

/* What a runtime would tell: users, then their installations in STATE, whose
 * workflow is ACTIVE or paused on its own. */
#define NETSUITE                                                               \
    "{\"app\":\"netsuite\",\"scopes\":[\"rest_webservices\"]}"

/* What is connected, from JSON; the caller frees it. */
static struct value *
connected_apps(const char *apps)
{
    struct value *connected = NULL;
    struct error e = {0};
    must(value_read(&connected, apps, strlen(apps), &value_limits_event, "apps",
                    &e),
         &e, "apps");
    return connected;
}

static void
add_customers(struct manager *m, const struct small_ids *ids, int state,
              bool active)
{
    struct state_workflow live = {.workflow_id = ids->workflow,
                                  .live_version_id = ids->version,
                                  .active = active};
    struct full_copy copy = {.why = NULL};
    struct value *connected = connected_apps("[" NETSUITE "]");
    struct error e = {0};
    for (int i = 0; i < CUSTOMERS; i++) {
        char user[25], installation[25], username[32];
        snprintf(user, sizeof user, "aa%022d", i);
        snprintf(installation, sizeof installation, "bb%022d", i);
        snprintf(username, sizeof username, "customer-%d", i);
        struct state_entry entry = {.user_id = user,
                                    .username = username,
                                    .full_name = customers[i],
                                    .created_at = 1};
        struct state_page page = {.entries = &entry, .count = 1};
        must(manager_apply_state(m, ids->runtime, &page, &copy, false, &e), &e,
             "user");
        entry.installation_id = installation;
        entry.integration_id = ids->integration;
        entry.state = state;
        entry.connected = connected;
        entry.workflows = &live;
        entry.count = 1;
        must(manager_apply_state(m, ids->runtime, &page, &copy, true, &e), &e,
             "installation");
    }
    value_free(connected);
}

static void
fill(struct manager *m)
{
    const struct runtime_settings settings = {.name = "us-1",
                                              .url = "https://localhost:1",
                                              .environment = "production",
                                              .ca_file = "/nowhere",
                                              .token_file = "/nowhere"};
    struct small_ids ids;
    struct error e = {0};
    add_connector(m, "connectors/http.json");
    add_connector(m, "connectors/netsuite.json");
    add_integration(m, KEY);
    must(manager_runtime_add(m, &settings, &e), &e, "runtime");
    must(manager_publish(m, KEY, &(const char *){"us-1"}, 1, NULL, &e), &e, "publish");
    small_store_ids(m, &ids);
    add_customers(m, &ids, INSTALLATION_ACTIVE, true);
}

void
small_store_second(struct small_store *s)
{
    struct small_ids ids;
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    add_integration(m, "order-sync");
    ids_of(m, "order-sync", &ids);
    struct state_workflow live = {.workflow_id = ids.workflow,
                                  .live_version_id = ids.version,
                                  .active = true};
    struct value *connected =
        connected_apps("[{\"app\":\"http\"}," NETSUITE "]");
    struct state_entry entry = {.user_id = "aa0000000000000000000001",
                                .username = "customer-1",
                                .full_name = customers[1],
                                .created_at = 1,
                                .installation_id = "cc0000000000000000000001",
                                .integration_id = ids.integration,
                                .state = INSTALLATION_ACTIVE,
                                .connected = connected,
                                .workflows = &live,
                                .count = 1};
    struct state_page page = {.entries = &entry, .count = 1};
    struct full_copy copy = {.why = NULL};
    must(manager_apply_state(m, ids.runtime, &page, &copy, true, &e), &e,
         "installation");
    value_free(connected);
    manager_close(m);
}

void
small_store_pause(struct small_store *s)
{
    struct small_ids ids;
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    add_customers(m, &ids, INSTALLATION_PAUSED, true);
    manager_close(m);
}

void
small_store_pause_workflows(struct small_store *s)
{
    struct small_ids ids;
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    add_customers(m, &ids, INSTALLATION_ACTIVE, false);
    manager_close(m);
}

void
small_store_fail(struct small_store *s)
{
    struct small_ids ids;
    struct error e = {0};
    struct manager *m = small_store_open(s, "alice");
    small_store_ids(m, &ids);
    struct fact fact = {.sequence = 1,
                        .at = 1,
                        .kind = FACT_RUNS,
                        .installation_id = "bb0000000000000000000000",
                        .workflow_id = ids.workflow,
                        .failed = 1};
    const struct fact_page page = {
        .facts = &fact, .count = 1, .cursor = 1, .head = 1};
    must(manager_apply_facts(m, ids.runtime, &page, &e), &e, "runs");
    manager_close(m);
}

struct manager *
small_store_open(struct small_store *s, const char *actor)
{
    const struct manager_session session = {.actor = actor};
    struct manager *m = NULL;
    struct error e = {0};
    must(manager_open(&m, s->path, &session, &e), &e, "open");
    return m;
}

void
small_store_make(struct small_store *s, bool full)
{
    struct error e = {0};
    const char *top = getenv("TEST_FOLDER");
    snprintf(s->folder, sizeof s->folder, "%s/tailor-console-XXXXXX",
             top ? top : "/tmp");
    if (!mkdtemp(s->folder))
        abort();
    snprintf(s->path, sizeof s->path, "%s/store", s->folder);
    must(manager_store_init(s->path, "alice", NULL, &e), &e, "init");
    struct manager *m = small_store_open(s, "alice");
    must(manager_access_add(m, "eve", ROLE_AUDITOR, NULL, PAYLOADS_AS_IS, NULL, &e), &e,
         "access");
    if (full)
        fill(m);
    manager_close(m);
}

void
small_store_remove(struct small_store *s)
{
    DIR *folder = opendir(s->folder);
    struct dirent *file;
    while (folder && (file = readdir(folder)))
        unlinkat(dirfd(folder), file->d_name, 0);
    if (folder)
        closedir(folder);
    if (rmdir(s->folder) != 0)
        abort();
}

/* --- playing -------------------------------------------------------------- */

/* Digits of "14:06" and of "document 9f3a 77c1" become 0, ids x. */
static void
mask(struct buf *text)
{
    char *s = text->data;
    for (size_t i = 2; i + 2 < text->len; i++) {
        if (s[i] == ':' && isdigit((unsigned char)s[i - 2]) &&
            isdigit((unsigned char)s[i - 1]) &&
            isdigit((unsigned char)s[i + 1]) &&
            isdigit((unsigned char)s[i + 2])) {
            memcpy(s + i - 2, "00", 2);
            memcpy(s + i + 1, "00", 2);
        }
    }
    for (size_t i = 0; i < text->len;) { /* ids */
        size_t n = strspn(s + i, "0123456789abcdef");
        if (n >= 10)
            memset(s + i, 'x', n);
        i += n + 1;
    }
    char *at = s ? strstr(s, "document     ") : NULL;
    if (at && at + 22 <= s + text->len)
        memcpy(at + 13, "0000 0000", 9);
}

/* The operations of a scripted screen, with the line that is not its own. */
struct played {
    struct screen_ops ops;
    const struct screen_ops *inner;
    struct small_store *store;
    const struct visit *look;
};

static bool
played_next(struct screen *screen, struct event *event)
{
    const struct played *p = (const struct played *)screen->ops;
    if (!p->inner->next(screen, event))
        return false;
    if (event->kind != EVENT_COMMAND || strcmp(event->text, "meanwhile") != 0)
        return true;
    p->look->meanwhile(p->store);
    p->inner->next(screen, event); /* ends the line */
    return played_next(screen, event);
}

static void
played_paint(struct screen *screen, const struct cells *cells)
{
    const struct played *p = (const struct played *)screen->ops;
    p->inner->paint(screen, cells);
    p->look->painted(p->look->ctx, cells);
}

static enum err
played_copy(struct screen *screen, const char *text, size_t n, struct error *e)
{
    const struct played *p = (const struct played *)screen->ops;
    buf_reset(p->look->copied);
    buf_add(p->look->copied, text, n);
    return p->inner->copy(screen, text, n, e);
}

void
small_store_play(struct small_store *s, const struct visit *look,
                 const char *script, struct buf *out)
{
    char *whole = mem_printf("%s\n:save-screen screen\n", script);
    char *path = mem_printf("%s/screen", s->folder);
    struct error e = {0};
    struct screen *screen =
        script_open(whole, look->rows, look->cols, look->ascii, s->folder);
    const struct console_options options = {.store = s->path,
                                            .actor = look->actor,
                                            .fresh = !look->remembers,
                                            .read_only = look->read_only,
                                            .tour = look->tour,
                                            .temporary = look->temporary,
                                            .exe = "/bin/true"};
    struct played played = {.ops = *screen->ops,
                            .inner = screen->ops,
                            .store = s,
                            .look = look};
    int lock = -1;
    if (look->meanwhile)
        played.ops.next = played_next;
    if (look->painted)
        played.ops.paint = played_paint;
    if (look->copied)
        played.ops.copy = played_copy;
    screen->ops = &played.ops;
    if (!look->unsynced)
        must(sync_lock(s->path, &lock, &e), &e, "lock");
    must(console_run(&options, screen, &e), &e, "console");
    if (lock >= 0)
        close(lock);
    must(file_read(path, out, &e), &e, "screen");
    if (!look->unmasked)
        mask(out);
    free(path);
    free(whole);
}

void
small_store_shows(const char *actor, const char *script, const char *words,
                  const char *not)
{
    struct small_store s;
    const struct visit look = {.actor = actor, .rows = 24, .cols = 80};
    struct buf screen;
    buf_init(&screen, 1 << 20);
    small_store_make(&s, true);
    small_store_play(&s, &look, script, &screen);
    CHECK_HAS(buf_str(&screen), words);
    CHECK(!not || !strstr(buf_str(&screen), not));
    small_store_remove(&s);
    buf_clear(&screen);
}

int64_t
small_store_records(struct small_store *s)
{
    struct manager *m = small_store_open(s, "alice");
    struct audit_verdict verdict = {0};
    struct error e = {0};
    must(audit_verify(m, NULL, &verdict, &e), &e, "verify");
    manager_close(m);
    return verdict.records;
}
