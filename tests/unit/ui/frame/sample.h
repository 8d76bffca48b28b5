/*
 * Screens for the tests of the frame: a list of any number of made-up
 * installations (made as they are asked for), a small grid, and a release
 * form. They look as the sketches do and use no store.
 */
#ifndef TAILOR_TEST_UI_SAMPLE_H
#define TAILOR_TEST_UI_SAMPLE_H

#include "ui/app/app.h"
#include "ui/widget/grid.h"

struct sample_cells {
    char text[2][256]; /* target, source */
};

struct sample {
    long long rows;       /* how many there are */
    long long gone;       /* the index of a row that was deleted, or -1 */
    long long gone_when_asked; /* deleted while a question is open, or -1 */
    bool goes; /* that row is deleted half a second after the list opens */
    bool other_when_asked;     /* what a pause does changes meanwhile */
    bool other;
    const char *customer; /* instead of made-up names, or NULL */
    const char *filter;   /* of the source; only rows whose name has it */
    char filter_text[128];
    size_t fetches, fetched, most; /* calls, rows, most rows in one call */
    size_t alive;                  /* row data not released */
    char done[256];                /* actions done, a word each */
    int cut;           /* rows that the grid has lost at its end */
    bool refuses;      /* "cut" in a cell is an error, too */
    struct grid *grid; /* to be read again by "cut" */
    struct sample_cells cells[3];  /* of the grid */
};

void sample_init(struct sample *s, long long rows);

/* The list as a source of rows, and its columns. */
struct row_source sample_source(struct sample *s);
extern const struct column sample_columns[];
#define SAMPLE_COLUMNS 5

/* The screens; each takes the address of a struct sample as its argument, as
 * sample_arg writes it. */
extern const struct view_ops sample_list, sample_grid, sample_form;
const char *sample_arg(struct sample *s, char out[32]);

/* The source, columns and operations of the grid. */
struct row_source sample_grid_source(struct sample *s);
extern const struct column sample_grid_columns[];
extern const struct grid_ops sample_grid_ops;

#endif
