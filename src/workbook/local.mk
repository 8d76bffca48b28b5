# Workbooks (.xlsx): the side that asks, the reader and writer, and the program
# that they run in. Only package.c and write.c include libzip, only xml.c expat.
noinst_LIBRARIES += libworkbook.a libxlsx.a
libworkbook_a_SOURCES = %D%/ask.c %D%/ask.h
libxlsx_a_SOURCES = \
	%D%/book.c %D%/book.h %D%/cells.c %D%/cells.h \
	%D%/package.c %D%/package.h %D%/read.c %D%/serial.c %D%/serial.h \
	%D%/workbook.h %D%/write.c %D%/xml.c %D%/xml.h
XLSX_LIBS = libxlsx.a $(VALUE_LIBS) $(ZIP_LIBS) $(EXPAT_LIBS) -lm

libexec_PROGRAMS += tailor-sheet
tailor_sheet_SOURCES = %D%/main.c
tailor_sheet_LDADD = libhelper.a libsandbox.a $(XLSX_LIBS)
