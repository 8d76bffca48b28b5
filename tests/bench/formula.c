/*
 * Evaluations of formulas a second: nanoseconds per evaluation of formulas
 * that mappings are made of, over records of the sample's shape.
 * Usage: bench-formula [evaluations]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "mapping/formula/formula.h"

enum { RECORDS = 64 };

static const char *const formulas[] = {
    "=@.quantity",
    "=@.quantity * @.rate",
    "=ROUND(@.quantity * @.rate, 2)",
    "=IF(@.quantity > 0, \"ship\", \"skip\")",
    "=INDEX(SPLIT($.customer.fullName, \" \"), 1)",
    "=UPPER(customer.country) & \"-\" & number",
    "=SUMPRODUCT(lines[*].quantity, lines[*].rate)",
    "=TEXT(date, \"dd/mm/yyyy\")",
    "=REGEXREPLACE(number, \"^SO-\", \"\")",
    "=ROUND(total / 1.19, 2)",
    "=ROUND(total / 3, 2)"};

/* Nanoseconds per evaluation of TEXT, over records with other numbers. */
static double
measure(const char *text, struct tape *tapes, long evaluations)
{
    struct formula *f;
    struct error e;
    struct buf out;
    if (formula_compile(&f, text, strlen(text), FORMULA_LANGUAGE, &e) !=
        ERR_OK) {
        fprintf(stderr, "%s: %s\n", text, e.text);
        exit(1);
    }
    struct formula_arena *arena = formula_arena_new();
    buf_init(&out, 1 << 16);
    int64_t start = clock_monotonic_ms();
    for (long i = 0; i < evaluations; i++) {
        const struct tape *t = &tapes[i % RECORDS];
        struct scope scope = {.root = {t, 0}, .position = 1};
        scope.current = (struct node_ref){t, tape_member(t, 0, "line", 4)};
        buf_reset(&out);
        if (formula_eval_with(arena, f, &scope, &out, &e) == FORMULA_ERROR)
            exit(1);
    }
    int64_t ms = clock_monotonic_ms() - start;
    buf_clear(&out);
    formula_arena_free(arena);
    formula_free(f);
    return (double)ms * 1e6 / (double)evaluations;
}

int
main(int argc, char **argv)
{
    long evaluations = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    struct tape tapes[RECORDS];
    struct buf texts[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
        buf_init(&texts[i], 1 << 16);
        buf_addf(&texts[i], "{\"line\":{\"quantity\":%d,\"rate\":%d.%02d},%s",
                 i + 1, i * 37 + 1, i * 7 % 100, formula_sample() + 1);
        tape_init(&tapes[i]);
        if (tape_read(&tapes[i], buf_str(&texts[i]), texts[i].len,
                      &value_limits_event, "record", NULL) != ERR_OK)
            return 1;
    }
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        printf("%8.0f ns  %s\n", measure(formulas[i], tapes, evaluations),
               formulas[i]);
    for (int i = 0; i < RECORDS; i++) {
        tape_clear(&tapes[i]);
        buf_clear(&texts[i]);
    }
    return 0;
}
