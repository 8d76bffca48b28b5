/*
 * Parts of a workbook as XML: elements, their attributes and texts. Names
 * come without their prefix, since producers choose it. A document type
 * definition is refused: no spreadsheet writes one, and entities that expand
 * each other need one.
 */
#ifndef TAILOR_WORKBOOK_XML_H
#define TAILOR_WORKBOOK_XML_H

#include "workbook/package.h"

struct xml_reader {
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *s, size_t n); /* may be NULL */
    void *context;
    enum err failed; /* set by a handler, with *e: the reading stops */
    struct error *e;
};

/* Reads the part NAME. Errors: those of package_read, INVALID where it is not
 * XML or has a document type definition, and what a handler set. */
enum err xml_read(struct xml_reader *r, struct package *p, const char *name,
                  struct error *e);

/* The value of the attribute NAME, without its prefix, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);

/* True where the attribute NAME is "1" or "true". */
bool xml_is_set(const char **attributes, const char *name);

#endif
