/* The rows of a workbook as records. */
#include <string.h>

#include "base/mem.h"
#include "mapping/sheet/csv.h"
#include "value/value.h"

void
csv_take_rows(struct csv *c, const struct value *rows)
{
    csv_clear(c);
    c->separator = ',';
    c->count = c->capacity = value_size(rows);
    c->records = mem_array(c->count + 1, sizeof *c->records);
    for (size_t r = 0; r < c->count; r++) {
        const struct value *row = value_at(rows, r);
        size_t n = value_size(row) > 0 ? value_size(row) - 1 : 0;
        struct csv_record *record = &c->records[r];
        *record = (struct csv_record){
            .cells = mem_array(n + 1, sizeof(char *)),
            .lengths = mem_array(n + 1, sizeof(size_t)),
            .count = n,
            .line = (size_t)value_int_or(value_at(row, 0), 0)};
        for (size_t i = 0; i < n; i++) {
            const char *text = value_text_or(value_at(row, i + 1), "");
            record->cells[i] = mem_strdup(text);
            record->lengths[i] = strlen(text);
        }
    }
}
