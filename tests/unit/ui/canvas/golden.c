/*
 * Golden pictures of the canvas: six documents at four sizes, and once with
 * the map below them, with and without UTF-8. GENERATE=1 in the environment
 * writes the files anew; look at the difference before committing it.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/ui/canvas/canvas.h"

static const char *const documents[] = {"straight", "iterate-if", "branch",
                                        "deep",     "many",       "empty-lanes"};
static const int sizes[][2] = {{12, 40}, {24, 80}, {40, 132}, {50, 200}};

/* Appends the picture of O in ROWS rows and COLS columns. */
static void
add_picture(const struct outline *o, int rows, int cols, bool ascii,
            struct buf *out)
{
    struct cells c;
    struct canvas_look look = canvas_look(rows, cols);
    struct spot mark = outline_spot(o, o->count / 2);
    size_t *open = mem_array(o->count + 1, sizeof *open);
    move_open(o, mark, open);
    look.open = open;
    cells_init(&c, rows, cols, ascii);
    canvas_picture(&c, o, &look, mark);
    free(open);
    buf_addf(out, "== %d x %d%s\n", cols, rows, ascii ? ", ASCII" : "");
    cells_dump(&c, out);
    cells_clear(&c);
}

/* The same with the map below, in a row of its own. */
static void
add_with_map(const struct outline *o, bool ascii, struct buf *out)
{
    enum { ROWS = 12, COLS = 80 };
    struct cells c;
    struct canvas_look look = canvas_look(ROWS, COLS);
    struct spot mark = outline_spot(o, o->count / 2);
    look.map_elsewhere = true;
    cells_init(&c, ROWS + 1, COLS, ascii);
    canvas_picture(&c, o, &look, mark);
    buf_addf(out, "== %d x %d, map below%s\n", COLS, ROWS,
             ascii ? ", ASCII" : "");
    cells_dump(&c, out);
    cells_clear(&c);
}

static void
check_golden(const char *name)
{
    struct document *d = canvas_document(name);
    char *path = mem_printf("%s/%s.txt", GOLDEN_DIR, name);
    const char *generate = getenv("GENERATE");
    struct outline o;
    struct buf got, wanted;
    buf_init(&got, 1 << 20);
    buf_init(&wanted, 1 << 20);
    outline_make(&o, d);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++)
        add_picture(&o, sizes[i / 2][0], sizes[i / 2][1], i % 2 == 1, &got);
    add_with_map(&o, false, &got);
    add_with_map(&o, true, &got);
    if (generate && *generate)
        CHECK_INT(file_write(path, buf_str(&got), got.len, 0644, NULL), ERR_OK);
    CHECK_INT(file_read(path, &wanted, NULL), ERR_OK);
    CHECK_STR(buf_str(&got), buf_str(&wanted));
    buf_clear(&got);
    buf_clear(&wanted);
    outline_clear(&o);
    document_free(d);
    free(path);
}

static void
pictures_are_as_they_were(void)
{
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        check_golden(documents[i]);
}

void
test_canvas_golden(void)
{
    static const struct test tests[] = {
        {"pictures are as they were", pictures_are_as_they_were},
        {NULL, NULL}};
    test_run("canvas", tests);
    failed_tests += test_failures;
}
