/*
 * The list of samples, for its own files: samples.c is the screen,
 * samples_runs.c asks for the runs, samples_tried.c tries the samples.
 */
#ifndef TAILOR_UI_DRAFT_SAMPLES_PRIVATE_H
#define TAILOR_UI_DRAFT_SAMPLES_PRIVATE_H

#include "ui/draft/draft_view.h"
#include "ui/draft/lines.h"

struct editor;
struct mapgrid;

#define SAMPLES_RUN "run " /* before the id, in the key of a run's row */
#define SAMPLES_NO_RUNS                                                        \
    "runs" /* key of the row that says why none is there                       \
            */

/* What the marked row or block gives on a sample. */
struct sample_tried {
    char *label; /* of the sample */
    char *gives; /* NULL: nothing yet */
    bool failed;
};

struct samples {
    struct view *view;
    struct console *console;
    struct mapgrid *grid;  /* beneath; else … */
    struct editor *editor; /* … beneath */
    struct draft_view *draft;
    struct previewing *previewing;
    /* what is tried on them: `next` is the first that is not yet */
    struct sample_tried *tried;
    size_t tried_count, next;
    bool stopped;
    int64_t revision; /* of the draft that is tried */
    struct row_list *rows;
    struct table table;
    /* the last runs of the installed workflow, at its runtime */
    char *runtime;      /* NULL: not known */
    struct value *runs; /* an array, as the runtime gave them */
    int pages;          /* that were asked for */
    bool listing;       /* an answer is waited for */
    char *said;         /* in place of the runs, NULL: nothing */
    char *waiting;      /* the id of the run that is being fetched, or NULL */
};

/* Asks for the runs, if the person may; the rows change as answers come. */
void samples_ask_runs(struct samples *s);

/* Adds a row for each run that is not a sample yet, stopped ones first. */
void samples_add_runs(struct samples *s);

/* Fetches the run of the marked row, which then is a sample. */
void samples_fetch(struct samples *s, const char *run);

/* Gives up the run that is being fetched; false where none is. */
bool samples_give_up(struct samples *s);

/* Begins to try the marked row or block on the samples; the rows change as it
 * goes on between keys. Ends it, and forgets what was tried. */
void samples_try(struct samples *s);
void samples_tried_end(struct samples *s);

/* Whether what is tried is the draft and the samples as they are now. */
bool samples_are_tried(const struct samples *s);

/* Stops where it is; false where nothing is in progress. */
bool samples_stop(struct samples *s);

/* Makes the rows again. */
void samples_show(struct samples *s);

/* Sample I is the one to work with. */
void samples_choose(struct samples *s, size_t i);

#endif
