/* Which sheet an import reads: one that the session keeps, or a file. */
#ifndef TAILOR_UI_DRAFT_SHEET_SOURCE_H
#define TAILOR_UI_DRAFT_SHEET_SOURCE_H

#include "mapping/sheet/packed.h"
#include "ui/screen/screens.h"

#define SHEET_SOURCE "sheet:" /* before the name of a kept sheet */

/* Appends the sheet that ARG names to OUT: "sheet:NAME", packed as the store
 * keeps it (*PACKED), or where the console has files a CSV file. */
enum err sheet_source_take(const struct console *console, const char *arg,
                           struct buf *out, bool *packed, struct error *e);

/* Reads N bytes, PACKED or a CSV text, into OUT, to be emptied by
 * sheet_content_clear, also after an error. */
enum err sheet_source_open(struct sheet_content *out, const char *text,
                           size_t n, bool packed, struct error *e);

/* Adds what begins with ARG: the files and folders that a local console can
 * read, and the kept sheets. */
void sheet_source_complete(const struct view *v, const char *arg,
                           struct completions *list);

/* Says FIRST ("": nothing) and what a workbook was like. */
void sheet_source_say(const struct view *v, const char *first,
                      const struct sheet_content *c);

#endif
