/* The value table grid, for its own files: table.c is the screen,
 * table_import.c makes proposals of sheets. */
#ifndef TAILOR_UI_DRAFT_TABLE_PRIVATE_H
#define TAILOR_UI_DRAFT_TABLE_PRIVATE_H

#include "ui/draft/draft_view.h"
#include "ui/draft/import_offer.h"
#include "ui/screen/screens.h"
#include "ui/widget/grid.h"
#include "ui/widget/row_list.h"

struct tablegrid {
    struct view *view;
    struct console *console;
    struct draft_view draft;
    char *name;
    struct row_list *rows;
    struct grid grid;
    char *go;     /* the row to mark after an edit */
    char *before; /* what the open cell held when it was opened */
    bool pending;
    struct import_offer offer;
    struct value *imported; /* the rows after an import */
};

/* The table in the document, NULL where it was removed; its rows, a copy. */
const struct value *tablegrid_table(const struct tablegrid *s);
struct value *tablegrid_rows(const struct tablegrid *s);

/* Makes ROWS (taken) those of the table. TYPED is the text of a field that they
 * store, NULL: of none. */
enum err tablegrid_apply_rows(struct tablegrid *s, struct value *rows,
                              const char *typed, struct error *e);

/* V as it is typed: text without quotes unless it would read as other JSON;
 * a new string. And back; the caller owns the value. */
char *tablegrid_shown(const struct value *v);
struct value *tablegrid_typed(const char *text);

/* A row of KEY and VALUE (taken). */
struct value *tablegrid_row(const char *key, struct value *value);

/* True where the row KEY is among those an action is about: the marked ones,
 * or the one under the mark. */
bool tablegrid_is_meant(const struct tablegrid *s, const char *key);

/* Makes a proposal of a sheet, a text of cells or PACKED as the store keeps
 * sheets, and opens it. */
enum err tablegrid_import(struct tablegrid *s, const char *text, size_t n,
                          bool packed, struct error *e);

/* The same for what was copied in this console, and for the sheet that ARG
 * names (sheet_source.h). */
void tablegrid_paste(struct tablegrid *s, struct error *e);
void tablegrid_import_named(struct tablegrid *s, const char *arg,
                            struct error *e);
void tablegrid_complete(const struct view *v, enum act action, const char *arg,
                        struct completions *list);

/* Copies the rows that are meant as cells for a spreadsheet. */
void tablegrid_copy(struct tablegrid *s);

/* Keeps them for paste in this console only. */
void tablegrid_keep_cells(struct tablegrid *s);

/* Keeps what is typed in the open cell, of COLUMN, because of WHY. */
void tablegrid_keep(struct tablegrid *s, const char *column, const char *why);

/* The cell of row KEY ("": a new one) in COLUMN is opened; TYPED is stored
 * there. */
void tablegrid_offer_kept(struct tablegrid *s, const char *key,
                          const char *column);
void tablegrid_stored_kept(struct tablegrid *s, const char *key,
                           const char *column, const char *typed);

#endif
