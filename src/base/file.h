/* Whole files: reading with a cap, writing all or nothing. */
#ifndef TAILOR_BASE_FILE_H
#define TAILOR_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h> /* mode_t */

#include "base/buf.h"
#include "base/error.h"

/* INVALID where PATH is anything but a regular file that a file system keeps:
 * a pipe would be waited for, a device can do anything, and what the kernel
 * makes as it is read (/proc, /sys) can wait or never end. PATH is not opened.
 * Errors else: NOT_FOUND, IO. */
enum err file_check(const char *path, struct error *e);

/* Opens the file PATH, which file_check() takes, for reading; the caller closes
 * *FD. Every file that somebody names is opened here, or checked so. */
enum err file_open(const char *path, int *fd, struct error *e);

/* Appends the file PATH ("-" is standard input) to OUT. Errors: those of
 * file_open; TOO_BIG past the maximum of OUT. */
enum err file_read(const char *path, struct buf *out, struct error *e);

/* The same for a file that PATH must name: "-" is a name too. */
enum err file_read_regular(const char *path, struct buf *out, struct error *e);

/* Appends what FD gives until its end to OUT; NAME is for the message. */
enum err file_read_fd(int fd, const char *name, struct buf *out,
                      struct error *e);

/* Writes N bytes to a temporary file of MODE beside PATH, syncs it and its
 * folder, and renames it to PATH. Nothing changes where it fails. */
enum err file_write(const char *path, const void *p, size_t n, mode_t mode,
                    struct error *e);

/* Writes all N bytes to FD, going on after EINTR and short writes. */
enum err file_write_fd(int fd, const char *name, const void *p, size_t n,
                       struct error *e);

#endif
