/* Packing sheets, as JSON: {"text"} or {"rows","notes","errorCell"}. */
#include "mapping/sheet/packed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "value/value.h"

void
sheet_content_init(struct sheet_content *s)
{
    *s = (struct sheet_content){.notes = NULL};
    buf_init_any(&s->text);
    csv_init(&s->cells);
}

void
sheet_content_clear(struct sheet_content *s)
{
    buf_clear(&s->text);
    csv_clear(&s->cells);
    value_free(s->notes);
    free(s->error);
}

void
sheet_content_take(struct sheet_content *s, struct value *answer)
{
    const char *error = value_get_text(answer, "errorCell");
    s->workbook = true;
    csv_take_rows(&s->cells, value_get(answer, "rows"));
    s->notes = value_detach(answer, "notes");
    s->error = error ? mem_strdup(error) : NULL;
}

static struct value *
rows_value(const struct csv *cells)
{
    struct value *rows = value_array();
    for (size_t r = 0; r < cells->count; r++) {
        const struct csv_record *record = &cells->records[r];
        struct value *row = value_array();
        value_append(row, value_int((int64_t)record->line));
        for (size_t c = 0; c < record->count; c++)
            value_append(row,
                         value_string_n(record->cells[c], record->lengths[c]));
        value_append(rows, row);
    }
    return rows;
}

enum err
sheet_pack(struct buf *out, const struct sheet_content *s, struct error *e)
{
    struct value *v = value_object();
    enum err err = ERR_OK;
    if (s->workbook) {
        value_set(v, "rows", rows_value(&s->cells));
        value_set(v, "notes", s->notes ? value_copy(s->notes) : value_array());
        value_set_text(v, "errorCell", s->error);
    } else {
        struct csv read;
        csv_init(&read);
        err = csv_read(&read, buf_str(&s->text), s->text.len, 0, e);
        csv_clear(&read);
        if (err == ERR_OK)
            value_set(v, "text",
                      value_string_n(buf_str(&s->text), s->text.len));
    }
    if (err == ERR_OK)
        value_write(out, v);
    value_free(v);
    return err;
}

enum err
sheet_unpack(struct sheet_content *s, const char *packed, size_t n,
             struct error *e)
{
    struct value *v = NULL;
    enum err err =
        value_read(&v, packed, n, &value_limits_event, "kept sheet", e);
    const struct value *text = value_get(v, "text");
    size_t length = 0;
    if (err == ERR_OK && text) {
        const char *bytes = value_text(text, &length);
        buf_add(&s->text, bytes, length);
    } else if (err == ERR_OK) {
        sheet_content_take(s, v);
    }
    value_free(v);
    return err;
}
