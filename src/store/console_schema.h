/* The migrations of the console's store, one SQL text a version. */
#ifndef TAILOR_STORE_CONSOLE_SCHEMA_H
#define TAILOR_STORE_CONSOLE_SCHEMA_H

/* Version 0 to 1: everything. Times are milliseconds since 1970 in UTC; `n`
 * joins rows inside the store, `id` (24 hexadecimal digits) is what people
 * and runtimes see; states are the numbers of console.h. */
extern const char console_schema_1[];
extern const char console_schema_2[];
extern const char console_schema_3[];
extern const char console_schema_4[];

/* The history of runtimes, and versions that only they have. */
extern const char console_schema_history[];

/* An index of the catalogue entries in the outbox. */
extern const char console_schema_entries[];

/* The number of a base version that was refused is free. */
extern const char console_schema_numbers[];

/* An index of the requests to pause or resume that wait. */
extern const char console_schema_pausing[];
extern const char console_schema_trouble[];

/* What is paused has conditions of its own. */
extern const char console_schema_paused[];
extern const char console_schema_restore[];
extern const char console_schema_undone[];
extern const char console_schema_missing[];
extern const char console_schema_restores[];

/* What was agreed of samples. */
extern const char console_schema_expected[];

/* What is missing, and was accepted. */
extern const char console_schema_accepted[];

/* The id of what was refused may go to what runs. */
extern const char console_schema_ids[];

/* Pauses that restores have undone, apart from what was turned off. */
extern const char console_schema_switches[];

/* Kept sheets. */
extern const char console_schema_sheets[];

/* What was typed into a draft and could not be stored there. */
extern const char console_schema_kept[];

/* An index of the samples that are kept for a time. */
extern const char console_schema_expires[];

/* The id of what a runtime has lost may go to what runs. */
extern const char console_schema_lost[];

/* The content that a runtime reported of an unknown version. */
extern const char console_schema_reported[];

/* A hash of what deliveries write. */
extern const char console_schema_deliveries[];

/* A hash of what contact writes to a runtime. */
extern const char console_schema_contact[];

/* When a person asked for a full copy of a runtime that was not taken yet. */
extern const char console_schema_copy[];
extern const char console_schema_clock[];
extern const char console_schema_inputs[];

/* Triggers of each connection for writing (db_schema.session): they keep the
 * hashes of src/store/console_kept.h, whichever statement changes the row. A
 * row whose hash is not its own keeps that. */
extern const char console_session[];

/* What "status" says of runtimes and credentials. */
extern const char console_schema_status[];

/* Makes the search indexes again, whatever they are. */
extern const char console_search_again[];

#endif
