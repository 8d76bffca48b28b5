/* The management protocol as values; every answer is checked here. */
#include "remote/protocol.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ident.h"
#include "base/mem.h"
#include "store/console.h"

#define PAGE_MAX 1000
#define ITEMS_MAX 500
#define TEXT_MAX 1000
#define COUNT_MAX (INT64_C(1) << 53)

static enum err
bad(struct error *e, const char *what, const char *why)
{
    return error_set(e, ERR_INVALID,
                     "answer: %s: %s (the runtime does not speak this "
                     "protocol as documented)",
                     what, why);
}

/* --- members with their shapes -------------------------------------------- */

/* An optional id: absent and null are NULL, anything else must be one. */
static bool
get_id(const struct value *v, const char *key, const char **out)
{
    const struct value *m = value_get(v, key);
    *out = value_text_or(m, NULL);
    return !m || value_is(m, VALUE_NULL) || (*out && ident_is(*out));
}

/* An optional text without NUL bytes, of bounded length. */
static bool
get_text(const struct value *v, const char *key, const char **out)
{
    const struct value *m = value_get(v, key);
    size_t n = 0;
    *out = NULL;
    if (!m || value_is(m, VALUE_NULL))
        return true;
    if (!value_is(m, VALUE_STRING))
        return false;
    *out = value_text(m, &n);
    return n <= TEXT_MAX && strlen(*out) == n;
}

/* A number that sums of such numbers cannot overflow. */
static bool
get_count(const struct value *v, const char *key, int64_t *out)
{
    *out = value_int_or(value_get(v, key), -1);
    return *out >= 0 && *out <= COUNT_MAX;
}

static bool
get_optional_count(const struct value *v, const char *key, int64_t *out)
{
    *out = 0;
    return !value_get(v, key) || get_count(v, key, out);
}

static bool
get_array(const struct value *v, const char *key, const struct value **out)
{
    const struct value *m = value_get(v, key);
    *out = value_is(m, VALUE_ARRAY) ? m : NULL;
    return !m || value_is(m, VALUE_NULL) || *out;
}

/* A time; where there is none, the epoch: times are for showing only. */
static bool
get_time(const struct value *v, const char *key, int64_t *out)
{
    const char *text = value_get_text(v, key);
    *out = 0;
    return !text || clock_parse(text, out) == 0;
}

static void
hash_of(const struct value *v, char out[DIGEST_SIZE])
{
    struct buf b;
    buf_init_any(&b);
    value_write_canonical(&b, v);
    digest_hex(out, buf_str(&b), b.len);
    buf_clear(&b);
}

/* --- info ----------------------------------------------------------------- */

static enum err
negotiate(int64_t low, int64_t high, int *out, struct error *e)
{
    if (low > PROTOCOL_MAX)
        return error_set(e, ERR_REFUSED,
                         "protocol: the runtime speaks %lld to %lld, this "
                         "program up to %d (upgrade tailor)",
                         (long long)low, (long long)high, PROTOCOL_MAX);
    if (high < PROTOCOL_MIN)
        return error_set(e, ERR_REFUSED,
                         "protocol: the runtime speaks up to %lld, this "
                         "program from %d (upgrade tailord)",
                         (long long)high, PROTOCOL_MIN);
    *out = (int)(high < PROTOCOL_MAX ? high : PROTOCOL_MAX);
    return ERR_OK;
}

static bool
is_digest(const char *s)
{
    return s && strlen(s) == DIGEST_SIZE - 1 &&
           strspn(s, "0123456789abcdef") == DIGEST_SIZE - 1;
}

/* An optional digest: absent and null are NULL, anything else must be one. */
static bool
get_digest(const struct value *v, const char *key, const char **out)
{
    return get_text(v, key, out) && (!*out || is_digest(*out));
}

static enum err
read_history(const struct value *answer, struct protocol_info *out,
             struct error *e)
{
    const struct value *sizes = value_get(answer, "sizes");
    const char *hash, *head;
    out->users = out->installations = out->versions = -1;
    if (out->protocol < PROTOCOL_HISTORY)
        return ERR_OK;
    if (!get_digest(answer, "feedHash", &hash) ||
        !get_digest(answer, "receiptHead", &head))
        return bad(e, "info", "feedHash or receiptHead is not a SHA-256");
    if (!get_count(sizes, "users", &out->users) ||
        !get_count(sizes, "installations", &out->installations) ||
        !get_count(sizes, "versions", &out->versions))
        return bad(e, "sizes", "not three numbers from 0");
    if (hash)
        memcpy(out->feed_hash, hash, DIGEST_SIZE);
    if (head)
        memcpy(out->receipt_head, head, DIGEST_SIZE);
    return ERR_OK;
}

enum err
protocol_read_info(const struct value *answer, int64_t now_ms,
                   struct protocol_info *out, struct error *e)
{
    const struct value *p = value_get(answer, "protocol");
    const char *version, *environment, *id, *restore;
    int64_t low, high, time;
    memset(out, 0, sizeof *out);
    if (!get_count(p, "min", &low) || !get_count(p, "max", &high) || low > high)
        return bad(e, "protocol", "not two numbers min and max");
    enum err err = negotiate(low, high, &out->protocol, e);
    if (err)
        return err;
    if (!get_text(answer, "version", &version) || !version ||
        strlen(version) >= sizeof out->version)
        return bad(e, "version", "not a short text");
    if (!get_text(answer, "environment", &environment) || !environment ||
        strlen(environment) >= sizeof out->environment)
        return bad(e, "environment", "not a short text");
    if (!get_id(answer, "runtimeId", &id) || !id)
        return bad(e, "runtimeId", "not an id");
    if (!value_get_text(answer, "time") || !get_time(answer, "time", &time))
        return bad(e, "time", "not an RFC 3339 time");
    if (!get_count(answer, "feedHead", &out->feed_head))
        return bad(e, "feedHead", "not a number from 0");
    memcpy(out->version, version, strlen(version) + 1);
    memcpy(out->environment, environment, strlen(environment) + 1);
    memcpy(out->runtime_id, id, IDENT_SIZE);
    if (!get_id(answer, "restore", &restore))
        return bad(e, "restore", "neither an id nor null");
    if (restore)
        memcpy(out->restore, restore, IDENT_SIZE);
    out->clock_skew_ms = time - now_ms;
    out->held = value_bool_or(value_get(answer, "held"), false);
    out->in_doubt = 0; /* older runtimes do not say */
    if (value_get(answer, "runsInDoubt") &&
        !get_count(answer, "runsInDoubt", &out->in_doubt))
        return bad(e, "runsInDoubt", "not a number from 0");
    return read_history(answer, out, e);
}

/* --- the feed ------------------------------------------------------------- */

static unsigned
present(const struct fact *f)
{
    return (f->user_id ? HAS_USER : 0u) | (f->username ? HAS_USERNAME : 0u) |
           (f->installation_id ? HAS_INSTALLATION : 0u) |
           (f->integration_id ? HAS_INTEGRATION : 0u) |
           (f->workflow_id ? HAS_WORKFLOW : 0u) |
           (f->version_id ? HAS_VERSION : 0u) | (f->app ? HAS_APP : 0u);
}

static bool
fact_ids(const struct value *v, struct fact *f)
{
    return get_id(v, "userId", &f->user_id) &&
           get_id(v, "installationId", &f->installation_id) &&
           get_id(v, "integrationId", &f->integration_id) &&
           get_id(v, "workflowId", &f->workflow_id) &&
           get_id(v, "versionId", &f->version_id) &&
           get_id(v, "previousVersionId", &f->previous_version_id) &&
           get_id(v, "key", &f->key);
}

static bool
fact_rest(const struct value *v, struct fact *f)
{
    f->on = value_bool_or(value_get(v, "on"), false);
    return get_text(v, "username", &f->username) &&
           get_text(v, "fullName", &f->full_name) &&
           get_text(v, "cause", &f->cause) && get_text(v, "app", &f->app) &&
           get_id(v, "credentialId", &f->credential_id) &&
           get_text(v, "state", &f->state) &&
           get_text(v, "message", &f->message) &&
           get_digest(v, "hash", &f->hash) &&
           get_array(v, "needs", &f->needs) &&
           get_array(v, "scopes", &f->scopes) &&
           get_array(v, "fields", &f->fields) && get_time(v, "at", &f->at) &&
           get_optional_count(v, "failed", &f->failed) &&
           get_optional_count(v, "parked", &f->parked) &&
           get_optional_count(v, "setAside", &f->set_aside);
}

static enum err
read_fact(const struct value *v, int64_t wanted, struct fact *f,
          struct error *e)
{
    const char *kind = value_get_text(v, "kind");
    unsigned needs;
    f->sequence = value_int_or(value_get(v, "sequence"), -1);
    if (f->sequence != wanted)
        return bad(e, "feed", "a sequence is not one more than the last");
    if (!kind)
        return bad(e, "feed", "a record without kind");
    f->kind = fact_of_word(kind);
    if (!fact_ids(v, f))
        return bad(e, kind, "an id is not 24 hexadecimal digits");
    if (!fact_rest(v, f))
        return bad(e, kind, "a member has another type than documented");
    needs = fact_members(f->kind);
    if ((present(f) & needs) != needs)
        return bad(e, kind, "a member is missing");
    return ERR_OK;
}

/* A feed that ends before what was asked for is another one. */
static enum err
check_feed_end(const struct value *answer, int64_t after, int64_t head,
               struct error *e)
{
    int64_t end = head, cursor = 0;
    if (!get_optional_count(answer, "cursor", &cursor))
        return bad(e, "feed", "cursor is not a number from 0");
    if (value_get(answer, "cursor") && cursor < end)
        end = cursor;
    return end >= after
               ? ERR_OK
               : error_set(e, ERR_CONFLICT,
                           "its feed ends at record %lld, this store has read "
                           "it up to %lld: it was put back to an older state",
                           (long long)end, (long long)after);
}

enum err
protocol_read_feed(const struct value *answer, int64_t after,
                   struct fact_page *out, struct error *e)
{
    const struct value *data = value_get(answer, "data");
    enum err err = ERR_OK;
    memset(out, 0, sizeof *out);
    if (!value_is(data, VALUE_ARRAY) || value_size(data) > PAGE_MAX)
        return bad(e, "feed", "data is not a list of at most 1000");
    if (!get_count(answer, "head", &out->head))
        return bad(e, "feed", "head is not a number from 0");
    if (!get_digest(answer, "hash", &out->feed_hash))
        return bad(e, "feed", "hash is not a SHA-256");
    err = check_feed_end(answer, after, out->head, e);
    if (err)
        return err;
    out->facts = mem_array(value_size(data), sizeof *out->facts);
    while (!err && out->count < value_size(data)) {
        err = read_fact(value_at(data, out->count),
                        after + 1 + (int64_t)out->count,
                        &out->facts[out->count], e);
        out->count++;
    }
    out->cursor = after + (int64_t)out->count;
    if (!err && out->count > 0 && out->head < out->cursor)
        err = bad(e, "feed", "head is before the last record");
    /* Without this it would be asked again at once, for ever. */
    if (!err && out->count == 0 && out->head > after)
        err = bad(e, "feed", "head is after the last record, and none came");
    if (err)
        protocol_clear_page(out);
    else
        hash_of(data, out->hash);
    return err;
}

void
protocol_clear_page(struct fact_page *page)
{
    free(page->facts);
    memset(page, 0, sizeof *page);
}

/* --- receipts ------------------------------------------------------------- */

static enum err
read_item(const struct value *v, struct receipt_item *item, struct error *e)
{
    const char *word = value_get_text(v, "outcome");
    item->outcome = word ? outcome_of_word(word) : OUTCOME_COUNT;
    if (item->outcome == OUTCOME_COUNT)
        return bad(e, "receipt", "an item without a known outcome");
    if (!get_id(v, "installationId", &item->installation_id) ||
        !get_id(v, "workflowId", &item->workflow_id) ||
        !get_id(v, "liveVersionId", &item->live_version_id) ||
        !get_id(v, "awaitingVersionId", &item->awaiting_version_id))
        return bad(e, "receipt", "an id is not 24 hexadecimal digits");
    if (!get_digest(v, "liveHash", &item->live_hash) ||
        !get_digest(v, "awaitingHash", &item->awaiting_hash))
        return bad(e, "receipt", "a hash is not a SHA-256");
    if (!get_text(v, "message", &item->message) ||
        !get_array(v, "needs", &item->needs))
        return bad(e, "receipt", "message or needs of another type");
    return ERR_OK;
}

static enum err
read_head(const struct value *v, const char *key, struct receipt *out,
          struct error *e)
{
    const char *outcome = value_get_text(v, "outcome");
    out->head = value_get_text(v, "head");
    if (!get_id(v, "key", &out->key) || !out->key ||
        (key && strcmp(out->key, key) != 0))
        return bad(e, "receipt", "its key is not the one asked about");
    if (!get_count(v, "sequence", &out->sequence) ||
        !get_count(v, "feedSequence", &out->feed_sequence))
        return bad(e, "receipt", "sequence or feedSequence is not a number");
    if (out->sequence < 1)
        return bad(e, "receipt", "sequence is not 1 or more");
    if (!outcome ||
        (strcmp(outcome, "done") != 0 && strcmp(outcome, "refused") != 0))
        return bad(e, "receipt", "outcome is neither done nor refused");
    if (!get_time(v, "at", &out->at) || !is_digest(out->head))
        return bad(e, "receipt", "at or head is not valid");
    out->done = strcmp(outcome, "done") == 0;
    return ERR_OK;
}

enum err
protocol_read_receipt(const struct value *v, const char *key,
                      struct receipt *out, struct error *e)
{
    const struct value *items = value_get(v, "items");
    struct buf text;
    memset(out, 0, sizeof *out);
    enum err err = read_head(v, key, out, e);
    if (err)
        return err;
    if (!value_is(items, VALUE_ARRAY) || value_size(items) > ITEMS_MAX)
        return bad(e, "receipt", "items is not a list of at most 500");
    out->items = mem_array(value_size(items), sizeof *out->items);
    while (!err && out->count < value_size(items)) {
        err =
            read_item(value_at(items, out->count), &out->items[out->count], e);
        out->count++;
    }
    if (err) {
        protocol_clear_receipt(out);
        return err;
    }
    buf_init_any(&text);
    value_write_canonical(&text, v);
    out->text = buf_take(&text);
    return ERR_OK;
}

enum err
protocol_read_receipts(const struct value *answer, const char *const *keys,
                       size_t n, struct receipt *out, struct error *each,
                       struct error *e)
{
    const struct value *data = value_get(answer, "data");
    enum err err = ERR_OK;
    memset(out, 0, n * sizeof *out);
    if (!value_is(data, VALUE_ARRAY) || value_size(data) != n)
        return bad(e, "receipts", "not one for each request");
    for (size_t i = 0; i < n && !err; i++) {
        err = protocol_read_receipt(value_at(data, i), keys[i], &out[i],
                                    each ? &each[i] : e);
        err = each ? ERR_OK : err;
    }
    for (size_t i = 0; err && i < n; i++)
        protocol_clear_receipt(&out[i]);
    return err;
}

void
protocol_clear_receipt(struct receipt *r)
{
    free(r->items);
    free(r->text);
    memset(r, 0, sizeof *r);
}

/* --- the state ------------------------------------------------------------ */

static enum err
read_state_workflow(const struct value *v, struct state_workflow *w,
                    struct error *e)
{
    if (!get_id(v, "workflowId", &w->workflow_id) || !w->workflow_id ||
        !get_id(v, "liveVersionId", &w->live_version_id) ||
        !get_id(v, "awaitingVersionId", &w->awaiting_version_id) ||
        !get_digest(v, "liveHash", &w->live_hash) ||
        !get_digest(v, "awaitingHash", &w->awaiting_hash) ||
        !get_array(v, "needs", &w->needs))
        return bad(e, "state", "a workflow is not valid");
    w->off = value_bool_or(value_get(v, "off"), false);
    w->active = value_get(v, "paused")
                    ? !value_bool_or(value_get(v, "paused"), false)
                    : value_bool_or(value_get(v, "active"), true);
    w->todo = value_bool_or(value_get(v, "todo"), false);
    return ERR_OK;
}

static bool
read_state_word(const char *word, int *out)
{
    for (*out = INSTALLATION_ACTIVE; *out <= INSTALLATION_UNINSTALLED; ++*out)
        if (word && strcmp(word, installation_state_word(*out)) == 0)
            return true;
    return false;
}

static enum err
read_installation(const struct value *v, struct state_entry *out,
                  struct error *e)
{
    const struct value *workflows = value_get(v, "workflows");
    enum err err = ERR_OK;
    if (!get_id(v, "installationId", &out->installation_id) ||
        !out->installation_id ||
        !get_id(v, "integrationId", &out->integration_id) ||
        !out->integration_id)
        return bad(e, "state", "an id is missing or malformed");
    if (!read_state_word(value_get_text(v, "state"), &out->state) ||
        !get_time(v, "createdAt", &out->created_at) ||
        !get_array(v, "connected", &out->connected) ||
        !get_array(v, "answered", &out->answered))
        return bad(e, "state", "a member has another type than documented");
    if (!value_is(workflows, VALUE_ARRAY) || value_size(workflows) > PAGE_MAX)
        return bad(e, "state", "workflows is not a list of at most 1000");
    out->workflows = mem_array(value_size(workflows), sizeof *out->workflows);
    while (!err && out->count < value_size(workflows)) {
        err = read_state_workflow(value_at(workflows, out->count),
                                  &out->workflows[out->count], e);
        out->count++;
    }
    return err;
}

static enum err
read_entry(const struct value *v, bool user_only, struct state_entry *out,
           struct error *e)
{
    if (!get_id(v, "userId", &out->user_id) || !out->user_id ||
        !get_text(v, "username", &out->username) || !out->username ||
        !get_text(v, "fullName", &out->full_name))
        return bad(e, "state", "a user is not valid");
    return user_only ? ERR_OK : read_installation(v, out, e);
}

enum err
protocol_read_state(const struct value *answer, bool users,
                    struct state_page *out, struct error *e)
{
    const struct value *data = value_get(answer, "data");
    enum err err = ERR_OK;
    memset(out, 0, sizeof *out);
    if (!value_is(data, VALUE_ARRAY) || value_size(data) > PAGE_MAX)
        return bad(e, "state", "data is not a list of at most 1000");
    if (!get_count(answer, "feedCursor", &out->feed_cursor) ||
        !get_digest(answer, "feedHash", &out->feed_hash) ||
        !get_id(answer, "restore", &out->restore) ||
        !get_text(answer, "cursor", &out->cursor))
        return bad(e, "state", "cursor, feedCursor or restore is not valid");
    out->entries = mem_array(value_size(data), sizeof *out->entries);
    while (!err && out->count < value_size(data)) {
        err = read_entry(value_at(data, out->count), users,
                         &out->entries[out->count], e);
        out->count++;
    }
    if (err)
        protocol_clear_state(out);
    else
        hash_of(data, out->hash);
    return err;
}

void
protocol_clear_state(struct state_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        free(page->entries[i].workflows);
    free(page->entries);
    memset(page, 0, sizeof *page);
}

/* --- versions ------------------------------------------------------------- */

#define NUMBER_MAX 1000000000

static enum err
read_version(const struct value *v, struct version_entry *out, struct error *e)
{
    if (!get_id(v, "versionId", &out->id) || !out->id ||
        !get_id(v, "workflowId", &out->workflow_id) || !out->workflow_id ||
        !get_id(v, "installationId", &out->installation_id))
        return bad(e, "versions", "an id is missing or malformed");
    if (!get_count(v, "base", &out->base_no) || out->base_no < 1 ||
        out->base_no > NUMBER_MAX || !get_count(v, "fork", &out->fork_no) ||
        out->fork_no > NUMBER_MAX ||
        (out->fork_no == 0) != (out->installation_id == NULL))
        return bad(e, "versions",
                   "base and fork are not the numbers of a version");
    if (!get_digest(v, "hash", &out->hash) || !out->hash ||
        !get_time(v, "releasedAt", &out->released_at) ||
        !get_text(v, "releasedBy", &out->released_by))
        return bad(e, "versions", "a member has another type than documented");
    return ERR_OK;
}

enum err
protocol_read_versions(const struct value *answer, struct version_page *out,
                       struct error *e)
{
    const struct value *data = value_get(answer, "data");
    enum err err = ERR_OK;
    memset(out, 0, sizeof *out);
    if (!value_is(data, VALUE_ARRAY) || value_size(data) > PAGE_MAX)
        return bad(e, "versions", "data is not a list of at most 1000");
    if (!get_text(answer, "cursor", &out->cursor) ||
        !get_text(answer, "position", &out->position) || !out->position)
        return bad(e, "versions", "cursor or position is not valid");
    out->entries = mem_array(value_size(data), sizeof *out->entries);
    while (!err && out->count < value_size(data)) {
        err = read_version(value_at(data, out->count),
                           &out->entries[out->count], e);
        out->count++;
    }
    if (err)
        protocol_clear_versions(out);
    return err;
}

void
protocol_clear_versions(struct version_page *page)
{
    free(page->entries);
    memset(page, 0, sizeof *page);
}

/* --- requests ------------------------------------------------------------- */

void
protocol_write_request(struct buf *out, const char *key, const char *kind,
                       const char *actor, const char *const *items, size_t n)
{
    struct value *head = value_object();
    value_set_text(head, "key", key);
    value_set_text(head, "kind", kind);
    value_set_text(head, "actor", actor);
    value_write(out, head);
    value_free(head);
    buf_truncate(out, out->len - 1); /* the brace */
    buf_adds(out, ",\"items\":[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_addc(out, ',');
        buf_adds(out, items[i]);
    }
    buf_adds(out, "]}");
}
