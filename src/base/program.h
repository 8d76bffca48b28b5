/*
 * The programs of one installation find each other: those beside the running
 * one first (a build folder, a copy), then the installed ones.
 */
#ifndef TAILOR_BASE_PROGRAM_H
#define TAILOR_BASE_PROGRAM_H

#include "base/error.h"

/* The path of the program NAME ("tailor-sync"), a new string; one that does
 * not exist where none is found. */
char *program_path(const char *name);

/* Replaces this process by the program NAME with ARGV (argv[0] is NAME).
 * Returns only where that failed: IO. */
enum err program_become(const char *name, char *const *argv, struct error *e);

#endif
