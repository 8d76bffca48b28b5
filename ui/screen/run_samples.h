/*
 * The runs that this session has fetched from runtimes, as samples. They are
 * in memory alone, and for the installed workflow whose they are.
 */
#ifndef TAILOR_UI_SCREEN_RUN_SAMPLES_H
#define TAILOR_UI_SCREEN_RUN_SAMPLES_H

#include <stddef.h>

struct previewing;
struct value;
struct version_row;

struct run_sample {
    char *installation, *workflow; /* ids */
    char *id, *label;
    struct value *sample;
};

enum { RUN_SAMPLES_MOST = 8 };

/* All zero: none. */
struct run_samples {
    struct run_sample items[RUN_SAMPLES_MOST];
    size_t count;
};

/* Forgets all. */
void run_samples_clear(struct run_samples *r);

/* Takes SAMPLE as what the run ID gave, known to people as LABEL, of the
 * installed workflow of VERSION. The oldest goes where there is no room. */
void run_samples_put(struct run_samples *r, const struct version_row *version,
                     const char *id, const char *label, struct value *sample);

/* Forgets the run ID. */
void run_samples_drop(struct run_samples *r, const char *id);

/* Adds to P those of the installed workflow of VERSION that it lacks. */
void run_samples_add(const struct run_samples *r,
                     const struct version_row *version, struct previewing *p);

#endif
