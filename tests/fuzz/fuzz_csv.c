/*
 * Fuzzes sheets: what is read as CSV is written and read as the same, and
 * the rows that a sheet proposes go out and in without loss.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mapping/plan/plan.h"
#include "mapping/sheet/csv.h"
#include "mapping/sheet/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
    if (!condition)
        abort();
}

static void
check_cells(const struct csv *c)
{
    struct buf text;
    struct csv again;
    buf_init(&text, 1u << 24);
    csv_init(&again);
    for (size_t i = 0; i < c->count; i++) {
        const struct csv_record *r = &c->records[i];
        for (size_t k = 0; k < r->count; k++) {
            if (k > 0)
                buf_addc(&text, c->separator);
            csv_write_cell(&text, r->cells[k], r->lengths[k], c->separator);
        }
        /* One cell of nothing is an empty line unless it is quoted. */
        buf_adds(&text, r->count == 1 && !r->lengths[0] ? "\"\"\r\n" : "\r\n");
    }
    must(csv_read(&again, buf_str(&text), text.len, c->separator, NULL) ==
         ERR_OK);
    must(again.count == c->count);
    for (size_t i = 0; i < c->count; i++) {
        must(again.records[i].count == c->records[i].count);
        for (size_t k = 0; k < c->records[i].count; k++)
            must(strcmp(again.records[i].cells[k], c->records[i].cells[k]) ==
                 0);
    }
    csv_clear(&again);
    buf_clear(&text);
}

static char *
rows_text(const struct mapping_rows *rows)
{
    struct value *v = rows_value(rows);
    char *text = value_to_text(v);
    value_free(v);
    return text;
}

static void
check_rows(const struct mapping_rows *rows)
{
    struct mapping_rows none;
    struct mapping_proposal p;
    struct buf text;
    struct plan *plan = NULL;
    rows_init(&none);
    buf_init(&text, 1u << 24);
    sheet_write(rows, NULL, &text);
    must(proposal_read(&p, buf_str(&text), text.len, NULL, &none,
                       FORMULA_LANGUAGE, NULL, 0, NULL) == ERR_OK);
    char *before = rows_text(rows), *after = rows_text(&p.result);
    must(p.problems > 0 || strcmp(before, after) == 0);
    must(p.problems == 0 || plan_compile(&plan, rows, FORMULA_LANGUAGE,
                                         PLAN_FAST, NULL, NULL) != ERR_OK);
    free(before);
    free(after);
    plan_free(plan);
    proposal_clear(&p);
    buf_clear(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct csv c;
    struct mapping_rows now;
    struct mapping_proposal p;
    struct error e;
    struct sheet_form form = {.pasted = true};
    csv_init(&c);
    if (csv_read(&c, text, size, 0, &e) == ERR_OK)
        check_cells(&c);
    csv_clear(&c);
    rows_init(&now);
    rows_add(&now, "a", "x");
    rows_add(&now, "b[*].c", "y[*].c");
    if (proposal_read(&p, text, size, &form, &now, FORMULA_LANGUAGE, NULL, 0,
                      &e) == ERR_OK)
        check_rows(&p.result);
    proposal_clear(&p);
    rows_clear(&now);
    return 0;
}
