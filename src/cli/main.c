/* tailor: the console, and the command line over the same operations. */
#include "base/mem.h"
#include "base/process.h"
#include "cli/frame/cli.h"
#include "cli/frame/environment.h"

int
main(int argc, char **argv)
{
    process_hide_memory();
    environment_clean();
    mem_torture_from_environment();
    return cli_main(argc - 1, argv + 1, NULL);
}
