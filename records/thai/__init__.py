"""What is Thai about records: text, numerals, dates, fiscal years, money, ids, names and telephone numbers.

Pure and without a clock: "today" is always passed in. Whatever a person types is read generously and mended; what cannot be read raises
`records.errors.FieldError` with a sentence that says what is wrong and how to type it.
"""
