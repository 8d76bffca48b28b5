/* The environment a program trusts. */
#include "command/environment.h"

#include <stdlib.h>

#include "base/mem.h"

void
environment_clean(const char *const *kept, size_t count)
{
    char **values = mem_array(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = mem_strdup(getenv(kept[i]));
    clearenv();
    for (size_t i = 0; i < count; i++) {
        if (values[i])
            setenv(kept[i], values[i], 1);
        free(values[i]);
    }
    free(values);
}
