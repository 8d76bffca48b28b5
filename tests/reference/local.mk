# reference: the mapping again in Python, which knows doc/ alone, and documents to compare the two on.
TEST_SUITES += tests/reference/reference.py
EXTRA_DIST += %D%/reference.py %D%/generate.py %D%/rows.py %D%/formula.py \
	%D%/functions.py %D%/functions_dates.py %D%/functions_lists.py \
	%D%/functions_numbers.py %D%/functions_rest.py %D%/functions_texts.py %D%/single.py %D%/dates.py %D%/values.py
