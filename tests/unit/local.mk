# unit tests: one program per layer, one file per unit.
EXTRA_PROGRAMS += test-base
test_base_SOURCES = %D%/test.h %D%/base/main.c %D%/base/buf.c %D%/base/clock.c \
	%D%/base/error.c %D%/base/fold.c %D%/base/ident.c %D%/base/likeness.c %D%/base/percent.c \
	%D%/base/program.c %D%/base/text.c %D%/base/file.c
test_base_LDADD = $(BASE_LIBS)
TEST_SUITES += test-base

EXTRA_PROGRAMS += test-oauth1
test_oauth1_SOURCES = %D%/runtime/oauth1.c
test_oauth1_LDADD = libruntime.a $(BASE_LIBS) $(SODIUM_LIBS)
TEST_SUITES += test-oauth1

include %D%/ui/frame/local.mk
include tests/unit/mapping/local.mk
include %D%/workbook/local.mk
include tests/unit/workflow/local.mk
include %D%/value/local.mk
include tests/unit/store/local.mk
include tests/unit/mapping/formula/local.mk
include tests/unit/remote/local.mk
include tests/unit/manager/release/local.mk
include tests/unit/http/local.mk
include tests/unit/manager/local.mk
include tests/unit/cli/local.mk
include %D%/runtime/local.mk
include tests/unit/restores/local.mk
include tests/unit/ui/canvas/local.mk
include tests/unit/ui/draft/local.mk
include %D%/ui/screen/local.mk
