/*
 * The files of csv-spectrum (from npm, as tests/npm pins it): each sheet as
 * the list of objects that it says. Looked for in CSV_SPECTRUM_DIR, or where
 * the benchmark of mapping installs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "mapping/sheet/csv.h"
#include "value/value.h"

static const char *const names[] = {
    "comma_in_quotes", "empty",         "empty_crlf",
    "escaped_quotes",  "json",          "location_coordinates",
    "newlines",        "newlines_crlf", "quotes_and_newlines",
    "simple",          "simple_crlf",   "utf8"};

/* The json of location_coordinates has another telephone number than its csv
 * and is no list, so what the csv says stands here. */
static const char coordinates[] =
    "[{\"Contact Phone Number\":\"2095257564\",\"Location Coordinates\":"
    "\"37\xef\xbf\xbd"
    "36'37.8\\\"N 121\xef\xbf\xbd"
    "2'17.9\\\"W\","
    "\"Cities\":\"Modesto\",\"Counties\":\"Stanislaus\"}]";

/* The records after the header as objects, the cells as texts. */
static struct value *
objects(const struct csv *c)
{
    struct value *list = value_array();
    for (size_t i = 1; i < c->count; i++) {
        struct value *v = value_object();
        const struct csv_record *keys = &c->records[0], *r = &c->records[i];
        for (size_t k = 0; k < keys->count && k < r->count; k++)
            value_set_n(v, keys->cells[k], keys->lengths[k],
                        value_string_n(r->cells[k], r->lengths[k]));
        value_append(list, v);
    }
    return list;
}

static bool
read_named(const char *dir, const char *folder, const char *name,
           struct buf *out)
{
    struct error e;
    struct buf path;
    buf_init(&path, 4096);
    buf_addf(&path, "%s/%s/%s.%s", dir, folder, name,
             folder[0] == 'c' ? "csv" : "json");
    bool good = file_read(buf_str(&path), out, &e) == ERR_OK;
    if (!good)
        printf("# %s\n", e.text);
    buf_clear(&path);
    return good;
}

static bool
run_case(const char *dir, const char *name)
{
    struct buf sheet, json;
    struct csv c;
    struct error e = {0};
    struct value *wanted = NULL, *got = NULL;
    csv_init(&c);
    buf_init(&sheet, 1u << 20);
    buf_init(&json, 1u << 20);
    bool good = read_named(dir, "csvs", name, &sheet) &&
                (strcmp(name, "location_coordinates") == 0
                     ? buf_adds(&json, coordinates)
                     : read_named(dir, "json", name, &json)) &&
                csv_read(&c, buf_str(&sheet), sheet.len, 0, &e) == ERR_OK &&
                value_read(&wanted, buf_str(&json), json.len,
                           &value_limits_document, name, &e) == ERR_OK;
    if (good) {
        got = objects(&c);
        good = value_equal(got, wanted);
        char *text = value_to_text(got);
        if (!good)
            printf("# got %s\n", text);
        free(text);
    }
    if (e.text[0])
        printf("# %s\n", e.text);
    value_free(got);
    value_free(wanted);
    buf_clear(&json);
    buf_clear(&sheet);
    csv_clear(&c);
    return good;
}

int
main(void)
{
    const char *dir = getenv("CSV_SPECTRUM_DIR"), *build;
    struct buf installed;
    int failed = 0;
    buf_init(&installed, 4096);
    build = getenv("TOP_BUILDDIR");
    buf_addf(&installed, "%s/tests/npm/node_modules/csv-spectrum",
             build ? build : ".");
    dir = dir ? dir : buf_str(&installed);
    if (access(dir, R_OK) != 0) {
        printf("skip csv-spectrum: CSV_SPECTRUM_DIR is not set\n");
        buf_clear(&installed);
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool good = run_case(dir, names[i]);
        printf("%s csv-spectrum: %s\n", good ? "ok" : "not ok", names[i]);
        failed += !good;
    }
    buf_clear(&installed);
    return failed > 0;
}
