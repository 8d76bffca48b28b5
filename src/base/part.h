/*
 * Files that get their name when they are whole: they are written beside it,
 * as NAME.part-XXXXXXXX. A process killed while writing leaves that one.
 */
#ifndef TAILOR_PART_H
#define TAILOR_PART_H

#include "base/error.h"

/* A file that is being written. */
struct part {
    char *path; /* the name that it gets */
    char *name; /* the name that it has */
    int fd;
};

/* The name of a part of PATH that nobody else has; the caller frees it. */
char *part_name(const char *path);

/* CONFLICT where PATH exists. */
enum err part_check_free(const char *path, struct error *e);

/* Syncs the file NAME, renames it to PATH, which is never replaced, and syncs
 * the folder. CONFLICT if PATH exists. IO if the file or the folder cannot be
 * synced, or the file cannot be renamed. After an error neither NAME nor a
 * PATH that this call made exists. */
enum err part_finish(const char *name, const char *path, struct error *e);

/* Begins the file PATH, readable by its owner only. CONFLICT if it exists, IO
 * if it cannot be made. After an error there is nothing to end. */
enum err part_begin(struct part *p, const char *path, struct error *e);

/* Ends it: gives it its name if SO_FAR is OK (see part_finish for the errors),
 * otherwise removes it and returns SO_FAR. IO if it cannot be closed. */
enum err part_end(struct part *p, enum err so_far, struct error *e);

#endif
