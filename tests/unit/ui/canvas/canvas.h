/* What the tests of the canvas share. */
#ifndef TAILOR_TEST_CANVAS_H
#define TAILOR_TEST_CANVAS_H

#include "tests/unit/test.h"
#include "ui/canvas/draw.h"
#include "ui/canvas/move.h"
#include "ui/canvas/place.h"

extern int failed_tests;

/* The document NAME of the folder documents; the caller frees it. */
struct document *canvas_document(const char *name);

/* A document of at most 40 blocks, made from SEED, which it moves on; the
 * caller frees it. */
struct document *random_document(uint64_t *seed);

/* A number below BELOW. */
unsigned random_below(uint64_t *seed, unsigned below);

/* Draws O as it is with LOOK and MARK into C, which has that size. */
void canvas_picture(struct cells *c, const struct outline *o,
                    const struct canvas_look *look, struct spot mark);

void test_canvas_golden(void);
void test_canvas_rules(void);
void test_canvas_places(void);

#endif
