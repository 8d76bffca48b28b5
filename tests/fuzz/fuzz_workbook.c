/*
 * Fuzzes workbooks: the bytes as a whole file, or as one part of a workbook
 * that is otherwise good; the first byte says which. What is read of one is
 * written and read as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workbook/make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
    if (!condition)
        abort();
}

/* The rows of V without their numbers go out and in without loss. */
static void
check_rows(struct value *v)
{
    struct buf bytes;
    struct value *back = NULL, *rows = value_get(v, "rows");
    for (size_t i = 0; i < value_size(rows); i++)
        value_free(value_take_at(value_at(rows, i), 0));
    buf_init_any(&bytes);
    if (workbook_write(&bytes, rows, NULL) == ERR_OK) {
        must(workbook_read(&back, bytes.data, bytes.len, NULL, NULL) == ERR_OK);
        struct value *again = value_get(back, "rows");
        for (size_t i = 0; i < value_size(again); i++)
            value_free(value_take_at(value_at(again, i), 0));
        must(value_equal(rows, again));
    }
    value_free(back);
    buf_clear(&bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const parts[] = {"xl/sheet.xml", "xl/styles.xml",
                                        "xl/sharedStrings.xml",
                                        "xl/workbook.xml"};
    enum { COUNT = sizeof parts / sizeof *parts, WHOLE = 'z' };
    struct value *v = NULL;
    struct buf bytes;
    if (size == 0)
        return 0;
    char *text = mem_strndup((const char *)data + 1, size - 1);
    const struct part one[] = {{parts[data[0] % COUNT], text}, {NULL, NULL}};
    buf_init_any(&bytes);
    if (data[0] == WHOLE)
        buf_add(&bytes, data + 1, size - 1);
    else
        make_book(&bytes, "<row><c t='s' s='1'><v>0</v></c></row>", one);
    if (workbook_read(&v, bytes.data ? bytes.data : "", bytes.len, NULL,
                      NULL) == ERR_OK)
        check_rows(v);
    value_free(v);
    buf_clear(&bytes);
    free(text);
    return 0;
}
