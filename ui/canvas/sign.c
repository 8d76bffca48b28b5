/* Signs: what changed, what became of it in a run, what has a problem, what
 * reads what. */
#include "ui/canvas/sign.h"

const char *
sign_of(enum face_change change, bool ascii)
{
    return change == FACE_ADDED     ? "+"
           : change == FACE_CHANGED ? "~"
           : change == FACE_MOVED   ? glyph_text(GLYPH_MOVED, ascii)
           : change == FACE_REMOVED ? "-"
                                    : " ";
}

enum style
sign_style(enum face_change change)
{
    return change == FACE_ADDED     ? STYLE_ADDED
           : change == FACE_REMOVED ? STYLE_REMOVED
                                    : STYLE_CHANGED;
}

const char *
sign_word(enum face_change change)
{
    static const char *const words[] = {"not changed", "added", "changed",
                                        "moved", "removed"};
    return words[change];
}

static const struct {
    const char *word;
    enum glyph sign;
    enum style style;
} runs[] = {
    [FACE_NO_RUN] = {"", GLYPH_COUNT, STYLE_NORMAL},
    [FACE_UNREACHED] = {"not reached", GLYPH_COUNT, STYLE_FAINT},
    [FACE_DONE] = {"ok", GLYPH_DONE, STYLE_GOOD},
    [FACE_STOPPED] = {"stopped here", GLYPH_STOP, STYLE_WARNING},
    [FACE_WAITING] = {"waiting", GLYPH_WAITING, STYLE_WARNING},
    [FACE_ASIDE] = {"set aside", GLYPH_ASIDE, STYLE_WARNING},
    [FACE_UNKNOWN] = {"outcome unknown", GLYPH_UNKNOWN, STYLE_BAD},
    [FACE_FAILED] = {"failed", GLYPH_FAILED, STYLE_BAD},
};

const char *
sign_run(enum face_run run, bool ascii)
{
    return runs[run].sign == GLYPH_COUNT ? " "
                                         : glyph_text(runs[run].sign, ascii);
}

enum style
sign_run_style(enum face_run run)
{
    return runs[run].style;
}

const char *
sign_run_word(enum face_run run)
{
    return runs[run].word;
}

bool
sign_is_set(const struct face *f)
{
    return f->run != FACE_NO_RUN || f->change != FACE_SAME || f->problem ||
           f->read_by || f->reads;
}

void
sign_draw(const struct face *f, struct cells *c, int row, int col)
{
    const char *uses = f->read_by ? glyph_text(GLYPH_READ_BY, c->ascii)
                       : f->reads ? glyph_text(GLYPH_ARROW, c->ascii)
                                  : NULL;
    if (f->run != FACE_NO_RUN)
        cells_text(c, row, col, 1, sign_run_style(f->run),
                   sign_run(f->run, c->ascii));
    else if (f->change != FACE_SAME)
        cells_text(c, row, col, 1, sign_style(f->change),
                   sign_of(f->change, c->ascii));
    else if (uses)
        cells_text(c, row, col, 1, STYLE_OWN, uses);
    if (f->problem)
        cells_text(c, row, col + 1, 1, STYLE_BAD, "!");
    else if (uses && f->change != FACE_SAME)
        cells_text(c, row, col + 1, 1, STYLE_OWN, uses);
}

/* Appends the signs of the N FACES, summed. */
static void
add_sums(const struct face *faces, size_t n, bool ascii, struct buf *out)
{
    size_t problems = 0, changes[FACE_REMOVED + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        problems += faces[i].problem;
        changes[faces[i].change]++;
    }
    for (int k = FACE_ADDED; k <= FACE_REMOVED; k++) {
        if (changes[k])
            buf_addf(out, " %s%zu", sign_of((enum face_change)k, ascii),
                     changes[k]);
    }
    if (problems)
        buf_addf(out, " !%zu", problems);
}

char *
sign_folded(const struct outline *o, const struct face *faces, size_t block,
            bool ascii)
{
    struct buf out;
    size_t n = outline_block_size(o, block);
    buf_init_any(&out);
    buf_addf(&out, "%zu block%s", n, n == 1 ? "" : "s");
    add_sums(faces + block + 1, n, ascii, &out);
    return buf_take(&out);
}

void
sign_lane(const struct outline *o, const struct face *faces, size_t lane,
          bool ascii, struct buf *out)
{
    size_t first = outline_member(o, lane, 0);
    if (first != OUTLINE_NONE)
        add_sums(faces + first, outline_lane_size(o, lane), ascii, out);
}
