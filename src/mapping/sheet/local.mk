# Sheets: CSV, mapping rows out as a sheet, and a sheet as an import proposal.
# Nothing here changes a document.
libmapping_a_SOURCES += \
	%D%/columns_private.h %D%/csv.c %D%/csv.h %D%/csv_rows.c %D%/encoding.c \
	%D%/encoding.h %D%/header.c %D%/loss.c %D%/packed.c %D%/packed.h %D%/proposal.c %D%/proposal_notes.c %D%/sheet.c %D%/sheet.h
