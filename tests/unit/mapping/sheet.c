/* Sheets and proposals. */
#include "mapping/sheet/sheet.h"
#include "base/mem.h"
#include "mapping/mapping.h"
#include "mapping/sheet/csv.h"
#include "mapping/sheet/packed.h"

static char *
rows_text(const struct mapping_rows *rows)
{
    struct value *v = rows_value(rows);
    char *text = value_to_text(v);
    value_free(v);
    return text;
}

static void
read_rows(struct mapping_rows *r, const char *json)
{
    struct value *v = NULL;
    struct error e = {0};
    rows_init(r);
    CHECK_INT(
        value_read(&v, json, strlen(json), &value_limits_document, "rows", &e),
        ERR_OK);
    CHECK_INT(rows_read(r, v, &e), ERR_OK);
    value_free(v);
}

/* Writes and reads ROWS back in every form; both must be equal. */
static void
check_round_trip(const struct mapping_rows *rows)
{
    static const struct sheet_form forms_used[] = {
        {0},
        {.separator = ';', .bom = true},
        {.separator = '\t', .target = "YourApp", .source = "Netsuite"},
        {.target = "one, two", .source = "a;b;c;d;e"}};
    struct mapping_rows none;
    rows_init(&none);
    char *wanted = rows_text(rows);
    for (size_t i = 0; i < sizeof forms_used / sizeof *forms_used; i++) {
        struct buf text;
        struct mapping_proposal p;
        struct error e = {0};
        struct sheet_form in = forms_used[i];
        in.separator = 0;
        buf_init(&text, 1u << 20);
        sheet_write(rows, &forms_used[i], &text);
        CHECK_INT(proposal_read(&p, text.data, text.len, &in, &none,
                                FORMULA_LANGUAGE, NULL, 0, &e),
                  ERR_OK);
        CHECK_STR(e.text, "");
        char *got = rows_text(&p.result);
        CHECK_STR(got, wanted);
        free(got);
        proposal_clear(&p);
        CHECK_INT(proposal_read(&p, text.data, text.len, &in, rows,
                                FORMULA_LANGUAGE, NULL, 0, &e),
                  ERR_OK);
        CHECK_INT(p.counts[PROPOSAL_SAME], rows->count);
        CHECK_INT(p.counts[PROPOSAL_CHANGED], 0);
        proposal_clear(&p);
        buf_clear(&text);
    }
    free(wanted);
}

static void
rows_round_trip(void)
{
    struct mapping_rows rows;
    read_rows(&rows,
              "[{\"target\":\"a\",\"source\":\"$.lines[?@.x=='a,\\\"b'].y\"},"
              "{\"target\":\"b\"},{\"target\":\"c\",\"source\":\"@.x\","
              "\"default\":-19.90,\"required\":true,"
              "\"note\":\"=SUM(1)\\nand 'more'\"},"
              "{\"target\":\"d\",\"source\":\"'Create cash sale'!id\"},"
              "{\"target\":\"['x y'].z\",\"source\":\"\\\"a text\\\"\","
              "\"default\":null},"
              "{\"target\":\"e[*].f\",\"source\":\"lines[*].f\"},"
              "{\"target\":\"g\",\"source\":\"-12\",\"note\":\"'quoted\"},"
              "{\"target\":\"q\",\"source\":\"x\",\"read\":\"date \\\"M/D/YYYY"
              "\\\" in UTC\",\"send\":\"text\","
              "\"lookup\":\"A, b, else blank\"},"
              "{\"target\":\"i\",\"source\":\"x\",\"find\":"
              "\"netsuite find by name, take id, else blank\"},"
              "{\"target\":\"j\",\"source\":\"x\",\"reference\":"
              "\"customer, reverse\"},"
              "{\"target\":\"k\",\"source\":\"x\",\"rest\":\"keep\"},"
              "{\"target\":\"w\",\"source\":\"x\",\"write\":\"onCreate\"},"
              "{\"target\":\"h\",\"source\":\" spaced \"}]");
    check_round_trip(&rows);
    rows_clear(&rows);
}

static void
random_rows_round_trip(void)
{
    static const char *const sources[] = {"",
                                          "x",
                                          "@.y",
                                          "\"a,b;c\\td\"",
                                          "-5",
                                          "Tax!a",
                                          "'A b'!c",
                                          "$['\"']",
                                          "{\"a\":\"\\n\"}",
                                          "  $.z ",
                                          "lines[?@['x;y'] == '\\''].z"};
    static const char *const notes[] = {
        "'",  "=1+1",         "+",        "-",  "@x", "\t",
        "\r", "two\r\nlines", "a \"b\" ", "é;,"};
    static const char *const defaults[] = {"null", "-1.50", "\"'=\"",
                                           "[1,\"\"]", "\"\\u0000\\t,\""};
    srand48((long)test_seed());
    for (int round = 0; round < 300; round++) {
        struct mapping_rows rows;
        rows_init(&rows);
        for (long i = lrand48() % 6; i >= 0; i--) {
            char target[20];
            snprintf(target, sizeof target, "f%ld", i);
            struct mapping_row *row =
                rows_add(&rows, target, sources[lrand48() % 11]);
            row->required = lrand48() % 4 == 0;
            if (lrand48() % 2)
                row->note = mem_strdup(notes[lrand48() % 10]);
            const char *json = defaults[lrand48() % 5];
            if (lrand48() % 3 == 0)
                value_read(&row->fallback, json, strlen(json),
                           &value_limits_document, "default", NULL);
        }
        check_round_trip(&rows);
        rows_clear(&rows);
    }
}

static char *
propose(const char *text, const struct sheet_form *form,
        const struct mapping_rows *now, const char *sample)
{
    struct mapping_proposal p;
    struct error e = {0};
    struct tape t;
    struct buf out;
    struct scope scope = test_scope(&t, sample ? sample : "null");
    buf_init(&out, 1u << 20);
    if (proposal_read(&p, text, strlen(text), form, now, FORMULA_LANGUAGE,
                      sample ? &scope : NULL, sample != NULL, &e) != ERR_OK)
        buf_adds(&out, e.text);
    for (size_t i = 0; i < p.count; i++) {
        const struct proposal_row *row = &p.rows[i];
        const struct mapping_row *r =
            row->wanted.target ? &row->wanted : &row->now;
        buf_addf(&out, "%s %s=%s%s%s%s\n", proposal_kind_word(row->kind),
                 r->target, r->source, row->unknown ? " (unknown)" : "",
                 row->problem ? " refused: " : "",
                 row->problem ? row->problem : "");
    }
    char *result = rows_text(&p.result);
    buf_adds(&out, result);
    free(result);
    proposal_clear(&p);
    tape_clear(&t);
    return buf_take(&out);
}

#define CHECK_PROPOSAL(text, form, now, sample, wanted)                        \
    do {                                                                       \
        char *proposed_ = propose(text, form, now, sample);                    \
        CHECK_STR(proposed_, wanted);                                          \
        free(proposed_);                                                       \
    } while (0)

static void
proposals(void)
{
    struct mapping_rows now;
    struct sheet_form form = {.target = "YourApp", .source = "Netsuite"};
    read_rows(&now, "[{\"target\":\"id\",\"source\":\"Id\",\"note\":\"n\"},"
                    "{\"target\":\"total\",\"source\":\"Total\"},"
                    "{\"target\":\"memo\"}]");
    CHECK_PROPOSAL("netsuite;yourapp;Remarks\nId;id;\nGrand;$.total;x\n"
                   "lines[*].Sku; lineItems[*].sku ;\n;;\nNope;new;\n",
                   &form, &now,
                   "{\"Id\":1,\"Grand\":2,\"lines\":[{\"Sku\":3}]}",
                   "same id=Id\nchanged total=Grand\n"
                   "added lineItems[*].sku=lines[*].Sku\n"
                   "added new=Nope (unknown)\nleft memo=\n"
                   "[{\"target\":\"id\",\"source\":\"Id\",\"note\":\"n\"},"
                   "{\"target\":\"total\",\"source\":\"Grand\"},"
                   "{\"target\":\"memo\"},{\"target\":\"lineItems[*].sku\","
                   "\"source\":\"lines[*].Sku\"},"
                   "{\"target\":\"new\",\"source\":\"Nope\"}]");
    rows_clear(&now);
}

static void
refused_rows(void)
{
    struct mapping_rows now;
    read_rows(&now, "[{\"target\":\"a.b\",\"source\":\"x\"}]");
    CHECK_PROPOSAL("target,source\na,y\nc,two words\nd,1\n$.d,2\n,z\n", NULL,
                   &now, NULL,
                   "added a=y refused: row 1 fills a.b, which is "
                   "inside of it (remove one of them)\n"
                   "added c=two words refused: the source is neither JSON nor "
                   "a path (text stands in double quotes, a formula begins "
                   "with =): path two words: column 4: a segment (.name or "
                   "[...]) was expected (write ['two words'])\n"
                   "added d=1\n"
                   "added $.d=2 refused: line 4 has the same target\n"
                   "added =z refused: the target is missing\nleft a.b=x\n"
                   "[{\"target\":\"a.b\",\"source\":\"x\"},{\"target\":\"d\","
                   "\"source\":\"1\"}]");
    CHECK_PROPOSAL("target,source,default,required\ne,x,text,\nf,x,,maybe\n",
                   NULL, &now, NULL,
                   "added e=x refused: default: line 1, column 1: expected a "
                   "value (found 't') (text stands in double quotes)\n"
                   "added f=x refused: required is yes or no, not maybe\n"
                   "left a.b=x\n[{\"target\":\"a.b\",\"source\":\"x\"}]");
    rows_clear(&now);
}

/* The title of a section is no row; with a source it is a wrong one. Sabotage:
 * is_heading in proposal.c. */
static void
headings(void)
{
    static const char sheet[] =
        "target,source,default,note\nHEADER FIELDS,,,\na,x,,\n"
        "- Lines -,,,see page 2\nb b,y,,\nc c,,1,\nTotals,,,\n";
    struct mapping_rows none;
    struct mapping_proposal p;
    struct error e;
    rows_init(&none);
    CHECK_PROPOSAL(sheet, NULL, &none, NULL,
                   "added a=x\n"
                   "added b b=y refused: path b b: column 2: a segment (.name "
                   "or [...]) was expected (write ['b b'])\n"
                   "added c c= refused: path c c: column 2: a segment (.name "
                   "or [...]) was expected (write ['c c'])\n"
                   "added Totals=\n[{\"target\":\"a\",\"source\":\"x\"},"
                   "{\"target\":\"Totals\"}]");
    CHECK_INT(proposal_read(&p, sheet, strlen(sheet), NULL, &none,
                            FORMULA_LANGUAGE, NULL, 0, &e),
              ERR_OK);
    char *said = proposal_headings(&p);
    CHECK_STR(said, "2 rows without source were taken as headings: lines 2, 4");
    free(said);
    proposal_clear(&p);
    rows_clear(&none);
}

/* Words of a column are read as people write them. */
static void
words_of_people(void)
{
    struct mapping_rows now;
    read_rows(&now, "[{\"target\":\"b\",\"source\":\"y\",\"write\":"
                    "\"clear\"},{\"target\":\"c\",\"source\":\"z\","
                    "\"write\":\"clear\"}]");
    CHECK_PROPOSAL(
        "target,source,write\na,x,If present\nb,y, Always \n"
        "c,z,sometimes\n",
        NULL, &now, NULL,
        "added a=x\nchanged b=y\nsame c=z refused: write: "
        "\"sometimes\" is not one of always|ifPresent|clear|onCreate\n"
        "[{\"target\":\"b\",\"source\":\"y\"},{\"target\":\"c\","
        "\"source\":\"z\",\"write\":\"clear\"},{\"target\":\"a\","
        "\"source\":\"x\",\"write\":\"ifPresent\"}]");
    CHECK_PROPOSAL("target,source\nb,x\n", NULL, &now, NULL,
                   "changed b=x\nleft c=z\n[{\"target\":\"b\",\"source\":"
                   "\"x\",\"write\":\"clear\"},{\"target\":\"c\",\"source\":"
                   "\"z\",\"write\":\"clear\"}]");
    rows_clear(&now);
}

static void
columns(void)
{
    struct mapping_rows none;
    struct sheet_form pasted = {.pasted = true};
    rows_init(&none);
    char *got = propose("YourApp,Netsuite\na,b\n", NULL, &none, NULL);
    CHECK_HAS(got, "no columns \"target\" and \"source\": its first row is "
                   "YourApp, Netsuite");
    free(got);
    got = propose("Zuordnung Globex\n\nZielfeld,,Quellfeld\na,,b\n", NULL,
                  &none, NULL);
    CHECK_HAS(got, ": line 3 is Zielfeld, Quellfeld");
    free(got);
    got = propose("", NULL, &none, NULL);
    CHECK_HAS(got, "its first row is empty");
    free(got);
    CHECK_PROPOSAL("a\tx\nb\t\"y\"\n", &pasted, &none, NULL,
                   "added a=x\nadded b=y\n[{\"target\":\"a\",\"source\":\"x\"},"
                   "{\"target\":\"b\",\"source\":\"y\"}]");
    CHECK_PROPOSAL("source\ttarget\nx\ta\n", &pasted, &none, NULL,
                   "added a=x\n[{\"target\":\"a\",\"source\":\"x\"}]");
    /* More commas than semicolons in the header. */
    CHECK_PROPOSAL("target;source;a,b,c,d,e\nf;x;\n", NULL, &none, NULL,
                   "added f=x\n[{\"target\":\"f\",\"source\":\"x\"}]");
}

/* Unknown fields are found whatever a path is written relative to. */
static void
unknown_fields(void)
{
    struct mapping_rows none;
    rows_init(&none);
    char *got = propose("target,source\nl[*],lines[*]\nl[*].a,@.Sku\n"
                        "l[*].b,@.Skv\nl[*].c,lines[*].Sku\nl[*].d,Id\n"
                        "l[*].e,\"\"\"const\"\"\"\nl[*].f,#\nl[*].g,Tax!x\n",
                        NULL, &none, "{\"Id\":1,\"lines\":[{},{\"Sku\":1}]}");
    CHECK_HAS(got, "l[*]=lines[*]\nadded l[*].a=@.Sku\n"
                   "added l[*].b=@.Skv (unknown)\nadded l[*].c=lines[*].Sku\n"
                   "added l[*].d=Id\nadded l[*].e=\"const\"\nadded l[*].f=#\n"
                   "added l[*].g=Tax!x\n[");
    free(got);
}

/* What people and spreadsheets put around the table. Sabotage:
 * named_separator in csv.c; HEADER_ROWS 1, refuse_twins or NO_BREAK_SPACE in
 * proposal.c. */
static void
other_sheets(void)
{
    static const char wanted[] =
        "added f=x\n[{\"target\":\"f\",\"source\":\"x\"}]";
    static const char *const sheets[] = {
        "sep=;\r\ntarget;source\r\nf;x\r\n",
        "sep=|\ntarget|source\nf|x\n",
        "\"sep=,\"\ntarget,source\nf,x\n",
        "\xef\xbb\xbfsep=\t\ntarget\tsource\nf\tx\n",
        "target|source\nf|x\n",
        "Mapping, agreed with Globex\n\nas of 12 Oct 2026;;\ntarget;source\n"
        "f;x\n",
        "Target\xc2\xa0,\xc2\xa0 SOURCE\nf,x\n"};
    struct mapping_rows none;
    rows_init(&none);
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
        CHECK_PROPOSAL(sheets[i], NULL, &none, NULL, wanted);
    char *got = propose("a title\ntarget,source,note,Source\nf,x,,y\n", NULL,
                        &none, NULL);
    CHECK_HAS(got, "line 2: the columns 2 and 4 are both \"source\" (rename "
                   "one)");
    free(got);
}

/* Constants come through a spreadsheet, which writes booleans in capitals and
 * numbers in its own way. Sabotage: plain_boolean in proposal.c, is_fragile in
 * csv.c. */
static void
constants_survive_a_spreadsheet(void)
{
    static const char *const fragile[] = {
        "TRUE",  "False", "12345678901234567890",
        "12.50", "1E400", "0.10",
        "1e5",   "100.0", "007"};
    static const char *const plain[] = {"12.5",  "5",    "0",  "0.5",
                                        "lines", "true", "1a", "1e"};
    struct mapping_rows none;
    rows_init(&none);
    CHECK_PROPOSAL("target,source,default\na,TRUE,\nb,False,TRUE\n"
                   "c,'12.50,'1E400\n",
                   NULL, &none, NULL,
                   "added a=true\nadded b=false\nadded c=12.50\n"
                   "[{\"target\":\"a\",\"source\":\"true\"},"
                   "{\"target\":\"b\",\"source\":\"false\",\"default\":true},"
                   "{\"target\":\"c\",\"source\":\"12.50\","
                   "\"default\":1E400}]");
    for (size_t i = 0; i < sizeof fragile / sizeof *fragile; i++) {
        struct buf cell;
        buf_init(&cell, 100);
        csv_mark_text(&cell, fragile[i], strlen(fragile[i]));
        CHECK_INT(buf_str(&cell)[0], '\'');
        CHECK_STR(buf_str(&cell) + 1, fragile[i]);
        CHECK(csv_is_marked_text(buf_str(&cell), cell.len));
        buf_clear(&cell);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        struct buf cell;
        buf_init(&cell, 100);
        csv_mark_text(&cell, plain[i], strlen(plain[i]));
        CHECK_STR(buf_str(&cell), plain[i]);
        buf_clear(&cell);
    }
}

/* Sabotage: refuse_odd in proposal.c. */
static void
odd_characters_are_refused(void)
{
    struct mapping_rows none;
    rows_init(&none);
    char *got = propose("target,source\na,OrderId\xc2\xa0\nb,\xe2\x80\x9cweb"
                        "\xe2\x80\x9d\nc\xe2\x80\x8b,x\nd,\"=\"\"\xe2\x80\x93"
                        "\"\"\"\n",
                        NULL, &none, NULL);
    CHECK_HAS(got, "column 8: a no-break space (U+00A0)");
    CHECK_HAS(got, "column 1: a curly quote");
    CHECK_HAS(got, "the target, column 2: an invisible character");
    CHECK_HAS(got, "added d=");
    CHECK_HAS(got, "[{\"target\":\"d\"");
    free(got);
}

/* A proposal takes as many rows as a mapping can have. Sabotage: the check of
 * MAPPING_ROWS_MAX in build_result. */
static void
too_many_rows_are_refused(void)
{
    struct mapping_rows none;
    struct mapping_proposal p;
    struct buf text;
    struct error e;
    rows_init(&none);
    buf_init(&text, 1u << 20);
    buf_adds(&text, "target,source\n");
    for (int i = 0; i <= MAPPING_ROWS_MAX; i++)
        buf_addf(&text, "t%d,x\n", i);
    CHECK_INT(proposal_read(&p, buf_str(&text), text.len, NULL, &none,
                            FORMULA_LANGUAGE, NULL, 0, &e),
              ERR_OK);
    CHECK_INT(p.problems, 1);
    CHECK_INT(p.counts[PROPOSAL_ADDED], MAPPING_ROWS_MAX);
    CHECK_INT(p.result.count, MAPPING_ROWS_MAX);
    CHECK_HAS(p.rows[MAPPING_ROWS_MAX].problem, "at most 5000 rows");
    proposal_clear(&p);
    buf_clear(&text);
}

/* The rows of a workbook, whose numbers are kept as the lines. */
static void
rows_of_a_workbook(void)
{
    static const char rows[] =
        "[[1,\"Mapping of Globex\"],[3,\"Source\",\"x\",\"TARGET\\u00a0\"],"
        "[5,\"=\\\"0017\\\"\",\"\",\"zip\"],[9,\"TRUE\",\"\",\"flag\"],"
        "[12,\"a;b\\nc\",\"\",\"]\"]]";
    struct csv csv;
    struct mapping_rows none;
    struct mapping_proposal p;
    struct value *v;
    struct error e;
    const struct sheet_form form = {.cells = &csv};
    csv_init(&csv);
    rows_init(&none);
    CHECK_INT(
        value_read(&v, rows, strlen(rows), &value_limits_document, "rows", &e),
        ERR_OK);
    csv_take_rows(&csv, v);
    CHECK_INT(
        proposal_read(&p, "", 0, &form, &none, FORMULA_LANGUAGE, NULL, 0, &e),
        ERR_OK);
    CHECK_INT(p.count, 3);
    CHECK_STR(p.rows[0].wanted.source, "=\"0017\"");
    CHECK_INT(p.rows[0].line, 5);
    CHECK_STR(p.rows[1].wanted.source, "true");
    CHECK_HAS(p.rows[1].loss, "a boolean");
    CHECK_INT(p.rows[2].line, 12);
    CHECK(p.rows[2].problem != NULL);
    CHECK_INT(csv.count, 0); /* taken */
    proposal_clear(&p);
    value_free(v);
}

/* What a workbook of texts would be misread on the way in is marked. */
static void
rows_for_a_workbook(void)
{
    struct mapping_rows rows;
    rows_init(&rows);
    rows_add(&rows, "a", "=\"0017\"");
    rows_add(&rows, "b", "'=x");
    rows_add(&rows, "c", "TRUE");
    rows_add(&rows, "d", "true");
    struct value *v = sheet_rows(&rows, NULL);
    char *text = value_to_text(v);
    CHECK_STR(text, "[[\"target\",\"source\"],[\"a\",\"=\\\"0017\\\"\"],"
                    "[\"b\",\"''=x\"],[\"c\",\"'TRUE\"],[\"d\",\"true\"]]");
    free(text);
    value_free(v);

    char *const given[] = {(char[]){"=cmd()"}, (char[]){"17"}, (char[]){""},
                           (char[]){""}};
    const struct sheet_form form = {.gives = given};
    struct buf out;
    buf_init_any(&out);
    sheet_write(&rows, &form, &out);
    CHECK_HAS(buf_str(&out), "target,source,gives\r\n");
    CHECK_HAS(buf_str(&out), "0017\"\"\",'=cmd()\r\n"); /* no formula */
    v = sheet_rows(&rows, &form);
    CHECK_STR(value_text_or(value_at(value_at(v, 0), 2), ""), "gives");
    CHECK_STR(value_text_or(value_at(value_at(v, 1), 2), ""), "=cmd()");
    value_free(v);
    buf_clear(&out);
    rows_clear(&rows);
}

/* SHEET packed and unpacked; the caller clears it. */
static struct sheet_content
repacked(const struct sheet_content *sheet)
{
    struct sheet_content out;
    struct buf packed;
    struct error e;
    buf_init_any(&packed);
    sheet_content_init(&out);
    CHECK_INT(sheet_pack(&packed, sheet, &e), ERR_OK);
    CHECK_INT(sheet_unpack(&out, buf_str(&packed), packed.len, &e), ERR_OK);
    buf_clear(&packed);
    return out;
}

/* A text as it is, cells with the numbers of their rows. Sabotage: record->line
 * in rows_value(), or csv_read() in sheet_pack(). */
static void
what_is_packed_comes_back(void)
{
    static const char rows[] =
        "{\"rows\":[[3,\"a\",\"\u00e9\"],[7]],\"notes\":[\"n\"],"
        "\"errorCell\":\"B2\"}";
    struct sheet_content sheet, back;
    struct value *answer = NULL;
    struct error e;
    struct buf packed;
    sheet_content_init(&sheet);
    buf_adds(&sheet.text, "a;\"b\n\"\r\n");
    back = repacked(&sheet);
    CHECK(!back.workbook);
    CHECK_STR(buf_str(&back.text), "a;\"b\n\"\r\n");
    sheet_content_clear(&back);
    buf_adds(&sheet.text, "\"open");
    buf_init_any(&packed);
    CHECK_INT(sheet_pack(&packed, &sheet, &e), ERR_INVALID);
    CHECK_INT(packed.len, 0);
    CHECK_INT(value_read(&answer, rows, sizeof rows - 1, &value_limits_event,
                         "rows", &e),
              ERR_OK);
    sheet_content_take(&sheet, answer);
    back = repacked(&sheet);
    CHECK(back.workbook);
    CHECK_INT(back.cells.count, 2);
    CHECK_INT(back.cells.records[0].line, 3);
    CHECK_STR(back.cells.records[0].cells[1], "\u00e9");
    CHECK_INT(back.cells.records[1].count, 0);
    CHECK_INT(back.cells.records[1].line, 7);
    CHECK_STR(value_text_or(value_at(back.notes, 0), ""), "n");
    CHECK_STR(back.error, "B2");
    value_free(answer);
    sheet_content_clear(&back);
    sheet_content_clear(&sheet);
    buf_clear(&packed);
}

static const struct test sheet_tests[] = {
    {"what is packed comes back", what_is_packed_comes_back},
    {"rows of a workbook", rows_of_a_workbook},
    {"rows for a workbook", rows_for_a_workbook},
    {"other sheets", other_sheets},
    {"constants survive a spreadsheet", constants_survive_a_spreadsheet},
    {"odd characters are refused", odd_characters_are_refused},
    {"too many rows are refused", too_many_rows_are_refused},
    {"rows round trip", rows_round_trip},
    {"random rows round trip", random_rows_round_trip},
    {"proposals", proposals},
    {"refused rows", refused_rows},
    {"headings", headings},
    {"words of people", words_of_people},
    {"columns", columns},
    {"unknown fields", unknown_fields},
    {NULL, NULL}};

void
test_mapping_sheet(void)
{
    test_run("sheet", sheet_tests);
    failed_tests += test_failures;
}
