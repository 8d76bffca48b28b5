/*
 * Fuzzes workflow documents and connectors: what parses is canonical (reading
 * its canonical text gives the same hash), validates without harm, and every
 * block can be summed up, duplicated, renamed and removed, each with an
 * inverse that leads back. {"doc": …, "patch": …} is a patched document.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "workflow/edit/edit.h"
#include "workflow/edit/summary.h"
#include "workflow/validate/material.h"
#include "workflow/validate/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
    if (!condition)
        abort();
}

static void
check_canonical(const struct document *d)
{
    struct document *back = NULL;
    struct buf text, again;
    buf_init(&text, 1u << 26);
    buf_init(&again, 1u << 26);
    document_write(d, &text);
    must(document_parse(&back, buf_str(&text), text.len, "fuzz", NULL) ==
         ERR_OK);
    document_write(back, &again);
    must(text.len == again.len &&
         memcmp(buf_str(&text), buf_str(&again), text.len) == 0);
    document_free(back);
    buf_clear(&text);
    buf_clear(&again);
}

/* Applies PATCH (*taken*) and its inverse. */
static void
check_patch(const struct document *d, struct value *patch)
{
    struct document *to = NULL, *back = NULL;
    struct value *inverse = NULL;
    char was[DIGEST_SIZE], is[DIGEST_SIZE];
    if (patch && document_patch(&to, d, patch, &inverse, NULL) == ERR_OK) {
        check_canonical(to);
        must(document_patch(&back, to, inverse, NULL, NULL) == ERR_OK);
        document_hash(d, was);
        document_hash(back, is);
        must(strcmp(was, is) == 0);
        free(summary_edit(d, to));
    }
    document_free(to);
    document_free(back);
    value_free(inverse);
    value_free(patch);
}

static void
check_edits(const struct document *d)
{
    for (size_t i = 0; i < d->count && i < 20; i++) {
        const char *id = d->blocks[i].id;
        struct value *patch = NULL;
        free(summary_block(&d->blocks[i], d, NULL));
        edit_duplicate(&patch, d, id, NULL);
        check_patch(d, patch);
        edit_rename(&patch, d, id, "it's!", NULL);
        check_patch(d, patch);
        edit_remove(&patch, d, id, NULL);
        check_patch(d, patch);
        edit_row_set(&patch, d, id, "a", "b", NULL);
        check_patch(d, patch);
    }
}

static void
check_document(const struct document *d)
{
    struct connector_set set;
    struct problem_list problems;
    struct need_list needs;
    connector_set_init(&set);
    problem_list_init(&problems);
    need_list_init(&needs);
    check_canonical(d);
    validate_document(d, &set, &problems);
    material_needs(d, &set, NULL, &needs);
    check_edits(d);
    problem_list_clear(&problems);
    need_list_clear(&needs);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct value *v = NULL;
    struct document *d = NULL;
    struct connector *c = NULL;
    if (value_read(&v, (const char *)data, size, &value_limits_document, "fuzz",
                   NULL) != ERR_OK)
        return 0;
    connector_from_value(&c, value_copy(v), NULL);
    connector_free(c);
    const struct value *inner = value_get(v, "doc");
    if (document_from_value(&d, value_copy(inner ? inner : v), NULL) ==
        ERR_OK) {
        check_document(d);
        if (value_get(v, "patch"))
            check_patch(d, value_copy(value_get(v, "patch")));
    }
    document_free(d);
    value_free(v);
    return 0;
}
