/* What the programs beside tailor have in common: start and libraries. */
#include "cli/frame/cli.h"
#include "http/client.h"

struct value *
cli_own_libraries(void)
{
    struct value *v = value_object();
    value_set_text(v, "libcurl", http_client_library_version());
    return v;
}

int
main(int argc, char **argv)
{
    return cli_program(argc, argv);
}
