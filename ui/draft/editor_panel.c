/* The marked block beneath the list: what it is, what it gives. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "mapping/row/source.h"
#include "ui/draft/editor_private.h"
#include "ui/widget/text_area.h"

enum {
    LABELS = 10,
    SLICE_MS = 8, /* of trying, between two looks at the input */
    AT_ONCE = 3,  /* samples that are tried in any case */
    PANEL_LEAST = 5,
    PANEL_MOST = 9,
    NOTICE_ROWS = 2,          /* and more, where the form has a notice */
    HELP_ROWS = 3,            /* below the fields of the form, and the sample */
    FORM_ROWS = 3 + HELP_ROWS /* a rule, the block, the sample */
};

/* The first problem of the block ID, or NULL. */
static const struct problem *
problem_of(const struct editor *s, const char *id)
{
    for (size_t i = 0; i < s->problems.count; i++) {
        if (text_equal(s->problems.items[i].block_id, id))
            return &s->problems.items[i];
    }
    return NULL;
}

/* --- users ---------------------------------------------------------------- */

struct search {
    const char *name;
    bool found;
};

static void
visit(void *context, const char *block, const char *path)
{
    struct search *search = context;
    (void)path;
    if (text_equal(block, search->name))
        search->found = true;
}

static bool
reads(const char *source, const char *name)
{
    struct search search = {name, false};
    if (source)
        source_references(source, visit, &search);
    return search.found;
}

/* Appends where the output of B is used: "Create cash sale > tax". */
static void
add_uses(const struct editor *s, const struct block *b, struct buf *out)
{
    const char *crumb = glyph_text(GLYPH_CRUMB, app_is_ascii(s->view->app));
    int uses = 0;
    for (size_t i = 0; i < draft_view_document(&s->draft)->count; i++) {
        const struct block *user = &draft_view_document(&s->draft)->blocks[i];
        const struct value *rows = block_field(user, "mapping");
        for (size_t k = 0; k < value_size(rows); k++) {
            const struct value *row = value_at(rows, k);
            if (!reads(value_get_text(row, "source"), b->name))
                continue;
            if (uses++ == 0)
                buf_addf(out, ", used by %s %s %s", user->name, crumb,
                         value_get_text(row, "target"));
        }
        for (const struct kind_field *f = user->kind->fields; f->name; f++) {
            bool used = field_type_is_text(f->type) && user != b &&
                        reads(block_text(user, f->name), b->name);
            if (used && uses++ == 0)
                buf_addf(out, ", used by %s %s %s", user->name, crumb, f->name);
        }
    }
    if (uses > 1)
        buf_addf(out, " and %d more", uses - 1);
    if (uses == 0 && b->kind->output && !editor_is_canvas(s) &&
        b != draft_view_document(&s->draft)->trigger)
        buf_adds(out, ", used by nothing yet");
}

/* --- samples -------------------------------------------------------------- */

/* The document with FIELD of B as it is being typed; NULL where that is no
 * document. The caller frees it. */
static struct document *
as_typed(const struct editor *s, const struct block *b, const char *field,
         const char *text)
{
    struct value *patch = NULL;
    struct document *d = NULL;
    if (edit_set(&patch, draft_view_document(&s->draft), b->id, field,
                 value_string(text), NULL) == ERR_OK &&
        document_patch(&d, draft_view_document(&s->draft), patch, NULL, NULL) !=
            ERR_OK)
        d = NULL;
    value_free(patch);
    return d;
}

/* What the block gives on the marked sample. */
static void
try_shown(struct editor *s, struct trial *trial, const char *id)
{
    struct buf words;
    const struct preview_block *shown = trial_run(trial, s->sample, id);
    buf_init_any(&words);
    s->tried.made = trial_is_good(shown);
    s->tried.passed = trial_is_skipped(shown);
    trial_words(shown, &words);
    free(s->tried.words);
    s->tried.words = buf_take(&words);
}

/* The next paint goes on. */
static void
try_due(void *editor)
{
    app_changed(((struct editor *)editor)->view->app);
}

void
editor_try_end(struct editor *s)
{
    app_alarm_cancel(s->view->app, try_due, s);
}

/* Tries the block ID of D: what it gives on the marked sample, and on how many
 * samples it works. These are gone on with in later paints where it takes long,
 * so that no key waits for them. */
static void
try_block(struct editor *s, const struct document *d, const char *id)
{
    struct trial trial;
    bool all = app_is_thin(s->view->app); /* there is no later paint */
    int64_t until = clock_monotonic_ms() + SLICE_MS;
    size_t from = s->tried.next;
    trial_begin(&trial, &s->previewing, d);
    if (!s->tried.words)
        try_shown(s, &trial, id);
    while (s->tried.next < s->tried.count &&
           (all || s->tried.next - from < AT_ONCE ||
            clock_monotonic_ms() < until)) {
        bool known = s->tried.next == s->sample;
        const struct preview_block *r =
            known ? NULL : trial_run(&trial, s->tried.next, id);
        s->tried.good += known ? s->tried.made : trial_is_good(r);
        s->tried.skipped += known ? s->tried.passed : trial_is_skipped(r);
        s->tried.next++;
    }
    trial_end(&trial);
    if (s->tried.next < s->tried.count)
        app_alarm(s->view->app, 1, try_due, s);
}

/* Begins anew where OF (*taken*) is not what was tried last; false where that
 * is and is done. */
static bool
is_to_try(struct editor *s, char *of)
{
    size_t all = s->previewing.count;
    if (text_equal(of, s->tried.of)) {
        free(of);
        return s->tried.next < s->tried.count;
    }
    free(s->tried.of);
    s->tried.of = of;
    s->tried.count = all < TRIAL_SAMPLES ? all : TRIAL_SAMPLES;
    s->tried.next = s->tried.good = s->tried.skipped = 0;
    FREE_NULL(s->tried.words);
    return true;
}

/* Tries B with TEXT in FIELD, unless that is what was tried last. */
static void
try_text(struct editor *s, const struct block *b, const char *field,
         const char *text)
{
    char *of = mem_printf("%lld %s %zu of %zu %s %s",
                          (long long)draft_view_revision(&s->draft), b->id,
                          s->sample, s->previewing.count, field, text);
    if (!is_to_try(s, of))
        return;
    bool as_stored = strcmp(text, block_text(b, field)) == 0;
    struct document *typed = as_stored ? NULL : as_typed(s, b, field, text);
    try_block(s, typed ? typed : draft_view_document(&s->draft), b->id);
    document_free(typed);
}

/* True where TEXT of FIELD is being typed: what is stored has its problems, not
 * this. */
static bool
is_typed(const struct editor *s, const struct block *b, const char *field,
         const char *text)
{
    return s->editing && strcmp(text, block_text(b, field)) != 0;
}

/* Why what is typed gives nothing, whole. Returns the rows used. */
static int
draw_typed(const struct editor *s, struct cells *c, struct rect r)
{
    bool failed = s->previewing.count > 0 && !s->tried.made;
    return cells_wrapped(c, r, failed ? STYLE_WARNING : STYLE_FAINT,
                         failed ? s->tried.words : "not saved yet");
}

/* What the block gives on the marked sample, in one line; a new string. */
static char *
sample_line(const struct editor *s, bool below, bool ascii)
{
    const char *label = s->previewing.samples[s->sample].label;
    if (s->tried.passed)
        return mem_printf("%s does not come here: %s", label, s->tried.words);
    return mem_printf("%s %s %s", label, glyph_text(GLYPH_ARROW, ascii),
                      below ? "nothing, for the reason below" : s->tried.words);
}

/* On how many samples the block works: "48 samples: 46 ok, 2 elsewhere". A
 * sample that takes another lane is no warning. */
static void
add_tally(const struct editor *s, struct buf *out)
{
    size_t count = s->tried.next;
    if (count < s->tried.count)
        buf_addf(out, "%zu of ", count);
    count = s->tried.count;
    buf_addf(out, "%zu sample%s: %zu ok", count, count == 1 ? "" : "s",
             s->tried.good);
    if (s->tried.skipped > 0)
        buf_addf(out, ", %zu elsewhere", s->tried.skipped);
}

/* What the block gives on the marked sample, and on how many it works: in one
 * row, or where both have no room and R has rows left, in two. Returns the
 * rows used. */
static int
draw_sample(struct editor *s, const struct block *b, const char *field,
            const char *text, struct cells *c, struct rect r)
{
    enum { LEFT = 3 }; /* rows below that keep free: what is wrong */
    if (s->previewing.count == 0) {
        cells_fit(c, r.row, r.col, r.cols, STYLE_FAINT,
                  "no sample yet: known only after a run");
        return 1;
    }
    try_text(s, b, field, text);
    struct buf tally;
    buf_init(&tally, 128);
    add_tally(s, &tally);
    bool below =
        !s->tried.made && (is_typed(s, b, field, text) || problem_of(s, b->id));
    char *line = sample_line(s, below, c->ascii);
    int width = width_text(buf_str(&tally), tally.len, c->ascii) + 3;
    bool both = width_text(line, strlen(line), c->ascii) + width <= r.cols;
    bool two = !both && r.rows > LEFT;
    int used = cells_fit(c, r.row, r.col, two ? r.cols : r.cols - width,
                         STYLE_NORMAL, line);
    int col = two ? r.col : r.col + used + 3;
    cells_fit(c, r.row + two, col, r.col + r.cols - col,
              s->tried.good + s->tried.skipped == s->tried.next ? STYLE_GOOD
                                                                : STYLE_WARNING,
              buf_str(&tally));
    buf_clear(&tally);
    free(line);
    return 1 + two;
}

/* The field whose value a sample shows, or NULL. */
static const struct kind_field *
shown_field(const struct block *b)
{
    static const char *const names[] = {"formula", "condition", "list"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct kind_field *f = kind_field(b->kind, names[i]);
        if (f && !block_field_asked(b, f->name))
            return f;
    }
    return NULL;
}

/* --- drawing -------------------------------------------------------------- */

/* As it is typed, or as it is stored. */
static char *
current_text(const struct editor *s, const struct block *b,
             const struct kind_field *field)
{
    for (size_t i = 0; s->editing && i < s->form.count; i++) {
        if (s->item[i].field == field)
            return mem_strdup(form_text(&s->form, i));
    }
    return editor_field_text(b, field);
}

/* Draws the fields that are set; returns the rows used. */
static int
draw_fields(const struct block *b, struct cells *c, struct rect r)
{
    int row = 0;
    for (const struct kind_field *f = b->kind->fields; f->name; f++) {
        bool set = block_field(b, f->name) || (f->flags & FIELD_REQUIRED);
        if (!set || row >= r.rows || f->type == FIELD_JSON ||
            f->type == FIELD_MAPPING || f->type == FIELD_BLOCKS ||
            f->type == FIELD_CASES)
            continue;
        char *text = editor_field_text(b, f);
        cells_fit(c, r.row + row, r.col, LABELS - 1, STYLE_FAINT, f->name);
        cells_fit(c, r.row + row, r.col + LABELS, r.cols - LABELS, STYLE_NORMAL,
                  *text                       ? text
                  : f->flags & FIELD_REQUIRED ? "not set (required)"
                                              : "");
        free(text);
        row++;
    }
    return row;
}

/* True for the panel of few rows below the canvas. */
static bool
is_low(const struct editor *s)
{
    return s->shape.map_below && !s->editing;
}

/* What is wrong with the block, in the last row of R. */
static void
draw_problem_low(const struct problem *p, const struct block *b,
                 struct cells *c, struct rect r)
{
    if (!b || !text_equal(p->block_id, b->id))
        return;
    enum style style = p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING;
    char *text = p->field ? mem_printf("%s: %s", p->field, p->text)
                          : mem_strdup(p->text);
    cells_fit(c, r.row + r.rows - 1, r.col, r.cols, style, text);
    free(text);
}

static void
draw_problem(const struct editor *s, const struct block *b, struct cells *c,
             struct rect r)
{
    const struct problem *p = b ? problem_of(s, b->id) : NULL;
    size_t n = s->problems.count;
    if (r.rows <= 0)
        return;
    if (!p)
        p = n > 0 ? &s->problems.items[0] : NULL;
    if (!p) {
        cells_text(c, r.row, r.col, r.cols, STYLE_GOOD, "no problem");
        return;
    }
    if (is_low(s)) { /* in its last row, which a step then often leaves */
        draw_problem_low(p, b, c, r);
        return;
    }
    char *sentence = problem_sentence(p);
    char *text = mem_printf("%zu %s%s: %s", n,
                            s->problems.errors ? "problem" : "warning",
                            n == 1 ? "" : "s", sentence);
    cells_wrapped(
        c, r, p->severity == PROBLEM_ERROR ? STYLE_BAD : STYLE_WARNING, text);
    free(text);
    free(sentence);
}

/* The rows that a text of several lines takes beyond one. */
static int
lines_more(const struct editor *s)
{
    const struct line_edit *line = &s->form.items[s->form.focus].line;
    return line->lines ? text_area_rows(line) - 1 : 0;
}

int
editor_panel_rows(const struct editor *s)
{
    const struct block *b = editor_block(s);
    int need = PANEL_LEAST;
    if (s->editing)
        need = (int)s->form.count + FORM_ROWS + lines_more(s);
    else if (b) {
        for (const struct kind_field *f = b->kind->fields; f->name; f++)
            need += f->type != FIELD_JSON && block_field(b, f->name);
    }
    return need < PANEL_MOST || s->editing ? need : PANEL_MOST;
}

/* What the block gives on the marked sample, and what is wrong. */
static void
draw_below(struct editor *s, const struct block *b, struct cells *c,
           struct rect r)
{
    const struct kind_field *f = shown_field(b);
    bool typed = false;
    if (s->editing && editor_draw_choices(s, c, r))
        return;
    if (f && r.rows > 0) {
        char *text = current_text(s, b, f);
        int used = 1;
        if (*text) {
            cells_text(c, r.row, r.col, LABELS - 1, STYLE_FAINT, "sample");
            used = draw_sample(
                s, b, f->name, text, c,
                (struct rect){r.row, r.col + LABELS, r.rows, r.cols - LABELS});
        }
        typed = *text && is_typed(s, b, f->name, text);
        free(text);
        r.row += used;
        r.rows -= used;
    }
    if (typed && r.rows > 0) {
        int used = draw_typed(s, c, r);
        r.row += used;
        r.rows -= used;
    }
    if (s->editing) {
        int used = editor_draw_help(s, c, r);
        r.row += used;
        r.rows -= used;
    }
    bool said = s->editing && editor_item_problem(s, s->form.focus);
    if (!typed && !said)
        draw_problem(s, b, c, r);
}

void
editor_draw_panel(struct editor *s, struct cells *c, struct rect r)
{
    const struct block *b =
        s->editing ? document_block(draft_view_document(&s->draft), s->block)
                   : editor_block(s);
    struct buf head;
    int row = r.row + 1, end = r.row + r.rows;
    cells_line(c, r.row, r.col, r.cols, STYLE_FAINT);
    if (!b) {
        draw_problem(s, NULL, c, (struct rect){row, r.col, end - row, r.cols});
        return;
    }
    buf_init(&head, 4096);
    buf_addf(&head, "  %s", b->kind->name);
    add_uses(s, b, &head);
    int used = cells_fit(c, row, r.col, r.cols / 2,
                         is_low(s) ? STYLE_NORMAL : STYLE_ROW_NAME, b->name);
    cells_fit(c, row, r.col + used, r.cols - used, STYLE_NORMAL,
              buf_str(&head));
    buf_clear(&head);
    row++;
    const struct kind_field *f = shown_field(b);
    int help = HELP_ROWS + (s->notice ? NOTICE_ROWS : 0);
    int rest = s->editing ? help + (f != NULL) : 2;
    struct rect fields = {row, r.col, end - row - rest, r.cols};
    if (fields.rows < 1)
        fields.rows = s->editing ? 1 : 0;
    row +=
        s->editing ? editor_draw_form(s, c, fields) : draw_fields(b, c, fields);
    draw_below(s, b, c, (struct rect){row, r.col, end - row, r.cols});
}
