/* Names of commands and options that earlier versions had. */
#ifndef TAILOR_CLI_FRAME_OLD_NAMES_H
#define TAILOR_CLI_FRAME_OLD_NAMES_H

#include <stddef.h>

/* What the VERB of NOUN is called today: VERB itself if it is not an old one.
 */
const char *old_verb(const char *noun, const char *verb);

/* What the option whose name is the N bytes at NAME is called today, without
 * "--"; NULL if it is not an old one. */
const char *old_option(const char *name, size_t n);

#endif
