/* The versions of tailord and of its libraries. */
#ifndef TAILOR_RUNTIME_DAEMON_VERSION_H
#define TAILOR_RUNTIME_DAEMON_VERSION_H

/* Prints tailord's version and those of the libraries that it runs with, one
 * "name version" a line. */
void version_print(void);

#endif
