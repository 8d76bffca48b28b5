/*
 * The zip file that a workbook is: its parts by name, read in pieces and
 * within limits. The file is taken for hostile.
 */
#ifndef TAILOR_WORKBOOK_PACKAGE_H
#define TAILOR_WORKBOOK_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A zip file of more entries, or one that expands to more, is refused; so is
 * an entry past the ratio, once it is bigger than what small texts reach. */
enum {
    PACKAGE_ENTRIES_MAX = 2000,
    PACKAGE_EXPANDED_MAX = 128 << 20,
    PACKAGE_RATIO_MAX = 300,
    PACKAGE_RATIO_FROM = 4 << 20
};

struct package;

/* Opens the N bytes at BYTES, which the caller keeps until package_close.
 * Errors: INVALID (no zip file, encrypted, damaged), TOO_BIG. */
enum err package_open(struct package **out, const char *bytes, size_t n,
                      struct error *e);
void package_close(struct package *p); /* NULL is OK */

/* True where the package has a part of which the name, in any case, has WORD
 * in it ("vbaProject.bin"). */
bool package_has(const struct package *p, const char *word);

/* Called with each piece of a part; false stops. */
typedef bool package_piece(void *context, const char *bytes, size_t n);

/* Reads the part NAME (in any case) in pieces. Errors: NOT_FOUND, INVALID
 * (damaged), TOO_BIG. */
enum err package_read(struct package *p, const char *name, package_piece *piece,
                      void *context, struct error *e);

#endif
