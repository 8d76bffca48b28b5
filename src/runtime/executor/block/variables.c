/* Variables: the user's answers by name. */
#include "runtime/executor/run.h"

enum exec_result
exec_variables(struct exec *x)
{
    const struct value *answers = value_get(x->run->answers, x->block->id);
    const struct value *list = block_field(x->block, "values");
    struct value *v = value_object();
    for (size_t i = 0; i < value_size(list); i++) {
        const char *name = value_get_text(value_at(list, i), "name");
        const struct value *answer = name ? value_get(answers, name) : NULL;
        if (answer)
            value_set(v, name, value_copy(answer));
    }
    value_write(&x->out, v);
    value_free(v);
    return EXEC_DONE;
}
