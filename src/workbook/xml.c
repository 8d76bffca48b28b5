/* XML by expat. */
#include "workbook/xml.h"

#include <expat.h>
#include <string.h>

enum { DEPTH_MAX = 100 };

struct reading {
    struct xml_reader *reader;
    XML_Parser parser;
    const char *part;
    int depth;
};

static const char *
without_prefix(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *
xml_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(without_prefix(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

bool
xml_is_set(const char **attributes, const char *name)
{
    const char *value = xml_attribute(attributes, name);
    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void
stop_if_failed(struct reading *r)
{
    if (r->reader->failed != ERR_OK)
        XML_StopParser(r->parser, XML_FALSE);
}

static void
refuse_doctype(void *context, const XML_Char *name, const XML_Char *system,
               const XML_Char *public, int internal)
{
    struct reading *r = context;
    (void)name, (void)system, (void)public, (void)internal;
    r->reader->failed =
        error_set(r->reader->e, ERR_INVALID,
                  "the part %s of the workbook has a document type definition, "
                  "which no spreadsheet writes",
                  r->part);
    stop_if_failed(r);
}

static void
start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *r = context;
    if (++r->depth > DEPTH_MAX)
        r->reader->failed = error_set(
            r->reader->e, ERR_TOO_BIG,
            "the part %s of the workbook is nested too deeply", r->part);
    if (r->reader->failed == ERR_OK)
        r->reader->start(r->reader->context, without_prefix(name), attributes);
    stop_if_failed(r);
}

static void
end(void *context, const XML_Char *name)
{
    struct reading *r = context;
    r->depth--;
    if (r->reader->failed == ERR_OK)
        r->reader->end(r->reader->context, without_prefix(name));
    stop_if_failed(r);
}

static void
text(void *context, const XML_Char *s, int n)
{
    struct reading *r = context;
    if (r->reader->failed == ERR_OK)
        r->reader->text(r->reader->context, s, (size_t)n);
    stop_if_failed(r);
}

static enum err
refuse_xml(struct reading *r)
{
    if (r->reader->failed == ERR_OK)
        r->reader->failed = error_set(
            r->reader->e, ERR_INVALID,
            "the part %s of the workbook is not XML: line %lu: %s", r->part,
            (unsigned long)XML_GetCurrentLineNumber(r->parser),
            XML_ErrorString(XML_GetErrorCode(r->parser)));
    return r->reader->failed;
}

static bool
parse_piece(void *context, const char *bytes, size_t n)
{
    struct reading *r = context;
    if (XML_Parse(r->parser, bytes, (int)n, 0) != XML_STATUS_OK)
        refuse_xml(r);
    return r->reader->failed == ERR_OK;
}

enum err
xml_read(struct xml_reader *reader, struct package *p, const char *name,
         struct error *e)
{
    struct reading r = {.reader = reader, .part = name};
    reader->e = e;
    reader->failed = ERR_OK;
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser)
        return error_set(e, ERR_FAILED, "out of memory");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, start, end);
    XML_SetStartDoctypeDeclHandler(r.parser, refuse_doctype);
    if (reader->text)
        XML_SetCharacterDataHandler(r.parser, text);
    enum err err = package_read(p, name, parse_piece, &r, e);
    if (err == ERR_OK)
        err = reader->failed;
    if (err == ERR_OK && XML_Parse(r.parser, "", 0, 1) != XML_STATUS_OK)
        err = refuse_xml(&r);
    XML_ParserFree(r.parser);
    return err;
}
