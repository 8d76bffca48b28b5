# fuzzers: libFuzzer targets, built by "make fuzzers" in a build folder that
# was configured with --enable-fuzzers CC=clang; tests/fuzz/run --build does
# both. A target fuzz-NAME is fuzz_NAME.c, its kept inputs are corpus/NAME/,
# its words (where it has any) NAME.dict. To add one: four lines as below.
if FUZZERS
FUZZ_LINK = $(AM_LDFLAGS) -fsanitize=fuzzer
FUZZ_TARGETS =
EXTRA_PROGRAMS += fuzz-terminal
FUZZ_TARGETS += fuzz-terminal
fuzz_terminal_SOURCES = %D%/fuzz_terminal.c
fuzz_terminal_LDADD = $(UI_LIBS) $(BASE_LIBS)
fuzz_terminal_LDFLAGS = $(FUZZ_LINK)
EXTRA_PROGRAMS += fuzz-value
FUZZ_TARGETS += fuzz-value
fuzz_value_SOURCES = %D%/fuzz_value.c
fuzz_value_LDADD = $(VALUE_LIBS)
fuzz_value_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-document
FUZZ_TARGETS += fuzz-document
fuzz_document_SOURCES = %D%/fuzz_document.c
fuzz_document_LDADD = $(WORKFLOW_LIBS)
fuzz_document_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-path
FUZZ_TARGETS += fuzz-path
fuzz_path_SOURCES = %D%/fuzz_path.c
fuzz_path_LDADD = $(MAPPING_LIBS)
fuzz_path_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-csv
FUZZ_TARGETS += fuzz-csv
fuzz_csv_SOURCES = %D%/fuzz_csv.c
fuzz_csv_LDADD = $(MAPPING_LIBS)
fuzz_csv_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-formula
FUZZ_TARGETS += fuzz-formula
fuzz_formula_SOURCES = %D%/fuzz_formula.c
fuzz_formula_LDADD = $(MAPPING_LIBS)
fuzz_formula_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-http
FUZZ_TARGETS += fuzz-http
fuzz_http_SOURCES = %D%/fuzz_http.c
fuzz_http_LDADD = $(RUNTIME_LIBS)
fuzz_http_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-answer
FUZZ_TARGETS += fuzz-answer
fuzz_answer_SOURCES = %D%/fuzz_answer.c
fuzz_answer_LDADD = $(REMOTE_LIBS) $(MANAGER_LIBS) $(WORKFLOW_LIBS) \
	$(STORE_LIBS) $(VALUE_LIBS)
fuzz_answer_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-audit
FUZZ_TARGETS += fuzz-audit
fuzz_audit_SOURCES = %D%/fuzz_audit.c
fuzz_audit_LDADD = $(MANAGER_LIBS) $(WORKFLOW_LIBS) $(STORE_LIBS) \
	$(VALUE_LIBS)
fuzz_audit_LDFLAGS = $(FUZZ_LINK)

EXTRA_PROGRAMS += fuzz-workbook
FUZZ_TARGETS += fuzz-workbook
fuzz_workbook_SOURCES = %D%/fuzz_workbook.c tests/unit/workbook/make.c
fuzz_workbook_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
fuzz_workbook_LDADD = $(XLSX_LIBS)
fuzz_workbook_LDFLAGS = $(FUZZ_LINK)

fuzzers: $(FUZZ_TARGETS)
endif
TEST_SUITES += %D%/run
EXTRA_DIST += %D%/run %D%/corpus %D%/answer.dict %D%/value.dict %D%/document.dict \
	%D%/formula.dict %D%/path.dict %D%/terminal.dict
