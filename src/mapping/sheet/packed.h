/*
 * Packed sheets: what the store keeps of a customer's file once it was taken
 * apart, so that who imports it reads no file: the text of a CSV as UTF-8, or
 * the cells of a workbook with what is to be said about it.
 */
#ifndef TAILOR_MAPPING_SHEET_PACKED_H
#define TAILOR_MAPPING_SHEET_PACKED_H

#include "mapping/sheet/csv.h"

struct value;

struct sheet_content {
    struct buf text;
    bool workbook;       /* then CELLS and not TEXT */
    struct csv cells;    /* of a workbook */
    struct value *notes; /* sentences about a workbook; NULL: it is none */
    char *error;         /* the first cell that holds an error; NULL: none */
};

void sheet_content_init(struct sheet_content *s);
void sheet_content_clear(struct sheet_content *s);

/* Takes the cells and the notes of ANSWER, {"rows","notes","errorCell"} as
 * tailor-sheet answers (src/workbook/ask.h). */
void sheet_content_take(struct sheet_content *s, struct value *answer);

/* Appends S to OUT. INVALID where its text is not one that can be read. */
enum err sheet_pack(struct buf *out, const struct sheet_content *s,
                    struct error *e);

/* Reads N packed bytes into S, which was initialised. Errors: those of
 * value_read. */
enum err sheet_unpack(struct sheet_content *s, const char *packed, size_t n,
                      struct error *e);

#endif
