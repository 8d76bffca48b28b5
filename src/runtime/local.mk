# runtime: tailord.
noinst_LIBRARIES += libruntime.a
libruntime_a_SOURCES = %D%/runtime.c %D%/runtime.h
include src/runtime/core/local.mk
include src/runtime/access/local.mk
include src/runtime/embedded/local.mk
include src/runtime/manage/local.mk
include src/runtime/decide/local.mk
include src/runtime/installed/local.mk
include src/runtime/executor/local.mk
include src/runtime/executor/block/local.mk
include src/runtime/outbound/local.mk
include src/runtime/daemon/local.mk
RUNTIME_LIBS = libruntime.a libcommand.a $(WORKFLOW_LIBS) $(STORE_LIBS) \
	$(HTTP_CLIENT_LIBS) $(HTTP_LIBS) $(JANSSON_LIBS)

bin_PROGRAMS += tailord
tailord_SOURCES = %D%/daemon/main.c
tailord_LDADD = $(RUNTIME_LIBS)

# Writes doc/tailord.8: ./man-page-tailord > ../doc/tailord.8
noinst_PROGRAMS += man-page-tailord
man_page_tailord_SOURCES = %D%/daemon/man_page.c
man_page_tailord_LDADD = $(RUNTIME_LIBS)
