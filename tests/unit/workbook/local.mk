# tests of the reader and writer of workbooks, and of the serial dates.
EXTRA_PROGRAMS += test-workbook
test_workbook_SOURCES = %D%/main.c %D%/make.c %D%/make.h %D%/hostile.c \
	%D%/read.c %D%/write.c
test_workbook_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
test_workbook_LDADD = $(XLSX_LIBS)
TEST_SUITES += test-workbook
EXTRA_DIST += tests/data/libreoffice.xlsx
