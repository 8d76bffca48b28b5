/* The encodings that sheets come in. */
#ifndef TAILOR_MAPPING_SHEET_ENCODING_H
#define TAILOR_MAPPING_SHEET_ENCODING_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Appends the N bytes at TEXT to OUT as UTF-8. ENCODING is "utf-8",
 * "windows-1252" or NULL: never guessed but for UTF-16, which its byte order
 * mark names. Whether UTF-8 is valid is seen by who reads it. Errors: USAGE
 * (no such encoding), INVALID with the byte's place. */
enum err sheet_decode(struct buf *out, const char *text, size_t n,
                      const char *encoding, struct error *e);

/* The byte of Windows-1252 for the character CP that is not ASCII; 0: it has
 * none. */
unsigned char sheet_windows_byte(uint32_t cp);

#endif
