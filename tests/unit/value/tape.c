/* Tapes: their layout, members, strings, and what is written from them. */
#include "value/tape.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/value/value.h"

static enum err
read_tape(struct tape *t, const char *text)
{
    return tape_read(t, text, strlen(text), &value_limits_event, "t.json",
                     NULL);
}

static void
subtrees_are_skipped_in_one_step(void)
{
    struct tape t;
    tape_init(&t);
    CHECK_INT(read_tape(&t, " {\"a\": [1, {\"b\": 2}], \"c\": 19.90} "),
              ERR_OK);
    CHECK_INT(t.count, 9);
    CHECK_INT(t.nodes[0].type, VALUE_OBJECT);
    CHECK_INT(t.nodes[0].next, 9);
    CHECK_INT(t.nodes[0].length, 2);
    CHECK_INT(t.nodes[2].type, VALUE_ARRAY);
    CHECK_INT(t.nodes[2].next, 7);
    CHECK_INT(t.nodes[2].length, 2);
    CHECK_INT(t.nodes[4].next, 7);
    CHECK_INT(t.nodes[8].length, 5);
    CHECK(memcmp(t.text + t.nodes[8].start, "19.90", 5) == 0);
    CHECK_INT(sizeof(struct tape_node), 16);
    tape_clear(&t);
}

static void
members_are_found(void)
{
    struct tape t;
    tape_init(&t);
    read_tape(&t, "{\"a\":{\"x\":1},\"x\":2,\"a long key of many bytes\":3,"
                  "\"\\u00fc\\n\":4,\"\":5,\"l\":[]}");
    CHECK_INT(tape_member(&t, 0, "a", 1), 2);
    CHECK_INT(tape_member(&t, 0, "x", 1), 6);
    CHECK_INT(tape_member(&t, 0, "a long key of many bytes", 24), 8);
    CHECK_INT(tape_member(&t, 0, "\xc3\xbc\n", 3), 10);
    CHECK_INT(tape_member(&t, 0, "", 0), 12);
    CHECK_INT(tape_member(&t, 0, "b", 1), 0);
    CHECK_INT(tape_member(&t, 2, "x", 1), 4);
    CHECK_INT(tape_member(&t, 2, "a", 1), 0);
    CHECK_INT(tape_member(&t, tape_member(&t, 0, "l", 1), "a", 1), 0);
    CHECK_INT(t.nodes[1].hash, tape_key_hash("a", 1));
    tape_clear(&t);
}

static void
strings_are_resolved(void)
{
    struct tape t;
    struct buf b;
    tape_init(&t);
    buf_init(&b, 100);
    read_tape(&t, "[\"plain\",\"\\ud83d\\ude00\\u0000\\\"\"]");
    tape_string(&t, 1, &b);
    CHECK_STR(buf_str(&b), "plain");
    CHECK(tape_string_is(&t, 1, "plain", 5));
    CHECK(!tape_string_is(&t, 1, "plai", 4));
    buf_reset(&b);
    tape_string(&t, 2, &b);
    CHECK_INT(b.len, 6);
    CHECK(memcmp(b.data, "\xf0\x9f\x98\x80\0\"", 6) == 0);
    CHECK(tape_string_is(&t, 2, b.data, 6));
    CHECK(!tape_string_is(&t, 2, b.data, 5));
    CHECK_INT(t.nodes[2].flags, TAPE_ESCAPED);
    buf_clear(&b);
    tape_clear(&t);
}

static void
text_is_written_without_space(void)
{
    struct tape t;
    struct buf b;
    tape_init(&t);
    buf_init(&b, 200);
    read_tape(&t, "{ \"a\" : [ 1.50 , \"\\u0041 b\" ,\ttrue, null,{ } ],\n"
                  "\"b\":false,\"c\":[ ]}");
    tape_write(&t, 0, &b);
    CHECK_STR(buf_str(&b), "{\"a\":[1.50,\"\\u0041 b\",true,null,{}],"
                           "\"b\":false,\"c\":[]}");
    buf_reset(&b);
    tape_write(&t, 2, &b);
    CHECK_STR(buf_str(&b), "[1.50,\"\\u0041 b\",true,null,{}]");
    struct value *v = tape_value(&t, 2);
    char *text = value_to_text(v);
    CHECK_STR(text, "[1.50,\"A b\",true,null,{}]");
    free(text);
    value_free(v);
    buf_clear(&b);
    tape_clear(&t);
}

static void
memory_is_used_again(void)
{
    struct tape t;
    tape_init(&t);
    read_tape(&t, "[1,[2,[3,[4,{\"a\":{\"b\":[5]}}]]]]");
    const struct tape_node *nodes = t.nodes;
    size_t capacity = t.capacity;
    for (int i = 0; i < 100; i++) {
        CHECK_INT(read_tape(&t, "{\"a\":[1,2,3]}"), ERR_OK);
        CHECK_INT(t.count, 6);
        CHECK_INT(read_tape(&t, "{\"a\":[1,2,3}"), ERR_INVALID);
        CHECK_INT(t.count, 0);
    }
    CHECK(t.nodes == nodes && t.capacity == capacity);
    tape_clear(&t);
}

static void
limits_hold_for_a_used_tape(void)
{
    static const struct value_limits few = {
        .bytes = 100, .depth = 1, .nodes = 3};
    struct tape t;
    tape_init(&t);
    read_tape(&t, "[1,2,3,4,5,6,7,8,9]");
    CHECK_INT(tape_read(&t, "[1,2]", 5, &few, "t", NULL), ERR_OK);
    CHECK_INT(tape_read(&t, "[1,2,3]", 7, &few, "t", NULL), ERR_TOO_BIG);
    CHECK_INT(tape_read(&t, "[[]]", 4, &few, "t", NULL), ERR_TOO_BIG);
    tape_clear(&t);
}

void
test_value_tape(void)
{
    static const struct test tests[] = {
        {"subtrees are skipped in one step", subtrees_are_skipped_in_one_step},
        {"members are found", members_are_found},
        {"strings are resolved", strings_are_resolved},
        {"text is written without space", text_is_written_without_space},
        {"memory is used again", memory_is_used_again},
        {"limits hold for a used tape", limits_hold_for_a_used_tape},
        {NULL, NULL}};
    test_run("tape", tests);
    failed_tests += test_failures;
}
