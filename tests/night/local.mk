# nights: formulas beside other spreadsheets; "make night" runs them.
EXTRA_DIST += %D%/classes.py %D%/formulas.py %D%/hyperformula.cjs \
	%D%/libreoffice.py %D%/tuples.py %D%/npm/package.json \
	%D%/npm/package-lock.json
night: $(bin_PROGRAMS) $(libexec_PROGRAMS)
	@TOP_SRCDIR='$(abs_top_srcdir)' TOP_BUILDDIR='$(abs_top_builddir)' \
	  SUITE_TIMEOUT=3600 $(abs_top_srcdir)/tests/run tests/night/formulas.py
.PHONY: night
