/* Documents: strict reading, canonical form, hash, index, patches. */
#include "tests/unit/test.h"
#include "tests/unit/workflow/workflow.h"

#include "base/mem.h"

/* Sabotage: without shape_drop_json in check_fields (shape.c) the cases of
 * defaults fail.
 *
 * Each case of documents.json: its "document", written compactly and
 * indented, gives "canonical", or fails with a sentence that has "error". */
static void
cases(void)
{
    struct value *list = cases_read("documents.json");
    for (size_t i = 0; i < value_size(list); i++) {
        const struct value *c = value_at(list, i);
        const char *error = value_get_text(c, "error");
        for (int pretty = 0; pretty < 2; pretty++) {
            struct buf text, canonical, wanted;
            struct document *d = NULL;
            struct error e = {0};
            buf_init(&text, 1 << 20);
            buf_init(&canonical, 1 << 20);
            buf_init(&wanted, 1 << 20);
            (pretty ? value_write_pretty
                    : value_write)(&text, value_get(c, "document"));
            document_parse(&d, buf_str(&text), text.len, "case", &e);
            if (error) {
                CHECK(!d);
                CHECK_HAS(e.text, error);
            } else {
                CHECK_STR(e.text, "");
                if (d)
                    document_write(d, &canonical);
                value_write_canonical(&wanted, value_get(c, "canonical"));
                CHECK_STR(buf_str(&canonical), buf_str(&wanted));
            }
            if (test_failures_here)
                printf("# case %s\n", value_get_text(c, "name"));
            document_free(d);
            buf_clear(&text);
            buf_clear(&canonical);
            buf_clear(&wanted);
        }
    }
    CHECK(value_size(list) >= 20);
    value_free(list);
}

static const char nested[] =
    "{'format':1,'formulas':1,'name':'N',"
    "'trigger':{'id':'1','kind':'event','name':'New','event':'e'},"
    "'blocks':["
    "{'id':'2','kind':'if','name':'Check','condition':'=TRUE','then':["
    "  {'id':'3','kind':'iterate','name':'Each','list':'lines','blocks':["
    "    {'id':'4','kind':'math','name':'Tax','formula':'=1'}]}],"
    "  'else':[{'id':'5','kind':'stop','name':'Stop','reason':'end'}]},"
    "{'id':'6','kind':'branch','name':'Ways','cases':["
    "  {'name':'a'},{'name':'b','condition':'=1','blocks':["
    "    {'id':'7','kind':'text','name':'T','formula':'=2'}]}]},"
    "{'id':'8','kind':'math','name':'Last','formula':'=3'}],"
    "'tables':{'Shipping':{'columns':['key','value'],"
    "  'rows':[['a','b'],['c',2]]}}}";

static void
index_of_blocks(void)
{
    static const struct {
        unsigned id;
        const char *pointer;
        size_t depth, end;
    } wanted[] = {{1, "/trigger", 0, 1},
                  {2, "/blocks/0", 0, 5},
                  {3, "/blocks/0/then/0", 1, 4},
                  {4, "/blocks/0/then/0/blocks/0", 2, 4},
                  {5, "/blocks/0/else/0", 1, 5},
                  {6, "/blocks/1", 0, 7},
                  {7, "/blocks/1/cases/1/blocks/0", 1, 7},
                  {8, "/blocks/2", 0, 8}};
    struct document *d = case_document(nested);
    CHECK_INT(d->count, 8);
    for (size_t i = 0; i < 8 && i < d->count; i++) {
        struct buf at;
        buf_init(&at, 200);
        const struct block *b = document_block(d, case_uuid(wanted[i].id));
        CHECK(b == &d->blocks[i]);
        if (b) {
            block_pointer(b, &at);
            CHECK_STR(buf_str(&at), wanted[i].pointer);
            CHECK_INT(b->depth, wanted[i].depth);
            CHECK_INT(b->end, wanted[i].end);
            CHECK(document_block_find(d, b->name) == b);
        }
        buf_clear(&at);
    }
    CHECK(!document_block_find(d, "Ta"));
    CHECK(!document_block_find(d, "Taxes"));
    CHECK(block_inside(document_block_find(d, "Tax"),
                       document_block_find(d, "Check")));
    CHECK_STR(value_text(table_lookup(document_table(d, "Shipping", 8), "c", 1),
                         NULL),
              "2");
    CHECK_STR(block_text(document_block_find(d, "Each"), "onError"), "stop");
    document_free(d);
}

/* Patches lead there and back to the same hash, also where the patch writes
 * out a default. Sabotage: without the patch_diff in reread (document.c) the
 * way back of the last two fails. */
static void
patches(void)
{
    static const char *const patch_texts[] = {
        "[{'op':'remove','path':'/blocks/0'}]",
        "[{'op':'add','path':'/blocks/0/else/0/note','value':'why'}]",
        "[{'op':'add','path':'/blocks/0/then/0/onError','value':'stop'}]",
        ("[{'op':'replace','path':'/name','value':'M'},"
         "{'op':'add','path':'/connectors','value':{}}]"),
        "[{'op':'remove','path':'/blocks/1/cases/1/blocks/0'}]",
    };
    for (size_t i = 0; i < sizeof patch_texts / sizeof *patch_texts; i++) {
        struct document *d = case_document(nested), *to = NULL, *back = NULL;
        struct value *patch = case_value(patch_texts[i]), *inverse = NULL;
        char before[DIGEST_SIZE], after[DIGEST_SIZE];
        struct error e = {0};
        document_patch(&to, d, patch, &inverse, &e);
        CHECK_STR(e.text, "");
        if (to)
            document_patch(&back, to, inverse, NULL, &e);
        CHECK_STR(e.text, "");
        if (back) {
            document_hash(d, before);
            document_hash(back, after);
            CHECK_STR(after, before);
        }
        document_free(d);
        document_free(to);
        document_free(back);
        value_free(patch);
        value_free(inverse);
    }
}

static void
refused_patches(void)
{
    static const struct {
        const char *patch, *error;
    } wrong[] = {
        {"[{'op':'add','path':'/blocks/0/colour','value':1}]",
         " > colour: a block of kind"},
        {"[{'op':'add','path':'/format','value':4}]", "newer"},
        {"[{'op':'copy','from':'/blocks/0','path':'/blocks/1'}]", "one id"},
        {"[{'op':'remove','path':'/blocks/9'}]", "9"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct document *d = case_document(nested), *to = NULL;
        struct value *patch = case_value(wrong[i].patch), *inverse = NULL;
        struct error e = {0};
        CHECK(document_patch(&to, d, patch, &inverse, &e) != ERR_OK);
        CHECK(!to && !inverse);
        CHECK_HAS(e.text, wrong[i].error);
        document_free(d);
        value_free(patch);
    }
}

/* V with the members of all its objects in another order. */
static struct value *
shuffled(const struct value *v)
{
    struct value *out = value_copy(v);
    size_t n = value_size(v);
    for (size_t i = 0; value_is(v, VALUE_OBJECT) && i < n; i++)
        value_remove(out, value_key(v, i, NULL));
    for (size_t i = 0; i < n; i++) {
        size_t from = value_is(v, VALUE_OBJECT) ? n - 1 - i : i, len;
        struct value *item = shuffled(value_at(v, from));
        if (value_is(v, VALUE_OBJECT)) {
            const char *key = value_key(v, from, &len);
            value_set_n(out, key, len, item);
        } else {
            value_replace_at(out, i, item);
        }
    }
    return out;
}

/* Key order does not matter; the order of lists and the digits of numbers
 * do. */
static void
hashes(void)
{
    struct document *d = case_document(nested), *other = NULL;
    char a[DIGEST_SIZE], b[DIGEST_SIZE];
    struct error e = {0};
    document_from_value(&other, shuffled(d->root), &e);
    CHECK_STR(e.text, "");
    document_hash(d, a);
    document_hash(other, b);
    CHECK_STR(a, b);
    document_free(other);
    static const char *const changes[] = {
        "[{'op':'replace','path':'/tables/Shipping/rows/1/1','value':2.0}]",
        "[{'op':'move','from':'/blocks/0','path':'/blocks/1'}]",
        ("[{'op':'move','from':'/tables/Shipping/rows/0',"
         "'path':'/tables/Shipping/rows/1'}]")};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct value *patch = case_value(changes[i]);
        CHECK_INT(document_patch(&other, d, patch, NULL, &e), ERR_OK);
        document_hash(other, b);
        CHECK(strcmp(a, b) != 0);
        document_free(other);
        value_free(patch);
    }
    document_free(d);
}

/* Documents past a limit are refused, deep ones without deep recursion. */
/* Sabotage: call the field "why" of a kind "note". */
static void
no_field_has_a_name_that_every_block_has(void)
{
    static const char *const reserved[] = {"id", "kind", "name", "note"};
    for (int i = 0; i < KIND_COUNT; i++) {
        const struct kind *kind = kind_get((enum kind_id)i);
        for (size_t r = 0; r < sizeof reserved / sizeof *reserved; r++)
            if (kind_field(kind, reserved[r]))
                test_fail(__FILE__, __LINE__,
                          "kinds.def: every block has this field already, "
                          "choose another name",
                          kind->name, reserved[r]);
    }
}

static void
limits(void)
{
    struct buf text;
    struct document *d;
    struct error e;
    buf_init(&text, 30 << 20);
    for (int i = 0; i < 10000; i++)
        buf_adds(&text, "{\"blocks\":[");
    CHECK_INT(document_parse(&d, buf_str(&text), text.len, "deep", &e),
              ERR_TOO_BIG);
    buf_reset(&text);
    buf_adds(&text, "{\"format\":1,\"formulas\":1,\"name\":\"");
    while (text.len < DOCUMENT_MAX_BYTES)
        buf_adds(&text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    buf_adds(&text, "\"}");
    CHECK_INT(document_parse(&d, buf_str(&text), text.len, "long", &e),
              ERR_TOO_BIG);
    buf_reset(&text);
    buf_adds(&text, "{\"format\":1,\"formulas\":1,\"name\":\"n\"");
    for (int i = 0; i <= DOCUMENT_MAX_NESTING; i++)
        buf_addf(&text,
                 ",\"%s\":[{\"kind\":\"if\",\"name\":\"n\",\"id\":\"%s\"",
                 i ? "then" : "blocks", case_uuid((unsigned)i));
    for (int i = 0; i <= DOCUMENT_MAX_NESTING; i++)
        buf_adds(&text, "}]");
    buf_adds(&text, "}");
    CHECK_INT(document_parse(&d, buf_str(&text), text.len, "nested", &e),
              ERR_TOO_BIG);
    CHECK_HAS(e.text, "deep");
    buf_clear(&text);
}

void
test_workflow_document(void)
{
    static const struct test tests[] = {
        {"cases of reading and canonical form", cases},
        {"the index of blocks", index_of_blocks},
        {"hashes see what matters only", hashes},
        {"patches lead there and back", patches},
        {"patches that make no document are refused", refused_patches},
        {"no field has a name that every block has",
         no_field_has_a_name_that_every_block_has},
        {"limits", limits},
        {NULL, NULL}};
    test_run("document", tests);
    failed_tests += test_result();
}
