/*
 * demo --store-only: a store with as many customers and forks as wished,
 * the same for the same seed.
 */
#include "demo/synthetic.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/ident.h"
#include "base/mem.h"
#include "manager/session/store.h"
#include "store/synthetic.h"
#include "workflow/document/document.h"

static const char *const firsts[] = {
    "North",   "Blue",  "Grand",   "Silver", "Oak",    "River",
    "Alpine",  "Royal", "Urban",   "Vertex", "Copper", "Delta",
    "Echo",    "Fjord", "Granite", "Harbor", "Iron",   "Jade",
    "Kestrel", "Lunar", "Maple",   "Nova",   "Onyx"};
static const char *const seconds[] = {
    "Trading", "Logistics", "Foods",   "Textiles", "Robotics", "Pharma",
    "Energy",  "Optics",    "Brewing", "Outdoor",  "Media",    "Motors",
    "Garden",  "Dental",    "Marine",  "Bikes",    "Paper",    "Tools"};
static const char *const forms[] = {"Ltd",  "GmbH", "Inc", "S.A.",
                                    "B.V.", "Oy",   "AB",  "K.K."};

static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static const char *
pick(const char *const *words, size_t n, uint64_t *state)
{
    return words[next_random(state) % n];
}

/* An id that is the same for the same seed. */
static void
make_id(char id[IDENT_SIZE], uint64_t *state)
{
    uint64_t raw[2] = {next_random(state), next_random(state)};
    hex_encode(id, raw, 12);
}

/* 2 in 100 need a person; the rest are fine. */
static int
make_condition(uint64_t *state)
{
    switch (next_random(state) % 200) {
    case 0:
        return CONDITION_FAILING;
    case 1:
        return CONDITION_TO_DO;
    case 2:
        return CONDITION_AWAITING;
    case 3:
        return CONDITION_PAUSED;
    default:
        return CONDITION_OK;
    }
}

/* The base document with a name of its own, so that each fork differs. */
static enum err
fork_one(struct synthetic *s, int64_t installation, const struct document *base,
         uint64_t n, uint64_t *state, struct error *e)
{
    char id[IDENT_SIZE], hash[DIGEST_SIZE], name[96];
    struct document *own = NULL;
    struct buf body;
    struct value *root = value_copy(base->root);
    snprintf(name, sizeof name, "Order to cash, fork %" PRIu64, n);
    value_set_text(root, "name", name);
    enum err err = document_from_value(&own, root, e);
    if (err != ERR_OK)
        return err;
    buf_init_any(&body);
    document_write(own, &body);
    document_hash(own, hash);
    make_id(id, state);
    err = synthetic_fork(s, installation, id, hash, buf_str(&body), name, e);
    buf_clear(&body);
    document_free(own);
    return err;
}

static enum err
add_one(struct synthetic *s, uint64_t n, uint64_t *state, int64_t *installation,
        struct error *e)
{
    char user_id[IDENT_SIZE], installation_id[IDENT_SIZE];
    char username[64], full_name[128];
    make_id(user_id, state);
    make_id(installation_id, state);
    snprintf(username, sizeof username, "user-%07" PRIu64, n);
    snprintf(full_name, sizeof full_name, "%s %s %s %" PRIu64,
             pick(firsts, sizeof firsts / sizeof *firsts, state),
             pick(seconds, sizeof seconds / sizeof *seconds, state),
             pick(forms, sizeof forms / sizeof *forms, state), n);
    const struct synthetic_customer c = {.user_id = user_id,
                                         .installation_id = installation_id,
                                         .username = username,
                                         .full_name = full_name,
                                         .condition = make_condition(state)};
    return synthetic_add(s, &c, installation, e);
}

/* Every ALL / FORKS-th installation gets a fork. */
static enum err
fill(struct synthetic *s, const struct demo_synthetic *options, struct error *e)
{
    uint64_t state = options->seed, forked = 0;
    struct document *base = NULL;
    enum err err = document_parse(&base, s->document, strlen(s->document),
                                  "the base version", e);
    for (uint64_t n = 1; err == ERR_OK && n <= options->installations; n++) {
        int64_t installation = 0;
        err = add_one(s, n, &state, &installation, e);
        if (err == ERR_OK &&
            forked * options->installations < n * options->forks) {
            forked++;
            err = fork_one(s, installation, base, n, &state, e);
        }
        if (options->progress && n % 100000 == 0)
            fprintf(stderr, "tailor: %" PRIu64 " installations\n", n);
    }
    document_free(base);
    return err;
}

/* The rows were written beside the audit: puts them on record. */
static enum err
seal(const char *store, struct error *e)
{
    const struct passwd *account = getpwuid(geteuid());
    struct manager_session session = {.actor = account ? account->pw_name : ""};
    struct manager *m = NULL;
    enum err err = manager_open(&m, store, &session, e);
    if (err == ERR_OK)
        err = manager_store_seal(m, e);
    manager_close(m);
    return err;
}

enum err
demo_synthetic(struct demo_world *w, const struct demo_synthetic *options,
               struct error *e)
{
    struct db *db = NULL;
    struct synthetic s;
    char *token = mem_printf("%s/no.token", w->dir);
    enum err err = file_write(token, "none\n", 5, 0600, e);
    if (err == ERR_OK)
        err = demo_tailor(
            w, NULL, e, "runtime", "add", "synthetic",
            "https://runtime.invalid", "--environment", "production", "--pin",
            "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "--token-file", token, NULL);
    if (err == ERR_OK)
        err = db_open(&db, w->store, &console_schema, DB_BULK, e);
    if (err == ERR_OK) {
        err = synthetic_begin(&s, db, "order-to-cash", "synthetic", e);
        if (err == ERR_OK)
            err = fill(&s, options, e);
        err = synthetic_end(&s, err, e);
    }
    db_close(db);
    free(token);
    return err == ERR_OK ? seal(w->store, e) : err;
}
