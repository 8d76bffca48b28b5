/* What the runtime in memory holds, for its own files only. */
#ifndef TAILOR_TEST_FAKE_PRIVATE_H
#define TAILOR_TEST_FAKE_PRIVATE_H

#include "tests/unit/manager/release/fake_runtime.h"
#include "tests/unit/manager/release/fake_table.h"

#define AT "2026-10-12T14:05:09.123Z"

struct base {
    char workflow[25], version[25], hash[65];
    int64_t number;
};

struct fake {
    char id[25];
    struct table documents; /* hash → value tree */
    struct table receipts;  /* key → receipt */
    struct table places;    /* installation id → index + 1, as a number */
    struct value *entry;    /* of the integration */
    struct base *bases;
    size_t base_count;
    struct value *users; /* array */
    struct fake_installation *installations;
    size_t count;
    struct value **feed;
    size_t feed_count;
    int64_t sequence; /* of receipts */
    char head[65];
};

#endif
