/* The tests of the canvas, and what they share. */
#include <locale.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/ui/canvas/canvas.h"

int failed_tests;

struct document *
canvas_document(const char *name)
{
    struct buf text;
    struct document *d = NULL;
    struct error e = {0};
    char *path = mem_printf("%s/%s.json", DOCUMENT_DIR, name);
    buf_init(&text, 1 << 20);
    CHECK_INT(file_read(path, &text, &e), ERR_OK);
    if (document_parse(&d, buf_str(&text), text.len, name, &e) != ERR_OK)
        test_fail(__FILE__, __LINE__, path, e.text, "a document");
    buf_clear(&text);
    free(path);
    return d;
}

/* Faces as the editor makes them, with signs by number. */
static struct face *
faces_of(const struct document *d)
{
    struct face *faces = mem_array(d->count + 1, sizeof *faces);
    for (size_t i = 0; i < d->count; i++) {
        const struct block *b = &d->blocks[i];
        const char *formula = block_text(b, "formula");
        faces[i] = (struct face){.number = i + 1, .name = b->name,
                                 .kind = b->kind->name,
                                 .summary = *formula ? formula
                                                     : block_text(b, "list"),
                                 .problem = i % 7 == 3};
        faces[i].change = i % 5 == 1   ? FACE_CHANGED
                          : i % 6 == 5 ? FACE_ADDED
                                       : FACE_SAME;
    }
    return faces;
}

void
canvas_picture(struct cells *c, const struct outline *o,
               const struct canvas_look *look, struct spot mark)
{
    struct picture p;
    struct face *faces = faces_of(o->document);
    canvas_layout(&p, o, look);
    struct canvas_paint paint = {&p, o, faces, NULL, mark, 0};
    paint.top = canvas_scroll(&p, mark, 0, look->rows);
    canvas_draw(&paint, c, (struct rect){0, 0, look->rows, look->cols});
    if (look->map_elsewhere)
        canvas_draw_map(&paint, c, (struct rect){look->rows, 0, 1, look->cols},
                        look->rows);
    picture_clear(&p);
    free(faces);
}

int
main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    test_canvas_golden();
    test_canvas_rules();
    test_canvas_places();
    return failed_tests ? 1 : 0;
}
