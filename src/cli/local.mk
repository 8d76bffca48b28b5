# cli: the command line of tailor.
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES =
include src/cli/frame/local.mk
include src/cli/command/local.mk
include src/cli/session/local.mk
include src/cli/program/local.mk

bin_PROGRAMS += tailor
tailor_SOURCES = %D%/main.c
# No library that reaches the network or the terminal: what needs one is
# another program. tests/e2e/programs.py holds what each links.
tailor_LDADD = libcli.a libcommand.a libui.a libfetch.a libworkbook.a libhelper.a libsandbox.a libremote.a \
	$(MANAGER_LIBS) $(WORKFLOW_LIBS) $(STORE_LIBS) $(VALUE_LIBS)

# Writes doc/tailor.1: ./man-page-tailor > ../doc/tailor.1
noinst_PROGRAMS += man-page-tailor
man_page_tailor_SOURCES = %D%/frame/man_page.c
man_page_tailor_LDADD = libcli.a libcommand.a $(BASE_LIBS)
