/* The asking side of tailor-sheet. */
#include "workbook/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "base/text.h"

enum { ANSWER_MAX = 48 << 20, ANSWER_MS = 30000, NOTE_MAX = 600 };

bool
workbook_is(const char *bytes, size_t n)
{
    return n >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 ||
                      memcmp(bytes, "\xd0\xcf\x11\xe0", 4) == 0);
}

enum err
workbook_start(struct helper **out, struct error *e)
{
    return helper_start(out, "tailor-sheet", -1, e);
}

static enum err
ask(struct helper *h, const struct value *asked, struct value **answer,
    struct error *e)
{
    *answer = NULL;
    enum err err = helper_send(h, asked, e);
    if (err == ERR_OK)
        err = helper_receive(h, ANSWER_MAX, ANSWER_MS, answer, e);
    if (err == ERR_UNREACHABLE)
        return error_set(e, ERR_INVALID,
                         "the workbook cannot be read within the limits of "
                         "time and memory, or tailor-sheet is not installed "
                         "(save the sheet as CSV)");
    return err;
}

/* The notes of ANSWER as they may be shown. */
static void
clean_notes(struct value *answer)
{
    struct value *notes = value_get(answer, "notes");
    for (size_t i = 0; i < value_size(notes); i++) {
        size_t n = 0;
        struct buf clean;
        const char *text = value_text(value_at(notes, i), &n);
        buf_init_any(&clean);
        text_visible(&clean, text ? text : "", n < NOTE_MAX ? n : NOTE_MAX);
        value_replace_at(notes, i, value_string(buf_str(&clean)));
        buf_clear(&clean);
    }
}

/* What comes from the other process is looked at before it is used: each row
 * its number and texts. */
static enum err
check_rows(const struct value *rows, struct error *e)
{
    bool good = value_is(rows, VALUE_ARRAY);
    for (size_t r = 0; good && r < value_size(rows); r++) {
        const struct value *row = value_at(rows, r);
        good = value_is(row, VALUE_ARRAY) && value_size(row) > 0 &&
               value_int_or(value_at(row, 0), 0) > 0;
        for (size_t c = 1; good && c < value_size(row); c++)
            good = value_is(value_at(row, c), VALUE_STRING);
    }
    if (!good)
        return error_set(e, ERR_INVALID, "tailor-sheet: no rows in its answer");
    return value_refuse_nul(rows, NULL, "the workbook", e);
}

enum err
workbook_ask_read(struct helper *h, const char *bytes, size_t n,
                  const char *sheet, struct value **out, struct error *e)
{
    struct value *asked = value_object(), *answer = NULL;
    char *text = mem_alloc(base64_length(n) + 1);
    base64_encode(text, bytes, n);
    value_set_text(asked, "workbook", text);
    value_set_text(asked, "sheet", sheet);
    free(text);
    enum err err = ask(h, asked, &answer, e);
    if (err == ERR_OK)
        err = helper_error(answer, e);
    if (err == ERR_OK)
        err = check_rows(value_get(answer, "rows"), e);
    if (err == ERR_OK) {
        clean_notes(answer);
        *out = answer;
    } else {
        value_free(answer);
    }
    value_free(asked);
    return err;
}

static enum err
take_workbook(const struct value *answer, struct buf *out, struct error *e)
{
    size_t n = 0, got = 0;
    const char *text = value_text(value_get(answer, "workbook"), &n);
    char *room = text ? buf_reserve(out, n) : NULL;
    if (!room || !base64_decode(room, &got, text, n))
        return error_set(e, ERR_FAILED,
                         "tailor-sheet: no workbook in its "
                         "answer");
    buf_grew(out, got);
    return ERR_OK;
}

enum err
workbook_ask_write(struct helper *h, struct value *rows, struct buf *out,
                   struct error *e)
{
    struct value *asked = value_object(), *answer = NULL;
    value_set(asked, "rows", rows);
    enum err err = ask(h, asked, &answer, e);
    if (err == ERR_OK)
        err = helper_error(answer, e);
    if (err == ERR_OK)
        err = take_workbook(answer, out, e);
    value_free(answer);
    value_free(asked);
    return err;
}
