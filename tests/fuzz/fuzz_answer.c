/*
 * Fuzzes what the console reads of a hostile runtime: the first byte chooses
 * the answer, the rest is its text. What is read without an error must be
 * what the program relies on: numbers in order, ids of their shape.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "remote/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct value_limits limits = {8u << 20, 300, 1u << 20};

static void
must(bool condition)
{
    if (!condition)
        abort();
}

static void
must_be_id(const char *id)
{
    must(!id || ident_is(id));
}

static void
try_info(const struct value *v)
{
    struct protocol_info info;
    struct error e;
    if (protocol_read_info(v, 0, &info, &e) != ERR_OK)
        return;
    must(info.protocol >= PROTOCOL_MIN && info.protocol <= PROTOCOL_MAX);
    must(ident_is(info.runtime_id) && info.feed_head >= 0);
    must(strlen(info.feed_hash) == 0 || strlen(info.feed_hash) == 64);
    must(strlen(info.receipt_head) == 0 || strlen(info.receipt_head) == 64);
    must(info.users >= -1 && info.installations >= -1 && info.versions >= -1);
}

static void
try_feed(const struct value *v, int64_t after)
{
    struct fact_page page;
    struct error e;
    if (protocol_read_feed(v, after, &page, &e) != ERR_OK)
        return;
    for (size_t i = 0; i < page.count; i++) {
        const struct fact *f = &page.facts[i];
        must(f->sequence == after + 1 + (int64_t)i);
        must_be_id(f->user_id);
        must_be_id(f->installation_id);
        must_be_id(f->integration_id);
        must_be_id(f->workflow_id);
        must_be_id(f->version_id);
        must_be_id(f->previous_version_id);
        must(f->failed >= 0 && f->parked >= 0 && f->set_aside >= 0);
    }
    must(page.count <= 1000 && page.cursor == after + (int64_t)page.count);
    must(page.head >= page.cursor && strlen(page.hash) == 64);
    protocol_clear_page(&page);
}

static void
must_be_receipt(const struct receipt *r)
{
    must(ident_is(r->key) && r->sequence >= 0 && r->count <= 500);
    must(strlen(r->head) == 64);
    for (size_t i = 0; i < r->count; i++) {
        const struct receipt_item *item = &r->items[i];
        must(item->outcome < OUTCOME_COUNT);
        must_be_id(item->installation_id);
        must_be_id(item->workflow_id);
        must_be_id(item->live_version_id);
        must_be_id(item->awaiting_version_id);
    }
}

static void
try_receipts(const struct value *v)
{
    static const char *const keys[] = {"aaaaaaaaaaaaaaaaaaaaaaaa",
                                       "bbbbbbbbbbbbbbbbbbbbbbbb"};
    struct receipt out[2];
    struct error e;
    for (size_t n = 1; n <= 2; n++) {
        if (protocol_read_receipts(v, keys, n, out, NULL, &e) != ERR_OK)
            continue;
        for (size_t i = 0; i < n; i++) {
            must_be_receipt(&out[i]);
            must(strcmp(out[i].key, keys[i]) == 0);
            protocol_clear_receipt(&out[i]);
        }
    }
    if (protocol_read_receipt(v, NULL, &out[0], &e) == ERR_OK) {
        must_be_receipt(&out[0]);
        protocol_clear_receipt(&out[0]);
    }
}

static void
try_state(const struct value *v, bool users)
{
    struct state_page page;
    struct error e;
    if (protocol_read_state(v, users, &page, &e) == ERR_OK)
        protocol_clear_state(&page);
}

static void
try_versions(const struct value *v)
{
    struct version_page page;
    struct error e;
    if (protocol_read_versions(v, &page, &e) == ERR_OK)
        protocol_clear_versions(&page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct value *v = NULL;
    if (size < 2 || value_read(&v, (const char *)data + 1, size - 1, &limits,
                               "answer", NULL) != ERR_OK)
        return 0;
    switch (data[0]) {
    case 'i':
        try_info(v);
        break;
    case 'f':
        try_feed(v, 0);
        break;
    case 'r':
        try_receipts(v);
        break;
    case 'u':
        try_state(v, true);
        break;
    case 's':
        try_state(v, false);
        break;
    case 'v':
        try_versions(v);
        break;
    }
    value_free(v);
    return 0;
}
