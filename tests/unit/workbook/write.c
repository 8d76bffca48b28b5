/* Workbooks that are written come back as they were. */
#include "test.h"
#include "workbook/make.h"

static void
a_written_workbook_reads_the_same(void)
{
    static const char rows[] =
        "[[\"target\",\"source\"],[\"zip\",\"0017\"],"
        "[\"big\",\"12345678901234567890\"],[\"t\",\"TRUE\"],"
        "[\"f\",\"=A1&\\\"<b>\\\"\"],[\"\",\" two  blanks \"],"
        "[\"line\\r\\nend\\t\\u0001\",\"_x0041_ é 😀\"]]";
    struct value *v, *back;
    struct buf bytes, again;
    struct error e;
    CHECK_INT(
        value_read(&v, rows, strlen(rows), &value_limits_document, "rows", &e),
        ERR_OK);
    buf_init_any(&bytes);
    buf_init_any(&again);
    CHECK_INT(workbook_write(&bytes, v, &e), ERR_OK);
    CHECK_INT(workbook_write(&again, v, &e), ERR_OK);
    CHECK_INT(bytes.len, again.len);
    CHECK(memcmp(bytes.data, again.data, bytes.len) == 0);
    CHECK_INT(workbook_read(&back, bytes.data, bytes.len, NULL, &e), ERR_OK);
    struct value *read = value_get(back, "rows");
    for (size_t i = 0; i < value_size(read); i++)
        value_free(value_take_at(value_at(read, i), 0));
    CHECK(value_equal(read, v));
    CHECK_INT(value_size(value_get(back, "notes")), 0);
    value_free(back);
    value_free(v);
    buf_clear(&bytes);
    buf_clear(&again);
}

static void
a_text_past_a_cell_is_refused(void)
{
    struct value *rows = value_array(), *row = value_array();
    struct buf text, out;
    struct error e;
    buf_init_any(&text);
    buf_init_any(&out);
    for (int i = 0; i < 32768; i++)
        buf_addc(&text, 'x');
    value_append(row, value_string(buf_str(&text)));
    value_append(rows, row);
    CHECK_INT(workbook_write(&out, rows, &e), ERR_TOO_BIG);
    value_free(rows);
    buf_clear(&text);
    buf_clear(&out);
}

void
test_write(void)
{
    static const struct test tests[] = {
        {"what is written reads the same", a_written_workbook_reads_the_same},
        {"a text past what a cell holds is refused",
         a_text_past_a_cell_is_refused},
        {NULL, NULL}};
    test_run("workbook", tests);
}
